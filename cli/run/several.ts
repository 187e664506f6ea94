// Several scenarios, each in a worker thread of its own, a few at a time. What they print is kept apart and comes out in
// the order in which they were named, whichever ended first.

import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { RunResult } from '../report/result.ts'
import type { Task } from './worker.ts'

/** What a worker sends back: everything it printed, and what came of it. */
export interface Performance {
  readonly text: string
  readonly result: RunResult
}

/** Plays the tasks, `jobs` at a time; `heed` gets each performance in the order of the tasks. */
export async function playSeveral(
  tasks: readonly Task[],
  jobs: number,
  heed: (performance: Performance) => void,
): Promise<void> {
  const done: (Performance | undefined)[] = tasks.map(() => undefined)
  let next = 0
  let shown = 0
  const work = async (): Promise<void> => {
    for (let i = next++; i < tasks.length; i = next++) {
      done[i] = await playInWorker(tasks[i]!)
      for (; done[shown]; shown++) heed(done[shown]!)
    }
  }
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, work))
}

function playInWorker(task: Task): Promise<Performance> {
  // The built package has .js where the sources have .ts.
  const url = new URL(`./worker${extname(import.meta.url)}`, import.meta.url)
  return new Promise((resolve, reject) => {
    const worker = new Worker(url, { workerData: task })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', code => reject(new Error(`a worker ended with ${code} and no result`)))
  })
}
