// A simulation over threads: each takes the next task when it is done with one, and this one plays, too, unless it has to hear
// that it is to end. Tallies are whole numbers that are added up, so how many threads there are, and who took what, does
// not show.

import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Player } from './player.ts'
import { SharedCount } from './shared-count.ts'
import { type Simulation, type Task, tasksOf } from './simulation.ts'
import type { Tally, TallyParts } from './tally.ts'
import { usefulThreads, workOf } from './work.ts'

/** What a thread is given. */
export interface Share {
  readonly simulation: Simulation
  readonly count: SharedArrayBuffer
  /** Its number; this thread's is 0. */
  readonly thread: number
}

/** Whoever watches a simulation being played. */
export interface Watcher {
  /** @param count what is done so far, of all threads; it goes on counting. */
  begin(simulation: Simulation, tasks: readonly Task[], count: SharedCount): void
  /** Called several times a second. */
  tick(): void
  end(): void
}

const TICK_EVERY = 200

/**
 * Plays a simulation on `threads` threads.
 * @param signal ends it.
 * @throws the signal's reason.
 */
export async function playSimulation(
  simulation: Simulation,
  threads: number,
  watcher: Watcher,
  signal?: AbortSignal,
): Promise<Tally> {
  const tasks = tasksOf(simulation)
  // A thread that plays hears nothing: what takes its time is left to others.
  const isHere = !signal || usefulThreads(workOf(simulation, tasks), 2) === 1
  const memory = new SharedArrayBuffer(SharedCount.octets(threads + 1))
  const count = new SharedCount(memory)
  watcher.begin(simulation, tasks, count)
  const others = Array.from(
    { length: Math.min(threads, tasks.length) - (isHere ? 1 : 0) },
    (_, i) => playInWorker({ simulation, count: memory, thread: i + 1 }, signal),
  )
  const { tally } = isHere
    ? takeTasks(simulation, tasks, count, 0, () => watcher.tick())
    : new Player(simulation)
  const timer = setInterval(() => watcher.tick(), TICK_EVERY)
  try {
    for (const parts of await Promise.all(others)) tally.add(parts)
    signal?.throwIfAborted()
  } finally {
    clearInterval(timer)
    watcher.end()
  }
  return tally
}

/** Plays tasks until there are none left. */
export function takeTasks(
  simulation: Simulation,
  tasks: readonly Task[],
  count: SharedCount,
  thread: number,
  tick?: () => void,
): Player {
  const player = new Player(simulation)
  for (let next = count.take(); next < tasks.length; next = count.take()) {
    const { engine, devices } = tasks[next]!
    player.play(tasks[next]!, (done, blocks) => {
      count.show(thread, engine, done, blocks)
      tick?.()
    })
    count.close(thread, engine, devices)
  }
  return player
}

async function playInWorker(share: Share, signal: AbortSignal | undefined): Promise<TallyParts> {
  signal?.throwIfAborted()
  // The built package has .js where the sources have .ts.
  const url = new URL(`./worker${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(url, { workerData: share })
  const stop = () => void worker.terminate()
  signal?.addEventListener('abort', stop)
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', code =>
        reject(signal?.reason ?? new Error(`a worker ended with ${code} and no result`)),
      )
    })
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}
