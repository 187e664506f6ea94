// One home and the services behind it, wired on one clock: Supplier, DCO, Communications Hub and ESME, with lossy
// links between them and the DSP listening. Bytes in, bytes out, events out; the caller gives image, seed and sink.

import { FRAME_HEADER } from '../core/block/frame.ts'
import type { OpenedImage } from '../core/image/open.ts'
import { IMMEDIATE, OUTCOME_SUCCESS } from '../core/power/activation.ts'
import type { SuppressionConfig } from '../core/power/suppression.ts'
import { Random } from '../core/time/random.ts'
import { VirtualClock } from '../core/time/virtual-clock.ts'
import { sha256, type TrustAnchor } from './crypto.ts'
import { MAX_HAN_FRAME } from './device/han.ts'
import { Hub } from './device/hub.ts'
import { OtaDevice } from './device/ota-device.ts'
import { DelayLine } from './link/delay-line.ts'
import { type FaultOptions, type FaultRates, FaultyLink } from './link/faults.ts'
import type { Link, Receiver } from './link/link.ts'
import { MAX_CONTROL_FRAME } from './link/wire.ts'
import {
  type DeviceProfile,
  HAN,
  HUB,
  type LinkValues,
  SERVICE,
  type ServiceValues,
  WAN,
} from './profile/profiles.ts'
import { Dco } from './service/dco.ts'
import { describe } from './service/descriptor.ts'
import type { Disk } from './service/disk.ts'
import { Dsp } from './service/dsp.ts'
import { Supplier } from './service/supplier.ts'
import { Trace, type TraceSink } from './trace.ts'

/** Ids of the built-in home: EUI-64s as the public GBCS test vectors have them. */
export const ESME_ID = '00-DB-12-34-56-78-90-A0'
export const HUB_ID = '00-DB-12-34-56-78-90-A2'

export interface PremisesOptions {
  readonly image: OpenedImage
  readonly seed: number
  readonly profile: DeviceProfile
  /** Faults on every link; corruption, duplication and reordering included. */
  readonly faults: FaultRates
  /** Octets in a network block on the WAN. */
  readonly blockSize: number
  /** Whose signature the ESME requires; undefined leaves signatures unchecked. */
  readonly anchor: TrustAnchor | undefined
  /** Whether the DSP lists this ESME as one that cuts the hub's supply. */
  readonly listed: boolean
  /** Milliseconds from the 11.1 Response to the activation, or IMMEDIATE. */
  readonly activateIn: number
  readonly disk: Disk
  /** Wall-clock time of the start, Unix ms: a parameter, so that runs repeat. */
  readonly startUnixMs: number
}

export interface Outcome {
  readonly ok: boolean
  /** Why it is not ok. */
  readonly failures: readonly string[]
  /** SHA-256 of the file that the device rebuilt, hex; empty when it rebuilt none. */
  readonly sha256: string
  readonly expectedSha256: string
  readonly fileVersion: number
  readonly finding: string
  /** Virtual milliseconds. */
  readonly duration: number
  readonly wan: { readonly blocks: number; readonly repeats: number; readonly accepted: number }
  readonly han: { readonly blocks: number; readonly retries: number; readonly strays: number }
  readonly ad1: { readonly suppressed: number; readonly forwarded: number }
}

/** A frame held back on the WAN or the HAN waits at most this long, ms (inferred). */
const WAN_HOLD_BACK = 2_000
const HAN_HOLD_BACK = 100
/** Virtual time after which a run that still moves is stopped: SRV 11.1 fails after 7 days, plus TRT of 5. */
const HORIZON = 12 * 86_400_000
const TIMERS = 4096

/** Plays the main job to its end and says how it went. */
export function playPremises(options: PremisesOptions, sink: TraceSink): Outcome {
  const clock = new VirtualClock(TIMERS)
  const trace = new Trace(clock, sink)
  const { image, seed, profile, startUnixMs } = options
  const descriptor = describe(image, Math.min(options.blockSize, image.octets.length))
  const wanFrame = Math.max(FRAME_HEADER + descriptor.geometry.blockSize, MAX_CONTROL_FRAME)
  // Two windows, for what was held back or sent twice, and room for questions and messages.
  const frames = Math.ceil(SERVICE.windowSize / (FRAME_HEADER + descriptor.geometry.blockSize))
  const wanSlots = 2 * Math.min(frames, SERVICE.windowBlocks, descriptor.geometry.count) + 32
  const wire = (name: string, values: LinkValues, size: { maxFrame: number; slots: number }) =>
    new Wire(clock, trace, seed, options.faults, name, values, size)

  const supplierToDco = wire('wan.up', WAN, { maxFrame: wanFrame, slots: wanSlots })
  const dcoToSupplier = wire('wan.down', WAN, { maxFrame: wanFrame, slots: 32 })
  const dcoToHub = wire('csp.down', WAN, { maxFrame: wanFrame, slots: wanSlots })
  const hubToDco = wire('csp.up', WAN, { maxFrame: wanFrame, slots: 32 })
  const hubToEsme = wire('han.down', HAN, { maxFrame: MAX_HAN_FRAME, slots: 32 })
  const esmeToHub = wire('han.up', HAN, { maxFrame: MAX_HAN_FRAME, slots: 32 })

  const sender = {
    windowSize: SERVICE.windowSize,
    windowBlocks: SERVICE.windowBlocks,
    answerTimeout: SERVICE.answerTimeout,
    maxTries: SERVICE.maxTries,
    bitRate: WAN.bitRate,
  }
  const courier = { timeout: profile.values.messageTimeout, maxTries: SERVICE.maxTries * 10 }
  const dsp = new Dsp(trace, suppressionOf(SERVICE))
  dsp.join(ESME_ID, HUB_ID)
  if (options.listed) dsp.list(ESME_ID)

  const supplier = new Supplier(clock, trace, sender, courier, supplierToDco.link, startUnixMs)
  const dco = new Dco(clock, trace, {
    batch: SERVICE.batch,
    sender,
    courier,
    toSupplier: dcoToSupplier.link,
    toHub: dcoToHub.link,
    disk: options.disk,
    dsp,
    device: ESME_ID,
    hub: HUB_ID,
    startUnixMs,
  })
  const hub = new Hub(
    clock,
    trace,
    HUB,
    courier,
    { wan: hubToDco.link, han: hubToEsme.link },
    startUnixMs,
  )
  const esme = new OtaDevice(
    {
      name: 'esme',
      profile,
      manufacturerCode: descriptor.manufacturerCode,
      imageType: descriptor.imageType,
      fileVersion: (descriptor.fileVersion - 1) >>> 0,
      expected: image.ota?.kind ?? 'raw',
      anchor: options.anchor,
      startUnixMs,
      hubSupply: on => hub.supply(on),
    },
    clock,
    trace,
    new Random(seed, 'esme.activation'),
    courier,
    esmeToHub.link,
  )
  supplierToDco.receiver = dco.receiveFromSupplier
  dcoToSupplier.receiver = supplier.receive
  dcoToHub.receiver = hub.receiveFromWan
  hubToDco.receiver = dco.receiveFromHub
  hubToEsme.receiver = esme.receive
  esmeToHub.receiver = hub.receiveFromHan

  const hash = sha256(
    image.octets.u8.subarray(descriptor.hashed.at, descriptor.hashed.at + descriptor.hashed.length),
  )
  supplier.distribute({
    image: image.octets,
    descriptor,
    hash,
    activateIn: options.activateIn,
    device: ESME_ID,
  })
  const quiet = clock.run(HORIZON)
  dco.log?.close()

  const expectedSha256 = Buffer.from(descriptor.sha256).toString('hex')
  const failures: string[] = []
  if (!quiet) failures.push('the run did not come to rest within 12 days of virtual time')
  if (esme.rebuilt === '') failures.push('the device received no whole image')
  else if (esme.rebuilt !== expectedSha256) failures.push('the device rebuilt other octets')
  if (esme.fileVersion !== descriptor.fileVersion) failures.push('the new version does not run')
  if (supplier.distribution === undefined) failures.push('SRV 11.1 was never answered')
  if (supplier.outcome === undefined) failures.push('SRV 11.3 was never answered')
  else if (options.activateIn === IMMEDIATE && supplier.outcome.code !== OUTCOME_SUCCESS) {
    failures.push(`SRV 11.3 ended with response code ${supplier.outcome.code}`)
  }
  return {
    ok: failures.length === 0,
    failures,
    sha256: esme.rebuilt,
    expectedSha256,
    fileVersion: esme.fileVersion,
    finding: esme.finding,
    duration: clock.now,
    wan: {
      blocks: supplier.blocks.sent + dco.outgoing.sent,
      repeats: supplier.blocks.repeats + dco.outgoing.repeats,
      accepted: dco.incoming.accepted,
    },
    han: {
      blocks: esme.client.blocks,
      retries: esme.client.retries,
      strays: esme.client.strays,
    },
    ad1: { suppressed: dsp.suppressed, forwarded: dsp.forwarded },
  }
}

/** One direction of one medium: faults in front of a delay line. */
class Wire {
  readonly link: Link
  receiver: Receiver = () => {}

  constructor(
    clock: VirtualClock,
    trace: Trace,
    seed: number,
    rates: FaultRates,
    name: string,
    values: LinkValues,
    size: { maxFrame: number; slots: number },
  ) {
    const isHan = name.startsWith('han')
    const faults: FaultOptions = {
      rates,
      holdBack: isHan ? HAN_HOLD_BACK : WAN_HOLD_BACK,
      checked: isHan,
    }
    const jitter = new Random(seed, `${name}.jitter`)
    const line = new DelayLine(name, clock, trace, values, jitter, size, (src, at, length) =>
      this.receiver(src, at, length),
    )
    this.link = new FaultyLink(name, line, trace, seed, faults, size.maxFrame)
  }
}

function suppressionOf(values: ServiceValues): SuppressionConfig {
  return {
    window: values.suppressionWindow,
    endIncluded: values.suppressionEndIncluded !== 0,
    early: values.suppressionEarly,
  }
}
