// An image into the flash of an STM32 by its ROM's boot loader. The ROM remembers nothing, so the flash is asked: pages
// that are equal are left, a page that holds a beginning is gone on with, what differs is erased; and every block is
// read back after it was written, for some chips say ACK to what they did not write.

import type { Bytes } from '#core/bytes/bytes'
import type { HanrigError } from '#core/errors/errors'
import type { AddressRange } from '#core/image/memory-map'
import { hanrigError } from '../errors/errors.ts'
import { Heard, unanswered } from '../line/heard.ts'
import { Dialogue, type Play } from './dialogue.ts'
import { type ChipSizes, type Family, familyOf } from './stm32-families.ts'
import {
  EXTENDED_ERASE,
  isRefusal,
  LINK_TIMES,
  type LinkTimes,
  READ_UNPROTECT,
  type Refusal,
  Stm32Link,
  WRITE_UNPROTECT,
} from './stm32-link.ts'
import { type Block, type ImagePage, pagesOfImage, place } from './stm32-map.ts'
import type { Counts } from './talk.ts'

export interface Stm32Errand {
  readonly image: Bytes
  readonly address: number
  /** What the file wrote of it; all when left out. */
  readonly areas?: readonly AddressRange[] | undefined
  readonly sizes: ChipSizes
  /** Run the image at the end. */
  readonly run: boolean
  /** Write although it is there. */
  readonly force: boolean
  readonly baudRate: number
  /** Times that 7F is said in vain. */
  readonly syncTries: number
  /** Times that the same is tried in vain. */
  readonly tries: number
  /** A protection ends the talk without failure, to be taken away; once each. */
  readonly unprotect: boolean
  readonly times?: LinkTimes
}

export const STM32_TRIES = 10

/** Refusals of the same that are no noise any more. */
const REFUSED_FOR_GOOD = 3
/** What a page is before anything is done to it. */
type Found = 'equal' | 'blank' | 'continued' | 'differs'

/** So many pages in a row that are blank, or differ, are followed by their like: of these only some are looked at. */
const ALIKE = 2
const LOOK_EVERY = 16
/** Octets of a page that are looked at first: code of two images differs there. */
const PROBE = 16
/** Of so many calls in vain one counts on a loader in the middle of a command; the others on one that starts. */
const FILL_EVERY = 4
/** Octets of a WRITE besides its data: command, address, count and two sums. */
const WRITE_FRAMING = 9
/** Pages of one erasure: one octet counts them, and an L152 takes no more than 512 (stm32flash). */
const MOST_PAGES = 64
/** Octets of a block that noise may have changed on the way back: it is read once more. */
const NOISE = 2
/** Times that 7F is said before something else is. */
export const SYNC_TRIES = 2

/** What a chip will not do until its protection is taken away. */
export type Protection = 'read-out' | 'write'

/** One flash of one chip. It outlives the talks: what was verified in one is not written in the next. */
export class Stm32Job {
  readonly heard = new Heard()
  phase = 'greeting'
  /** Set when the chip is protected; the talk has failed then. */
  protection: Protection | undefined
  chipId: number | undefined
  family: Family | undefined
  loaderVersion = 0
  /** Pages of the image; how many were equal, went on from a beginning, were erased. */
  pages = 0
  equal = 0
  continued = 0
  erased = 0
  isVerified = false
  isRunning = false
  greeted = false
  readonly notes: string[] = []
  readonly #errand: Stm32Errand
  readonly #counts: Counts
  readonly #link: Stm32Link
  #isExtended = false
  #vainCalls = 0
  readonly #unprotected = new Set<Protection>()
  /** Addresses of blocks that were written, in whichever talk. */
  readonly #written = new Set<number>()

  constructor(errand: Stm32Errand, counts: Counts) {
    this.#errand = errand
    this.#counts = counts
    this.#link = new Stm32Link(errand.baudRate, errand.times ?? LINK_TIMES)
  }

  /** Writes the image. */
  flash(now: number): Dialogue {
    return new Dialogue(this.#flash(), this.heard, now)
  }

  /** Takes a protection away; the read-out protection's end erases the chip. The chip restarts. */
  unprotect(protection: Protection, now: number): Dialogue {
    return new Dialogue(this.#unprotect(protection), this.heard, now)
  }

  *#unprotect(protection: Protection): Play<void> {
    this.phase = 'unprotecting'
    this.#unprotected.add(protection)
    yield* this.#greet()
    const command = protection === 'read-out' ? READ_UNPROTECT : WRITE_UNPROTECT
    const done = yield* this.#link.unprotect(command)
    if (isRefusal(done)) {
      throw hanrigError(
        'HANRIG_CHIP_PROTECTED',
        `The chip does not take its ${protection} protection away.`,
      )
    }
  }

  *#flash(): Play<void> {
    this.protection = undefined
    try {
      yield* this.#work()
    } catch (error) {
      const { protection } = this
      if (!this.#errand.unprotect || !protection || this.#unprotected.has(protection)) throw error
    }
  }

  *#work(): Play<void> {
    const { image, address, areas } = this.#errand
    const counts = this.#counts
    this.isVerified = false
    yield* this.#greet()
    const family = this.#known()
    const pages = pagesOfImage(image, address, family, areas)
    const blocks = pages.flatMap(page => page.blocks)
    counts.blocks = blocks.length
    counts.doneBlocks = counts.doneOctets = 0
    this.pages = pages.length
    yield* this.#refuseUnreadable(blocks.at(-1)!)
    this.phase = 'reading'
    this.equal = this.continued = 0
    const toErase: ImagePage[] = []
    let last: Found | undefined
    let alike = 0
    for (const [i, page] of pages.entries()) {
      // Another image differs everywhere, and a blank chip is blank: what is presumed wrongly the read-back finds out.
      const isPresumed = alike >= ALIKE && i % LOOK_EVERY !== 0
      const found: Found = isPresumed ? last! : yield* this.#look(page, family)
      alike = found === last && (found === 'blank' || found === 'differs') ? alike + 1 : 1
      last = found
      if (found === 'differs') toErase.push(page)
    }
    counts.beginnings.push({ sent: counts.sent, known: 0, held: counts.doneBlocks })
    if (counts.sent === 0) counts.heldBefore = counts.doneBlocks
    yield* this.#erase(toErase)
    this.phase = 'sending'
    for (const page of pages) yield* this.#write(page, family)
    this.isVerified = true
    yield* this.#run()
    this.phase = 'done'
  }

  *#greet(): Play<void> {
    this.phase = 'greeting'
    const mayFill = this.#vainCalls % FILL_EVERY === 0
    this.#vainCalls++
    if (!(yield* this.#link.sync(this.#errand.syncTries, mayFill))) {
      throw unanswered('No boot loader of an STM32 answered to 7F', this.heard)
    }
    this.#vainCalls = 0
    yield* this.#sure('the version', () => this.#link.version())
    const { version, commands } = yield* this.#sure('the commands', () => this.#link.get())
    const { id } = yield* this.#sure('the chip’s id', () => this.#link.chipId())
    this.loaderVersion = version
    this.#isExtended = commands.includes(EXTENDED_ERASE)
    this.chipId = id
    this.family = familyOf(id, this.#errand.sizes)
    this.greeted = true
  }

  #known(): Family {
    if (this.family) return this.family
    throw hanrigError(
      'HANRIG_CHIP_UNKNOWN',
      `The chip says that it is 0x${hex(this.chipId!, 4)}, of which neither page nor flash size is known here.`,
    )
  }

  /** A protected chip reads nothing; a smaller one than the largest of its family has no end of the image. */
  *#refuseUnreadable(last: Block): Play<void> {
    const at = last.address + last.octets.length - 4
    const read = yield* this.#tried(() => this.#link.read(at, 4))
    if (!isRefusal(read)) return
    if (read.how !== 'refused') throw this.#lost(`reading 0x${hex(at, 8)}`)
    if (read.at === 'command') {
      this.protection = 'read-out'
      throw hanrigError(
        'HANRIG_CHIP_PROTECTED',
        'The chip is protected against being read out: it can be neither read nor written until that is taken away, which erases it whole.',
      )
    }
    throw place(
      `The chip refuses to read at 0x${hex(at, 8)}, where the image ends: its flash is smaller than the largest of ${this.family!.name}.`,
    )
  }

  /** Compares a page. What is equal counts as done. */
  *#look(page: ImagePage, family: Family): Play<Found> {
    const { blocks } = page
    if (this.#errand.force && this.#counts.sent === 0) return 'differs'
    const [first] = blocks
    const length = Math.min(PROBE, first!.octets.length)
    const head = yield* this.#read(first!.address, length)
    if (!equal(head, first!.octets.subarray(0, length))) {
      const isBlank = head.every(octet => octet === family.erased)
      if (far(head, first!.octets) > NOISE) return isBlank ? 'blank' : 'differs'
    }
    for (const [i, block] of blocks.entries()) {
      let there = yield* this.#read(block.address, block.octets.length)
      const isNoise = (octets: Uint8Array) => {
        const apart = far(octets, block.octets)
        return apart > 0 && apart <= NOISE
      }
      if (isNoise(there)) there = yield* this.#read(block.address, block.octets.length)
      if (equal(there, block.octets)) {
        this.#done(block)
        continue
      }
      if (!there.every(octet => octet === family.erased)) {
        for (const before of blocks.slice(0, i)) this.#undone(before)
        return 'differs'
      }
      if (i > 0) this.continued++
      return i > 0 ? 'continued' : 'blank'
    }
    this.equal++
    return 'equal'
  }

  *#erase(pages: readonly ImagePage[]): Play<void> {
    if (pages.length === 0) return
    this.phase = 'erasing'
    for (let at = 0; at < pages.length; at += MOST_PAGES) {
      const some = pages.slice(at, at + MOST_PAGES)
      const erased = yield* this.#tried(() => this.#link.erase(some, this.#isExtended))
      if (isRefusal(erased)) {
        if (erased.how !== 'refused') throw this.#lost('erasing')
        throw this.#writeProtected(`to erase pages ${some[0]!.number} to ${some.at(-1)!.number}`)
      }
      this.erased += some.length
    }
  }

  /** Writes what is missing of a page; where a block turns out spoilt, the page is erased and written anew. */
  *#write(page: ImagePage, family: Family): Play<void> {
    for (let tries = 0; tries <= this.#errand.tries; tries++) {
      let spoilt = false
      for (const block of page.blocks) {
        if (block.isVerified) continue
        spoilt = !(yield* this.#writeBlock(block, family))
        if (spoilt) break
      }
      if (!spoilt) return
      for (const block of page.blocks) this.#undone(block)
      this.#retry()
      yield* this.#erase([page])
      this.phase = 'sending'
    }
    throw hanrigError(
      'HANRIG_BOARD_FAILED',
      `The page at 0x${hex(page.address, 8)} does not keep what is written to it.`,
    )
  }

  /** True when the block reads as it should; false when it holds something else, which only erasing helps. */
  *#writeBlock(block: Block, family: Family): Play<boolean> {
    const { address, octets } = block
    const isBlank = (there: Uint8Array) => there.every(octet => octet === family.erased)
    let refusals = 0
    for (let tries = 0; tries < this.#errand.tries; tries++) {
      // What is as erased needs no writing, but a look.
      if (!isBlank(octets)) {
        const counts = this.#counts
        counts.sent++
        counts.octets += WRITE_FRAMING + octets.length
        if (this.#written.has(address)) counts.resent++
        this.#written.add(address)
        const written = yield* this.#link.write(address, octets)
        if (isRefusal(written)) {
          if (written.how === 'refused') refusals++
          this.#retry()
          yield* this.#agree()
        }
      }
      let there = yield* this.#read(address, octets.length)
      if (!equal(there, octets) && far(there, octets) <= NOISE) {
        there = yield* this.#read(address, octets.length)
      }
      if (equal(there, octets)) {
        this.#done(block)
        return true
      }
      if (!isBlank(there)) return false
      if (refusals >= REFUSED_FOR_GOOD) {
        throw this.#writeProtected(`to write at 0x${hex(address, 8)}`)
      }
    }
    throw this.#writeProtected(`what is written at 0x${hex(address, 8)} without a word`)
  }

  *#run(): Play<void> {
    const { address, image, run } = this.#errand
    if (!run) return
    this.phase = 'starting'
    if (!hasVectors(image)) {
      this.notes.push(
        'the image does not begin with a vector table and was not started: reset the board',
      )
      return
    }
    const gone = yield* this.#link.go(address)
    this.isRunning = !isRefusal(gone)
    if (!this.isRunning) {
      this.notes.push('the boot loader did not start the image: reset the board')
    }
  }

  *#read(address: number, length: number): Play<Uint8Array> {
    return yield* this.#sure(`the octets at 0x${hex(address, 8)}`, () =>
      this.#link.read(address, length),
    )
  }

  /** Asks until it is answered. @throws HanrigError BOARD_SILENT and its like. */
  *#sure<T extends object>(what: string, ask: () => Play<T | Refusal>): Play<T> {
    const got = yield* this.#tried(ask)
    if (!isRefusal(got)) return got
    if (got.how === 'refused') {
      throw hanrigError('HANRIG_BOARD_FAILED', `The boot loader refuses to tell ${what}.`)
    }
    throw this.#lost(`telling ${what}`)
  }

  /** Asks some times; what is refused again and again stays refused. Both sides agree again after each failure. */
  *#tried<T extends object>(ask: () => Play<T | Refusal>): Play<T | Refusal> {
    let refusals = 0
    for (let tries = 1; ; tries++) {
      const got = yield* ask()
      if (!isRefusal(got)) return got
      if (got.how === 'refused') refusals++
      this.#retry()
      yield* this.#agree()
      if (refusals >= REFUSED_FOR_GOOD || tries >= this.#errand.tries) return got
    }
  }

  *#agree(): Play<void> {
    if (!(yield* this.#link.resync())) throw this.#lost('answering')
  }

  #lost(what: string): HanrigError {
    return unanswered(`The boot loader answered before and has stopped ${what}`, this.heard)
  }

  #writeProtected(what: string): HanrigError {
    this.protection = 'write'
    return hanrigError(
      'HANRIG_CHIP_PROTECTED',
      `The chip refuses ${what}: the page is protected against writing, or the flash is worn out or no real one.`,
    )
  }

  #done(block: Block): void {
    if (block.isVerified) return
    block.isVerified = true
    this.#counts.doneBlocks++
    this.#counts.doneOctets += block.length
  }

  #undone(block: Block): void {
    if (!block.isVerified) return
    block.isVerified = false
    this.#counts.doneBlocks--
    this.#counts.doneOctets -= block.length
  }

  #retry(): void {
    this.#counts.retries++
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

/** In how many octets they differ, as far as the first goes. */
function far(a: Uint8Array, b: Uint8Array): number {
  let apart = 0
  for (const [i, octet] of a.entries()) if (octet !== b[i]) apart++
  return apart
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

/** A Cortex-M starts with its stack pointer, which lies in RAM (0x10…, 0x20…, 0x24…, 0x30…), and an odd address. */
function hasVectors({ length, dv }: Bytes): boolean {
  if (length < 8) return false
  const stack = dv.getUint32(0, true) >>> 24
  return [0x10, 0x20, 0x24, 0x30].includes(stack) && (dv.getUint32(4, true) & 1) === 1
}
