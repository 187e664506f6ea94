// What `hanrig run` was asked for, one scenario or several, and how what came of it is summed up.

import { join } from 'node:path'
import type { Command } from 'commander'
import type { BoardSpec } from '#emulators/scenario/schema/boards'
import { hanrigVersion } from '#emulators/storage/version'
import { hanrigError } from '../errors/errors.ts'
import { EXIT_EXPECTATION, EXIT_INTERRUPTED, EXIT_OK } from '../errors/exit.ts'
import { refuseGiven } from '../options/strict.ts'
import { note, print, printJson } from '../output/output.ts'
import { type Output, shareStdout, withOutputs } from '../output/outputs.ts'
import { STDOUT } from '../output/place.ts'
import { makeDirectory, wholeFile } from '../output/whole-file.ts'
import { boardsOf } from './board-options.ts'
import type { RunOptions } from './options.ts'
import { play, reportFiles } from './play.ts'
import type { RunResult } from './report/result.ts'
import { playSeveral } from './several.ts'
import { boardsIn, findSubject, type Subject } from './subject.ts'

/**
 * Plays everything and returns the exit code: of what could not be played first, then of what is not as expected. Whatever is
 * written is looked at before the first is played, and written with what there is when a signal ends it.
 * @throws HanrigError when the only scenario cannot be read, or an output cannot be written.
 */
export async function runAll(
  files: readonly string[],
  options: RunOptions,
  self: Command,
  signal: AbortSignal,
): Promise<number> {
  const { json, tap, junit, pcap, store } = options
  if (store === STDOUT) throw hanrigError('HANRIG_USAGE', '--store wants a directory: - is none.')
  shareStdout({ '--json': json, '--tap': tap }, { '--junit': junit, '--pcap': pcap })
  const subject =
    files.length < 2 ? await findSubject(files[0], options, hanrigVersion()) : undefined
  if (subject) refuseOfBoards(self, [boardsOf(subject.scenario)])
  const results = await withOutputs({ junit, pcap }, signal, async outputs => {
    const results = subject
      ? [await playOne(subject, options, outputs.pcap, signal)]
      : await playAll(files, options, self, signal)
    if (tap) {
      const { renderTap } = await import('./report/tap.ts')
      print(renderTap(results))
    }
    if (outputs.junit) {
      const { renderJUnit } = await import('./report/junit.ts')
      outputs.junit.write(renderJUnit(results, hanrigVersion()))
    }
    return results
  })
  if (signal.aborted) return EXIT_INTERRUPTED
  const unplayed = results.find(result => result.error ?? result.fault)
  if (unplayed) return (unplayed.error ?? unplayed.fault)!.exit
  return results.every(result => result.ok) ? EXIT_OK : EXIT_EXPECTATION
}

async function playOne(
  subject: Subject,
  options: RunOptions,
  pcap: Output | undefined,
  signal: AbortSignal,
): Promise<RunResult> {
  const { json, tap: quiet, report, store } = options
  return await play(subject, { json, quiet, report, pcap, store, rig: options }, print, signal)
}

async function playAll(
  files: readonly string[],
  options: RunOptions,
  self: Command,
  signal: AbortSignal,
): Promise<RunResult[]> {
  const { json, tap, report, boards, pool, wait, speed, allow } = options
  const results: RunResult[] = []
  const tasks = files.map(file => {
    const directory = report === undefined ? undefined : join(report, slugOf(file))
    const rig = { boards, pool, wait, speed, allow }
    return { file, options, wanted: { json, quiet: true, report: directory, rig } }
  })
  const named = options.boards === false ? [] : await Promise.all(files.map(boardsIn))
  refuseOfBoards(self, named)
  const withBoards = new Set(files.filter((_, i) => (named[i]?.length ?? 0) > 0))
  tellBoards(withBoards, options)
  for (const { wanted } of tasks) if (wanted.report !== undefined) checkReport(wanted.report)
  const { summaryLine } = await import('./report/summary.ts')
  await playSeveral(
    tasks,
    options.jobs ?? 1,
    ({ file }) => withBoards.has(file),
    ({ text, result }) => {
      print(text)
      if (json && result.error) printJson({ name: 'error', file: result.file, ...result.error })
      else if (!json && !tap) print(summaryLine(result))
      results.push(result)
    },
    signal,
  )
  return results
}

/** Looks whether a report could be written there. @throws HanrigError FILE_UNWRITABLE. */
function checkReport(directory: string): void {
  makeDirectory(directory)
  for (const file of Object.values(reportFiles(directory))) wholeFile(file!)
}

/** Of scenarios with boards it is told that they are played one at a time. */
function tellBoards(naming: ReadonlySet<string>, { jobs = 1 }: RunOptions): void {
  if (naming.size === 0 || jobs === 1) return
  note(
    `${[...naming].join(', ')}: with boards, so on wall time and one at a time; the others beside it.`,
  )
}

/**
 * Refuses options of boards where no board takes part.
 * @param named the boards of each scenario; undefined for one that cannot be read, and might name some.
 */
function refuseOfBoards(self: Command, named: readonly (readonly BoardSpec[] | undefined)[]): void {
  if (named.includes(undefined)) return
  const boards = named.flatMap(each => each ?? [])
  const isPooled = boards.some(board => !('port' in board) || board.port === undefined)
  if (boards.length === 0) refuseGiven(self, ['speed'], 'means nothing where no board takes part')
  if (!isPooled) refuseGiven(self, ['pool', 'wait'], 'means nothing where no board is of a pool')
}

/** A directory name for a scenario file. */
function slugOf(file: string): string {
  return file
    .replace(/\.ya?ml$/, '')
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}
