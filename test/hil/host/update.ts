// What a device does wrong after it was notified, played by one that a test holds: it keeps silent, asks for nothing more,
// goes back to what it ran. A whole update is in test/air.

import { EventEmitter } from 'node:events'
import t from 'tap'
import { readHeader } from '#core/image/header'
import { gbFixture } from '#firmware-fixtures/gb-image'
import type { Host } from '#hil/host/host'
import { type UpdateOptions, update } from '#hil/host/update'

const IMAGE = gbFixture({ size: 1_000 })
const HEADER = readHeader(IMAGE)
const DEVICE = '00-15-8D-00-01-02-03-04'
const QUERY = {
  manufacturerCode: HEADER.manufacturerCode,
  imageType: HEADER.imageType,
  fileVersion: 1,
}

/** How zigbee-herdsman's updateOta ends. */
type Ending = (onProgress: (share: number) => void, device: EventEmitter) => Promise<unknown>

class FakeDevice extends EventEmitter {
  readonly ieeeAddr = '0x00158d0001020304'
  readonly sent: string[] = []
  readonly endpoints = [
    {
      outputClusters: [0x0019],
      supportsOutputCluster: () => true,
      supportsInputCluster: () => false,
      commandResponse: async (_: string, command: string) => {
        this.sent.push(command)
        if (command === 'imageNotify' && this.#answers()) this.#ask()
      },
    },
  ]
  readonly #answers: () => boolean
  readonly #ending: Ending
  readonly #query: typeof QUERY

  constructor(
    answers: () => boolean,
    ending: Ending = async () => [QUERY, QUERY],
    query: Partial<typeof QUERY> = {},
  ) {
    super()
    this.#query = { ...QUERY, ...query }
    this.#answers = answers
    this.#ending = ending
  }

  async updateOta(...args: unknown[]): Promise<unknown> {
    return await this.#ending(args[4] as (share: number) => void, this)
  }

  #ask(): void {
    const meta = { zclTransactionSequenceNumber: 7 }
    const message = { type: 'commandQueryNextImageRequest', data: { ...this.#query }, meta }
    setImmediate(() => this.emit('message', message))
  }
}

function attempt(device: FakeDevice, change: Partial<UpdateOptions> = {}) {
  const controller = new EventEmitter()
  const host = { controller, isLost: false, device: () => device } as unknown as Host
  const result = update(host, {
    octets: IMAGE.u8,
    header: HEADER,
    device: DEVICE,
    allowed: { downgrade: false, reinstall: false },
    blockSize: 50,
    blockDelay: 0,
    patience: 200,
    verify: true,
    confirmWithin: 100,
    signal: new AbortController().signal,
    heed() {},
    ...change,
  })
  result.catch(() => {})
  return { result, controller }
}

const whole: Ending = async onProgress => {
  onProgress(100)
  return [QUERY, QUERY]
}

t.test('a device that does not ask', async t => {
  const device = new FakeDevice(() => false)
  await t.rejects(attempt(device).result, {
    code: 'HANRIG_DEVICE_SILENT',
    message: `${DEVICE} did not ask for an image within 0.2 s of being notified.`,
  })
  t.same(device.sent, ['imageNotify'])
  t.equal(device.listenerCount('message'), 0, 'nobody listens any more')
})

/** An update in which a device asks for blocks at these offsets, and says how it ended unless it falls silent. */
const asking =
  (offsets: readonly number[], status?: number): Ending =>
  async (onProgress, device) => {
    for (const fileOffset of offsets) {
      const data = { fileOffset, maximumDataSize: 50 }
      device.emit('message', { type: 'commandImageBlockRequest', data, meta: {} })
    }
    if (status === undefined) {
      await new Promise(done => setTimeout(done, 210))
      throw new Error('whatever the library says')
    }
    device.emit('message', { type: 'commandUpgradeEndRequest', data: { status }, meta: {} })
    if (status !== 0) throw new Error('whatever the library says')
    onProgress(100)
    return [QUERY, QUERY]
  }
const ALL = Array.from({ length: 20 }, (_, i) => 50 * i)

t.test('how it failed is told by what was seen of it', async t => {
  const told: [string, Ending, string, RegExp][] = [
    ['not taken up', asking([]), 'DEVICE_SILENT', /offered the image and has asked for no block/],
    ['halfway', asking([0, 50, 100]), 'DEVICE_SILENT', /stopped asking .* at 100 of 1,000 octets/],
    ['not ended', asking(ALL), 'DEVICE_NOT_ENDING', /has all octets and has not ended for 0\.2 s/],
    ['refused', asking(ALL, 0x96), 'DEVICE_REFUSED', /refused it: INVALID_IMAGE \(0x96\)/],
    ['given up', asking([0, 50], 0x95), 'DEVICE_REFUSED', /gave up at 50 of 1,000 .*ABORT/],
    ['another', asking(ALL, 0x05), 'DEVICE_REFUSED', /refused it: status \(0x05\)/],
    ['too early', asking([0, 50], 0), 'DEVICE_ENDED_EARLY', /ended at 100 of 1,000 octets/],
    [
      'the library itself',
      async () => {
        throw new Error('something else')
      },
      'STICK_FAILED',
      /something else/,
    ],
  ]
  for (const [what, ending, code, message] of told) {
    const device = new FakeDevice(() => true, ending)
    await t.rejects(attempt(device).result, { code: `HANRIG_${code}`, message }, what)
    t.equal(device.listenerCount('message'), 0)
  }
  const early = new FakeDevice(() => true, asking([0, 50], 0))
  await t.rejects(attempt(early, { verify: false }).result, { code: 'HANRIG_DEVICE_ENDED_EARLY' })
})

t.test('a device that takes the image and goes on with the old one', async t => {
  const device = new FakeDevice(() => true, whole)
  await t.rejects(attempt(device).result, {
    code: 'HANRIG_DEVICE_RUNS_OLD',
    message: `${DEVICE} took the image and still runs version 0x00000001.`,
  })
  t.ok(device.sent.filter(command => command === 'imageNotify').length > 2, 'it is asked again')
  const unasked = await attempt(new FakeDevice(() => true, whole), { verify: false }).result
  t.match(unasked, { runs: undefined, announced: false, already: false })
})

t.test(
  'a device that runs version 0xFFFFFFFF, which zigbee-herdsman reads as no number',
  async t => {
    const ones = { fileVersion: Number.NaN }
    const device = new FakeDevice(() => true, whole, ones)
    const header = { ...HEADER, fileVersion: 0xffff_ffff }
    const { already, runs, from } = await attempt(device, { header }).result
    t.match(
      { already, runs, from },
      { already: true, runs: 0xffff_ffff, from: { fileVersion: 0xffff_ffff } },
    )
    const again = { downgrade: false, reinstall: true }
    const twice = new FakeDevice(() => true, whole, ones)
    t.match(await attempt(twice, { header, allowed: again }).result, {
      already: false,
      runs: 0xffff_ffff,
    })
  },
)

t.test('a stick that goes away while a device is waited for', async t => {
  const { result, controller } = attempt(new FakeDevice(() => false), { patience: 60_000 })
  setImmediate(() => controller.emit('adapterDisconnected'))
  await t.rejects(result, { code: 'HANRIG_STICK_LOST' })
})

t.test('told to stop, before the device asks and while it restarts', async t => {
  const early = new AbortController()
  const waiting = attempt(new FakeDevice(() => false), { signal: early.signal }).result
  early.abort()
  await t.rejects(waiting, { code: 'HANRIG_INTERRUPTED' })

  const late = new AbortController()
  const restarting = new FakeDevice(
    () => true,
    onProgress => {
      onProgress(100)
      setImmediate(() => late.abort())
      return new Promise(() => {})
    },
  )
  await t.rejects(attempt(restarting, { signal: late.signal }).result, {
    code: 'HANRIG_INTERRUPTED',
  })
})
