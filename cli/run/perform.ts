// One of several scenarios, in a thread of its own or not: what it prints is kept, and one that cannot be read, or is not played
// any more, is a result too.

import { HanrigError } from '#core/errors/errors'
import { hanrigVersion } from '#emulators/storage/version'
import { exitOf } from '../errors/exit.ts'
import { notPlayed } from './board-options.ts'
import type { RunOptions } from './options.ts'
import { play, type Wanted } from './play.ts'
import type { RunResult } from './report/result.ts'
import { findSubject } from './subject.ts'

export interface Task {
  readonly file: string
  readonly options: RunOptions
  readonly wanted: Wanted
}

/** What a worker sends back: everything it printed, and what came of it. */
export interface Performance {
  readonly text: string
  readonly result: RunResult
}

/** @param signal ends it, with what there is. */
export async function perform(task: Task, signal: AbortSignal): Promise<Performance> {
  const { file, options, wanted } = task
  let text = ''
  const print = (piece: string): void => {
    text += piece
  }
  try {
    if (signal.aborted) throw notPlayed()
    const subject = await findSubject(file, options, hanrigVersion())
    const result = await play(subject, wanted, print, signal)
    return { text, result }
  } catch (error) {
    if (!(error instanceof HanrigError)) throw error
    return { text, result: unplayed(task, error) }
  }
}

/** What comes of a task that is not played. */
export function unplayed({ file }: Task, error: HanrigError): RunResult {
  const { code, message } = error
  const result = { name: file, file, ok: false, duration: 0, checks: [], notices: [], boards: [] }
  return { ...result, error: { code, message, exit: exitOf(error) } }
}
