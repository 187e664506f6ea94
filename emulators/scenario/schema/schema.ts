// The scenario language, said once: from these declarations come the types, the validation and the published JSON
// Schema. What a name refers to is not checked here; read.ts does that, for it takes the whole scenario.

import { z } from 'zod'
import { JUDGED_TIMES } from '#core/power/time-rules'
import { ZIGBEE_EPOCH } from '#core/time/utc'
import type { Kinds } from '../../language/kinds.ts'
import { formed, newName, RESERVED, text } from '../../language/names.ts'
import { duration, instant, U32, whole } from '../../language/quantities.ts'
import { must } from '../../language/wording.ts'
import { SERVICE_FIELDS } from '../../profile/fields.ts'
import { type LinkValues, SERVICE } from '../../profile/profiles.ts'
import { device, hub } from './boxes.ts'
import { expectations } from './expectations.ts'
import { images } from './images.ts'
import { links } from './links.ts'
import { fieldValues, over } from './profile-fields.ts'
import { steps } from './steps.ts'
import type { deviceWrong, hubWrong } from './wrongs.ts'

/** Most devices in one home: a hub holds up to 16 (an implementation limit of a public emulator), itself included. */
const MAX_DEVICES = 15
/** ZigBee UTC ends with its u32. */
const FIRST_START = ZIGBEE_EPOCH * 1_000
const LAST_START = (ZIGBEE_EPOCH + U32) * 1_000
const DEFAULT_START = '2026-01-05T09:00:00Z'

const numberOf = (map: object) => Object.keys(map).length

/** What a scenario file may hold: checked, and with its defaults filled in. */
export const scenarioSchema = z
  .strictObject({
    name: text(80).min(1, must('a name')).describe('What the scenario is called.'),
    description: text(4_000).prefault('').describe('What it shows, for people.'),
    seed: whole(0, U32).prefault(1).describe('Everything random is drawn from it.'),
    start: instant(FIRST_START, LAST_START)
      .prefault(DEFAULT_START)
      .describe('Time of day at the start: ISO 8601 in UTC.'),
    generation: z
      .enum(['smets1', 'smets2'])
      .prefault('smets2')
      .describe('smets1 goes through the DCO, which stores the image block by block.'),
    trust: formed(/^(?:test|none|.*[./].*)$/, 'test, none or the path of a PEM file')
      .max(4_096, must('a path of at most 4096 characters'))
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
    dsp: z
      .strictObject({
        recorded: z
          .enum(['processed', 'requested'])
          .prefault('processed')
          .describe(
            'Recorded time of an immediate SRV 11.3: when its command passes to the Device, or when it was asked for.',
          ),
        judgedBy: z
          .enum(JUDGED_TIMES)
          .prefault('received')
          .describe('Time by which an AD1 is judged: its receipt, or the beginning of its outage.'),
      })
      .optional()
      .describe('How the DSP reads what MP102B leaves open about times.'),
    links: links
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
      .optional()
      .describe(
        'Virtual time at which a run that still moves is stopped. Default: 12 d; 4 h when boards take part, whose time is wall time.',
      ),
  })
  .meta({
    title: 'hanrig scenario',
    description: 'A home, what is done in it, and what is expected.',
  })

/** The collections whose maps are of several kinds. */
export const KINDS: Readonly<Record<string, Kinds>> = { images, steps, expect: expectations }

/** What a file says, with plain numbers and defaults; what names stand for is still open. */
export type Draft = z.output<typeof scenarioSchema>
/** The line of the scenario file on which it begins, from 1. */
type OnLine<T> = T extends unknown ? T & { readonly line: number } : never

/** An image: made, or from a file. */
export type ImageSource = z.output<typeof images.schema>
/** The hub of a home. */
export type HubSpec = z.output<typeof hub>
/** A device of a home. */
export type DeviceSpec = z.output<typeof device>
/** Something that a box does wrong on purpose. */
export type Wrong = z.output<typeof deviceWrong> | z.output<typeof hubWrong>
/** Something that is done. */
export type Step = OnLine<z.output<typeof steps.schema>>
/** Something that must have come true. */
export type Expectation = OnLine<z.output<typeof expectations.schema>>

/** What a link does: its faults (emulators/link/faults.ts) and its medium's values. */
export interface LinkSpec extends LinkValues {
  /** Probability that a frame is lost, 0..1. */
  readonly loss: number
  /** Probability that a bit of a frame is turned over, 0..1. */
  readonly corruption: number
  /** Probability that a frame comes twice, 0..1. */
  readonly duplication: number
  /** Probability that a frame is held back so that others overtake it, 0..1. */
  readonly reordering: number
  /**
   * Probabilities with which bad times begin and end at a frame, and with which a frame is lost in one; undefined without.
   */
  readonly bursts:
    | { readonly enter: number; readonly leave: number; readonly loss: number }
    | undefined
  /** For how long it hears nothing, and from one such time to the next, ms; undefined without. */
  readonly deaf: { readonly every: number; readonly for: number } | undefined
}

/**
 * A scenario that was read: a home, what is done in it, what must come true. Every default is filled in, every name
 * resolved, every length of time in ms.
 */
export interface Scenario extends Omit<Draft, 'links' | 'steps' | 'expect' | 'until'> {
  /** Every direction of every link: wan.up, csp.down, han.<device>.up … */
  readonly links: Readonly<Record<string, LinkSpec>>
  /** What is done, in order: each step begins when the one before it has ended. `to` and `on` name every target. */
  readonly steps: readonly Step[]
  /** What must have come true at the end. */
  readonly expect: readonly Expectation[]
  /** Virtual ms at which a run that still moves is stopped. */
  readonly until: number
}

/** The JSON Schema of what a scenario file may hold. Draft 7 is what YAML editors read. */
export function scenarioJsonSchema(): object {
  return z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-7' })
}
