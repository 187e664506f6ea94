// Quantities of a scenario: how each may be written, for editors and for reading, and the plain number that it becomes:
// ms, octets, a share of one, Unix ms.

import { z } from 'zod'
import { EUI64, eui64Of } from '#core/eui64/text'
import { formed } from './names.ts'
import {
  DURATION,
  durationOf,
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
import { editorsSay, must } from './wording.ts'

export const U32 = 0xffff_ffff
/** Longest duration that a scenario can name, ms. */
const MAX_DURATION = 3_650 * 86_400_000

/** What may be written for a quantity. */
interface Form {
  /** In words. */
  readonly wanted: string
  /** For editors, as JSON Schema. */
  readonly written: z.ZodUnknown
  /** The text that it may be. */
  readonly pattern: RegExp
  /** What such a text means; undefined when that is no whole number of the unit. */
  readonly read: (text: string) => number | undefined
  /** Whether a number may stand for itself. */
  readonly isNumber: (value: number) => boolean
}

function form(
  wanted: string,
  pattern: RegExp,
  read: Form['read'],
  isNumber: Form['isNumber'],
  json: Record<string, unknown>,
): Form {
  return { wanted, pattern, read, isNumber, written: z.unknown().meta(json) }
}

/** A quantity of a form and a range; `range` is the range in words. */
function quantity(form: Form, min: number, max: number, range: string): z.ZodType<number> {
  const { wanted, pattern, read, isNumber } = form
  return form.written.transform((value, context) => {
    const isText = typeof value === 'string' && pattern.test(value)
    const isFormed = isText || (typeof value === 'number' && isNumber(value))
    const found = isText ? read(value) : isFormed ? (value as number) : undefined
    if (found !== undefined && found >= min && found <= max) return found
    context.issues.push({
      code: 'custom',
      input: value,
      message: must(isFormed ? range : wanted).error({ input: value }),
      // Of several alternatives it is the one that was meant.
      continue: isFormed,
    })
    return z.NEVER
  })
}

export const A_DURATION = 'a duration with its unit, such as 250 ms or 1 h 30 min'
const A_SIZE = 'a size such as 750 kB, 64 KiB or a whole number of octets'
const A_PROBABILITY = 'a probability: 0 to 1, or 0 % to 100 %'
const A_TIME = 'a time in UTC such as 2026-01-05T09:00:00Z'

const never = () => false
const isZero = (value: number) => value === 0
const DURATIONS = ['250 ms', '1 h 30 min']
const durationText = { type: 'string', pattern: DURATION.source, ...editorsSay(A_DURATION) }

const someDuration = form(A_DURATION, DURATION, durationOf, never, {
  id: 'duration',
  ...durationText,
  examples: DURATIONS,
})
const anyDuration = form(A_DURATION, DURATION, durationOf, isZero, {
  id: 'duration-or-0',
  anyOf: [durationText, { const: 0, ...editorsSay(A_DURATION) }],
  examples: DURATIONS,
})
const signedDuration = form(A_DURATION, SIGNED_DURATION, durationOf, isZero, {
  id: 'signed-duration',
  anyOf: [
    { ...durationText, pattern: SIGNED_DURATION.source },
    { const: 0, ...editorsSay(A_DURATION) },
  ],
  examples: ['-5 min', '10 s'],
})
const anySize = form(A_SIZE, SIZE, sizeOf, Number.isInteger, {
  id: 'size',
  type: ['string', 'integer'],
  pattern: SIZE.source,
  ...editorsSay(A_SIZE),
  examples: ['750 kB', '64 KiB'],
})
const anyShare = form(A_PROBABILITY, PERCENTAGE, shareOf, () => true, {
  id: 'probability',
  type: ['string', 'number'],
  minimum: 0,
  maximum: 1,
  pattern: PERCENTAGE.source,
  ...editorsSay(A_PROBABILITY),
  examples: ['5 %', '0.1 %'],
})
const anyTime = form(A_TIME, INSTANT, instantOf, never, {
  type: 'string',
  pattern: INSTANT.source,
  ...editorsSay(A_TIME),
})

/** ms; 0 needs no unit. */
export function duration(min = 0, max = MAX_DURATION): z.ZodType<number> {
  const form = min > 0 ? someDuration : min < 0 ? signedDuration : anyDuration
  const range = `a duration from ${writeDuration(min)} to ${writeDuration(max)} in whole milliseconds`
  return quantity(form, min, max, range)
}

/** Octets. */
export function size(min: number, max: number): z.ZodType<number> {
  const range = `a size from ${writeSize(min)} to ${writeSize(max)} in whole octets`
  return quantity(anySize, min, max, range).meta({ minimum: min, maximum: max })
}

/** 0..1. */
export function probability(): z.ZodType<number> {
  return quantity(anyShare, 0, 1, A_PROBABILITY)
}

/** Unix ms. */
export function instant(min: number, max: number): z.ZodType<number> {
  const year = (unixMs: number) => new Date(unixMs).getUTCFullYear()
  const range = `a time that the calendar has, from ${year(min)} to ${year(max)}`
  return quantity(anyTime, min, max, range)
}

export function whole(min: number, max: number): z.ZodType<number, number> {
  const wanted = `a whole number from ${min} to ${max > 0xffff ? `0x${max.toString(16)}` : max}`
  return z.int(must(wanted)).min(min, must(wanted)).max(max, must(wanted))
}

/** Firmware version. */
export const version = () => whole(0, U32)

export function yesNo(): z.ZodType<boolean, boolean | 'yes' | 'no'> {
  return z
    .literal([true, false, 'yes', 'no'], must('yes or no'))
    .transform(value => value === true || value === 'yes')
}

/** In upper case with hyphens. */
export const eui64 = () =>
  formed(EUI64, 'an EUI-64 such as 00-DB-12-34-56-78-90-A0').transform(text => eui64Of(text)!)

/** A limit that holds only when it is given. */
export function unlimited(limit: z.ZodType<number>) {
  return limit.optional().transform(value => value ?? Number.POSITIVE_INFINITY)
}
