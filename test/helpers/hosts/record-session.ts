// Makes test/fixtures/stick-session.txt again: herdsman 10.9.5 forms a network, lets a device join, interviews it and
// updates it; every octet and every moment is written down. `node test/helpers/hosts/record-session.ts`.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Recorder } from '#hil/stick/recording'
import { ROOT } from '../hanrig.ts'
import { RECORDED } from './recorded.ts'
import { gbImage, imageFile, joinAll, Rig } from './rig.ts'

const directory = mkdtempSync(join(tmpdir(), 'hanrig-session-'))
const recorder = new Recorder()
const rig = await Rig.open({ ...RECORDED.options, recorder })
try {
  const { host } = await rig.host('10.9.5', directory)
  const [ieee] = await joinAll(rig, host)
  await host.do('update', {
    ieee,
    url: imageFile(directory, gbImage(RECORDED.size)),
    baseSize: 200,
  })
  await host.do('remove', { ieee })
  await host.do('stop')
} finally {
  await rig.close()
  rmSync(directory, { recursive: true })
}
writeFileSync(join(ROOT, RECORDED.file), `${recorder.lines.join('\n')}\n`)
