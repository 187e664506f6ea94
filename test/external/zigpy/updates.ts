// zigpy's OTA server, as Debian has it, updates devices behind hanrig's stick. Its radio side is ours (znp.py), because
// Debian has none for it; what answers queries, serves blocks and ends updates is zigpy's own.

import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { buildStandardImage } from '#core/image/build'
import { Program } from '../../helpers/hosts/process.ts'
import { Stick } from '../../helpers/hosts/stick.ts'
import { seeded } from '../../helpers/octets.ts'

/** Debian's own, which has Debian's zigpy: another Python of the machine would not. */
const PYTHON = '/usr/bin/python3'
const HOST = fileURLToPath(new URL('./host.py', import.meta.url))
const LIMIT = 100_000
/** zigpy serves no larger blocks, whatever is asked for. */
const ZIGPY_BLOCK = 40

const VERSION = 0x0102_0304
const FIELDS = {
  manufacturerCode: 0x121d,
  imageType: 0,
  fileVersion: VERSION,
  stackVersion: 2,
  headerString: 'for zigpy',
  hardware: undefined,
}

t.test('two devices at once get a standard image', async t => {
  const images = t.testdir({})
  // zigpy reads sub-elements strictly: it cannot offer a GB upgrade image, which has none.
  const { u8: octets } = buildStandardImage(FIELDS, [{ tag: 0, data: seeded(30_000, 1) }])
  const image = join(images, 'image.ota')
  writeFileSync(image, octets)
  const stick = await Stick.start('--image', image, '--devices', '2')
  t.teardown(() => stick.end())

  const host = new Program(PYTHON, [HOST, stick.where.replace('tcp://', ''), images, '2'])
  t.teardown(() => host.end())
  await host.line('to update both', LIMIT, line => line.includes('"name": "done"') || undefined)
  const said = host.lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line))
  const ended = said.filter(({ name }) => name === 'ended')
  t.equal(ended.length, 2)
  for (const { status, blocks } of ended) {
    t.equal(status, 0)
    t.ok(blocks >= Math.ceil(octets.length / ZIGPY_BLOCK), `${blocks} blocks`)
  }
  const sha256 = createHash('sha256').update(octets).digest('hex')
  const devices = await stick.end()
  t.equal(devices.length, 2)
  for (const device of devices) t.match(device, { sha256, fileVersion: VERSION })
})
