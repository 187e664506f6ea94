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

/** The loader of an STM32's ROM. The flash itself is read: what is equal stays, what differs is erased and written. */
export class Stm32Loader implements Loader {
  /** None: the ROM answers each command, and tells of no progress within one. */
  readonly job = undefined
  /** Never true: the ROM starts the image and is gone. `facts` have whether it took the command. */
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

  /** What is being done: greeting, unprotecting, reading, erasing, sending, starting or done. */
  get phase(): string {
    return this.#work.phase
  }

  /** True once the ROM has told its chip: the next try reads the flash and goes on. */
  get mayResume(): boolean {
    return this.#work.greeted
  }

  /** The phase and how many pages were erased. */
  get reached(): string {
    return `${this.#work.phase} ${this.#work.erased}`
  }

  /** True when the flash read as the image, with no page erased and no block written. */
  get already(): boolean {
    return this.#work.isVerified && this.#counts.sent === 0 && this.#work.erased === 0
  }

  /** True when every block of the image was read from the flash in the last talk, and was right. */
  get verified(): boolean {
    return this.#work.isVerified
  }

  /** That a protection was taken away, or that the image was not started, and why. */
  get notes(): readonly string[] {
    return this.#work.notes
  }

  /** The chip, how many pages were equal, continued and erased, and whether the image was started. */
  get outcome(): string {
    const { family, chipId = 0, pages, equal, continued, erased, isRunning } = this.#work
    const chip = `${family?.name ?? 'unknown chip'} (0x${chipId.toString(16).padStart(4, '0')})`
    const goneOn = continued > 0 ? `, ${continued} gone on with` : ''
    const started = isRunning ? 'started' : 'not started'
    return `${chip}: ${equal} of ${pages} pages were there${goneOn}, ${erased} erased; verified; ${started}`
  }

  /**
   * The same by name: chip, chipId, loader, pages, pagesEqual, pagesContinued, pagesErased, started; none before the
   * chip has told its id.
   */
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

  /** A talk that writes; where a protection is to be taken away: one that does, the reset again, and another that writes. */
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
