// `hanrig alerts`: events in, verdicts and a summary out, in one pass and constant memory.

import { join } from 'node:path'
import { AD1_THRESHOLD } from '#core/power/supply-monitor'
import { DEFAULT_TRACKING, type TrackingConfig } from '#core/power/suppression'
import { Desk } from '#emulators/dsp-stream/desk'
import { EventReader } from '#emulators/dsp-stream/event-reader'
import { GrowingList } from '#emulators/dsp-stream/growing'
import { ListReader } from '#emulators/dsp-stream/list-reader'
import type { JudgedTime, RecordedTime } from '#emulators/dsp-stream/rule-names'
import { Synthetic } from '#emulators/dsp-stream/synthetic'
import { Tally } from '#emulators/dsp-stream/tally'
import { TextWriter } from '#emulators/dsp-stream/text-writer'
import { hanrigError } from '../errors/errors.ts'
import { EXIT_EXPECTATION, EXIT_OK } from '../errors/exit.ts'
import { makeDirectory, writeWhole } from '../output/files.ts'
import { print, printJson } from '../output/output.ts'
import { Sink } from './sink.ts'
import { playAll, readAll, sizeOf } from './source.ts'
import { type AlertSummary, summaryJson, summaryText } from './summary.ts'
import { VERDICT_HEADER, writeJsonVerdict, writeVerdict } from './verdicts.ts'

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

/**
 * @param made an option given that describes the made-up estate, if any.
 * @returns the exit code.
 */
export async function runAlerts(
  files: readonly string[],
  options: AlertOptions,
  made: string | undefined,
): Promise<number> {
  refuseClashes(files, options, made)
  const config = configOf(options)
  const list = await listOf(options.list)
  const tally = new Tally({
    config,
    windows: options.windows,
    thresholds: options.thresholds,
    recordedThreshold: AD1_THRESHOLD,
  })
  const takesVerdicts = options.out !== undefined || options.json
  const sink = takesVerdicts ? new Sink(options.out) : undefined
  let summary: AlertSummary
  try {
    const out = sink && new TextWriter(sink.write)
    if (out && !options.json) out.text(VERDICT_HEADER).endLine()
    const write = options.json ? writeJsonVerdict : writeVerdict
    const desk = new Desk({
      config,
      longestWindow: Math.max(options.window, ...options.windows),
      recorded: options.recorded,
      judgedBy: options.judgedBy,
      listAll: options.listAll ?? false,
      capacity: options.track,
      list,
      onVerdict: (batch, i, judged, verdict) => {
        tally.add(judged)
        if (out) write(out, batch, i, judged, verdict)
      },
    })
    const ready = async (): Promise<void> => sink?.ready()
    const read = await readEvents(files, options, desk, ready)
    desk.finish()
    out?.flush()
    await ready()
    summary = { ...read, options, desk, tally, madeUp: files.length === 0 }
  } catch (error) {
    sink?.drop()
    throw error
  }
  sink?.close()
  return await tell(summary)
}

/** Reads all there is to read and says how much it was. */
async function readEvents(
  files: readonly string[],
  options: AlertOptions,
  desk: Desk,
  ready: () => Promise<void>,
): Promise<{ events: number; bad: number; ignored: readonly string[] }> {
  if (files.length === 0) {
    const stream = new Synthetic(options, batch => desk.process(batch))
    await playAll(stream, ready)
    return { events: stream.events, bad: 0, ignored: [] }
  }
  const reader = new EventReader({
    skipBad: options.skipBad ?? false,
    take: batch => desk.process(batch),
  })
  await readAll(files, reader, ready)
  return { events: reader.events, bad: reader.bad, ignored: [...reader.ignored] }
}

async function tell(summary: AlertSummary): Promise<number> {
  const { options, tally } = summary
  if (options.report !== undefined) {
    const { alertsPage } = await import('./page.ts')
    makeDirectory(options.report)
    writeWhole(join(options.report, 'alerts.html'), alertsPage(summary))
  }
  if (options.json) printJson(summaryJson(summary))
  else print(summaryText(summary))
  const { falseThrough, genuineHidden } = tally.main
  const isOver =
    falseThrough > (options.maxFalse ?? Number.POSITIVE_INFINITY) ||
    genuineHidden > (options.maxHidden ?? Number.POSITIVE_INFINITY)
  return isOver ? EXIT_EXPECTATION : EXIT_OK
}

function configOf(options: AlertOptions): TrackingConfig {
  return {
    ...DEFAULT_TRACKING,
    window: options.window,
    early: options.early,
    endIncluded: !options.endExcluded,
    lastWins: !options.anyActivation,
    clearOnSuppressed: options.clearOnSuppressed ?? false,
    clearOnFailure: options.clearOnFailure ?? false,
    cancelStarted: !options.keepStarted,
    keepUnlisted: options.keepUnlisted ?? false,
  }
}

async function listOf(file: string | undefined): Promise<GrowingList> {
  if (file === undefined) return new GrowingList()
  const reader = new ListReader(await sizeOf(file))
  await readAll([file], reader, async () => {})
  return reader.list
}

function refuseClashes(
  files: readonly string[],
  options: AlertOptions,
  made: string | undefined,
): void {
  const clash = (sentence: string): never => {
    throw hanrigError('HANRIG_USAGE', sentence)
  }
  if (files.length > 0 && made !== undefined) {
    clash(`--${made} describes the made-up estate and means nothing beside files of events.`)
  }
  if (files.length === 0 && options.list !== undefined) {
    clash('--list needs events to go with it: name files of events, or - for stdin.')
  }
  const stdins = [...files, options.list].filter(file => file === '-')
  if (stdins.length > 1) clash('stdin can be read once: use - for one thing only.')
  const shortest = options.thresholds.find(threshold => threshold < AD1_THRESHOLD)
  if (shortest !== undefined) {
    clash('--thresholds cannot go below 3 min: shorter outages raised no AD1, so none is recorded.')
  }
}
