// Makes test/fixtures/zigpy-znp-session.txt again: stock zigpy-znp forms a network, lets a device join, updates it, goes
// on with the network, backs it up and restores it; every octet and every moment is written down. No package manager of
// CI's brings zigpy-znp: a source tree of it (0.9.3 fits Debian's python3-zigpy 0.53.1) is the first argument.
// `node test/helpers/hosts/record-zigpy-znp.ts DIRECTORY`.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Recorder } from '#hil/stick/recording'
import { ROOT } from '../hanrig.ts'
import { RECORDED_ZIGPY_ZNP } from './recorded.ts'
import { imageFile, Rig, standardImage } from './rig.ts'

const [source = ''] = process.argv.slice(2)
const directory = mkdtempSync(join(tmpdir(), 'hanrig-session-'))
const recorder = new Recorder()
const image = standardImage(RECORDED_ZIGPY_ZNP.size)
const rig = await Rig.open({ ...RECORDED_ZIGPY_ZNP.options, image, recorder })
try {
  imageFile(directory, image)
  const program = join(ROOT, 'test', 'external', 'zigpy', 'stock.py')
  // Debian's own Python, which has Debian's zigpy.
  const host = spawn('/usr/bin/python3', [program, `127.0.0.1:${rig.port}`, directory], {
    env: { ...process.env, PYTHONPATH: source },
    stdio: 'inherit',
  })
  const [code] = await once(host, 'exit')
  if (code !== 0) throw new Error(`the host ended with ${code}`)
} finally {
  await rig.close()
  rmSync(directory, { recursive: true })
}
writeFileSync(join(ROOT, RECORDED_ZIGPY_ZNP.file), `${recorder.lines.join('\n')}\n`)
