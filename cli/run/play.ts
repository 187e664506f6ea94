// Plays a subject to its end and says what came of it: the last line of the trace, a report, a result to sum up.

import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { HanrigError } from '#core/errors/errors'
import { checkOfEnd, type Outcome } from '#emulators/play/play'
import { hanrigVersion } from '#emulators/storage/version'
import type { EventOf } from '#emulators/trace/trace'
import { hanrigError } from '../errors/errors.ts'
import { exitOf } from '../errors/exit.ts'
import { log } from '../output/log.ts'
import { note, type Print } from '../output/output.ts'
import { type Output, withOutputs } from '../output/outputs.ts'
import { makeDirectory } from '../output/whole-file.ts'
import { type BoardOptions, boardsOf, interrupted, openRig } from './board-options.ts'
import { findBoards } from './report/board-records.ts'
import type { RunResult } from './report/result.ts'
import type { RunReport } from './report/run-report.ts'
import { type Shown, Stage } from './stage.ts'
import { tellVerdict } from './story/story.ts'
import type { Subject } from './subject.ts'

export interface Wanted extends Shown {
  /** Directory for report.json and report.html. */
  readonly report?: string | undefined
  /** How boards are found, when some take part. */
  readonly rig?: BoardOptions | undefined
}

/** ms of work after which signals are heard and outputs are waited for. */
const BREATHE_EVERY = 50

/**
 * Plays a subject; a signal ends it, with a verdict of what there is.
 * @throws HanrigError for what keeps it from being played, or the report from being written; SNAPSHOT_DAMAGED when what goes on
 *   from a snapshot breaks down: its hash proves nothing of its maker.
 */
export async function play(
  subject: Subject,
  wanted: Wanted,
  print: Print,
  signal: AbortSignal,
): Promise<RunResult> {
  if (!subject.state) return await playSubject(subject, wanted, print, signal)
  try {
    return await playSubject(subject, wanted, print, signal)
  } catch (error) {
    if (error instanceof HanrigError) throw error
    const why = (error as Error).message.split('\n')[0]
    const sentence = `The snapshot cannot be used: what goes on from it breaks down (${why}).`
    throw hanrigError('HANRIG_SNAPSHOT_DAMAGED', sentence)
  }
}

async function playSubject(
  subject: Subject,
  wanted: Wanted,
  print: Print,
  signal: AbortSignal,
): Promise<RunResult> {
  const { report } = wanted
  if (report !== undefined) makeDirectory(report)
  return await withOutputs(reportFiles(report), signal, async files => {
    const began = performance.now()
    const { stage, outcome, fault, notices } =
      boardsOf(subject.scenario).length > 0
        ? await playWithBoards(subject, wanted, print, signal)
        : await playAlone(subject, wanted, print, signal)
    const boards = findBoards(stage.events)
    if (wanted.json) print(`${JSON.stringify(verdictLine(outcome, notices))}\n`)
    else if (!wanted.quiet) tellVerdict(outcome, { notices, boards }, print)
    if (files.html) await writeReport(files, reportOf({ ...subject, notices }, stage, outcome))
    log.debug({ wallMs: performance.now() - began }, 'run ended')
    const { ok, duration, checks } = outcome
    const { name } = subject.scenario
    return { name, file: subject.file, ok, duration, checks, notices, boards, fault }
  })
}

/** The files of a report, by what they are, in a directory; none without one. */
export function reportFiles(directory: string | undefined) {
  const at = (name: string) => (directory === undefined ? undefined : join(directory, name))
  return { json: at('report.json'), html: at('report.html') }
}

interface Played {
  readonly stage: Stage
  readonly outcome: Outcome
  readonly notices: readonly string[]
  readonly fault?: RunResult['fault']
}

/** On virtual time, as fast as it goes. */
async function playAlone(
  subject: Subject,
  wanted: Wanted,
  print: Print,
  signal: AbortSignal,
): Promise<Played> {
  const { notices } = subject
  const stage = await Stage.of(subject, wanted, print)
  try {
    const { run } = stage
    const atRest = await run.playInPieces(subject.scenario.until, breath(wanted, signal))
    run.premises.dco?.close()
    if (atRest !== undefined) return { stage, outcome: run.end(atRest), notices }
    const error = interrupted()
    const { code, message } = error
    const outcome = run.end(false, [checkOfEnd(message)])
    return { stage, outcome, notices, fault: { code, message, exit: exitOf(error) } }
  } finally {
    stage.close()
  }
}

/** Lets signals be heard now and then, and who reads the frames keep up; false once the run is to end. */
export function breath(
  { pcap }: Pick<Wanted, 'pcap'>,
  signal: AbortSignal,
): () => Promise<boolean> {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < BREATHE_EVERY) return true
    await setImmediate()
    // What went wrong with it is said when it is closed: the run is worth more than its frames.
    await pcap?.ready().catch(() => {})
    last = performance.now()
    return !signal.aborted
  }
}

/** With boards, on wall time. */
async function playWithBoards(
  subject: Subject,
  wanted: Wanted,
  print: Print,
  signal: AbortSignal,
): Promise<Played> {
  const rig = await openRig(subject, wanted.rig ?? {}, signal)
  const abort = () => rig.abort(interrupted())
  signal.addEventListener('abort', abort)
  let stage: Stage | undefined
  try {
    if (signal.aborted) abort()
    const notices = [...subject.notices, ...rig.notices(subject.cargo)]
    const played = { ...subject, scenario: rig.scenario, notices }
    stage = await Stage.of(played, wanted, print, rig.bodies)
    const outcome = await rig.play(stage.run)
    const { fault } = rig
    const told = fault && { code: fault.code, message: fault.message, exit: exitOf(fault) }
    return { stage, outcome, notices, fault: told }
  } finally {
    signal.removeEventListener('abort', abort)
    stage?.close()
    await rig.close()
  }
}

/** The last line of a trace. What a script asks first comes first: of the device that rebuilt a file first. */
function verdictLine(outcome: Outcome, notices: readonly string[]): EventOf<'verdict'> {
  const { ok, duration, failures, devices, checks, ...totals } = outcome
  const { sha256, expectedSha256, fileVersion, finding } =
    devices.find(device => device.sha256 !== '') ?? devices[0]!
  return {
    name: 'verdict',
    ok,
    sha256,
    t: duration,
    source: 'run',
    failures,
    expectedSha256,
    fileVersion,
    finding,
    ...totals,
    devices,
    checks,
    ...(notices.length > 0 ? { notices } : {}),
  }
}

function reportOf(subject: Subject, stage: Stage, outcome: Outcome): RunReport {
  const { name, description, seed, generation, links, service, start } = subject.scenario
  return {
    hanrig: hanrigVersion(),
    name,
    file: subject.file,
    description,
    seed,
    generation,
    images: stage.images,
    devices: stage.devices,
    blockSize: service.wanBlockSize,
    links,
    outcome,
    startUnixMs: start,
    notices: subject.notices,
    events: stage.events,
  }
}

async function writeReport(
  { json, html }: { readonly json: Output | undefined; readonly html: Output | undefined },
  report: RunReport,
): Promise<void> {
  // Loaded only when asked for: drawing is a third of the code and no part of most runs.
  const { renderHtml } = await import('./report/html.ts')
  const boards = findBoards(report.events)
  const whole = boards.length > 0 ? { ...report, boards } : report
  json!.write(`${JSON.stringify(whole, null, 1)}\n`)
  html!.write(renderHtml(report))
  note(`report: ${html!.name}`)
}
