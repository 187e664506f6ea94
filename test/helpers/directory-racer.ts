// A process of the race for directories: at the beat of a common clock it wants the next one, keeps what it gets until its
// stdin ends, and says which that were. May be told to go on as another user.

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HanrigError } from '#core/errors/errors'
import { DirectoryDisk } from '#emulators/storage/disk'

const [directory = '', rounds = '0', begin = '0', every = '0', user = ''] = process.argv.slice(2)
if (user !== '') process.setuid!(Number(user))

const kept: DirectoryDisk[] = []
for (let round = 0; round < Number(rounds); round++) {
  const left = Number(begin) + round * Number(every) - Date.now()
  if (left > 0) await sleep(left)
  try {
    kept.push(new DirectoryDisk(join(directory, String(round))))
    process.stdout.write(`${round}\n`)
  } catch (error) {
    if (!(error instanceof HanrigError) || error.code !== 'HANRIG_STORE_IN_USE') throw error
  }
}
process.stdout.write('done\n')
process.stdin.on('end', () => {
  for (const disk of kept) disk.close()
})
process.stdin.resume()
