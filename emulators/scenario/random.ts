// Scenarios by the thousand: one seed, one home with images, faults and steps, all within what the language can say.
// Half of them are mild, so that whatever is begun must end; in the others anything may fail that may fail in a home.
// One generator a concern: another step does not draw another device. Small, so that a run costs milliseconds.

import { Random } from '#core/time/random'
import { NO_FAULTS } from '../link/faults.ts'
import { DRAWN_CLIENT_WRONGS } from '../link/wrong.ts'
import {
  type DeviceProfile,
  type DeviceValues,
  HAN,
  HUB,
  type HubValues,
  type LinkValues,
  PROFILES,
  SERVICE,
  type ServiceValues,
  WAN,
} from '../profile/profiles.ts'
import { BOX_IMAGES, type BoxType } from '../profile/types.ts'
import { feederOf } from './read/settle.ts'
import type {
  DeviceSpec,
  Expectation,
  HubSpec,
  ImageSource,
  LinkSpec,
  Scenario,
  Step,
  Wrong,
} from './schema/schema.ts'

type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Header, an octet, trailer: the smallest image that the language has, also where there is no trailer. */
const SMALLEST = 127
const LARGEST = 20_000
/** Blocks that an image has at most, in the HAN and on the WAN: the cost of a run. */
const MOST_BLOCKS = 300
/** Far beyond any retention drawn here, one after another, so that a run that has not come to rest by then never does. */
const UNTIL = 40 * DAY
const FIRST_START = Date.UTC(2026, 0, 1)
const ALWAYS = Number.POSITIVE_INFINITY

/** Nobody promised that a step of a random scenario succeeds. */
const MAY_FAIL: Expectation = {
  kind: 'event',
  event: 'step-failed',
  source: undefined,
  where: {},
  count: { min: 0, max: ALWAYS },
  after: 0,
  within: ALWAYS,
  line: 0,
}

/**
 * Draws a scenario.
 * @param seed any u32; the same seed gives the same scenario for ever, or a failing seed would be worth nothing.
 */
export function randomScenario(seed: number): Scenario {
  const draw = (concern: string): Draw => new Draw(seed, `random.${concern}`)
  const home = draw('home')
  const mild = home.sometimes(0.5)
  const generation = home.oneOf(['smets1', 'smets2'] as const)
  const trust = home.sometimes(0.05) ? 'none' : 'test'
  // The smallest block in the home bounds its images.
  const grain = home.spread(1, 255)
  const largest = Math.min(LARGEST, grain * MOST_BLOCKS)
  const devices = drawDevices(draw('devices'), grain, mild)
  const images = drawImages(draw('images'), devices, Math.max(largest, SMALLEST))
  const hub = drawHub(draw('hub'), grain, mild)
  // Octets of one place sold as those of another are found by the signature alone: where there is none, or nobody
  // looks at it, no device can know, and a run in which it holds them is not illegal but hopeless.
  const unprovable =
    trust === 'none' ||
    Object.values(images).some(image => BOX_IMAGES[image.for].kind !== 'gb-signed')
  const wrongs = drawWrongs(draw('wrong'), Object.keys(devices), mild, !unprovable)
  return {
    name: `random ${seed}`,
    description: '',
    seed,
    start: FIRST_START + home.between(0, 365 * DAY),
    generation,
    trust,
    images,
    hub: { ...hub, fedBy: feederOf(devices), ad1: 'assumed', wrong: wrongs.hub },
    devices: Object.fromEntries(
      Object.entries(devices).map(([name, device]) => [
        name,
        { ...device, wrong: wrongs.devices[name]! },
      ]),
    ),
    service: drawService(draw('service'), largest, mild),
    links: drawLinks(draw('links'), Object.keys(devices), mild),
    steps: drawSteps(draw('steps'), images, devices, mild),
    expect: [MAY_FAIL],
    until: UNTIL,
  }
}

/** Random numbers as scenarios want them. */
class Draw {
  readonly #random: Random

  constructor(seed: number, concern: string) {
    this.#random = new Random(seed, concern)
  }

  sometimes(chance: number): boolean {
    return this.#random.chance(chance)
  }

  /** A whole number, both ends included. */
  between(from: number, to: number): number {
    return this.#random.between(from, to)
  }

  /** A whole number whose order of magnitude is what is even: small ones are as likely as large ones. */
  spread(from: number, to: number): number {
    const share = this.#random.between(0, 0xffff) / 0xffff
    return Math.round(from * (to / from) ** share)
  }

  /** A share of a hundred thousand, up to `most`. */
  share(most: number): number {
    return this.#random.between(0, Math.round(most * 100_000)) / 100_000
  }

  oneOf<T>(list: readonly T[]): T {
    return list[this.#random.between(0, list.length - 1)]!
  }

  /** At least one of them, in their order. */
  someOf<T>(list: readonly T[]): T[] {
    const chosen = list.filter(() => this.sometimes(0.6))
    return chosen.length > 0 ? chosen : [this.oneOf(list)]
  }

  /** Each value is drawn with this chance; the rest are as usual. */
  mostly<T extends Record<string, number>>(usual: T, others: { [K in keyof T]?: () => number }): T {
    const values: Record<string, number> = { ...usual }
    for (const [name, value] of Object.entries(others)) {
      const drawn = value!()
      if (this.sometimes(0.4)) values[name] = drawn
    }
    return values as T
  }
}

// Boxes

function drawDevices(draw: Draw, grain: number, mild: boolean): Record<string, DeviceSpec> {
  const count = draw.oneOf([1, 1, 2, 2, 3, 4, 6])
  const devices: Record<string, DeviceSpec> = {}
  for (let i = 1; i <= count; i++) {
    const profile = draw.oneOf(PROFILES)
    const { name, type } = profile
    devices[`${type}-${i}`] = {
      profile: name,
      type,
      id: undefined,
      version: draw.between(0, 1),
      listed: type === 'esme' && draw.sometimes(0.5),
      plugged: draw.sometimes(mild ? 0.95 : 0.8),
      values: drawDevice(draw, profile, grain, mild),
      wrong: [],
    }
  }
  return devices
}

function drawDevice(
  draw: Draw,
  profile: DeviceProfile,
  grain: number,
  mild: boolean,
): DeviceValues {
  const values = draw.mostly<DeviceValues>(profile.values, {
    blockPeriod: () => draw.between(0, 2 * SECOND),
    answerTimeout: () => draw.spread(mild ? 2 * SECOND : 100, 10 * SECOND),
    maxTries: () => draw.between(mild ? 15 : 1, 40),
    retryAfter: () => draw.spread(MINUTE, 6 * HOUR),
    hardwareVersion: () => draw.oneOf([0x1111, 0x1111, 0x1211, 0x1311]),
    verifyTime: () => draw.between(0, 30 * SECOND),
    activationShortest: () => draw.between(0, MINUTE),
    activationLongest: () => draw.between(12 * MINUTE, 45 * MINUTE),
    cutsHubSupply: () => draw.between(0, 1),
    responseSpacing: () => draw.between(0, 300),
    announcesBlockPeriod: () => draw.between(0, 1),
    queryInterval: () => draw.oneOf([0, draw.spread(10 * MINUTE, 2 * DAY)]),
    awakeTime: () => draw.spread(10 * SECOND, 10 * MINUTE),
    listenTime: () => draw.spread(SECOND, 10 * SECOND),
    bootTime: () => draw.between(0, 30 * SECOND),
    checkpointEvery: () => draw.spread(1, 16_384),
    clockSkew: () => draw.between(-10 * MINUTE, 10 * MINUTE),
    messageTimeout: () => draw.spread(2 * SECOND, 30 * SECOND),
  })
  return {
    ...values,
    maxDataSize: draw.sometimes(0.5) ? grain : draw.spread(grain, 255),
    pageSize: draw.sometimes(0.3) ? draw.spread(1, 2_000) : 0,
    wakeInterval: draw.sometimes(0.1) ? draw.spread(5 * MINUTE, 2 * HOUR) : values.wakeInterval,
    slotSize: draw.sometimes(0.05) ? draw.spread(100, 4_096) : values.slotSize,
    activationFails: draw.sometimes(0.1) ? 1 : 0,
    activationLongest: Math.max(values.activationShortest, values.activationLongest),
  }
}

function drawHub(draw: Draw, grain: number, mild: boolean): HubSpec {
  const values = draw.mostly<HubValues>(HUB, {
    serverMaxDataSize: () => draw.spread(grain, 255),
    minBlockPeriod: () => draw.between(0, 3 * SECOND),
    notifyPeriod: () => draw.spread(10 * SECOND, HOUR),
    pages: () => draw.between(0, 1),
    minPageSpacing: () => draw.between(0, 200),
    slots: () => draw.between(1, 4),
    serveWhileReceiving: () => draw.between(0, 1),
    listenTime: () => draw.spread(SECOND, 10 * SECOND),
    hardwareVersion: () => draw.oneOf([0x1111, 0x1111, 0x1211, 0x1311]),
    verifyTime: () => draw.between(0, 30 * SECOND),
    activationShortest: () => draw.between(0, MINUTE),
    activationLongest: () => draw.between(MINUTE, 10 * MINUTE),
    queryJitter: () => draw.between(1, 100),
    ad1Threshold: () => draw.oneOf([0, 90 * SECOND, 180 * SECOND]),
    ad1Strict: () => draw.between(0, 1),
    rebootTime: () => draw.between(0, MINUTE),
  })
  return {
    id: undefined,
    version: draw.between(0, 1),
    values: {
      ...values,
      updatesPpmidAndHcalcs: draw.sometimes(0.1) ? 0 : 1,
      activationFails: draw.sometimes(0.1) ? 1 : 0,
      retention: draw.spread(mild ? DAY : HOUR, 2 * DAY),
      messageRetention: draw.spread(mild ? DAY : HOUR, 2 * DAY),
    },
    wrong: [],
  }
}

function drawService(draw: Draw, largest: number, mild: boolean): ServiceValues {
  const values = draw.mostly<ServiceValues>(SERVICE, {
    windowSize: () => draw.spread(1, 65_536),
    windowBlocks: () => draw.spread(1, 512),
    batch: () => draw.spread(1, 256),
    answerTimeout: () => draw.spread(3 * SECOND, 30 * SECOND),
    suppressionWindow: () => draw.oneOf([0, 15 * MINUTE, 30 * MINUTE]),
    suppressionEndIncluded: () => draw.between(0, 1),
    suppressionEarly: () => draw.between(0, 10 * MINUTE),
  })
  return {
    ...values,
    wanBlockSize: draw.spread(Math.ceil(largest / MOST_BLOCKS), 4_096),
    maxTries: draw.between(mild ? 40 : 2, 100),
  }
}

// What goes wrong

function drawWrongs(
  draw: Draw,
  names: readonly string[],
  mild: boolean,
  provable: boolean,
): { hub: HubSpec['wrong']; devices: Record<string, DeviceSpec['wrong']> } {
  const frames = () => ({
    chance: draw.oneOf([1, 0.1, 0.02]),
    after: draw.between(0, 20),
    times: mild || draw.sometimes(0.7) ? draw.between(1, 3) : ALWAYS,
  })
  const restart = (): Extract<Wrong, { what: 'restart' }> => ({
    what: 'restart',
    every: draw.spread(2 * HOUR, 2 * DAY),
    for: draw.spread(1, 10 * MINUTE),
  })
  const client = (): DeviceSpec['wrong'][number] => {
    if (draw.sometimes(0.15)) return restart()
    const kinds = mild ? MILD_CLIENT_WRONGS : DRAWN_CLIENT_WRONGS
    return { what: draw.oneOf(kinds), ...frames(), for: ALWAYS }
  }
  const server = (): HubSpec['wrong'][number] => {
    if (draw.sometimes(0.15)) return restart()
    const what = draw.oneOf(provable ? SERVER_WRONGS : UNPROVABLE_SERVER_WRONGS)
    const silence = mild || draw.sometimes(0.8) ? draw.spread(SECOND, HOUR) : ALWAYS
    return { what, ...frames(), for: silence }
  }
  return {
    hub: draw.sometimes(0.25) ? [server()] : [],
    devices: Object.fromEntries(names.map(name => [name, draw.sometimes(0.2) ? [client()] : []])),
  }
}

/** A device that says too early that it is done is delivered to, for all that its hub can know. */
const MILD_CLIENT_WRONGS = DRAWN_CLIENT_WRONGS.filter(what => what !== 'ends-early')
const UNPROVABLE_SERVER_WRONGS = ['lies-on-size', 'dies-midway'] as const
const SERVER_WRONGS = [...UNPROVABLE_SERVER_WRONGS, 'other-offsets'] as const

function drawLinks(draw: Draw, names: readonly string[], mild: boolean): Scenario['links'] {
  const links: Record<string, LinkSpec> = {}
  const clean = draw.sometimes(0.2)
  for (const line of ['wan', 'csp', ...names.map(name => `han.${name}`)]) {
    for (const way of ['up', 'down']) {
      const medium = line.startsWith('han') ? HAN : WAN
      links[`${line}.${way}`] = clean ? { ...medium, ...NO_FAULTS } : drawLink(draw, medium, mild)
    }
  }
  return links
}

function drawLink(draw: Draw, medium: LinkValues, mild: boolean): LinkSpec {
  const onAir = medium === HAN
  const values = draw.mostly<LinkValues>(medium, {
    latency: () => draw.spread(1, onAir ? 100 : 1_000),
    jitter: () => draw.between(0, onAir ? 100 : 1_000),
    bitRate: () => draw.spread(onAir ? 20_000 : 4_800, 1_000_000),
    overhead: () => draw.between(0, 100),
  })
  const rate = (most: number) => (draw.sometimes(0.5) ? draw.share(most) : 0)
  const faults = {
    loss: rate(mild ? 0.1 : 0.3),
    corruption: rate(0.05),
    duplication: rate(0.1),
    reordering: rate(0.2),
  }
  const enter = draw.share(0.05)
  const bursts = { enter, leave: 0.1 + draw.share(0.4), loss: 0.5 + draw.share(0.5) }
  const every = draw.spread(10 * SECOND, HOUR)
  const deaf = { every, for: Math.ceil(every * (0.05 + draw.share(0.3))) }
  const bursty = draw.sometimes(0.2)
  const deafening = draw.sometimes(0.2)
  return {
    ...values,
    ...faults,
    bursts: bursty && !mild ? bursts : undefined,
    deaf: deafening && !mild ? deaf : undefined,
  }
}

// Images

/** Lowest and highest hardware version; the last is a misfit for most. */
const HARDWARE = [
  [0x1111, 0x1211],
  [0x1111, 0x1211],
  [0x1111, 0x1211],
  [0x1111, 0x1311],
  [0, 0xffff],
  [0x1311, 0x1311],
] as const

function drawImages(
  draw: Draw,
  devices: Readonly<Record<string, DeviceSpec>>,
  largest: number,
): Record<string, ImageSource> {
  const types: BoxType[] = [...new Set(Object.values(devices).map(({ type }) => type))]
  if (draw.sometimes(0.25)) types.push('hub')
  const images: Record<string, ImageSource> = {}
  let version = 2
  for (const type of types) {
    const count = draw.oneOf([1, 1, 2, 3])
    for (let i = 1; i <= count; i++) {
      const isSigned = BOX_IMAGES[type].kind === 'gb-signed'
      // Two unsigned images of one version and size are one to a device that goes on with a download.
      const again = isSigned && draw.sometimes(0.05)
      images[`${type}-${i}`] = {
        kind: 'made',
        size: draw.spread(SMALLEST, largest),
        for: type,
        version: again ? version - 1 : version++,
        signature: isSigned ? drawSignature(draw) : 'none',
        forceReplace: draw.sometimes(0.5),
        hardware: draw.oneOf(HARDWARE),
        seed: draw.between(0, 0xffff_ffff),
      }
    }
  }
  return images
}

function drawSignature(draw: Draw): 'right' | 'wrong' | 'none' {
  const among = draw.between(1, 10)
  return among === 1 ? 'wrong' : among === 2 ? 'none' : 'right'
}

// Steps

function drawSteps(
  draw: Draw,
  images: Readonly<Record<string, ImageSource>>,
  devices: Readonly<Record<string, DeviceSpec>>,
  mild: boolean,
): Step[] {
  const names = Object.keys(devices)
  const boxes = [...names, 'hub']
  const unplugged = new Set(names.filter(name => !devices[name]!.plugged))
  const base = { at: undefined, line: 0 }
  const boxesFor = (image: string): string[] => {
    const { for: type } = images[image]!
    return type === 'hub' ? ['hub'] : names.filter(name => devices[name]!.type === type)
  }
  const someImage = () => draw.oneOf(Object.keys(images))
  const distribute = (): StepOf<'distribute'> => {
    const image = someImage()
    const { for: type } = images[image]!
    // Only its Supplier's own server updates an IHD; the DCC refuses, and that is tried, too.
    const via = type === 'ihd' && draw.sometimes(0.8) ? 'han' : 'dcc'
    return { kind: 'distribute', image, to: draw.someOf(boxesFor(image)), via, ...base }
  }
  const activate = (image: string): StepOf<'activate'> => ({
    kind: 'activate',
    image,
    on: draw.someOf(boxesFor(image)),
    in: draw.sometimes(0.4) ? draw.spread(1, 8 * HOUR) : 0,
    hash: draw.sometimes(0.1) ? 'wrong' : 'right',
    wait: draw.sometimes(0.75),
    ...base,
  })
  const power = (): Step => {
    const on = draw.someOf(names)
    const kind = on.some(name => unplugged.has(name)) ? 'plug' : 'unplug'
    for (const name of on) {
      if (kind === 'plug') unplugged.delete(name)
      else unplugged.add(name)
    }
    return { kind, on, ...base }
  }
  const KINDS: readonly (() => Step)[] = [
    distribute,
    distribute,
    () => activate(someImage()),
    () => ({ kind: 'cancel', on: draw.someOf(boxes), ...base }),
    () => ({ kind: 'wait', for: draw.spread(1, 12 * HOUR), ...base }),
    () => ({ kind: 'wait', for: draw.spread(1, HOUR), ...base }),
    () => ({ kind: 'cut-power', on: draw.someOf(boxes), for: draw.spread(1, 2 * HOUR), ...base }),
    power,
    () => ({ kind: 'query', on: draw.someOf(names), ...base }),
    () => ({ kind: 'discard', image: someImage(), ...base }),
    () => ({ kind: 'relist', on: names.filter(() => draw.sometimes(0.5)), ...base }),
    () => ({
      kind: 'wait-event',
      event: draw.oneOf(['alert-raised', 'ota-offered', 'activation-began', 'booted'] as const),
      source: undefined,
      where: {},
      atMost: draw.spread(MINUTE, DAY),
      ...base,
    }),
  ]
  const steps: Step[] = []
  for (let left = draw.between(3, 9); left > 0; left--) {
    const step = steps.length === 0 ? distribute() : draw.oneOf(KINDS)()
    steps.push(step)
    if (step.kind === 'distribute' && draw.sometimes(0.6)) steps.push(activate(step.image))
  }
  if (draw.sometimes(0.05)) steps.push({ kind: 'rot', on: draw.someOf(boxes), ...base })
  // In a mild run every device is there at the end: what was sent to it must have come to something.
  if (mild && unplugged.size > 0) steps.push({ kind: 'plug', on: [...unplugged], ...base })
  return steps.map(step => (draw.sometimes(0.2) ? aside(draw, step) : step))
}

/** A step that does not wait its turn. Plugging in does: it stands for what somebody does after the rest. */
function aside(draw: Draw, step: Step): Step {
  const at = draw.spread(1, DAY)
  return step.kind === 'plug' || step.kind === 'unplug' ? step : { ...step, at }
}
