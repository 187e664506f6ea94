// zigbee-herdsman as it comes, in two versions: it forms a network on the stick or goes on with one, lets devices join,
// asks them who they are, and updates them block by block and page by page. What a device has at the end is the file.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Bytes } from '#core/bytes/bytes'
import {
  gbImage,
  HERDSMEN,
  type Herdsman,
  imageFile,
  joinAll,
  Rig,
  sha256,
  standardImage,
} from '../../helpers/hosts/rig.ts'
import { problemsOf } from '../../helpers/trace-schema.ts'

// Most of a test's time is waiting: for a network to form, for turnarounds of 5 ms, for time-outs.
t.jobs = 3

const VERSIONS = Object.keys(HERDSMEN) as Herdsman[]
const GB_VERSION = 0x0102_0304
const IMAGES = [
  ['GB image', gbImage(100_000)],
  ['standard image over 750 kB', standardImage(800_000)],
] as const

/** A device that asks for blocks of `maxDataSize` octets has joined, and its image has arrived in as many as it takes. */
async function updated(
  t: Test,
  version: Herdsman,
  image: Bytes,
  values: { readonly maxDataSize: number; readonly pageSize?: number },
): Promise<Rig> {
  const directory = t.testdir({})
  const { turnaround } = HERDSMEN[version]
  const rig = await Rig.open({ values: { turnaround, ...values }, image })
  t.teardown(() => rig.close())
  const { host } = await rig.host(version, directory)
  const [ieee] = await joinAll(rig, host)
  const url = imageFile(directory, image)
  await host.do('update', { ieee, url, baseSize: values.maxDataSize })
  t.equal(rig.device.firmware.rebuilt, sha256(image))
  t.equal(rig.device.client.blocks, Math.ceil(image.length / values.maxDataSize))
  return rig
}

for (const version of VERSIONS) {
  const { turnaround } = HERDSMEN[version]

  t.test(`${version}: a fresh network, a device that joins, and all that it is asked`, async t => {
    const directory = t.testdir({})
    const rig = await Rig.open({ values: { turnaround, maxDataSize: 200 } })
    t.teardown(() => rig.close())
    const { host, started } = await rig.host(version, directory)
    t.equal(started.result, 'reset', 'a new network')
    t.match(rig.all('network-formed'), [{ panId: 0x1a62, channel: 11, resumed: false }])
    t.match(await host.do('network'), { panID: 0x1a62, channel: 11 })
    t.match(await host.do('coordinator'), { type: 'ZStack3x0' })

    const [ieee] = await joinAll(rig, host)
    t.equal(ieee, '0x00db1234567890a0')
    t.match(rig.all('device-joined'), [{ source: 'esme', id: '00-DB-12-34-56-78-90-A0' }])
    const found = (await host.do('devices')).find((each: { ieee: string }) => each.ieee === ieee)
    t.match(found, {
      type: 'Router',
      manufacturerName: 'hanrig',
      modelID: 'esme',
      powerSource: 'Mains (single phase)',
      manufacturerID: 0x121d,
      softwareBuildID: '00000001',
      endpoints: [{ id: 1, profile: 0x0109, device: 0x0501, inputs: [0], outputs: [0x19] }],
    })

    t.match(
      await host.do('read', { ieee, cluster: 'genBasic', attributes: ['zclVersion', 'dateCode'] }),
      {
        zclVersion: 8,
        dateCode: '20260105',
      },
    )
    await t.rejects(
      host.do('read', { ieee, cluster: 'genBasic', attributes: ['locationDesc'] }),
      /UNSUPPORTED_ATTRIBUTE/,
    )
    await t.rejects(
      host.do('write', { ieee, cluster: 'genBasic', attributes: { dateCode: 'x' } }),
      /not writable|READ_ONLY/,
    )
    await t.rejects(
      host.do('write', { ieee, cluster: 'genBasic', attributes: { locationDesc: 'x' } }),
      /UNSUPPORTED_ATTRIBUTE/,
    )
    const items = [
      {
        attribute: 'zclVersion',
        minimumReportInterval: 1,
        maximumReportInterval: 60,
        reportableChange: 1,
      },
    ]
    await t.rejects(host.do('report', { ieee, cluster: 'genBasic', items }), /UNREPORTABLE/)
    const options = { direction: 1 }
    const asked = { ieee, cluster: 'genOta', options }
    t.match(
      await host.do('read', { ...asked, attributes: ['currentFileVersion', 'imageUpgradeStatus'] }),
      {
        currentFileVersion: 1,
        imageUpgradeStatus: 0,
      },
    )

    await host.do('bind', { ieee, cluster: 'genOta' })
    t.equal(rig.home.nodes[0]!.bindings.length, 1)
    await host.do('bind', { ieee, cluster: 'genOta', undo: true })
    t.equal(rig.home.nodes[0]!.bindings.length, 0)
    await host.do('backup')
    t.ok(existsSync(join(directory, 'backup.json')))

    const image = gbImage(20_000)
    const { result } = await host.do('update', {
      ieee,
      url: imageFile(directory, image),
      baseSize: 200,
    })
    t.match(result, [{ fileVersion: 1 }, { fileVersion: GB_VERSION }])
    t.equal(rig.device.firmware.rebuilt, sha256(image))
    t.equal(rig.device.firmware.fileVersion, GB_VERSION)
    t.match(rig.all('image-verified'), [{ reason: 'signature is right' }])
    t.match(await host.do('read', { ieee, cluster: 'genBasic', attributes: ['swBuildId'] }), {
      swBuildId: '01020304',
    })
    t.match(await host.do('read', { ...asked, attributes: ['currentFileVersion'] }), {
      currentFileVersion: GB_VERSION,
    })

    const left = rig.event('device-left')
    await host.do('remove', { ieee })
    await left
    t.notOk(rig.home.nodes[0]!.isJoined)
    await host.do('stop')
    t.same(rig.events.flatMap(problemsOf), [])
    t.match(rig.front, { malformed: 0 })
    t.same(rig.all('host-unknown'), [], 'every command that it sent is there')
  })

  t.test(`${version}: a network resumed, and a GB image in the largest blocks`, async t => {
    const directory = t.testdir({})
    const image = gbImage(60_000)
    const rig = await Rig.open({ values: { turnaround, maxDataSize: 223 } })
    t.teardown(() => rig.close())
    const first = await rig.host(version, directory)
    const [ieee] = await joinAll(rig, first.host)
    await first.host.do('stop')
    first.host.kill()

    const { host, started } = await rig.host(version, directory)
    t.equal(started.result, 'resumed')
    t.ok(started.ms < first.started.ms, 'which is faster')
    t.equal(rig.all('network-formed').length, 1, 'the stick had not stopped')
    await host.do('update', { ieee, url: imageFile(directory, image), baseSize: 223 })
    t.equal(rig.device.firmware.rebuilt, sha256(image))
    t.equal(rig.device.client.blocks, Math.ceil(60_000 / 223), '223 octets a block')
  })

  for (const [kind, image] of IMAGES) {
    t.test(`${version}: a ${kind} block by block`, async t => {
      await updated(t, version, image, { maxDataSize: 223 })
    })

    t.test(`${version}: a ${kind} page by page`, async t => {
      const rig = await updated(t, version, image, { maxDataSize: 200, pageSize: 4_000 })
      // 4,000 blocks come, and were each asked for by itself, as many questions would go; what a host reads of a stick when it
      // starts, every entry of its tables, is some 300 frames.
      t.ok(rig.front.frames < 4_000 + 1_000, 'no block was asked for by itself')
      t.match(rig.home.survival.all, [{ empties: 0 }], 'clipped at the end')
    })
  }

  t.test(`${version}: eight devices at once`, async t => {
    const directory = t.testdir({})
    const image = gbImage(20_000)
    const rig = await Rig.open({ devices: 8, values: { turnaround, maxDataSize: 200 } })
    t.teardown(() => rig.close())
    const { host } = await rig.host(version, directory)
    const all = await joinAll(rig, host, 8)
    const url = imageFile(directory, image)
    await Promise.all(all.map(ieee => host.do('update', { ieee, url, baseSize: 200 })))
    for (const { device } of rig.home.nodes) {
      t.equal(device.firmware.rebuilt, sha256(image))
      t.equal(device.firmware.fileVersion, GB_VERSION)
    }
  })
}

t.test('11.1.1: a GB image over 750 kB in blocks of 50, and a sleepless device', async t => {
  const directory = t.testdir({})
  const image = gbImage(800_000)
  const rig = await Rig.open({ values: { turnaround: 0 } })
  t.teardown(() => rig.close())
  const { host } = await rig.host('11.1.1', directory)
  const [ieee] = await joinAll(rig, host)
  await host.do('update', { ieee, url: imageFile(directory, image) })
  t.equal(rig.device.firmware.rebuilt, sha256(image))
  t.equal(rig.device.client.blocks, 16_000)
})

t.test('an image for somebody else: the host sends it, the device does not take it', async t => {
  const directory = t.testdir({})
  const rig = await Rig.open({ values: { turnaround: 0 } })
  t.teardown(() => rig.close())
  const { host } = await rig.host('11.1.1', directory)
  const [ieee] = await joinAll(rig, host)
  const url = imageFile(directory, standardImage(20_000))
  await t.rejects(host.do('update', { ieee, url, requestTimeout: 1_000 }), /[Tt]imeout/)
  t.match(rig.all('ota-refused'), [{ status: 0x96 }])
  t.equal(rig.device.client.blocks, 0)
})

t.test('10.9.5 at a deCONZ stick: joined, interviewed, updated', async t => {
  const directory = t.testdir({})
  const image = gbImage(20_000)
  const rig = await Rig.open({ protocol: 'deconz', values: { turnaround: 0, maxDataSize: 100 } })
  t.teardown(() => rig.close())
  const { host } = await rig.host('10.9.5', directory)
  t.match(rig.all('network-formed'), [{ panId: 0x1a62, channel: 11, resumed: false }])
  const [ieee] = await joinAll(rig, host)
  await host.do('update', { ieee, url: imageFile(directory, image), baseSize: 100 })
  t.equal(rig.device.firmware.rebuilt, sha256(image))
  t.match(rig.home.survival.all, [{ dropped: 0, strays: 0 }], 'it fetches frames one by one')
  t.same(rig.all('host-unknown'), [])
})
