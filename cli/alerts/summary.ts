// What came of it all, for a person and for a program. Errors are counted where the stream tells causes; where it does
// not they are estimated, and said to be.

import { SUPPRESSED, SUPPRESSION_REASONS } from '#core/power/suppression'
import type { Desk } from '#emulators/dsp-stream/desk'
import { BY_ACTIVATION, GENUINE, UNKNOWN_CAUSE } from '#emulators/dsp-stream/event-batch'
import { FIELDS } from '#emulators/dsp-stream/event-fields'
import type { Count, Tally } from '#emulators/dsp-stream/tally'
import { REASON_CODES } from '#emulators/dsp-stream/verdict-text'
import { nearestTo } from '#emulators/language/nearest'
import { count, duration, octets, percent } from '../output/format.ts'
import { note, style } from '../output/output.ts'
import { tableLines } from '../output/text-table.ts'
import type { AlertOptions } from './options.ts'

export interface AlertSummary {
  readonly events: number
  /** Rows left out. */
  readonly bad: number
  readonly ignored: readonly string[]
  readonly options: AlertOptions
  readonly desk: Desk
  readonly tally: Tally
  /** True without files: the events were made up. */
  readonly madeUp: boolean
}

export function summaryJson({ events, bad, options, desk, tally }: AlertSummary): object {
  const { main } = tally
  const reasons = REASON_CODES.map((code, verdict) => [code, main.of(verdict)] as const)
  return {
    name: 'summary',
    events,
    bad,
    activations: desk.activations,
    cancellations: desk.cancellations,
    tracked: desk.tracked,
    listed: desk.listed,
    hubUnknown: desk.homeless,
    notFollowed: desk.notFollowed,
    octets: desk.octets,
    windowMs: options.window,
    ...countJson(main),
    reasons: Object.fromEntries(reasons),
    causes: {
      activation: alertsOf(main, BY_ACTIVATION),
      genuine: alertsOf(main, GENUINE),
      unknown: alertsOf(main, UNKNOWN_CAUSE),
    },
    windows: tally.windows.map(each => ({ windowMs: each.config.window, ...countJson(each) })),
    thresholds: tally.thresholds.map(({ threshold, count: each }) => ({
      thresholdMs: threshold,
      ...countJson(each),
    })),
    alertsWithOutage: tally.withOutage,
    alertsAtThreshold: tally.atThreshold,
  }
}

function countJson(each: Count): object {
  return {
    alerts: each.alerts,
    suppressed: each.of(SUPPRESSED),
    forwarded: each.forwarded(),
    falseThrough: each.falseThrough,
    genuineHidden: each.genuineHidden,
    probablyFalseThrough: each.probablyFalse,
    probablyGenuineHidden: each.probablyHidden,
  }
}

/** AD1s of one cause. */
export function alertsOf(each: Count, cause: number): number {
  return each.of(SUPPRESSED, cause) + each.forwarded(cause)
}

/** Whether some AD1 came without its cause. */
export function hasUnknown({ main }: Tally): boolean {
  return alertsOf(main, UNKNOWN_CAUSE) > 0
}

export function summaryText(summary: AlertSummary): string {
  const { events, bad, ignored, options, desk, tally, madeUp } = summary
  const { main } = tally
  const bold = (text: string) => style('bold', text, process.stdout)
  const lines = [
    `${count(events)} events${bad > 0 ? `, and ${count(bad)} rows left out` : ''}: ` +
      `${count(desk.activations)} activations, ${count(desk.cancellations)} cancelled, ${count(main.alerts)} AD1s`,
    `${count(desk.listed)} ESMEs listed; list and ${count(options.track)} tracked activations take ${octets(desk.octets)}`,
    '',
    `${bold(`${count(main.of(SUPPRESSED))} suppressed`)}  ${share(main.of(SUPPRESSED), main)}`,
    `${bold(`${count(main.forwarded())} forwarded`)}  ${share(main.forwarded(), main)}`,
    ...REASON_CODES.map((_, verdict) => verdict)
      .filter(verdict => verdict !== SUPPRESSED && main.of(verdict) > 0)
      .map(verdict => `  ${count(main.of(verdict)).padStart(9)}  ${SUPPRESSION_REASONS[verdict]}`),
    '',
    ...errorLines(summary),
    '',
    ...table(
      'window',
      tally.windows.map(each => [duration(each.config.window), each]),
    ),
  ]
  if (tally.withOutage > 0) {
    lines.push(
      '',
      ...table(
        'AD1 after',
        tally.thresholds.map(each => [duration(each.threshold), each.count]),
      ),
    )
  }
  const notes = notesOf(summary)
  if (notes.length > 0) lines.push('', ...notes.map(note => style('dim', note, process.stdout)))
  if (ignored.length > 0) {
    note(`Columns that mean nothing here: ${ignored.slice(0, 8).map(strange).join(', ')}.`)
  }
  if (madeUp) {
    lines.push(
      '',
      `This was a made-up estate (${count(options.devices)} homes, ${options.days} days, seed ${options.seed}). Your own:`,
      '  hanrig alerts events.csv --list listed.txt --report out',
      '  hanrig alerts generate --devices 1000 --days 1     # a sample of the format',
    )
  }
  return `${lines.join('\n')}\n`
}

/** A column, with the name that was probably meant. */
function strange(column: string): string {
  const nearest = nearestTo(column, FIELDS)
  return nearest === undefined ? column : `${column} (did you mean ${nearest}?)`
}

function errorLines({ tally }: AlertSummary): string[] {
  const { main } = tally
  const lines: string[] = []
  const caused = alertsOf(main, BY_ACTIVATION)
  const genuine = alertsOf(main, GENUINE)
  if (caused + genuine > 0) {
    lines.push(
      `${count(main.falseThrough)} of ${count(caused)} AD1s that an activation caused got through`,
      `${count(main.genuineHidden)} of ${count(genuine)} AD1s of genuine outages got hidden`,
    )
  }
  if (hasUnknown(tally)) {
    lines.push(
      `${count(main.probablyFalse)} false ones probably got through and ${count(main.probablyHidden)} genuine ones were probably hidden, ` +
        `of ${count(alertsOf(main, UNKNOWN_CAUSE))} whose cause is not told (estimated)`,
    )
  }
  return lines
}

/** What must be known to read the figures. */
export function notesOf({ desk, tally, options }: AlertSummary): string[] {
  const notes: string[] = []
  if (hasUnknown(tally)) {
    notes.push(
      'Estimated: false is what was forwarded from 15 min before to 60 min after an activation in that home; genuine is a second AD1 that one activation explains.',
    )
  }
  if (desk.listed === 0 && tally.main.alerts > 0) {
    notes.push(
      'No ESME is listed, so nothing is suppressed: give --list, list-add events or --list-all.',
    )
  }
  if (desk.homeless > 0) {
    notes.push(
      `${count(desk.homeless)} activations name no hub, and no join event did: they explain nothing.`,
    )
  }
  if (desk.notFollowed > 0) {
    notes.push(
      `${count(desk.notFollowed)} activations of ESMEs that are not listed were not followed: see --track.`,
    )
  }
  if (tally.atThreshold > 0) {
    notes.push(
      `${count(tally.atThreshold)} AD1s are of outages of 180.000 s exactly: MP102B says more than three minutes.`,
    )
  }
  if (
    options.thresholds.length > 0 &&
    tally.withOutage > 0 &&
    tally.withOutage < tally.main.alerts
  ) {
    notes.push(
      `${count(tally.main.alerts - tally.withOutage)} AD1s do not tell how long the outage was: under other thresholds they are taken to be raised.`,
    )
  }
  return notes
}

function share(part: number, { alerts }: Count): string {
  return alerts === 0 ? '' : percent(part / alerts)
}

function table(first: string, rows: readonly (readonly [string, Count])[]): string[] {
  const head = [first, 'AD1s', 'suppressed', 'forwarded', 'false through', 'genuine hidden']
  const isEstimated = rows.some(([, each]) => alertsOf(each, UNKNOWN_CAUSE) > 0)
  if (isEstimated) head.push('probably false', 'probably hidden')
  const cells = rows.map(([name, each]) => [
    name,
    count(each.alerts),
    count(each.of(SUPPRESSED)),
    count(each.forwarded()),
    count(each.falseThrough),
    count(each.genuineHidden),
    ...(isEstimated ? [count(each.probablyFalse), count(each.probablyHidden)] : []),
  ])
  return tableLines({ head, rows: cells, numbers: head.map((_, column) => column).slice(1) })
}
