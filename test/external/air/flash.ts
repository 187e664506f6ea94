// `hanrig flash --stick` against the virtual stick: what arrives is what was sent, what may not go does not, and whatever
// stops an update is named.

import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { jsonLines, type Ran } from '../../helpers/hanrig.ts'
import { Command, run } from '../../helpers/hosts/command.ts'
import { installed } from '../../helpers/hosts/installed.ts'
import { Stick, type StickEvent } from '../../helpers/hosts/stick.ts'

const SIZE = 6_000
const VERSION = 0x0102_0304
const VERSION_AT = 14
const IMAGE_TYPE_AT = 12
/** What `hanrig stick --formed` has: zigbee-herdsman's usual network. */
const FORMED = {
  panId: 0x1a62,
  extendedPanId: 'dddddddddddddddd',
  channel: 11,
  networkKey: '01030507090b0d0f00020406080a0c0d',
}
/** A block each so many ms: time enough to stop it. */
const SLOW = ['--turnaround', '40']

/** A meter on a desk. */
const QUICK =
  'blockPeriod: 0 s, answerTimeout: 500 ms, queryInterval: 0 s, maxDataSize: 50 B, activationShortest: 500 ms, activationLongest: 500 ms, bootTime: 100 ms, turnaround: 5 ms'
const INSTANT = 'links: { han: { latency: 0 ms, jitter: 0 ms } }'

// Most of the time is zigbee-herdsman's own waiting.
t.jobs = 2
/** A fresh one for each: the runner writes into it. */
const parallel = () => ({ buffered: true, timeout: 240_000 })

class Bench {
  readonly stick: Stick
  readonly directory: string
  readonly image: string
  readonly sha256: string
  readonly devices: string[]

  private constructor(stick: Stick, directory: string, octets: Uint8Array, devices: string[]) {
    this.stick = stick
    this.directory = directory
    this.image = join(directory, 'image.ota')
    this.sha256 = createHash('sha256').update(octets).digest('hex')
    this.devices = devices
  }

  /** A stick whose network is kept in a directory, and its devices on it. */
  static async of(t: Test, devices: number, ...how: string[]): Promise<Bench> {
    return await Bench.#of(t, t.testdir({}), devices, '--devices', String(devices), ...how)
  }

  /** The same with one device, whose fields and faults a scenario has: as YAML. */
  static async wrong(t: Test, fields: string, wrong: string): Promise<Bench> {
    const directory = t.testdir({})
    const home = join(directory, 'home.yaml')
    const meter = `{ profile: esme, version: 1, with: { ${QUICK}, ${fields} }, wrong: [${wrong}] }`
    const lines = ['name: wrong', 'generation: smets2', `devices: { esme: ${meter} }`, INSTANT]
    writeFileSync(home, `${lines.join('\n')}\n`)
    return await Bench.#of(t, directory, 1, home)
  }

  static async #of(t: Test, directory: string, devices: number, ...how: string[]): Promise<Bench> {
    const octets = gbFixture({ size: SIZE }).u8
    const image = join(directory, 'image.ota')
    writeFileSync(image, octets)
    const data = join(directory, 'han')
    mkdirSync(data)
    writeFileSync(join(data, 'network.json'), JSON.stringify(FORMED))
    const stick = await Stick.start('--formed', ...how)
    t.teardown(() => stick.end())
    const port = ['--stick', stick.where, '--data', data]
    const joined = await run('han', 'join', ...port, '--count', String(devices), '--json')
    t.equal(joined.exit, 0, joined.stderr)
    // They are told in the order of their interviews; numbered they were upwards.
    const ids = jsonLines(joined.stdout)
      .map(({ eui64 }) => eui64)
      .sort()
    return new Bench(stick, directory, octets, ids)
  }

  /** A file that differs from the image. */
  changed(name: string, change: (octets: Buffer) => void): string {
    const octets = Buffer.from(gbFixture({ size: SIZE }).u8)
    change(octets)
    const path = join(this.directory, name)
    writeFileSync(path, octets)
    return path
  }

  command(image: string, device: string, ...more: string[]): Command {
    const data = join(this.directory, 'han')
    const port = ['--stick', this.stick.where, '--data', data, '--device', device]
    return new Command(['flash', image, ...port, '--json', ...more])
  }

  async flash(image: string, device: string, ...more: string[]): Promise<Ran> {
    return await this.command(image, device, ...more).ended()
  }
}

/** What came of a board: the last line but one. */
const end = (ran: Ran): StickEvent => jsonLines(ran.stdout).at(-2)

function refused(t: Test, ran: Ran, exit: number, code: string): void {
  t.equal(ran.exit, exit, code)
  t.match(end(ran), { name: 'end', ok: false, error: { code, exit } })
  t.match(jsonLines(ran.stdout).at(-1), { name: 'verdict', ok: false, exit })
}

t.test('an update, once more, an older one, another device’s', parallel(), async t => {
  const bench = await Bench.of(t, 1)
  const [id] = bench.devices as [string]
  const ran = await bench.flash(bench.image, id)
  t.equal(ran.exit, 0, ran.stderr)
  const events = jsonLines(ran.stdout)
  t.match(events[0], { name: 'begin', device: id, size: SIZE, sha256: bench.sha256 })
  const phases = events.filter(({ name }) => name === 'progress').map(({ phase }) => phase)
  t.same([...new Set(phases)], ['offering', 'sending', 'restarting', 'verifying', 'running'])
  t.match(end(ran), {
    ...{ device: id, ok: true, already: false, verified: true, announced: true },
    ...{ versionBefore: 1, version: VERSION },
    facts: { eui64: id, softwareBuild: '01020304' },
  })
  t.ok(end(ran).blocks >= SIZE / 50)
  t.match(events.at(-1), { name: 'verdict', ok: true, boards: 1, exit: 0 })

  const again = await bench.flash(bench.image, id)
  t.equal(again.exit, 0)
  t.match(end(again), { already: true, verified: true, blocks: 0 })

  const older = bench.changed('older.ota', octets => octets.writeUInt32LE(VERSION - 1, VERSION_AT))
  refused(t, await bench.flash(older, id), 5, 'HANRIG_UPDATE_DOWNGRADE')
  const other = bench.changed('other.ota', octets => octets.writeUInt16LE(7, IMAGE_TYPE_AT))
  refused(t, await bench.flash(other, id), 5, 'HANRIG_UPDATE_WRONG_DEVICE')
  t.match(await bench.stick.end(), [{ fileVersion: VERSION, sha256: bench.sha256 }])
})

t.test('ctrl-C aborts on the air, and the next call succeeds', parallel(), async t => {
  const bench = await Bench.of(t, 1)
  const [id] = bench.devices as [string]
  const stopped = bench.command(bench.image, id, ...SLOW)
  await bench.stick.event('ota-progress', 'esme', 60_000)
  stopped.interrupt()
  refused(t, await stopped.ended(), 130, 'HANRIG_INTERRUPTED')
  t.match(await bench.stick.event('ota-stopped', 'esme', 10_000), { status: 0x95 })

  const whole = await bench.flash(bench.image, id, '--max-data', '200')
  t.equal(whole.exit, 0, whole.stderr)
  t.match(await bench.stick.end(), [{ fileVersion: VERSION, sha256: bench.sha256 }])
})

t.test('an image that the device refuses; a stick that goes away', parallel(), async t => {
  const bench = await Bench.of(t, 2)
  const [first, second] = bench.devices as [string, string]
  const forged = bench.changed('forged.ota', octets => {
    octets[SIZE - 1]! ^= 1
  })
  const ran = await bench.flash(forged, first)
  refused(t, ran, 3, 'HANRIG_DEVICE_REFUSED')
  t.match(end(ran).error.message, 'INVALID_IMAGE')

  const cut = bench.command(bench.image, second, ...SLOW)
  await bench.stick.event('ota-progress', 'esme-2', 60_000)
  await bench.stick.end()
  refused(t, await cut.ended(), 3, 'HANRIG_STICK_LOST')
})

t.test(
  'a page past the image’s end, and what needs no stick to be refused',
  parallel(),
  async t => {
    const bench = await Bench.of(t, 1, '--page', '4000', '--unclipped')
    const [id] = bench.devices as [string]
    refused(t, await bench.flash(bench.image, id), 3, 'HANRIG_PAGE_PAST_END')

    const raw = bench.changed('raw.bin', octets => octets.fill(0x55))
    const wild = bench.changed('wild.ota', octets => octets.writeUInt16LE(0xffff, IMAGE_TYPE_AT))
    const early = [
      [await bench.flash(wild, id), 'HANRIG_IMAGE_NOT_CARRIED'],
      [await bench.flash(raw, id), 'HANRIG_IMAGE_NOT_OTA'],
      [await bench.flash(bench.image, '00-00-00-00-00-00-00-01'), 'HANRIG_DEVICE_UNKNOWN'],
      [await bench.flash(bench.image, id, '--rtscts'), 'HANRIG_USAGE'],
      [await run('flash', bench.image, '--stick', bench.stick.where, '--json'), 'HANRIG_USAGE'],
      [await run('flash', bench.image, '--device', id, '--json'), 'HANRIG_USAGE'],
    ] as const
    for (const [{ exit, stdout }, code] of early) {
      t.equal(exit, 2, code)
      t.match(jsonLines(stdout).at(-1), { name: 'error', code })
    }
  },
)

t.test('several devices in a queue', parallel(), async t => {
  const bench = await Bench.of(t, 3)
  const [first, second, third] = bench.devices as [string, string, string]
  const all = ['--device', second, '--device', third, '--jobs', '2']
  const ran = await bench.flash(bench.image, first, ...all)
  t.equal(ran.exit, 0, ran.stderr)
  const events = jsonLines(ran.stdout)
  const ends = events.filter(({ name }) => name === 'end')
  t.same(ends.map(({ device }) => device).toSorted(), bench.devices)
  t.ok(ends.every(({ ok, verified }) => ok && verified))
  t.match(events.at(-1), { name: 'verdict', ok: true, boards: 3, exit: 0 })
  const twice = await bench.flash(bench.image, first, '--device', first)
  t.match(twice, { exit: 2, stdout: /is named twice/ })
  for (const device of await bench.stick.end()) t.equal(device.sha256, bench.sha256)
})

t.test('a device that verifies for longer than it may be silent', parallel(), async t => {
  const bench = await Bench.wrong(t, 'verifyTime: 60 s', '')
  const [id] = bench.devices as [string]
  const ran = await bench.flash(bench.image, id, '--patience', '3s')
  refused(t, ran, 4, 'HANRIG_DEVICE_NOT_ENDING')
  t.match(end(ran), {
    ...{ octets: SIZE - (SIZE % 50 || 50), blocks: Math.ceil(SIZE / 50), retries: 0, pastEnd: 0 },
    error: { message: /has all octets and has not ended for 3 s/ },
  })
})

t.test('a device that ends early', parallel(), async t => {
  const early = await Bench.wrong(
    t,
    'verifyTime: 100 ms',
    '{ what: ends-early, after: 20, times: 1 }',
  )
  const [id] = early.devices as [string]
  const ran = await early.flash(early.image, id, '--patience', '3s')
  refused(t, ran, 3, 'HANRIG_DEVICE_ENDED_EARLY')
  const { octets, blocks, retries, error } = end(ran)
  t.equal(octets, 50 * (blocks - retries))
  t.match(error.message, `ended at ${octets.toLocaleString('en')} of 6,000 octets`)
})

t.test('requests past the end or for 255 octets are counted as they are', parallel(), async t => {
  const wrong =
    '{ what: past-the-end, after: 10, times: 2 }, { what: ask-255, after: 20, times: 5 }'
  const bench = await Bench.wrong(t, 'verifyTime: 100 ms', wrong)
  const [id] = bench.devices as [string]
  const ran = await bench.flash(bench.image, id)
  t.equal(ran.exit, 0, ran.stdout)
  t.match(end(ran), { verified: true, pastEnd: 2, octets: SIZE })
  t.ok(end(ran).blocks >= SIZE / 50)
  t.match(await bench.stick.end(), [{ sha256: bench.sha256 }])
})

t.test('zigbee-herdsman 11 resumes what 10 began, and updates as well', parallel(), async t => {
  const bench = await Bench.of(t, 1)
  const [id] = bench.devices as [string]
  const herdsman = installed('herdsman-11')
  const port = ['--stick', bench.stick.where, '--data', join(bench.directory, 'han')]
  const args = ['--verbose', 'flash', bench.image, ...port, '--device', id, '--json']
  const ran = await new Command(args, herdsman).ended()
  t.equal(ran.exit, 0, ran.stderr)
  t.match(end(ran), { ok: true, verified: true, version: VERSION })
  t.match(ran.stderr, '"herdsman":"11.1.1"')
  t.match(await bench.stick.end(), [{ fileVersion: VERSION, sha256: bench.sha256 }])
})
