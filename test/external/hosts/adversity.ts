// What goes wrong between a host and a device, and what the device makes of it: updates that are broken off, hosts and
// sticks that die in the middle, a bad medium, and two defects of zigbee-herdsman. In the end the image is right.

import t, { type Test } from 'tap'
import type { LinkSpec } from '#emulators/scenario/schema/schema'
import {
  gbImage,
  HERDSMEN,
  type Herdsman,
  imageFile,
  joinAll,
  Rig,
  type RigOptions,
  sha256,
} from '../../helpers/hosts/rig.ts'

// Most of a test's time is waiting: for a network to form, for turnarounds of 5 ms, for time-outs.
t.jobs = 3

const IMAGE = gbImage(30_000)
const VERSIONS = Object.keys(HERDSMEN) as Herdsman[]

/** A joined device and its host, on their way. */
async function underWay(t: Test, version: Herdsman, options: RigOptions = {}) {
  const directory = t.testdir({})
  const { turnaround } = HERDSMEN[version]
  const values = { turnaround, maxDataSize: 50, ...options.values }
  const rig = await Rig.open({ ...options, values })
  t.teardown(() => rig.close())
  const { host } = await rig.host(version, directory)
  const [ieee] = await joinAll(rig, host)
  return { rig, host, ieee, url: imageFile(directory, IMAGE), directory, values }
}

/** Has the host update its device until a good part has come; `end` is how the update ends. */
async function halfWay({ rig, host, ieee, url }: Awaited<ReturnType<typeof underWay>>) {
  const end: Promise<string> = host.do('update', { ieee, url, requestTimeout: 3_000 }).then(
    () => 'done',
    (error: Error) => error.message,
  )
  while (rig.device.client.offset < IMAGE.length * 0.3) await rig.event('ota-progress')
  return { end }
}

for (const version of VERSIONS) {
  t.test(`${version}: broken off by the host, and taken up where it was`, async t => {
    const way = await underWay(t, version)
    const { rig, host, ieee, url } = way
    const { end } = await halfWay(way)
    await host.do('abort', { ieee })
    t.match(await end, /abort/i)
    t.match(rig.all('ota-stopped'), [{ status: 0x95 }])
    const { offset, blocks } = rig.device.client
    t.ok(offset > 0 && offset < IMAGE.length)
    await host.do('update', { ieee, url })
    t.equal(rig.device.firmware.rebuilt, sha256(IMAGE))
    t.match(rig.all('ota-offered').at(-1), { resumedAt: offset })
    t.equal(rig.device.client.blocks - blocks, Math.ceil((IMAGE.length - offset) / 50))
  })

  t.test(`${version}: the host is killed in the middle, another goes on`, async t => {
    const way = await underWay(t, version)
    const { rig, ieee, url, directory } = way
    const { end } = await halfWay(way)
    way.host.kill()
    t.match(await end, /the host ended/)
    const { host, started } = await rig.host(version, directory)
    t.equal(started.result, 'resumed')
    await host.do('update', { ieee, url })
    t.equal(rig.device.firmware.rebuilt, sha256(IMAGE))
  })

  t.test(`${version}: the stick dies in the middle, another goes on with what it kept`, async t => {
    const way = await underWay(t, version)
    const { rig, host, ieee, url, directory, values } = way
    const { end } = await halfWay(way)
    const { state } = rig
    const kept = rig.device.firmware.flash.kept.offset
    await rig.pull()
    await host.event(e => e.event === 'disconnected')
    host.kill()
    await end
    const next = await Rig.open({ values, state })
    t.teardown(() => next.close())
    t.match(next.all('booted'), [{ pending: 'partial', offset: kept }])
    const other = await next.host(version, directory)
    t.equal(other.started.result, 'resumed', 'the stick has its network')
    await other.host.do('update', { ieee, url })
    t.equal(next.device.firmware.rebuilt, sha256(IMAGE))
    t.match(next.all('ota-offered').at(-1), { resumedAt: kept })
  })

  t.test(`${version}: the device loses its power in the middle`, async t => {
    const way = await underWay(t, version)
    const { rig, host, ieee, url } = way
    const { end } = await halfWay(way)
    rig.stick.enter(() => rig.device.cutPower(300))
    t.match(await end, /[Tt]imeout/, 'it asks for its image anew, for which the host is deaf then')
    t.match(rig.all('booted'), [{ pending: 'partial' }])
    await host.do('update', { ieee, url })
    t.equal(rig.device.firmware.rebuilt, sha256(IMAGE))
    t.ok(rig.all('ota-offered').at(-1)!.resumedAt > 0, 'it went on where it was')
  })

  t.test(`${version}: a bad medium`, async t => {
    const links: Partial<LinkSpec> = { loss: 0.01, corruption: 0.005, duplication: 0.01 }
    const values = { answerTimeout: 60, maxDataSize: 200 }
    const { rig, host, ieee, url } = await underWay(t, version, { values, links })
    await host.do('update', { ieee, url, baseSize: 200 })
    t.equal(rig.device.firmware.rebuilt, sha256(IMAGE))
    const [survived] = rig.home.survival.all
    t.ok(survived!.lost > 0 && survived!.retries > 0)
  })

  t.test(`${version}: beyond the image's end it sends empty blocks for ever`, async t => {
    const values = {
      pageSize: 7_000,
      clipsPages: 0,
      maxDataSize: 100,
      answerTimeout: 100,
      maxTries: 3,
    }
    const { rig, host, ieee, url } = await underWay(t, version, { values })
    const update = host
      .do('update', { ieee, url, baseSize: 100, requestTimeout: 5_000 })
      .catch((error: Error) => error.message)
    await rig.event('ota-held')
    t.equal(rig.device.firmware.rebuilt, sha256(IMAGE), 'the device has the image all the same')
    t.equal(rig.device.state, 'held', 'verified and kept, though its end is never answered')
    const { empties } = rig.home.survival.all[0]!
    t.ok(empties > 50, `${empties} empty blocks`)
    t.match(rig.all('host-survived'), [{ source: 'esme' }])
    t.ok(rig.all('host-survived')[0]!.empties > 0, 'and the report says so')
    host.kill()
    await update
  })
}

t.test(
  '10.9.5 loses requests that come with a confirm; the device asks again, and says so',
  async t => {
    const values = { turnaround: 0, answerTimeout: 25, maxDataSize: 200, maxTries: 200 }
    const { rig, host, ieee, url } = await underWay(t, '10.9.5', { values })
    await host.do('update', { ieee, url, baseSize: 200, requestTimeout: 60_000 })
    t.equal(rig.device.firmware.rebuilt, sha256(IMAGE))
    const [survived] = rig.home.survival.all
    t.ok(survived!.dropped > 0, `${survived!.dropped} dropped`)
    t.equal(survived!.lost, 0, 'nothing else took them')
    t.match(rig.all('host-survived'), [{ source: 'esme', lost: 0 }])
    t.equal(rig.all('host-survived')[0]!.dropped, survived!.dropped, 'and the report says so')
  },
)

t.test('a second update of a device that is being updated does not disturb the first', async t => {
  const way = await underWay(t, '10.9.5')
  const { rig, host, ieee, url } = way
  const { end } = await halfWay(way)
  const second = host.do('update', { ieee, url }).catch((error: Error) => error.message)
  t.equal(await end, 'done')
  t.equal(rig.device.firmware.rebuilt, sha256(IMAGE))
  t.equal(rig.all('ota-offered').length, 1, 'the device does not ask while it is at it')
  host.kill()
  t.match(await second, /the host ended|in progress/)
})

t.test('confirms that say no: the host tries again, and the image arrives', async t => {
  const confirms = new Map([60, 61, 90].map(n => [n, 0xe1]))
  const { rig, host, ieee, url } = await underWay(t, '11.1.1', {
    values: { maxDataSize: 200, answerTimeout: 4_000 },
    settings: { confirms },
  })
  await host.do('update', { ieee, url, baseSize: 200, requestTimeout: 60_000 })
  t.equal(rig.device.firmware.rebuilt, sha256(IMAGE))
  t.match(
    rig.all('confirm-scripted').map(({ number, status }) => [number, status]),
    [...confirms],
  )
})

t.test('a second host is told that it is the second', async t => {
  const { rig, host } = await underWay(t, '11.1.1')
  const { connect } = await import('node:net')
  const said = await new Promise<string>(done => {
    let text = ''
    const socket = connect(rig.port, '127.0.0.1')
    socket.on('data', octets => {
      text += octets
    })
    socket.on('close', () => done(text))
  })
  t.match(said, 'another host has this stick')
  t.equal(rig.all('host-refused').length, 1)
  t.match(await host.do('network'), { panID: 0x1a62 }, 'the first one has it still')
})
