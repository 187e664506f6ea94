// What `hanrig run` was asked for, one scenario or several, and how what came of it is summed up.

import { join } from 'node:path'
import { EXIT_EXPECTATION, EXIT_OK } from '../errors/exit.ts'
import { makeDirectory, writeWhole } from '../output/files.ts'
import { print, printJson } from '../output/output.ts'
import { hanrigVersion } from '../output/version.ts'
import type { RunOptions } from './options.ts'
import { play } from './play.ts'
import type { RunResult } from './report/result.ts'
import { playSeveral } from './several.ts'
import { findSubject, namesBoards } from './subject.ts'

/**
 * Plays everything and returns the exit code: of what could not be played first, then of what is not as expected.
 * @throws HanrigError when the only scenario cannot be read.
 */
export async function runAll(files: readonly string[], options: RunOptions): Promise<number> {
  const { json, tap, junit, report, pcap, store } = options
  const { board, boards, pool, commands, wait, speed } = options
  const rig = { board, boards, pool, commands, wait, speed }
  const quiet = tap
  const results: RunResult[] = []
  if (files.length < 2) {
    const subject = await findSubject(files[0], options, hanrigVersion())
    results.push(await play(subject, { json, quiet, report, pcap, store, rig }, print))
  } else {
    const tasks = files.map(file => {
      const directory = report === undefined ? undefined : join(report, slugOf(file))
      return { file, options, wanted: { json, quiet: true, report: directory, rig } }
    })
    if (report !== undefined) makeDirectory(report)
    const { summaryLine } = await import('./report/summary.ts')
    const withBoards = await namingBoards(files, options)
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

/** Which of several scenarios name boards; of these it is told that they are played one at a time. */
async function namingBoards(files: readonly string[], options: RunOptions): Promise<Set<string>> {
  const naming = new Set<string>()
  if (options.boards === false) return naming
  for (const file of files) if (await namesBoards(file)) naming.add(file)
  if (naming.size > 0 && (options.jobs ?? 1) > 1) {
    process.stderr.write(
      `${[...naming].join(', ')}: with boards, so on wall time and one at a time; the others beside it.\n`,
    )
  }
  return naming
}

/** A directory name for a scenario file. */
function slugOf(file: string): string {
  return file
    .replace(/\.ya?ml$/, '')
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}
