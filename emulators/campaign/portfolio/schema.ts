// The language of portfolios, said once: from this declaration come the types, the validation of YAML and CSV, and the
// published JSON Schema. A row of CSV is a request, its columns are the keys here.

import { z } from 'zod'
import { DEVICE_TYPES } from '#core/campaign/device-type'
import type { Pattern } from '#core/campaign/portfolio'
import { formed } from '../../language/names.ts'
import { probability, size } from '../../language/quantities.ts'
import { editorsSay, must, show } from '../../language/wording.ts'
import { DATE, unixDayOf } from './date.ts'
import { A_REGION, regionsOf } from './region-text.ts'

/** Far above any estate: GB has some 30 million meters. */
const MAX_DEVICES = 100_000_000
/** The most that hanrig carries. */
const MAX_IMAGE = 16 * 1024 * 1024
const MAX_DAY = 36_525
const MOST_UPDATES = 52
const A_RATE = `a number from 0 to ${MOST_UPDATES}`
export const MAX_REQUESTS = 20_000

/** A day as it is written: a date, or a number of days from the first day of the plan. */
export type WrittenDay = { readonly unixDay: number } | { readonly day: number }

const A_DAY = 'a date such as 2026-01-05, or a number of days from the first day of the plan'
const SPREAD = /^(single|staged|spread (?:over )?([2-9]|[1-9]\d|1[01]\d|120) months)$/
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

const A_PATTERN = 'single, staged, or spread over 2 to 120 months such as "spread 6 months"'

const pattern = () =>
  z
    .string(must(A_PATTERN))
    .meta({ pattern: SPREAD.source, ...editorsSay(A_PATTERN), examples: ['spread 6 months'] })
    .transform((text, context): Pattern => {
      const [, kind, months] = SPREAD.exec(text) ?? []
      if (months !== undefined) return { kind: 'spread', months: Number(months) }
      if (kind === 'single' || kind === 'staged') return { kind }
      const message = `must be ${A_PATTERN}, not ${show(text)}`
      context.issues.push({ code: 'custom', input: text, message })
      return z.NEVER
    })

const regions = () =>
  z
    .string(must(A_REGION))
    .meta({ ...editorsSay(A_REGION), examples: ['North', 'North 30%, Central 35%, South 35%'] })
    .transform((text, context) => {
      const found = regionsOf(text)
      if (found) return found
      const message = `must be ${A_REGION}, not ${show(text)}`
      context.issues.push({ code: 'custom', input: text, message })
      return z.NEVER
    })

const versions = () =>
  name('versions apart by semicolons').transform(text =>
    text
      .split(';')
      .map(each => each.trim())
      .filter(each => each !== ''),
  )

const deviceType = () =>
  z.enum(DEVICE_TYPES, {
    error: ({ input }) =>
      input === 'IHD'
        ? 'cannot be IHD: the DCC has no way to an IHD, and SECMP0007 gave it none'
        : `must be one of ${DEVICE_TYPES.join(', ')}${input === undefined ? '' : `, not ${show(input)}`}`,
  })

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
  deviceType: deviceType()
    .optional()
    .describe(
      'What the Devices are, by default ESME. A PPMID is updated by SRV 11.4, a CH by the DCC itself, others by SRV 11.1 and 11.3.',
    ),
  generation: oneOf('smets1', 'smets2')
    .optional()
    .describe(
      'Of the Devices; by default smets1, of a PPMID, HCALCS or CH smets2. The rules are for smets1.',
    ),
  region: regions()
    .optional()
    .describe(
      'Where the Devices are: a region of the WAN, or shares; by default SMETS1, or North, Central and South.',
    ),
  devices: whole(1, MAX_DEVICES).describe('Devices that the image is for.'),
  image: size(1, MAX_IMAGE).describe('Size of the image, such as 900 kB, or its octets.'),
  from: day().optional().describe('First day on which a batch is wanted; by default the first.'),
  updatesPerYear: z
    .number(must(A_RATE))
    .min(0, must(A_RATE))
    .max(MOST_UPDATES, must(A_RATE))
    .optional()
    .describe('Times that such an image is sent in a year, by default one.'),
  pattern: pattern()
    .optional()
    .describe('Sent as one, in equal parts a month, or in stages of 1 %, 10 % and the rest.'),
  hubReady: probability()
    .optional()
    .describe(
      'Share of the Devices whose hub can update them, by default all: PPMID and HCALCS need hubs with newer firmware.',
    ),
  cohort: name('the name of a cohort').optional().describe('SMETS1 cohort, or its S1SP.'),
  wake: oneOf('none', 'sms')
    .optional()
    .describe('Whether the cohort’s hubs sleep and are woken by SMS; by default none does.'),
  version: name('a version').optional().describe('What the image is, for the order of upgrades.'),
  follows: versions()
    .optional()
    .describe('Versions that the image may follow, apart by semicolons; by default any.'),
  base: name('a version')
    .optional()
    .describe('Version that the Devices run: steps that are missing are sent before.'),
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
