// What `hanrig alerts` can be asked for: the rules that MP102B leaves open, what is read and what is written. Light: it is
// loaded to show help.

import { type Command, InvalidArgumentError, Option } from 'commander'
import { SUPPRESSION_WINDOW } from '#core/power/suppression'
import {
  JUDGED_TIMES,
  type JudgedTime,
  RECORDED_TIMES,
  type RecordedTime,
} from '#core/power/time-rules'
import { durationOption, oneOf, seedOption, timeOption, whole } from '../options/options.ts'

export interface AlertOptions {
  readonly list?: string
  readonly listAll?: true
  readonly window: number
  readonly windows: readonly number[]
  readonly thresholds: readonly number[]
  readonly early: number
  readonly endExcluded?: true
  readonly anyActivation?: true
  readonly clearOnSuppressed?: true
  readonly clearOnFailure?: true
  readonly keepStarted?: true
  readonly keepUnlisted?: true
  readonly recorded: RecordedTime
  readonly judgedBy: JudgedTime
  readonly track: number
  readonly skipBad?: true
  readonly out?: string
  readonly json?: true
  readonly report?: string
  readonly maxFalse?: number
  readonly maxHidden?: number
  readonly devices: number
  readonly days: number
  readonly seed: number
}

export interface GenerateOptions {
  readonly devices: number
  readonly days: number
  readonly seed: number
  readonly json?: true
  readonly out?: string
}

const MOST = 2 ** 31
const MOST_DAYS = 366
const MOST_DEVICES = 30_000_000
/** Times asked about, ms. */
const TIMES = { from: 0, to: 365 * 86_400_000, bare: 'min' } as const

export function describeAlerts(command: Command): Command {
  return command
    .option('--list <file>', 'EUI-64s of the listed ESMEs, one a line; events may change the list')
    .option('--list-all', 'count every ESME as listed')
    .addOption(
      timeOption(
        '--window <duration>',
        'window after the recorded activation',
        '30min',
        TIMES,
        SUPPRESSION_WINDOW,
      ),
    )
    .addOption(timesOption('--windows <durations>', 'what if it were these', '20,30,45'))
    .addOption(timesOption('--thresholds <durations>', 'what if AD1 came after these', '3,5,10'))
    .addOption(
      timeOption(
        '--early <duration>',
        'time before the recorded one that counts, too [I]',
        '90s',
        TIMES,
        0,
      ),
    )
    .option('--end-excluded', 'an AD1 at exactly the end of the window is outside [I]')
    .option('--any-activation', 'any activation explains an AD1, not the last only [I]')
    .option('--clear-on-suppressed', 'an activation explains one AD1 and no more [I]')
    .option('--clear-on-failure', 'a failed activation explains none [I]')
    .option('--keep-started', 'a cancellation after its time changes nothing [I]')
    .option('--keep-unlisted', 'who leaves the list is tracked to the end [I]')
    .option(
      '--recorded <when>',
      'recorded time of an immediate SRV 11.3 [I]',
      oneOf(RECORDED_TIMES),
      'processed',
    )
    .option(
      '--judged-by <time>',
      'time by which an AD1 is judged [I]',
      oneOf(JUDGED_TIMES),
      'received',
    )
    .option('--track <n>', 'most activations tracked at a time', whole(1, MOST / 64), 500_000)
    .option('--skip-bad', 'count rows that cannot be read instead of stopping')
    .option('--out <file>', 'write the verdicts there, as CSV; as JSON Lines with --json')
    .option('--json', 'print JSON Lines: the verdicts unless --out takes them, then the summary')
    .option('--report <dir>', 'write alerts.html there: charts and tables')
    .option('--max-false <n>', 'exit 1 when more false AD1s get through', whole(0, MOST))
    .option('--max-hidden <n>', 'exit 1 when more genuine outages are hidden', whole(0, MOST))
    .option('--devices <n>', 'size of the made-up estate', whole(1, MOST_DEVICES), 100_000)
    .option('--days <n>', 'its days', whole(1, MOST_DAYS), 3)
    .option('--seed <n>', 'its seed', seedOption, 1)
}

export function describeGenerate(command: Command): Command {
  return command
    .option('--devices <n>', 'ESMEs of the estate', whole(1, MOST_DEVICES), 100_000)
    .option('--days <n>', 'days of activations', whole(1, MOST_DAYS), 3)
    .option('--seed <n>', 'seed; the same one gives the same stream', seedOption, 1)
    .option('--json', 'as JSON Lines; else CSV')
    .option('--out <file>', 'write there instead of stdout')
}

/** An option that takes up to eight lengths of time, apart by commas. */
function timesOption(flags: string, about: string, usual: string): Option {
  return new Option(flags, `${about}, e.g. "20min,1 h"; bare numbers are minutes`)
    .argParser(durations)
    .default(durations(usual), usual)
}

function durations(text: string): number[] {
  const all = text.split(',').map(durationOption(TIMES))
  if (all.length > 8) throw new InvalidArgumentError('At most eight can be asked about at a time.')
  return [...new Set(all)].sort((a, b) => a - b)
}
