// Several scenarios, each in a worker thread of its own, a few at a time. What they print is kept apart and comes out in
// the order in which they were named, whichever ended first.

import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Performance, perform, type Task } from './perform.ts'

/**
 * Plays the tasks, `jobs` at a time; `heed` gets each performance in the order of the tasks.
 * @param here whether a task is played in this thread, one such task at a time: those with boards are, for signals and
 *   ports are at home here.
 */
export async function playSeveral(
  tasks: readonly Task[],
  jobs: number,
  here: (task: Task) => boolean,
  heed: (performance: Performance) => void,
): Promise<void> {
  const done: (Performance | undefined)[] = tasks.map(() => undefined)
  let next = 0
  let shown = 0
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = (task: Task): Promise<Performance> => {
    const performed = turn.then(() => perform(task))
    turn = performed.catch(() => {})
    return performed
  }
  const work = async (): Promise<void> => {
    for (let i = next++; i < tasks.length; i = next++) {
      const task = tasks[i]!
      done[i] = await (here(task) ? inTurn(task) : playInWorker(task))
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
