// Zigbee2MQTT, as its users run it, updates devices behind hanrig's stick: one in blocks, whose first update is
// aborted, and eight at once in pages. Every octet arrives.

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { ROOT } from '../../helpers/hanrig.ts'
import { Stick } from '../../helpers/hosts/stick.ts'
import { Zigbee2Mqtt } from '../../helpers/hosts/zigbee2mqtt.ts'

const JOIN_LIMIT = 30_000
const UPDATE_LIMIT = 60_000
const ANSWER_LIMIT = 10_000
/** The fastest that Zigbee2MQTT can be asked for: 0 means its default of 250 ms there. */
const FASTEST = { image_block_response_delay: 1, default_maximum_data_size: 100 }

interface Bench {
  readonly host: Zigbee2Mqtt
  readonly stick: Stick
  readonly ids: string[]
  readonly image: string
  readonly sha256: string
  readonly fileVersion: number
}

async function bench(t: Test, size: number, devices: number, ...how: string[]): Promise<Bench> {
  const directory = t.testdir({})
  const octets = gbFixture({ size, seed: size }).u8
  const image = join(directory, 'image.ota')
  writeFileSync(image, octets)
  const options = ['--image', image, '--devices', String(devices), '--block', '100', ...how]
  const stick = await Stick.start(...options)
  t.teardown(() => stick.end())
  const host = await Zigbee2Mqtt.start(directory, stick.where)
  t.teardown(() => host.stop())
  await host.request('permit_join', { time: 60 }, ANSWER_LIMIT)
  const ids = await host.interviewed(devices, JOIN_LIMIT)
  const sha256 = createHash('sha256').update(octets).digest('hex')
  const fileVersion = Buffer.from(octets).readUInt32LE(14)
  return { host, stick, ids, image, sha256, fileVersion }
}

t.test('one device in blocks: found, aborted half-way, updated', async t => {
  const { host, stick, ids, image, sha256, fileVersion } = await bench(t, 20_000, 1)
  const [id] = ids
  const index = join(t.testdirName, 'index.json')
  const entry = { fileName: 'image.ota', url: image, manufacturerCode: 0x121d, imageType: 0 }
  writeFileSync(index, JSON.stringify([{ ...entry, fileVersion }]))
  const check = () => host.request('device/ota_update/check', { id, url: index }, ANSWER_LIMIT)
  t.match(await check(), { id, update_available: true, source: image })

  const slow = { id, url: image, image_block_response_delay: 50, default_maximum_data_size: 100 }
  const aborted = host.request('device/ota_update/update', slow, UPDATE_LIMIT)
  aborted.catch(() => {})
  await stick.event('ota-progress', 'esme', UPDATE_LIMIT)
  await host.request('device/ota_update/update/abort', { id }, ANSWER_LIMIT)
  await t.rejects(aborted, /aborted/)
  t.match(await stick.event('ota-stopped', 'esme', ANSWER_LIMIT), { status: 0x95 })

  const update = { id, url: image, ...FASTEST }
  const done = await host.request('device/ota_update/update', update, UPDATE_LIMIT)
  t.equal(done.from.file_version, fileVersion - 1, 'the abort left it as it was')
  t.equal(done.to.file_version, fileVersion)
  t.equal(done.to.software_build_id, fileVersion.toString(16).padStart(8, '0'), 'read back')
  t.match(await check(), { update_available: false }, 'what it runs is the newest')
  t.match(await stick.end(), [{ fileVersion, sha256 }])
})

t.test('the configuration of the documents, as written', async t => {
  const directory = t.testdir({})
  const octets = gbFixture({ size: 5_000 }).u8
  const image = join(directory, 'image.ota')
  writeFileSync(image, octets)
  const documented = readFileSync(join(ROOT, 'docs', 'stick.md'), 'utf8')
  const text = /```yaml\n(version: 5\n[\s\S]*?)```/.exec(documented)![1]!
  const stick = await Stick.start('--listen', 'tcp:127.0.0.1:20108', '--image', image)
  t.teardown(() => stick.end())
  const host = await Zigbee2Mqtt.asWritten(directory, text)
  t.teardown(() => host.stop())
  await host.request('permit_join', { time: 60 }, ANSWER_LIMIT)
  const [id] = await host.interviewed(1, JOIN_LIMIT)
  const done = await host.request(
    'device/ota_update/update',
    { id, url: image, ...FASTEST },
    UPDATE_LIMIT,
  )
  t.equal(done.to.file_version, Buffer.from(octets).readUInt32LE(14))
})

t.test('eight devices at once, in pages', async t => {
  const bound = await bench(t, 60_000, 8, '--page', '4000')
  const { host, stick, ids, image, sha256, fileVersion } = bound
  t.equal(new Set(ids).size, 8)
  const updates = ids.map(id =>
    host.request('device/ota_update/update', { id, url: image, ...FASTEST }, UPDATE_LIMIT),
  )
  for (const { to } of await Promise.all(updates)) t.equal(to.file_version, fileVersion)
  const devices = await stick.end()
  t.equal(devices.length, 8)
  for (const device of devices) t.match(device, { fileVersion, sha256 }, device.name)
})
