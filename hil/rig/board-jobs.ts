// The jobs of a board: one at a time, in order. A job ends with an answer, with the power of the device, or with the run.
// The run goes on while it lasts, and no longer than all the waits in it together allow.

import type { HanrigError } from '#core/errors/errors'
import type { VirtualClock } from '#core/time/virtual-clock'
import { hanrigError } from '../errors/errors.ts'
import type { Bench } from './bench.ts'

/** What a job has come to: told to the device. */
export type Answer = () => void

/** Beyond what each wait allows: a job that is not over by then is stuck in a way that nobody thought of, ms. */
const LAST_RESORT = 60_000

export class BoardJobs {
  readonly #bench: Bench
  readonly #clock: VirtualClock
  readonly #waits: number
  readonly #limit: number
  #job: AbortController | undefined
  #work: Promise<void>

  /** @param waits what all waits of a job may take together, ms of wall time. */
  constructor(bench: Bench, clock: VirtualClock, address: string, waits: number) {
    this.#bench = bench
    this.#clock = clock
    this.#waits = waits
    this.#limit = clock.timer(() => bench.fail(stuck(address)))
    this.#work = bench.begun
  }

  get isBusy(): boolean {
    return this.#job !== undefined
  }

  /**
   * Ends the job under way and begins another when everything before it has ended.
   * @param duration what the job takes by itself, ms of the run.
   * @param done gets the answer, unless the job was ended meanwhile.
   */
  begin(
    duration: number,
    work: (signal: AbortSignal) => Promise<Answer>,
    done: (answer: Answer) => void,
  ): void {
    this.end()
    const job = new AbortController()
    this.#job = job
    this.#await(duration)
    this.after(async () => {
      if (job.signal.aborted) return
      try {
        const answer = await work(job.signal)
        if (!job.signal.aborted) done(answer)
      } catch (error) {
        if (!job.signal.aborted) this.#bench.fail(error)
      }
    })
  }

  /** The job gets on: all its waits are its again. */
  isGettingOn(): void {
    this.#await(0)
  }

  end(): void {
    this.#job?.abort(new Error('the job is over'))
    this.#job = undefined
    this.#clock.cancel(this.#limit)
  }

  /** Does `work` when everything before it has ended. */
  after(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch(error => this.#bench.fail(error))
  }

  /** Everything that was begun has ended. */
  async settled(): Promise<void> {
    await this.#work
  }

  #await(duration: number): void {
    const allowed = (this.#waits + LAST_RESORT) * this.#bench.speed
    this.#clock.after(this.#limit, duration + allowed)
  }
}

function stuck(address: string): HanrigError {
  return hanrigError(
    'HANRIG_BOARD_STUCK',
    `The board at ${address} has come no further for too long.`,
  )
}
