// `hanrig alerts`: events in, verdicts and a summary out, in one pass and constant memory.

import { join } from 'node:path'
import { AD1_THRESHOLD } from '#core/power/supply-monitor'
import { DEFAULT_TRACKING } from '#core/power/suppression'
import type { GrowingList } from '#emulators/dsp-stream/growing'
import { judgeStream, type StreamRules } from '#emulators/dsp-stream/judge-stream'
import { type Events, eventsOf, listOf, madeUpEvents } from '#emulators/dsp-stream/sources'
import { TextWriter } from '#emulators/dsp-stream/text-writer'
import { VERDICT_HEADER, writeJsonVerdict, writeVerdict } from '#emulators/dsp-stream/verdict-text'
import { hanrigError } from '../errors/errors.ts'
import { EXIT_EXPECTATION, EXIT_OK } from '../errors/exit.ts'
import { print, printJson } from '../output/output.ts'
import { type Output, shareStdout, withOutputs } from '../output/outputs.ts'
import { makeDirectory } from '../output/whole-file.ts'
import type { AlertOptions } from './options.ts'
import { Sink } from './sink.ts'
import { StreamProgress, sizeOf, textFile, totalOf } from './source.ts'
import { type AlertSummary, summaryJson, summaryText } from './summary.ts'

/**
 * @param made an option given that describes the made-up estate, if any.
 * @returns the exit code.
 */
export async function runAlerts(
  files: readonly string[],
  options: AlertOptions,
  made: string | undefined,
  signal: AbortSignal,
): Promise<number> {
  refuseClashes(files, options, made)
  shareStdout({ '--json': options.json }, { '--out': options.out })
  const list = options.list === undefined ? undefined : await readList(options.list, signal)
  const { out, report: directory } = options
  if (directory !== undefined) makeDirectory(directory)
  const page = directory === undefined ? undefined : join(directory, 'alerts.html')
  const summary = await withOutputs({ out, page }, signal, async outputs => {
    const summary = await judge(files, options, list, outputs.out, signal)
    if (outputs.page) {
      const { alertsPage } = await import('./page.ts')
      outputs.page.write(alertsPage(summary))
    }
    return summary
  })
  return tell(summary)
}

async function judge(
  files: readonly string[],
  options: AlertOptions,
  list: GrowingList | undefined,
  output: Output | undefined,
  signal: AbortSignal,
): Promise<AlertSummary> {
  const sink = output || options.json ? new Sink(output, signal) : undefined
  const out = sink && new TextWriter(sink.write)
  if (out && !options.json) out.text(VERDICT_HEADER).endLine()
  const write = options.json ? writeJsonVerdict : writeVerdict
  const ready = async (): Promise<void> => sink?.ready()
  const progress = new StreamProgress(await totalOf(files), ready, undefined, signal)
  try {
    const judged = await judgeStream({
      events: sourceOf(files, options, progress, signal),
      list,
      rules: rulesOf(options),
      onVerdict: out && ((batch, i, judged, verdict) => write(out, batch, i, judged, verdict)),
    })
    out?.flush()
    await ready()
    return { ...judged, options, madeUp: files.length === 0 }
  } finally {
    progress.end()
  }
}

function sourceOf(
  files: readonly string[],
  options: AlertOptions,
  { heed }: StreamProgress,
  signal: AbortSignal,
): Events {
  if (files.length === 0) return madeUpEvents(options, heed)
  return eventsOf(
    files.map(file => textFile(file, signal)),
    options.skipBad,
    heed,
  )
}

function tell(summary: AlertSummary): number {
  const { options, tally } = summary
  if (options.json) printJson(summaryJson(summary))
  else print(summaryText(summary))
  const { falseThrough, genuineHidden } = tally.main
  const isOver =
    falseThrough > (options.maxFalse ?? Number.POSITIVE_INFINITY) ||
    genuineHidden > (options.maxHidden ?? Number.POSITIVE_INFINITY)
  return isOver ? EXIT_EXPECTATION : EXIT_OK
}

function rulesOf(options: AlertOptions): StreamRules {
  const config = {
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
  const { recorded, judgedBy, listAll = false, track: capacity, windows, thresholds } = options
  return { config, recorded, judgedBy, listAll, capacity, windows, thresholds }
}

async function readList(file: string, signal: AbortSignal): Promise<GrowingList> {
  const size = await sizeOf(file)
  const progress = new StreamProgress(
    size > 0 ? size : undefined,
    async () => {},
    undefined,
    signal,
  )
  try {
    return await listOf(textFile(file, signal), size, progress.heed)
  } finally {
    progress.end()
  }
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
