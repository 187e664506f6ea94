// Events of the trace as a scenario speaks of them: by name, by who speaks, and by what they say.

import { z } from 'zod'
import { text } from '../../language/names.ts'
import { must } from '../../language/wording.ts'
import { TRACE_NAMES } from '../../trace/events/events.ts'

/** The keys that pick an event. */
export const event = () => ({
  event: z.enum(TRACE_NAMES).describe('Name of the event in the trace.'),
  source: text(80).optional().describe('The box or link that speaks. Default: whichever.'),
  where: z
    .record(
      z.string().min(1),
      z.union([z.string(), z.number(), z.boolean()], must('a text, a number, true or false')),
      must('a map of fields'),
    )
    .prefault({})
    .describe('Fields that the event must have with just these values.'),
})
