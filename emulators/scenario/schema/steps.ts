// Steps of a scenario: what is done, to which boxes, and when.

import { z } from 'zod'
import { keyed } from '../../language/kinds.ts'
import { boxNames, imageName } from '../../language/names.ts'
import { A_DURATION, duration, unlimited, yesNo } from '../../language/quantities.ts'
import { must } from '../../language/wording.ts'
import { event } from './events.ts'

const at = duration()
  .optional()
  .describe('Virtual time at which this step runs, beside the others; left out, it waits its turn.')

const targets = (what: string) =>
  boxNames()
    .optional()
    .transform(names => names ?? [])
    .describe(`${what} Default: every device whose type the image is for.`)

const distribute = z
  .strictObject({
    distribute: imageName().describe('Image to send; ends with the SRV 11.1 (or 11.4) Response.'),
    to: targets('Who gets it; hub is the hub itself.'),
    via: z
      .enum(['dcc', 'han'])
      .prefault('dcc')
      .describe('dcc: over the WAN and the hub. han: from a server of the Supplier in the home.'),
    at,
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
    at,
  })
  .transform(({ activate: image, ...rest }) => ({ kind: 'activate' as const, image, ...rest }))

const cancel = z
  .strictObject({
    cancel: boxNames().describe('Devices whose future-dated activation is cancelled (SRV 11.3).'),
    at,
  })
  .transform(({ cancel: on, ...rest }) => ({ kind: 'cancel' as const, on, ...rest }))

const awaited = z.strictObject({
  ...event(),
  atMost: unlimited(duration(1)).describe(
    'The step fails when the event has not come by then. Default: waits to the end.',
  ),
})

const wait = z
  .strictObject({
    wait: z
      .union([duration(), awaited], must(`${A_DURATION}, or a map with an event`))
      .describe('Wait for a time, or for an event of the trace from now on.'),
    at,
  })
  .transform(({ wait: what, ...rest }) =>
    typeof what === 'number'
      ? { kind: 'wait' as const, for: what, ...rest }
      : { kind: 'wait-event' as const, ...what, ...rest },
  )

const cutPower = z
  .strictObject({
    'cut-power': boxNames().describe('Boxes that lose their supply; hub is one of them.'),
    for: duration(1).describe('How long.'),
    at,
  })
  .transform(({ 'cut-power': on, ...rest }) => ({ kind: 'cut-power' as const, on, ...rest }))

const cutMains = z
  .strictObject({
    'cut-mains': z
      .literal('home', must('home'))
      .describe('The home’s mains go: of every device that is on no battery, and of the hub.'),
    for: duration(1).describe('How long.'),
    at,
  })
  .transform(({ 'cut-mains': _, ...rest }) => ({
    kind: 'cut-mains' as const,
    on: [] as readonly string[],
    ...rest,
  }))

const unplug = z
  .strictObject({ unplug: boxNames().describe('Devices that are unplugged.'), at })
  .transform(({ unplug: on, ...rest }) => ({ kind: 'unplug' as const, on, ...rest }))

const plug = z
  .strictObject({ plug: boxNames().describe('Devices that are plugged in again.'), at })
  .transform(({ plug: on, ...rest }) => ({ kind: 'plug' as const, on, ...rest }))

const pull = z
  .strictObject({
    pull: boxNames().describe(
      'Devices whose board’s cable is pulled, and plugged in again; the board keeps its power. Virtual boards only.',
    ),
    for: duration(1).describe('How long.'),
    at,
  })
  .transform(({ pull: on, ...rest }) => ({ kind: 'pull' as const, on, ...rest }))

const query = z
  .strictObject({ query: boxNames().describe('Devices that ask their hub now.'), at })
  .transform(({ query: on, ...rest }) => ({ kind: 'query' as const, on, ...rest }))

const discard = z
  .strictObject({ discard: imageName().describe('Image that the hub drops.'), at })
  .transform(({ discard: image, ...rest }) => ({ kind: 'discard' as const, image, ...rest }))

const rot = z
  .strictObject({
    rot: boxNames().describe(
      'Boxes in whose running firmware a bit flips, as age does; hub is one.',
    ),
    at,
  })
  .transform(({ rot: on, ...rest }) => ({ kind: 'rot' as const, on, ...rest }))

const relist = z
  .strictObject({
    relist: boxNames(0).describe(
      'Devices on the list that replaces the DCC’s (MP102B); it may be empty.',
    ),
    at,
  })
  .transform(({ relist: on, ...rest }) => ({ kind: 'relist' as const, on, ...rest }))

// Of the kinds that fit equally badly, editors explain the first: `wait` is a key of two, and goes before the other.
/** The kinds of steps. */
export const steps = keyed([
  distribute,
  wait,
  activate,
  cancel,
  cutPower,
  cutMains,
  unplug,
  plug,
  pull,
  query,
  discard,
  rot,
  relist,
])
