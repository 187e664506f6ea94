// Several scenarios, each in a worker thread of its own, a few at a time. What they print is kept apart and comes out in
// the order in which they were named, whichever ended first.

import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { notPlayed } from './board-options.ts'
import { type Performance, perform, type Task, unplayed } from './perform.ts'

/**
 * Plays the tasks, `jobs` at a time; `heed` gets each performance in the order of the tasks.
 * @param here whether a task is played in this thread, one such task at a time: those with boards are, for ports are at
 *   home here.
 * @param signal ends those that are being played, with what there is; no other is begun.
 */
export async function playSeveral(
  tasks: readonly Task[],
  jobs: number,
  here: (task: Task) => boolean,
  heed: (performance: Performance) => void,
  signal: AbortSignal,
): Promise<void> {
  const done: (Performance | undefined)[] = tasks.map(() => undefined)
  let next = 0
  let shown = 0
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = (task: Task): Promise<Performance> => {
    const performed = turn.then(() => perform(task, signal))
    turn = performed.catch(() => {})
    return performed
  }
  const performed = async (task: Task): Promise<Performance> => {
    if (signal.aborted) return { text: '', result: unplayed(task, notPlayed()) }
    return await (here(task) ? inTurn(task) : playInWorker(task, signal))
  }
  const work = async (): Promise<void> => {
    for (let i = next++; i < tasks.length; i = next++) {
      done[i] = await performed(tasks[i]!)
      for (; done[shown]; shown++) heed(done[shown]!)
    }
  }
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, work))
}

async function playInWorker(task: Task, signal: AbortSignal): Promise<Performance> {
  // The built package has .js where the sources have .ts.
  const url = new URL(`./worker${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(url, { workerData: task })
  const stop = () => worker.postMessage('stop')
  signal.addEventListener('abort', stop)
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', code => reject(new Error(`a worker ended with ${code} and no result`)))
    })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
