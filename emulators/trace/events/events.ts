// Every event of the trace, declared once: its name, a sentence of what it says, and its fields. The types of whoever
// emits or reads them (trace.ts) are made from here, and so is docs/trace.schema.json. A run loads none of it.

import { z } from 'zod'
import { ALERT_EVENTS } from './alerts.ts'
import { BOARD_EVENTS } from './board.ts'
import { HAN_EVENTS } from './han.ts'
import { MEDIA_EVENTS } from './media.ts'
import { POWER_EVENTS } from './power.ts'
import { RUN_EVENTS } from './run.ts'
import { SERVICE_EVENTS } from './service.ts'
import { STICK_EVENTS } from './stick.ts'

/** The declaration of every event by its name. */
export const EVENTS = {
  ...RUN_EVENTS,
  ...MEDIA_EVENTS,
  ...SERVICE_EVENTS,
  ...HAN_EVENTS,
  ...POWER_EVENTS,
  ...ALERT_EVENTS,
  ...STICK_EVENTS,
  ...BOARD_EVENTS,
}

/** The fields that an event of each name has beside t, source and name. */
export type DeclaredFields = { [N in keyof typeof EVENTS]: z.output<(typeof EVENTS)[N]> }

/** Names of all events, in the order in which they are declared. */
export const TRACE_NAMES = z.strictObject(EVENTS).keyof().options
