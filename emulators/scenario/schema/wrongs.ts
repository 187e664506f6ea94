// What boxes of a scenario do wrong on purpose: to the other side of an OTA download, or restarts without end.

import { z } from 'zod'
import { duration, probability, U32, unlimited, whole } from '../../language/quantities.ts'
import { must } from '../../language/wording.ts'
import { CLIENT_WRONGS, SERVER_WRONGS } from '../../link/wrong.ts'

const WITHOUT_STATUS = CLIENT_WRONGS.filter(what => what !== 'ends-with')

const frames = () => ({
  chance: probability().prefault(1).describe('Probability that a matching frame is changed.'),
  after: whole(0, U32).prefault(0).describe('Matching frames that pass first.'),
  times: unlimited(whole(1, U32)).describe('Most frames that are changed. Default: no limit.'),
})

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

export const deviceWrong = z.discriminatedUnion('what', [
  z
    .strictObject({
      what: z
        .enum(WITHOUT_STATUS)
        .describe('What the device says wrong to the hub, or to a ZigBee host.'),
      ...frames(),
    })
    .transform(rule => ({ ...rule, for: Number.POSITIVE_INFINITY })),
  z
    .strictObject({
      what: z.literal('ends-with').describe('The device ends its download with another status.'),
      status: whole(0, 255).describe(
        'The status, such as 0x95 for ABORT or 0x99 for REQUIRE_MORE_IMAGE.',
      ),
      ...frames(),
    })
    .transform(rule => ({ ...rule, for: Number.POSITIVE_INFINITY })),
  restart,
])

export const hubWrong = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.enum(SERVER_WRONGS).describe('What the hub says wrong to its devices.'),
    ...frames(),
    for: unlimited(duration(1)).describe(
      'How long the silence of dies-midway lasts. Default: for good.',
    ),
  }),
  restart,
])

/** Everything that one box does wrong. */
export const wrongs = <T extends z.ZodType>(wrong: T) =>
  z.array(wrong, must('a list of what goes wrong')).prefault([])
