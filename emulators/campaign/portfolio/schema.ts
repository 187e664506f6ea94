// The language of portfolios, said once: from this declaration come the types, the validation of YAML and CSV, and the
// published JSON Schema. A row of CSV is a request, its columns are the keys here.

import { z } from 'zod'
import { formed } from '../../language/names.ts'
import { size } from '../../language/quantities.ts'
import { editorsSay, must, show } from '../../language/wording.ts'
import { DATE, unixDayOf } from './date.ts'

/** Far above any estate: GB has some 30 million meters. */
const MAX_DEVICES = 100_000_000
/** The most that hanrig carries. */
const MAX_IMAGE = 16 * 1024 * 1024
const MAX_DAY = 36_525
export const MAX_REQUESTS = 20_000

/** A day as it is written: a date, or a number of days from the first day of the plan. */
export type WrittenDay = { readonly unixDay: number } | { readonly day: number }

const A_DAY = 'a date such as 2026-01-05, or a number of days from the first day of the plan'
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/

function day() {
  const written = z.unknown().meta({
    type: ['string', 'integer'],
    pattern: DATE.source,
    minimum: 0,
    maximum: MAX_DAY,
    ...editorsSay(A_DAY),
    examples: ['2026-01-05', 3],
  })
  return written.transform((value, context): WrittenDay => {
    if (typeof value === 'string') {
      const unixDay = unixDayOf(value)
      if (unixDay !== undefined) return { unixDay }
    } else if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_DAY) {
      return { day: Number(value) }
    }
    context.issues.push({
      code: 'custom',
      input: value,
      message: `must be ${A_DAY}, not ${show(value)}`,
    })
    return z.NEVER
  })
}

const name = (wanted: string) =>
  z
    .string(must(wanted))
    .min(1, must(wanted))
    .max(80, must(`${wanted} of at most 80 characters`))

/** A whole number, its range in decimal: people count devices so. */
function whole(min: number, max: number) {
  const wanted = `a whole number from ${min} to ${max.toLocaleString('en-GB')}`
  return z.int(must(wanted)).min(min, must(wanted)).max(max, must(wanted))
}

const oneOf = <T extends string>(...words: [T, ...T[]]) => z.enum(words)

export const requestSchema = z.strictObject({
  supplier: name('the name of a Supplier').describe('Who sends the image.'),
  request: name('a name').optional().describe('What the request is called.'),
  generation: oneOf('smets1', 'smets2')
    .prefault('smets1')
    .describe('Of the Devices; the rules are for smets1.'),
  devices: whole(1, MAX_DEVICES).describe('Devices that the image is for.'),
  image: size(1, MAX_IMAGE).describe('Size of the image, such as 900 kB, or its octets.'),
  from: day().optional().describe('First day on which a batch is wanted; by default the first.'),
  perDay: whole(1, MAX_DEVICES)
    .optional()
    .describe('Most Devices a day that the User wants; by default as many as may be.'),
  deadline: day().optional().describe('Day on which the last batch must be due at the latest.'),
  serviceDesk: z
    .union([z.boolean(), oneOf('yes', 'as-needed', 'no')], {
      error: issue =>
        `must be one of yes, as-needed, no${issue.input === undefined ? '' : `, not ${show(issue.input)}`}`,
    })
    .transform(value => (value === true ? 'yes' : value === false ? 'no' : value))
    .prefault('as-needed')
    .describe('Whether a schedule is agreed: it is, it will be where one is needed, or never.'),
  filed: day().optional().describe('Day on which it was asked for; by default the first.'),
  priority: whole(0, 9)
    .prefault(0)
    .describe('A higher one goes first where precedence is on; 0 is usual.'),
  at: formed(TIME, 'a time of the day in UTC such as "09:00"')
    .prefault('00:00')
    .transform(time => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)))
    .describe('Time of the day, UTC, at which its batches are released.'),
})

export type WrittenRequest = z.output<typeof requestSchema>

/** The columns of CSV. */
export const COLUMNS = Object.keys(requestSchema.shape)
export const NEEDED_COLUMNS = ['supplier', 'devices', 'image']

export const portfolioSchema = z
  .strictObject({
    name: name('a name').optional().describe('What the portfolio is called.'),
    requests: z
      .array(requestSchema, must('a list of requests'))
      .min(1, must('a list with a request in it'))
      .max(MAX_REQUESTS, must(`a list of at most ${MAX_REQUESTS} requests`))
      .describe('What is asked for; of one day in the order in which it was.'),
  })
  .meta({
    title: 'hanrig portfolio',
    description: 'Who wants which image sent to how many Devices, and when.',
  })

/** The JSON Schema of what a portfolio in YAML may hold. Draft 7 is what YAML editors read. */
export function portfolioJsonSchema(): object {
  return z.toJSONSchema(portfolioSchema, { io: 'input', target: 'draft-7' })
}
