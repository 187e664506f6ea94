// MP230's open questions as options: every answer that a plan rests on can be given, and --help says which is the default.

import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { DEFAULTS } from '#core/campaign/defaults'
import { DAY_BOUNDARIES, SECOND_USER, type Settings } from '#core/campaign/settings'
import type { KbReading } from '#core/image/size-class'
import { unixDayOf } from '#emulators/campaign/portfolio/date'
import { hanrigError } from '../../errors/errors.ts'
import {
  durationOption,
  oneOf,
  probability,
  timeOption,
  typed,
  whole,
} from '../../options/options.ts'

const MOST = 100_000_000
const MOST_DAYS = 36_525
const DAY = 86_400_000

export interface SettingsOptions {
  readonly start?: number | undefined
  readonly rules: Settings['rules']
  readonly kb: '1000' | '1024'
  readonly capacity: number
  readonly spare: readonly number[]
  readonly reserve: number
  readonly unscheduled: number
  readonly unscheduledPer: Settings['unscheduledPer']
  readonly splitCounts: Settings['splitCounts']
  readonly mixed: Settings['mixed']
  readonly day: Settings['dayBoundary']
  readonly trt: number
  readonly trtIn: Settings['trt']
  readonly holidays?: readonly number[] | undefined
  readonly dcoTakes: number
  readonly lifetime: number
  readonly srv111: Settings['srv111']
  readonly lead: number
  readonly countAt: Settings['countAt']
  readonly secondUser: Settings['secondUser']
  readonly precedence?: true | undefined
  readonly declineLate?: true | undefined
  readonly horizon: number
}

/** Adds the options by which a plan is made. [I] marks a default that no source states. */
export function describeSettings(command: Command): Command {
  return command
    .option('--start <date>', 'day 0; by default the first date in the portfolio', date)
    .option('--capacity <n>', 'large images a day, all Users', whole(1, MOST), DEFAULTS.capacity)
    .addOption(
      new Option(
        '--spare <shares>',
        'share of the capacity that is spare: 80%, or seven from Monday on [I]',
      )
        .argParser(shares)
        .default(DEFAULTS.spare, sharesText(DEFAULTS.spare)),
    )
    .option(
      '--reserve <n>',
      'of these, how many no schedule may use, for Users without one [I]',
      whole(0, MOST),
      DEFAULTS.reserve,
    )
    .option(
      '--unscheduled <n>',
      'large images that need no agreed schedule',
      whole(0, MOST),
      DEFAULTS.unscheduled,
    )
    .option(
      '--unscheduled-per <what>',
      'that limit is one of a user-day or of a batch [I]',
      oneOf(['user-day', 'batch'] as const),
      DEFAULTS.unscheduledPer,
    )
    .option('--kb <octets>', 'octets of a kB [I]', oneOf(['1000', '1024'] as const), '1000')
    .option(
      '--split-counts <what>',
      'a large image counts once for its device, or in pieces of 750 kB [I]',
      oneOf(['device', 'pieces'] as const),
      DEFAULTS.splitCounts,
    )
    .option(
      '--mixed <what>',
      'beside large images of a day, others count never (large-only) or too (all) [I]',
      oneOf(['large-only', 'all'] as const),
      DEFAULTS.mixed,
    )
    .option(
      '--day <what>',
      'a day is utc, local (London) or rolling [I]',
      oneOf(DAY_BOUNDARIES),
      DEFAULTS.dayBoundary,
    )
    .addOption(
      daysOption('--trt <duration>', 'target response time of a batch', '5d', DEFAULTS.trtDays),
    )
    .option(
      '--trt-in <days>',
      'it runs in calendar or working days [I]',
      oneOf(['calendar', 'working'] as const),
      DEFAULTS.trt,
    )
    .option('--holidays <dates>', 'dates that are no working days, apart by commas', dates)
    .addOption(
      daysOption(
        '--dco-takes <duration>',
        'how long the DCO takes to hold every block and answer SRV 11.1 [I]',
        '1d',
        DEFAULTS.dcoDays,
      ),
    )
    .addOption(
      daysOption(
        '--lifetime <duration>',
        'how long an SRV 11.1 may be open until the DCO holds every block',
        '7d',
        DEFAULTS.lifetime,
      ),
    )
    .option(
      '--srv111 <when>',
      'SRV 11.1 goes per-batch, or at-once for a whole request [I]',
      oneOf(['per-batch', 'at-once'] as const),
      DEFAULTS.srv111,
    )
    .addOption(
      daysOption('--lead <duration>', 'time from SRV 11.1 to SRV 11.3 [I]', '2d', DEFAULTS.lead),
    )
    .option(
      '--count-at <srv>',
      'what counts against the limits, 11.3 or 11.1',
      oneOf(['11.3', '11.1'] as const),
      DEFAULTS.countAt,
    )
    .option(
      '--second-user <how>',
      'a second User gets the next-window, or the schedule of the first is altered (alter-first); both are lawful',
      oneOf(SECOND_USER),
      DEFAULTS.secondUser,
    )
    .option('--precedence', 'a request with a higher priority goes first [I]')
    .option('--decline-late', 'the DCC declines what would miss its deadline')
    .option(
      '--rules <which>',
      'mp230, or before it: no schedules, every TRT from the request',
      oneOf(['mp230', 'before'] as const),
      DEFAULTS.rules,
    )
    .addOption(
      daysOption(
        '--horizon <duration>',
        'nothing is planned after that',
        '365d',
        DEFAULTS.horizon,
        1,
        MOST_DAYS,
      ),
    )
}

/** @throws HanrigError USAGE for answers that contradict each other. */
export function settingsOf(options: SettingsOptions, startDay: number): Settings {
  const { srv111, countAt } = options
  if (srv111 === 'at-once' && countAt === '11.1') {
    throw hanrigError(
      'HANRIG_USAGE',
      '--srv111 at-once and --count-at 11.1 contradict each other: all would count on one day.',
    )
  }
  return {
    startDay,
    rules: options.rules,
    kb: Number(options.kb) as KbReading,
    capacity: options.capacity,
    spare: options.spare,
    reserve: options.reserve,
    unscheduled: options.unscheduled,
    unscheduledPer: options.unscheduledPer,
    splitCounts: options.splitCounts,
    mixed: options.mixed,
    dayBoundary: options.day,
    trtDays: options.trt,
    trt: options.trtIn,
    holidays: new Set(options.holidays),
    dcoDays: options.dcoTakes,
    lifetime: options.lifetime,
    srv111,
    lead: options.lead,
    countAt,
    secondUser: options.secondUser,
    precedence: options.precedence === true,
    declineLate: options.declineLate === true,
    horizon: options.horizon,
  }
}

/** An option that takes whole days, and gives their number. */
function daysOption(
  flags: string,
  about: string,
  example: string,
  preset: number,
  from = 0,
  to = 365,
): Option {
  const times = { from: from * DAY, to: to * DAY, bare: 'd', step: DAY } as const
  const parse = durationOption(times)
  return timeOption(flags, about, example, times)
    .argParser(text => parse(text) / DAY)
    .default(preset, typed(`${preset} d`))
}

function date(text: string): number {
  const day = unixDayOf(text)
  if (day === undefined) throw new InvalidArgumentError('It must be a date such as 2026-01-05.')
  return day
}

function dates(text: string): number[] {
  return text.split(',').map(each => date(each.trim()))
}

/** Shares as they are typed: one where all are the same. */
function sharesText(all: readonly number[]): string {
  return [...new Set(all)].length === 1 ? `${all[0]}` : all.join(',')
}

/** One share for every day, or one for each from Monday to Sunday. */
function shares(text: string): number[] {
  const read = text.split(',').map(each => probability(each.trim()))
  if (read.length === 7) return read
  if (read.length === 1) return Array.from({ length: 7 }, () => read[0]!)
  throw new InvalidArgumentError('It must be one share, or seven from Monday to Sunday.')
}
