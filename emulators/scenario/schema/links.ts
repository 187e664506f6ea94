// What links of a scenario do: their medium's values, and their faults (emulators/link/faults.ts).

import { z } from 'zod'
import { formed } from '../../language/names.ts'
import { duration, probability } from '../../language/quantities.ts'
import { must, sentence } from '../../language/wording.ts'
import { type Field, HAN_FIELDS, WAN_FIELDS } from '../../profile/fields.ts'
import type { LinkValues } from '../../profile/profiles.ts'
import { fieldValues, inUnit, limitsOf } from './profile-fields.ts'

const LINK_KEY =
  /^(?:(?:wan|csp)(?:\.(?:up|down))?|han(?:\.[a-z][a-z0-9-]{0,31}(?:\.(?:up|down))?)?)$/

/** The fields of every medium have the same units and limits; only what holds otherwise is each one's own. */
function aboutBoth(han: Field, name: string): string {
  const wan: Field = WAN_FIELDS[name as keyof LinkValues]
  const each = (field: Field) => (field.inferred ? `${field.source}; inferred` : field.source)
  const values = `${inUnit(han, han.value)} on han, ${inUnit(wan, wan.value)} on wan and csp`
  const sources =
    each(han) === each(wan) ? each(han) : `on han: ${each(han)}; on wan and csp: ${each(wan)}`
  return `${sentence(han.about)} Default: ${values}${limitsOf(han)}. ${sentence(sources)}`
}

const rate = (what: string) => probability().optional().describe(`Probability ${what}. Default: 0.`)

const bursts = z.strictObject({
  enter: probability().describe('Probability per frame that a burst begins.'),
  leave: probability().describe('Probability per frame that it ends.'),
  loss: probability().describe('Loss while it lasts; the link’s own loss holds outside.'),
})

const deaf = z
  .strictObject({
    every: duration(1).describe('From the start of one deaf window to the next.'),
    for: duration(1).describe('How long the receiver hears nothing.'),
  })
  .refine(deaf => deaf.for <= deaf.every, {
    path: ['for'],
    error: 'must not be longer than "every"',
  })

const link = fieldValues(HAN_FIELDS, aboutBoth).extend({
  loss: rate('that a frame is lost'),
  corruption: rate('that one bit of a frame is flipped'),
  duplication: rate('that a frame comes twice'),
  reordering: rate('that a frame is held back, so that others overtake it'),
  bursts: bursts.optional().describe('Bursts of loss after Gilbert and Elliott.'),
  deaf: deaf.optional().describe('Windows in which the receiver hears nothing.'),
})

export const links = z.record(
  formed(LINK_KEY, 'a link: wan, csp or han, then .up, .down or the name of a device'),
  link,
  must('a map of what links do by name'),
)
