// The scenario language, said once: from these declarations come the types, the validation and the published JSON
// Schema. What a name refers to is not checked here; read.ts does that, for it takes the whole scenario.

import { z } from 'zod'
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

export type ImageSource = z.output<typeof images.schema>
export type HubSpec = z.output<typeof hub>
export type DeviceSpec = z.output<typeof device>
export type Wrong = z.output<typeof deviceWrong> | z.output<typeof hubWrong>
export type Step = OnLine<z.output<typeof steps.schema>>
export type Expectation = OnLine<z.output<typeof expectations.schema>>

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

export interface Scenario extends Omit<Draft, 'links' | 'steps' | 'expect' | 'until'> {
  /** Every direction of every link: wan.up, csp.down, han.<device>.up … */
  readonly links: Readonly<Record<string, LinkSpec>>
  /** `to` and `on` name every target. */
  readonly steps: readonly Step[]
  readonly expect: readonly Expectation[]
  /** Virtual ms at which a run that still moves is stopped. */
  readonly until: number
}

/** The JSON Schema of what a scenario file may hold. Draft 7 is what YAML editors read. */
export function scenarioJsonSchema(): object {
  return z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-7' })
}
