// A process of the lease tests: takes one of two leases again and again, marks it as its own while it has it, and says
// so when somebody alive has marked it. Ends by itself, or is killed wherever it stands.

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Lease, takeLease } from '#emulators/storage/lease'

const [leases = '', marks = '', turns = '1'] = process.argv.slice(2)

for (let turn = 0; turn < Number(turns); ) {
  const board = Math.random() < 0.5 ? 'a' : 'b'
  const lease = takeLease(join(leases, board), board, 'racing')
  if (!(lease instanceof Lease)) {
    await sleep(Math.random() * 2)
    continue
  }
  const mark = join(marks, board)
  try {
    writeFileSync(mark, String(process.pid), { flag: 'wx' })
  } catch {
    const other = Number(readFileSync(mark, 'utf8') || 0)
    if (isAlive(other)) process.stdout.write(`both ${other} and ${process.pid} hold ${board}\n`)
    writeFileSync(mark, String(process.pid))
  }
  await sleep(Math.random() * 2)
  rmSync(mark, { force: true })
  lease.release()
  process.stdout.write(`turn ${board}\n`)
  turn++
}

/** Killed and not yet waited for is not alive. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
