// What `hanrig run` was asked for, one scenario or several, and how what came of it is summed up.

import { join } from 'node:path'
import type { Command } from 'commander'
import type { BoardSpec } from '#emulators/scenario/schema/boards'
import { hanrigVersion } from '#emulators/storage/version'
import { EXIT_EXPECTATION, EXIT_OK } from '../errors/exit.ts'
import { refuseGiven } from '../options/strict.ts'
import { makeDirectory, writeWhole } from '../output/files.ts'
import { note, print, printJson } from '../output/output.ts'
import { boardsOf } from './board-options.ts'
import type { RunOptions } from './options.ts'
import { play } from './play.ts'
import type { RunResult } from './report/result.ts'
import { playSeveral } from './several.ts'
import { boardsIn, findSubject } from './subject.ts'

/**
 * Plays everything and returns the exit code: of what could not be played first, then of what is not as expected.
 * @throws HanrigError when the only scenario cannot be read.
 */
export async function runAll(
  files: readonly string[],
  options: RunOptions,
  self: Command,
): Promise<number> {
  const { json, tap, junit, report, pcap, store } = options
  const { board, boards, pool, wait, speed, allow } = options
  const rig = { board, boards, pool, wait, speed, allow }
  const quiet = tap
  const results: RunResult[] = []
  if (files.length < 2) {
    const subject = await findSubject(files[0], options, hanrigVersion())
    refuseOfBoards(self, [boardsOf(subject.scenario)])
    results.push(await play(subject, { json, quiet, report, pcap, store, rig }, print))
  } else {
    const tasks = files.map(file => {
      const directory = report === undefined ? undefined : join(report, slugOf(file))
      return { file, options, wanted: { json, quiet: true, report: directory, rig } }
    })
    if (report !== undefined) makeDirectory(report)
    const { summaryLine } = await import('./report/summary.ts')
    const named = options.boards === false ? [] : await Promise.all(files.map(boardsIn))
    refuseOfBoards(self, named)
    const withBoards = new Set(files.filter((_, i) => (named[i]?.length ?? 0) > 0))
    tellBoards(withBoards, options)
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
    )
  }
  if (tap) {
    const { renderTap } = await import('./report/tap.ts')
    print(renderTap(results))
  }
  if (junit !== undefined) {
    const { renderJUnit } = await import('./report/junit.ts')
    writeWhole(junit, renderJUnit(results, hanrigVersion()))
  }
  const unplayed = results.find(result => result.error ?? result.fault)
  if (unplayed) return (unplayed.error ?? unplayed.fault)!.exit
  return results.every(result => result.ok) ? EXIT_OK : EXIT_EXPECTATION
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
