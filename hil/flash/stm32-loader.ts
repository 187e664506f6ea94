// The ROM of an STM32. It keeps nothing between calls, and all of it is in its flash: whatever cut a call off, the next
// one reads and goes on.

import { DEFAULT_BAUD_RATE } from '../open/open.ts'
import { Stm32Job } from '../protocol/stm32.ts'
import { FLASH_BASE } from '../protocol/stm32-families.ts'
import type { Counts } from '../protocol/talk.ts'
import { stm32Limits } from './limits.ts'
import type { Loader, LoaderOptions } from './loader.ts'
import type { Step } from './step.ts'

/** Milliseconds in which a chip has restarted. */
const RESTARTS_WITHIN = 500

export class Stm32Loader implements Loader {
  readonly job = undefined
  readonly running = false
  readonly #options: LoaderOptions
  readonly #counts: Counts
  readonly #work: Stm32Job

  constructor(options: LoaderOptions, counts: Counts) {
    const { image, stm32 = {}, limits, activate, force, baudRate = DEFAULT_BAUD_RATE } = options
    this.#options = options
    this.#counts = counts
    const { pageSize, flashSize, unprotect = false } = stm32
    this.#work = new Stm32Job(
      {
        image: image.octets,
        address: image.address ?? FLASH_BASE,
        areas: image.areas,
        sizes: { pageSize, flashSize },
        run: activate,
        force,
        baudRate,
        unprotect,
        ...stm32Limits(limits, stm32.times),
      },
      counts,
    )
  }

  get phase(): string {
    return this.#work.phase
  }

  get mayResume(): boolean {
    return this.#work.greeted
  }

  get reached(): string {
    return `${this.#work.phase} ${this.#work.erased}`
  }

  get already(): boolean {
    return this.#work.isVerified && this.#counts.sent === 0 && this.#work.erased === 0
  }

  get verified(): boolean {
    return this.#work.isVerified
  }

  get notes(): readonly string[] {
    return this.#work.notes
  }

  get outcome(): string {
    const { family, chipId = 0, pages, equal, continued, erased, isRunning } = this.#work
    const chip = `${family?.name ?? 'unknown chip'} (0x${chipId.toString(16).padStart(4, '0')})`
    const goneOn = continued > 0 ? `, ${continued} gone on with` : ''
    const started = isRunning ? 'started' : 'not started'
    return `${chip}: ${equal} of ${pages} pages were there${goneOn}, ${erased} erased; verified; ${started}`
  }

  get facts(): Record<string, string | number | boolean> {
    const { family, chipId, loaderVersion, pages, equal, continued, erased, isRunning } = this.#work
    if (chipId === undefined) return {}
    return {
      ...(family && { chip: family.name }),
      chipId,
      loader: `${loaderVersion >> 4}.${loaderVersion & 15}`,
      pages,
      pagesEqual: equal,
      pagesContinued: continued,
      pagesErased: erased,
      started: isRunning,
    }
  }

  *steps(): Iterable<Step> {
    const work = this.#work
    yield { do: 'drop' }
    yield { do: 'converse', talk: now => work.flash(now) }
    while (work.protection) {
      const { protection } = work
      work.notes.push(
        protection === 'read-out'
          ? 'its read-out protection was taken away, and with it everything that was in its flash'
          : 'its write protection was taken away',
      )
      yield { do: 'converse', talk: now => work.unprotect(protection, now) }
      yield { do: 'wait', ms: RESTARTS_WITHIN }
      yield* this.#options.reset ?? []
      yield { do: 'drop' }
      yield { do: 'converse', talk: now => work.flash(now) }
    }
  }
}
