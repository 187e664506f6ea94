// The scenario language, said once: from these declarations come the types, the validation and the published JSON
// Schema. What a name refers to is not checked here; read.ts does that, for it takes the whole scenario.
// Quantities leave as plain numbers: durations in ms, sizes in octets, probabilities 0..1, times as Unix ms.

import { z } from 'zod'
import { MAX_IMAGE_SIZE } from '../../core/block/geometry.ts'
import { MIN_HEADER } from '../../core/image/header.ts'
import { IMAGE_FORMATS } from '../../core/image/open.ts'
import { IMAGE_KINDS, TRAILER_LENGTH } from '../../core/image/ota-image.ts'
import { CLIENT_STATES } from '../../core/ota/client.ts'
import { ZIGBEE_EPOCH } from '../../core/time/utc.ts'
import { CLIENT_WRONGS, SERVER_WRONGS } from '../link/wrong.ts'
import {
  DEVICE_FIELDS,
  type Field,
  HAN_FIELDS,
  HUB_FIELDS,
  SERVICE_FIELDS,
  WAN_FIELDS,
} from '../profile/fields.ts'
import { findProfile, HUB, type LinkValues, PROFILES, SERVICE } from '../profile/profiles.ts'
import { BOX_IMAGES, DEVICE_TYPES } from '../profile/types.ts'
import { TRACE_NAMES } from '../trace.ts'
import {
  DURATION,
  durationOf,
  EUI64,
  eui64Of,
  INSTANT,
  instantOf,
  PERCENTAGE,
  SIGNED_DURATION,
  SIZE,
  shareOf,
  sizeOf,
  writeDuration,
  writeSize,
} from './units.ts'

/** Most devices in one home: a hub holds up to 16 (an implementation limit of a public emulator), itself included. */
export const MAX_DEVICES = 15
/** Names that events and links already have. */
export const RESERVED = ['supplier', 'dco', 'dsp', 'hub', 'run', 'wan', 'csp', 'han'] as const
/** Alerts that a step can lead to (GBCS; AD1 is the DCC's). */
export const ALERT_CODES = [
  'AD1',
  '8F72',
  '8F1C',
  '8F66',
  '8F67',
  '8F1B',
  '8F89',
  '8F8A',
  '8F8B',
] as const
const SERVICES = ['11.1', '11.3', '11.4'] as const
const IMAGE_TARGETS = [...DEVICE_TYPES, 'hub'] as const

const DAY = 86_400_000
/** Longest duration that a scenario can name, ms. */
const MAX_DURATION = 3_650 * DAY
/** OTA header with hardware versions, one octet, trailer. */
const MIN_IMAGE = MIN_HEADER + 4 + 1 + TRAILER_LENGTH
const U32 = 0xffff_ffff
/** ZigBee UTC ends with its u32. */
const FIRST_START = ZIGBEE_EPOCH * 1_000
const LAST_START = (ZIGBEE_EPOCH + U32) * 1_000
/** SRV 11.1 fails after 7 days; its target response time is 5 more. */
const DEFAULT_UNTIL = '12 d'
const DEFAULT_START = '2026-01-05T09:00:00Z'

/** What was found, for the end of a sentence. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  const text = String(value)
  if (typeof value !== 'string') return text
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}

const must = (wanted: string) => ({
  error: (issue: { input?: unknown }) =>
    issue.input === undefined
      ? `is missing: it must be ${wanted}`
      : `must be ${wanted}, not ${show(issue.input)}`,
})

/** As must(): `wanted` of a text that has the form and is out of range, `form` of anything else. */
const mustRead = (pattern: RegExp, wanted: string, form: string) => ({
  error: (issue: { input?: unknown }) =>
    must(typeof issue.input === 'string' && pattern.test(issue.input) ? wanted : form).error(issue),
})

/** What a text means, or undefined when it means nothing within range. */
function meaning<T>(read: (text: string) => T | undefined, wanted: string) {
  return (text: string, context: z.RefinementCtx<string>): T => {
    const value = read(text)
    if (value !== undefined) return value
    context.issues.push({
      code: 'custom',
      input: text,
      message: must(wanted).error({ input: text }),
    })
    return z.NEVER
  }
}

const within =
  (min: number, max: number, read: (text: string) => number | undefined) => (text: string) => {
    const value = read(text)
    return value !== undefined && value >= min && value <= max ? value : undefined
  }

const A_DURATION = 'a duration with its unit, such as 250 ms or 1 h 30 min'
const A_SIZE = 'a size such as 750 kB, 64 KiB or a whole number of octets'
const A_PROBABILITY = 'a probability: 0 to 1, or 0 % to 100 %'

/** Texts that the JSON Schema defines once. */
const durationText = z
  .string(must(A_DURATION))
  .regex(DURATION, must(A_DURATION))
  .meta({ id: 'duration', description: sentence(A_DURATION), examples: ['250 ms', '1 h 30 min'] })
const signedDurationText = z
  .string(must(A_DURATION))
  .regex(SIGNED_DURATION, must(A_DURATION))
  .meta({ id: 'signed-duration', description: sentence(A_DURATION), examples: ['-5 min', '10 s'] })
const sizeText = z
  .string(must(A_SIZE))
  .regex(SIZE, must(A_SIZE))
  .meta({ id: 'size', description: 'kB and MB are decimal.', examples: ['750 kB', '64 KiB'] })
const percentText = z
  .string(must(A_PROBABILITY))
  .regex(PERCENTAGE, must(A_PROBABILITY))
  .meta({ id: 'percentage', description: 'A share of a hundred.', examples: ['5 %', '0.1 %'] })

function duration(min = 0, max = MAX_DURATION): z.ZodType<number, 0 | string> {
  const wanted = `whole milliseconds from ${writeDuration(min)} to ${writeDuration(max)}`
  const [pattern, base] = min < 0 ? [SIGNED_DURATION, signedDurationText] : [DURATION, durationText]
  const text = base.transform(meaning(within(min, max, durationOf), wanted))
  if (min > 0) return text
  return z.union([z.literal(0), text], mustRead(pattern, wanted, A_DURATION))
}

function size(min: number, max: number): z.ZodType<number, number | string> {
  const wanted = `whole octets from ${writeSize(min)} to ${writeSize(max)}`
  return z.union(
    [
      z.int(must(A_SIZE)).min(min, must(wanted)).max(max, must(wanted)),
      sizeText.transform(meaning(within(min, max, sizeOf), wanted)),
    ],
    mustRead(SIZE, wanted, A_SIZE),
  )
}

function whole(min: number, max: number): z.ZodType<number, number> {
  const wanted = `a whole number from ${min} to ${max > 0xffff ? `0x${max.toString(16)}` : max}`
  return z.int(must(wanted)).min(min, must(wanted)).max(max, must(wanted))
}

function probability(): z.ZodType<number, number | string> {
  return z.union(
    [
      z.number(must(A_PROBABILITY)).min(0, must(A_PROBABILITY)).max(1, must(A_PROBABILITY)),
      percentText.transform(meaning(shareOf, A_PROBABILITY)),
    ],
    must(A_PROBABILITY),
  )
}

function yesNo(): z.ZodType<boolean, boolean | 'yes' | 'no'> {
  return z
    .literal([true, false, 'yes', 'no'], must('yes or no'))
    .transform(value => value === true || value === 'yes')
}

const text = (longest: number) =>
  z.string(must('a text')).max(longest, must(`at most ${longest} characters`))

const eui64 = () => {
  const wanted = 'an EUI-64 such as 00-DB-12-34-56-78-90-A0'
  return z
    .string(must(wanted))
    .regex(EUI64, must(wanted))
    .transform(meaning(eui64Of, wanted))
    .optional()
}

const version = () => whole(0, U32)

/** A name that something gets here. */
function newName(reserved: readonly string[]) {
  const wanted = `a name of at most 32 small letters, digits and hyphens that starts with a letter${
    reserved.length > 0 ? ` and is none of ${reserved.join(', ')}` : ''
  }`
  const not = reserved.length > 0 ? `(?!(?:${reserved.join('|')})$)` : ''
  return z.string(must(wanted)).regex(new RegExp(`^${not}[a-z][a-z0-9-]{0,31}$`), must(wanted))
}

const imageName = () => text(32).min(1, must('the name of an image'))
const boxName = () => text(32).min(1, must('the name of a device'))
const boxes = () =>
  z
    .array(boxName(), must('a list of names, such as [esme]'))
    .min(1, must('a list with a name in it'))

/** Values of profile fields by name, each in its field's unit. */
function fieldValues<T extends Record<string, Field>>(fields: T) {
  type Value = z.ZodOptional<z.ZodType<number, number | string | boolean>>
  const shape = Object.entries(fields).map(([name, field]) => [
    name,
    fieldValue(field).optional().describe(about(field)),
  ])
  return z.strictObject(Object.fromEntries(shape) as { [K in keyof T]: Value })
}

function fieldValue({ unit, min, max }: Field): z.ZodType<number, number | string | boolean> {
  if (unit === 'ms') return duration(min, max)
  if (unit === 'B') return size(min, max)
  if (unit === 'yes/no') return yesNo().transform(Number)
  return whole(min, max)
}

function inUnit({ unit }: Field, value: number): string {
  if (unit === 'ms') return writeDuration(value)
  if (unit === 'B') return writeSize(value)
  if (unit === 'yes/no') return value === 0 ? 'no' : 'yes'
  if (unit === 'word') return `0x${value.toString(16).padStart(4, '0')}`
  return `${value} ${unit}`
}

function about(field: Field): string {
  const { min, max, value, source, inferred } = field
  const limits = field.unit === 'yes/no' ? '' : `; ${inUnit(field, min)} to ${inUnit(field, max)}`
  return `Default: ${inUnit(field, value)}${limits}. ${sentence(source)}${inferred ? ' Inferred.' : ''}`
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`
}

/** The given values over the ones that hold otherwise. */
function over<T extends Record<string, number>>(base: T, given: object): T {
  return { ...base, ...given }
}

// Images

const imageFor = () =>
  z.enum(IMAGE_TARGETS).describe('The type of box that the image is for; its header says so.')

const madeImage = z
  .strictObject({
    size: size(MIN_IMAGE, MAX_IMAGE_SIZE).describe(
      'Octets of the whole file, header and signature included; the content is drawn from the seed.',
    ),
    for: imageFor(),
    version: version().prefault(2).describe('File version in the header, usually in hexadecimal.'),
    signature: z
      .enum(['right', 'wrong', 'none'])
      .optional()
      .describe(
        'Whether the signature is the trusted key’s. Default: none for a type without, else right.',
      ),
    forceReplace: yesNo().prefault(false).describe('The force-replace octet of a signed image.'),
    hardware: z
      .tuple(
        [whole(0, 0xffff), whole(0, 0xffff)],
        must('two hardware versions, such as [0x1111, 0x1211]'),
      )
      .refine(([from, to]) => from <= to, 'must name the lower version first')
      .transform((pair): readonly [number, number] => pair)
      .prefault([0x1111, 0x1211])
      .describe('Lowest and highest hardware version that takes the image.'),
    seed: whole(0, U32).prefault(1).describe('Another seed makes other octets of the same size.'),
  })
  .transform(({ signature, ...image }) => ({
    kind: 'made' as const,
    ...image,
    signature:
      signature ??
      (BOX_IMAGES[image.for].kind === 'gb-unsigned' ? ('none' as const) : ('right' as const)),
  }))
  .describe('An image that is made for the run.')

const fileImage = z
  .strictObject({
    file: text(4_096)
      .min(1, must('the path of a file'))
      .describe('Path of the image, relative to the scenario file.'),
    for: imageFor(),
    kind: z
      .enum(IMAGE_KINDS)
      .optional()
      .describe('What an OTA file has to be; left out, it is found.'),
    format: z
      .enum(IMAGE_FORMATS as readonly ['ota', 'hex', 'srec', 'raw'])
      .optional()
      .describe('How the file is read; left out, it is found.'),
    wrap: yesNo()
      .prefault(false)
      .describe('Put a binary into a GB OTA file for its device first, as the Supplier would.'),
  })
  .transform(({ kind: imageKind, ...image }) => ({ kind: 'file' as const, ...image, imageKind }))
  .describe('An image from a file.')

// Boxes

const chance = () =>
  probability().prefault(1).describe('Probability that a matching frame is changed.')
const after = () => whole(0, U32).prefault(0).describe('Matching frames that pass first.')
const times = () =>
  whole(1, U32)
    .optional()
    .transform(value => value ?? Number.POSITIVE_INFINITY)
    .describe('Most frames that are changed. Default: no limit.')

const restart = z
  .strictObject({
    what: z.literal('restart').describe('The box restarts, again and again.'),
    every: duration(1).describe('From one restart to the next.'),
    for: duration(1).describe('How long the box is without power.'),
  })
  .refine(rule => rule.for < rule.every, {
    path: ['for'],
    error: 'must be shorter than "every", or the box is never up',
  })

const deviceWrong = z.discriminatedUnion('what', [
  z
    .strictObject({
      what: z.enum(CLIENT_WRONGS).describe('What the device says wrong to the hub.'),
      chance: chance(),
      after: after(),
      times: times(),
    })
    .transform(rule => ({ ...rule, for: Number.POSITIVE_INFINITY })),
  restart,
])

const hubWrong = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.enum(SERVER_WRONGS).describe('What the hub says wrong to its devices.'),
    chance: chance(),
    after: after(),
    times: times(),
    for: duration(1)
      .optional()
      .transform(value => value ?? Number.POSITIVE_INFINITY)
      .describe('How long the silence of dies-midway lasts. Default: for good.'),
  }),
  restart,
])

const hub = z
  .strictObject({
    id: eui64().describe('EUI-64 of the hub; left out, the engine chooses one.'),
    version: version().prefault(1).describe('File version of the firmware that runs at the start.'),
    with: fieldValues(HUB_FIELDS).prefault({}).describe('What is other than usual at this hub.'),
    wrong: z
      .array(hubWrong, must('a list of what goes wrong'))
      .prefault([])
      .describe('What the hub does wrong on purpose.'),
  })
  .transform(({ with: given, ...rest }) => ({ ...rest, values: over(HUB, given) }))

const device = z
  .strictObject({
    profile: z
      .enum(PROFILES.map(({ name }) => name))
      .describe(
        `What kind of device it is. ${PROFILES.map(p => `${p.name}: ${p.label}.`).join(' ')}`,
      ),
    id: eui64().describe('EUI-64 of the device; left out, the engine chooses one.'),
    version: version().prefault(1).describe('File version of the firmware that runs at the start.'),
    listed: yesNo()
      .prefault(false)
      .describe('Whether the DCC lists it as one that cuts the hub’s supply (MP102B).'),
    plugged: yesNo().prefault(true).describe('Whether it has power at the start.'),
    with: fieldValues(DEVICE_FIELDS)
      .prefault({})
      .describe('What is other than the profile says at this device.'),
    wrong: z
      .array(deviceWrong, must('a list of what goes wrong'))
      .prefault([])
      .describe('What the device does wrong on purpose.'),
  })
  .transform(({ with: given, ...rest }) => {
    const { type, values } = findProfile(rest.profile)!
    return { ...rest, type, values: over(values, given) }
  })

// Links

/** The fields of every medium have the same units and limits; only what holds otherwise is each one's own. */
const linkFields = Object.fromEntries(
  Object.entries(HAN_FIELDS).map(([name, han]) => {
    const wan: Field = WAN_FIELDS[name as keyof LinkValues]
    const source = `wan and csp ${inUnit(wan, wan.value)}: ${wan.source}; han: ${han.source}`
    return [name, { ...han, source }]
  }),
) as { [K in keyof LinkValues]: Field }

const link = fieldValues(linkFields).extend({
  loss: probability().optional().describe('Probability that a frame is lost. Default: 0.'),
  corruption: probability()
    .optional()
    .describe('Probability that one bit of a frame is flipped. Default: 0.'),
  duplication: probability()
    .optional()
    .describe('Probability that a frame comes twice. Default: 0.'),
  reordering: probability()
    .optional()
    .describe('Probability that a frame is held back, so that others overtake it. Default: 0.'),
  bursts: z
    .strictObject({
      enter: probability().describe('Probability per frame that a burst begins.'),
      leave: probability().describe('Probability per frame that it ends.'),
      loss: probability().describe('Loss while it lasts; the link’s own loss holds outside.'),
    })
    .optional()
    .describe('Bursts of loss after Gilbert and Elliott.'),
  deaf: z
    .strictObject({
      every: duration(1).describe('From the start of one deaf window to the next.'),
      for: duration(1).describe('How long the receiver hears nothing.'),
    })
    .refine(deaf => deaf.for <= deaf.every, {
      path: ['for'],
      error: 'must not be longer than "every"',
    })
    .optional()
    .describe('Windows in which the receiver hears nothing.'),
})

const LINK_KEY =
  /^(?:(?:wan|csp)(?:\.(?:up|down))?|han(?:\.[a-z][a-z0-9-]{0,31}(?:\.(?:up|down))?)?)$/
const LINK_WANTED = 'a link: wan, csp or han, then .up, .down or the name of a device'

// Steps

const at = () =>
  duration()
    .optional()
    .describe(
      'Virtual time at which this step runs, beside the others; left out, it waits its turn.',
    )

const targets = (what: string) =>
  boxes()
    .optional()
    .transform(names => names ?? [])
    .describe(`${what} Default: every device whose type the image is for.`)

const where = () =>
  z
    .record(
      z.string().min(1),
      z.union([z.string(), z.number(), z.boolean()], must('a text, a number or true or false')),
      must('a map of fields'),
    )
    .prefault({})
    .describe('Fields that the event must have with just these values.')

const eventName = () => z.enum(TRACE_NAMES).describe('Name of the event in the trace.')
const eventSource = () =>
  text(80).optional().describe('The box or link that speaks. Default: whichever.')

const awaited = z.strictObject({
  event: eventName(),
  source: eventSource(),
  where: where(),
  atMost: duration(1)
    .optional()
    .transform(value => value ?? Number.POSITIVE_INFINITY)
    .describe('The step fails when the event has not come by then. Default: waits to the end.'),
})

const distribute = z
  .strictObject({
    distribute: imageName().describe('Image to send; ends with the SRV 11.1 (or 11.4) Response.'),
    to: targets('Who gets it; hub is the hub itself.'),
    via: z
      .enum(['dcc', 'han'])
      .prefault('dcc')
      .describe('dcc: over the WAN and the hub. han: from a server of the Supplier in the home.'),
    at: at(),
  })
  .transform(({ distribute: image, ...rest }) => ({ kind: 'distribute' as const, image, ...rest }))

const activate = z
  .strictObject({
    activate: imageName().describe('Image to activate by SRV 11.3; ends with its Response.'),
    on: targets('Where it is activated.'),
    in: duration().prefault(0).describe('Future-dated by so much from sending. 0: at once.'),
    hash: z
      .enum(['right', 'wrong'])
      .prefault('right')
      .describe('Whether the command names the hash of the image.'),
    wait: yesNo()
      .prefault(true)
      .describe('Wait first until the device says that it holds the image, or cannot (SMETS2).'),
    at: at(),
  })
  .transform(({ activate: image, ...rest }) => ({ kind: 'activate' as const, image, ...rest }))

const cancel = z
  .strictObject({
    cancel: boxes().describe('Devices whose future-dated activation is cancelled (SRV 11.3).'),
    at: at(),
  })
  .transform(({ cancel: on, ...rest }) => ({ kind: 'cancel' as const, on, ...rest }))

const wait = z
  .strictObject({
    wait: z
      .union([duration(), awaited], must(`${A_DURATION}, or a map with an event`))
      .describe('Wait for a time, or for an event of the trace from now on.'),
    at: at(),
  })
  .transform(({ wait: what, ...rest }) =>
    typeof what === 'number'
      ? { kind: 'wait' as const, for: what, ...rest }
      : { kind: 'wait-event' as const, ...what, ...rest },
  )

const cutPower = z
  .strictObject({
    'cut-power': boxes().describe('Boxes that lose their supply; hub is one of them.'),
    for: duration(1).describe('How long.'),
    at: at(),
  })
  .transform(({ 'cut-power': on, ...rest }) => ({ kind: 'cut-power' as const, on, ...rest }))

const unplug = z
  .strictObject({ unplug: boxes().describe('Devices that are unplugged.'), at: at() })
  .transform(({ unplug: on, ...rest }) => ({ kind: 'unplug' as const, on, ...rest }))

const plug = z
  .strictObject({ plug: boxes().describe('Devices that are plugged in again.'), at: at() })
  .transform(({ plug: on, ...rest }) => ({ kind: 'plug' as const, on, ...rest }))

const query = z
  .strictObject({ query: boxes().describe('Devices that ask their hub now.'), at: at() })
  .transform(({ query: on, ...rest }) => ({ kind: 'query' as const, on, ...rest }))

const discard = z
  .strictObject({ discard: imageName().describe('Image that the hub drops.'), at: at() })
  .transform(({ discard: image, ...rest }) => ({ kind: 'discard' as const, image, ...rest }))

const rot = z
  .strictObject({
    rot: boxes().describe('Boxes in whose running firmware a bit flips, as age does; hub is one.'),
    at: at(),
  })
  .transform(({ rot: on, ...rest }) => ({ kind: 'rot' as const, on, ...rest }))

const relist = z
  .strictObject({
    relist: z
      .array(boxName(), must('a list of names, such as [esme]'))
      .describe('Devices on the list that replaces the DCC’s (MP102B); it may be empty.'),
    at: at(),
  })
  .transform(({ relist: on, ...rest }) => ({ kind: 'relist' as const, on, ...rest }))

// Expectations

const window = () => ({
  after: duration().prefault(0).describe('Earliest virtual time that counts.'),
  within: duration()
    .optional()
    .transform(value => value ?? Number.POSITIVE_INFINITY)
    .describe('Latest virtual time that counts. Default: the end of the run.'),
})

const count = () =>
  z
    .union(
      [
        whole(0, U32).transform(value => ({ min: value, max: value })),
        z
          .strictObject({
            min: whole(0, U32).prefault(0).describe('At least so many times.'),
            max: whole(0, U32)
              .optional()
              .transform(value => value ?? Number.POSITIVE_INFINITY)
              .describe('At most so many times. Default: no limit.'),
          })
          .refine(({ min, max }) => min <= max, {
            path: ['max'],
            error: 'must not be below "min"',
          }),
      ],
      must('a whole number, or a map with min and max'),
    )
    .prefault({ min: 1 })
    .describe('How many times it happens. Default: at least once.')

const expectAlert = z
  .strictObject({
    alert: z.enum(ALERT_CODES).describe('Code of an alert that is raised.'),
    from: boxName().optional().describe('Who raises it: a device or hub. Default: whoever.'),
    count: count(),
    ...window(),
    suppressed: yesNo()
      .optional()
      .describe('AD1 only: whether the DCC keeps it from the network operator (MP102B).'),
    detail: whole(0, U32).optional().describe('The code inside the alert. Default: whichever.'),
  })
  .refine(({ alert, suppressed }) => suppressed === undefined || alert === 'AD1', {
    path: ['suppressed'],
    error: 'can be said of AD1 only',
  })
  .transform(rest => ({ kind: 'alert' as const, ...rest }))

const expectDevice = z
  .strictObject({
    device: boxName().describe('A device, or hub, as it is at the end.'),
    runs: z
      .union([version(), imageName()], must('the name of an image or a version'))
      .optional()
      .describe('What runs: an image, or a file version.'),
    holds: imageName().optional().describe('Which image it holds ready, or nothing.'),
    state: z.enum(CLIENT_STATES).optional().describe('State of its OTA client.'),
    sha256: text(64)
      .min(1, must('the name of an image or 64 hexadecimal digits'))
      .optional()
      .describe('The last whole file that it rebuilt: that of an image, or 64 hexadecimal digits.'),
  })
  .refine(
    ({ runs, holds, state, sha256 }) =>
      [runs, holds, state, sha256].some(value => value !== undefined),
    'must say what is expected: runs, holds, state or sha256',
  )
  .transform(rest => ({ kind: 'device' as const, ...rest }))

const expectEvent = z
  .strictObject({
    event: eventName(),
    source: eventSource(),
    where: where(),
    count: count(),
    ...window(),
  })
  .transform(rest => ({ kind: 'event' as const, ...rest }))

const expectResponse = z
  .strictObject({
    response: z
      .literal([...SERVICES, 11.1, 11.3, 11.4])
      .transform(value => String(value) as (typeof SERVICES)[number])
      .describe('Service request whose Response comes.'),
    device: boxName().optional().describe('The device that it is about. Default: whichever.'),
    code: whole(0, U32).optional().describe('Its response code. Default: whichever.'),
    count: count(),
    ...window(),
  })
  .transform(({ response: service, ...rest }) => ({ kind: 'response' as const, service, ...rest }))

const expectEnd = z
  .strictObject({
    ends: z
      .strictObject({ within: duration(1).describe('Virtual time by which all is at rest.') })
      .describe('When the run comes to rest.'),
  })
  .transform(({ ends }) => ({ kind: 'ends' as const, ...ends }))

/** Kinds of map, told apart by the key that only one of them needs: its first. */
export interface Kinds {
  readonly options: readonly z.ZodType[]
  /** For each kind the keys that it may have. */
  readonly keys: readonly (readonly string[])[]
}

function keyed<T extends readonly z.ZodType[]>(options: T) {
  const keys = options.map(option => Object.keys(shapeOf(option)))
  return { schema: z.union(options, must('a map')), options, keys }
}

/** The properties of the map that a transformed schema takes. */
function shapeOf(schema: z.ZodType): Record<string, unknown> {
  return schema instanceof z.ZodPipe
    ? shapeOf(schema.in as z.ZodType)
    : (schema as z.ZodObject).shape
}

const images = keyed([madeImage, fileImage])
const steps = keyed([
  distribute,
  activate,
  cancel,
  wait,
  cutPower,
  unplug,
  plug,
  query,
  discard,
  rot,
  relist,
])
const expectations = keyed([expectAlert, expectDevice, expectEvent, expectResponse, expectEnd])

/** The collections whose maps are of several kinds. */
export const KINDS: Readonly<Record<string, Kinds>> = { images, steps, expect: expectations }

const numberOf = (map: object) => Object.keys(map).length

export const scenarioSchema = z
  .strictObject({
    name: text(80).min(1, must('a name')).describe('What the scenario is called.'),
    description: text(4_000).prefault('').describe('What it shows, for people.'),
    seed: whole(0, U32).prefault(1).describe('Everything random is drawn from it.'),
    start: z
      .string(must('a time'))
      .regex(INSTANT, must(`a time in UTC such as ${DEFAULT_START}`))
      .transform(
        meaning(
          within(FIRST_START, LAST_START, instantOf),
          'a time that the calendar has, from 2000 to 2136',
        ),
      )
      .prefault(DEFAULT_START)
      .describe('Time of day at the start: ISO 8601 in UTC.'),
    generation: z
      .enum(['smets1', 'smets2'])
      .prefault('smets2')
      .describe('smets1 goes through the DCO, which stores the image block by block.'),
    trust: text(4_096)
      .regex(/^(?:test|none|.*[./].*)$/, must('test, none or the path of a PEM file'))
      .prefault('test')
      .describe('Who must have signed: the test key, nobody, or the key in a PEM file.'),
    images: z
      .record(newName(['nothing']), images.schema, must('a map of images by name'))
      .prefault({})
      .describe('The images by name.'),
    hub: hub.prefault({}).describe('The Communications Hub.'),
    devices: z
      .record(newName(RESERVED), device, must('a map of devices by name'))
      .refine(
        map => numberOf(map) >= 1 && numberOf(map) <= MAX_DEVICES,
        `must hold 1 to ${MAX_DEVICES} devices`,
      )
      .meta({ minProperties: 1, maxProperties: MAX_DEVICES })
      .describe('The devices of the home by name.'),
    service: fieldValues(SERVICE_FIELDS)
      .transform(given => over(SERVICE, given))
      .prefault({})
      .describe('What is other than usual at the DCC.'),
    links: z
      .record(
        z.string().regex(LINK_KEY, must(LINK_WANTED)),
        link,
        must('a map of what links do by name'),
      )
      .prefault({})
      .describe(
        'What links do: wan, csp, han, each also with .up or .down; han.esme and han.esme.up for one device. The closer one wins, value by value.',
      ),
    steps: z
      .array(steps.schema, must('a list of steps'))
      .prefault([])
      .describe('What is done, in order: each step begins when the one before it has ended.'),
    expect: z
      .array(expectations.schema, must('a list of expectations'))
      .prefault([])
      .describe('What must have come true at the end.'),
    until: duration(1)
      .prefault(DEFAULT_UNTIL)
      .describe('Virtual time at which a run that still moves is stopped.'),
  })
  .meta({
    title: 'hanrig scenario',
    description: 'A home, what is done in it, and what is expected.',
  })

type Parsed = z.output<typeof scenarioSchema>
/** The line of the scenario file on which it begins, from 1. */
type OnLine<T> = T extends unknown ? T & { readonly line: number } : never

export type ImageSource = z.output<typeof images.schema>
export type HubSpec = z.output<typeof hub>
export type DeviceSpec = z.output<typeof device>
export type Wrong = z.output<typeof deviceWrong> | z.output<typeof hubWrong>
export type Step = OnLine<z.output<typeof steps.schema>>
export type Expectation = OnLine<z.output<typeof expectations.schema>>
/** What the file says of links, before the closer names have won over the wider ones. */
export type GivenLinks = Parsed['links']

/** What a link does: its faults (emulators/link/faults.ts) and its medium's values. */
export interface LinkSpec extends LinkValues {
  readonly loss: number
  readonly corruption: number
  readonly duplication: number
  readonly reordering: number
  readonly bursts:
    | { readonly enter: number; readonly leave: number; readonly loss: number }
    | undefined
  readonly deaf: { readonly every: number; readonly for: number } | undefined
}

export interface Scenario extends Omit<Parsed, 'links' | 'steps' | 'expect'> {
  /** Every direction of every link: wan.up, csp.down, han.<device>.up … */
  readonly links: Readonly<Record<string, LinkSpec>>
  /** `to` and `on` name every target. */
  readonly steps: readonly Step[]
  readonly expect: readonly Expectation[]
}

/** The JSON Schema of what a scenario file may hold. Draft 7 is what YAML editors read. */
export function scenarioJsonSchema(): object {
  return z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-7' })
}
