// Events of the run itself: its beginning, its images, its steps and its verdict.

import { z } from 'zod'
import { ENDINGS } from '#core/campaign/endings'
import { IMAGE_FORMATS } from '#core/image/open'
import { IMAGE_KINDS } from '#core/image/ota-image'
import { CLIENT_STATES } from '#core/ota/client'
import { DEVICE_TYPES } from '../../profile/types.ts'
import {
  cases,
  eui64,
  event,
  fileVersion,
  flag,
  instant,
  ms,
  octets,
  sha256,
  sha256OrNone,
  text,
  U32,
  whole,
} from './kinds.ts'

const boxType = () => z.enum([...DEVICE_TYPES, 'hub']).describe('Type of box.')
const line = () => whole('Line of the scenario file; 0 for a scenario that is in none.')
const image = () => text('Name of the image that it is about.')
const on = () => z.array(z.string()).describe('Names of the boxes that it is about.')
const notices = () =>
  z
    .array(z.string())
    .describe('What is other than the rules say; left out when nothing is.')
    .optional()

/** Kinds of steps that are about boxes and nothing else. */
const OF_BOXES = [
  'cancel',
  'cut-power',
  'cut-mains',
  'unplug',
  'plug',
  'pull',
  'query',
  'rot',
  'relist',
] as const
const STEP_KINDS = ['distribute', 'activate', 'wait', 'wait-event', 'discard', ...OF_BOXES] as const
const kind = <K extends string>(...kinds: readonly K[]) => z.enum(kinds).describe('What is done.')

const blocksReceived = () => whole('Blocks received.')
const retries = () => whole('Requests repeated.')
const strays = () => whole('Answers that nobody waited for.')
const finding = () => text('What its verification found.')
const sentLast = () => sha256OrNone('Of the image that it was sent last.')

const device = z.strictObject({
  name: text('Name of the box.'),
  fileVersion: fileVersion('File version that runs.'),
  sha256: sha256OrNone('Of the last file that it rebuilt.'),
  expectedSha256: sentLast(),
  finding: finding(),
  state: z.enum([...CLIENT_STATES, 'none']).describe('State of its OTA client; the hub has none.'),
  blocks: blocksReceived(),
  retries: retries(),
  strays: strays(),
  ending: z.enum(ENDINGS).describe('What became of the image that it was sent last.'),
})

const check = z.strictObject({
  name: text('What is checked.'),
  ok: flag('Whether it is so.'),
  expected: text('What was expected.'),
  actual: text('What was found.'),
  line: whole('Line of the scenario file; 0 for what every run must fulfil.'),
})

export const RUN_EVENTS = {
  start: event('The run begins.', {
    hanrig: text('Version of hanrig.'),
    scenario: text('Name of the scenario.'),
    file: text('Scenario file; left out for one that is in none.').optional(),
    utc: instant('The moment that t = 0 stands for.'),
    seed: whole('Seed of every draw.', 0, U32),
    generation: z
      .enum(['smets1', 'smets2'])
      .describe('Whether blocks go through a DCO (smets1) or the DSP (smets2).'),
    ad1: z
      .enum(['assumed'])
      .describe('Present where the hub raises AD1 though no source tells whether such a hub does.')
      .optional(),
    devices: z
      .array(
        z.strictObject({
          name: text('Name in the trace.'),
          type: boxType(),
          id: eui64('Its EUI-64.'),
          profile: text('Name of its profile; empty for the hub.'),
          listed: flag('Whether the DSP lists it as one that cuts the hub’s supply.'),
        }),
      )
      .describe('Every box that takes firmware, the hub first.'),
    notices: notices(),
  }),
  image: event('An image that is carried; one event for each.', {
    image: text('Name in the scenario.'),
    file: text('File it came from; left out when it was made.').optional(),
    for: boxType(),
    format: z.enum(IMAGE_FORMATS).describe('How the file was read.'),
    kind: z.enum(IMAGE_KINDS).describe('What kind of OTA file it is.').optional(),
    size: octets('Octets that are carried.'),
    fileVersion: fileVersion(),
    sha256: sha256('Of the whole file.'),
    large: flag(
      'Whether it is more than the limit: large by MP230 for smets1, more than DUIS takes for smets2.',
    ),
    limit: whole('The most octets of an image that is not: 750,000, or 10,240,000.'),
    notes: z.array(z.string()).describe('What is unusual about the file.'),
  }),
  step: cases('A step of the scenario begins.', [
    z.strictObject({
      kind: kind('distribute'),
      line: line(),
      image: image(),
      on: on(),
      via: z
        .enum(['dcc', 'han'])
        .describe('Through the DCC, or from the Supplier’s own server in the home.'),
    }),
    z.strictObject({ kind: kind('activate'), line: line(), image: image(), on: on() }),
    z.strictObject({ kind: kind('discard'), line: line(), image: image() }),
    z.strictObject({ kind: kind('wait'), line: line(), for: ms('How long it waits, ms.') }),
    z.strictObject({
      kind: kind('wait-event'),
      line: line(),
      event: text('Name of the event that it waits for.'),
    }),
    z.strictObject({ kind: kind(...OF_BOXES), line: line(), on: on() }),
  ]),
  'step-failed': event('A step could not be done.', {
    kind: z.enum(STEP_KINDS).describe('Kind of the step.'),
    line: line(),
    reason: text('Why, for people.'),
  }),
  verdict: event(
    'The last line: what became of the run. The fields of one device stand for the first that rebuilt a file.',
    {
      ok: flag('Whether every check holds.'),
      sha256: sha256OrNone('Of the file that the device rebuilt.'),
      failures: z.array(z.string()).describe('Checks that do not hold, for people.'),
      expectedSha256: sentLast(),
      fileVersion: fileVersion('File version that it runs.'),
      finding: finding(),
      wan: z
        .strictObject({
          blocks: whole('Block frames sent.'),
          repeats: whole('Of these, sent again.'),
          accepted: whole('Accepted by their first receiver.'),
        })
        .describe('The blocks of all images over the WAN.'),
      han: z
        .strictObject({ blocks: blocksReceived(), retries: retries(), strays: strays() })
        .describe('The downloads of all devices together.'),
      ad1: z
        .strictObject({
          suppressed: whole('AD1 that the DSP suppressed.'),
          forwarded: whole('AD1 that it passed on.'),
        })
        .describe('What the DSP made of AD1.'),
      devices: z.array(device).describe('What became of every device.'),
      checks: z.array(check).describe('Everything that was checked.'),
      notices: notices(),
    },
  ),
}
