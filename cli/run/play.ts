// Plays a subject to its end and says what came of it: the last line of the trace, a report, a result to sum up.

import { join } from 'node:path'
import { HanrigError } from '#core/errors/errors'
import type { Outcome } from '#emulators/play/play'
import { hanrigVersion } from '#emulators/storage/version'
import type { EventOf } from '#emulators/trace/trace'
import { hanrigError } from '../errors/errors.ts'
import { exitOf } from '../errors/exit.ts'
import { makeDirectory, writeWhole } from '../output/files.ts'
import { interruptible } from '../output/interrupt.ts'
import { log } from '../output/log.ts'
import { note, type Print } from '../output/output.ts'
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

/** @throws HanrigError SNAPSHOT_DAMAGED when what goes on from a snapshot breaks down: its hash proves nothing of its maker. */
export async function play(subject: Subject, wanted: Wanted, print: Print): Promise<RunResult> {
  if (!subject.state) return await playSubject(subject, wanted, print)
  try {
    return await playSubject(subject, wanted, print)
  } catch (error) {
    if (error instanceof HanrigError) throw error
    const why = (error as Error).message.split('\n')[0]
    const sentence = `The snapshot cannot be used: what goes on from it breaks down (${why}).`
    throw hanrigError('HANRIG_SNAPSHOT_DAMAGED', sentence)
  }
}

async function playSubject(subject: Subject, wanted: Wanted, print: Print): Promise<RunResult> {
  const began = performance.now()
  if (wanted.report !== undefined) makeDirectory(wanted.report)
  const { stage, outcome, fault, notices } =
    boardsOf(subject.scenario).length > 0
      ? await interruptible(signal => playWithBoards(subject, wanted, print, signal))
      : await playAlone(subject, wanted, print)
  const boards = findBoards(stage.events)
  if (wanted.json) print(`${JSON.stringify(verdictLine(outcome, notices))}\n`)
  else if (!wanted.quiet) tellVerdict(outcome, { notices, boards }, print)
  if (wanted.report !== undefined) {
    await writeReport(wanted.report, reportOf({ ...subject, notices }, stage, outcome))
  }
  log.debug({ wallMs: performance.now() - began }, 'run ended')
  const { ok, duration, checks } = outcome
  const { name } = subject.scenario
  return { name, file: subject.file, ok, duration, checks, notices, boards, fault }
}

interface Played {
  readonly stage: Stage
  readonly outcome: Outcome
  readonly notices: readonly string[]
  readonly fault?: RunResult['fault']
}

/** On virtual time, as fast as it goes. */
async function playAlone(subject: Subject, wanted: Wanted, print: Print): Promise<Played> {
  const stage = await Stage.of(subject, wanted, print)
  let outcome: Outcome | undefined
  try {
    outcome = stage.run.finish()
    return { stage, outcome, notices: subject.notices }
  } finally {
    stage.close(outcome !== undefined)
  }
}

/** With boards, on wall time; a signal ends it, with a verdict. */
async function playWithBoards(
  subject: Subject,
  wanted: Wanted,
  print: Print,
  signal: AbortSignal,
): Promise<Played> {
  const rig = await openRig(subject, wanted.rig ?? {}, signal)
  signal.addEventListener('abort', () => rig.abort(interrupted()))
  let stage: Stage | undefined
  let outcome: Outcome | undefined
  try {
    const notices = [...subject.notices, ...rig.notices(subject.cargo)]
    const played = { ...subject, scenario: rig.scenario, notices }
    stage = await Stage.of(played, wanted, print, rig.bodies)
    outcome = await rig.play(stage.run)
    const { fault } = rig
    const told = fault && { code: fault.code, message: fault.message, exit: exitOf(fault) }
    return { stage, outcome, notices, fault: told }
  } finally {
    stage?.close(outcome !== undefined)
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

async function writeReport(directory: string, report: RunReport): Promise<void> {
  // Loaded only when asked for: drawing is a third of the code and no part of most runs.
  const { renderHtml } = await import('./report/html.ts')
  const boards = findBoards(report.events)
  const whole = boards.length > 0 ? { ...report, boards } : report
  writeWhole(join(directory, 'report.json'), `${JSON.stringify(whole, null, 1)}\n`)
  writeWhole(join(directory, 'report.html'), renderHtml(report))
  note(`report: ${join(directory, 'report.html')}`)
}
