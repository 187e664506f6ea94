// The flash of a virtual board: erased to ones, programmed by clearing bits, and it outlives every power cut.
// A cut can be put at any operation, whole or torn: of a torn one a part was done, as on silicon.

import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import type { Random } from '#core/time/random'

/** Thrown out of a board's program where the power goes; only a machine catches it. */
export class PowerLost extends Error {}

export interface FlashTimes {
  /** Milliseconds that programming 256 octets takes. */
  program: number
  /** Milliseconds that erasing a sector takes. */
  erase: number
}

const PAGE = 256

export class NorFlash {
  readonly octets: Uint8Array
  readonly sector: number
  /** Erasures and programmings since it was made. */
  operations = 0
  /** Milliseconds of work that the board has not yet waited for. */
  busy = 0
  times: FlashTimes = { program: 0, erase: 0 }
  /** The file that keeps the content, written at every operation: a killed process is a power cut. */
  readonly #file: number | undefined
  #cutAt = -1
  #torn: Random | undefined

  /**
   * @param size octets, a multiple of `sector`.
   * @param file keeps the content between processes; it is made when it is not there.
   * @throws RangeError for a file of another size.
   */
  constructor(size: number, sector: number, file?: string) {
    this.octets = new Uint8Array(size).fill(0xff)
    this.sector = sector
    if (file === undefined) return
    this.#file = openSync(file, constants.O_RDWR | constants.O_CREAT)
    const kept = fstatSync(this.#file).size
    if (kept === 0) writeSync(this.#file, this.octets)
    else if (kept !== size) {
      throw new RangeError(`${file} has ${kept} B, and the flash of the board ${size} B`)
    } else readSync(this.#file, this.octets, 0, size, 0)
  }

  /**
   * The power goes at the `operations`-th erasure or programming from now, 1 being the next.
   * @param torn draws what part of that operation is done; without it nothing of it is.
   */
  cutAfter(operations: number, torn?: Random): void {
    this.#cutAt = this.operations + operations
    this.#torn = torn
  }

  /** Lets go of the file; nothing may be done to the flash after it. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
  }

  read(at: number, to: Uint8Array): void {
    to.set(this.octets.subarray(at, at + to.length))
  }

  erase(at: number, length: number): void {
    for (let from = at; from < at + length; from += this.sector) {
      const part = this.octets.subarray(from, from + this.sector)
      if (this.#isLast()) this.#tear(part, () => 0xff)
      else part.fill(0xff)
      this.#done(from, part, this.times.erase)
    }
  }

  program(at: number, octets: Uint8Array): void {
    for (let from = 0; from < octets.length; from += PAGE) {
      const page = octets.subarray(from, from + PAGE)
      const part = this.octets.subarray(at + from, at + from + page.length)
      if (this.#isLast()) this.#tear(part, (old, i) => old & page[i]!)
      else for (let i = 0; i < part.length; i++) part[i]! &= page[i]!
      this.#done(at + from, part, this.times.program)
    }
  }

  #isLast(): boolean {
    return ++this.operations === this.#cutAt
  }

  /** Each bit that would change has or has not; nothing has where nothing is drawn. */
  #tear(part: Uint8Array, becomes: (old: number, i: number) => number): void {
    const random = this.#torn
    if (!random) return
    for (let i = 0; i < part.length; i++) {
      const old = part[i]!
      part[i] = old ^ ((old ^ becomes(old, i)) & random.bits())
    }
  }

  #done(at: number, part: Uint8Array, time: number): void {
    this.busy += time
    if (this.#file !== undefined) writeSync(this.#file, part, 0, part.length, at)
    if (this.operations === this.#cutAt) throw new PowerLost()
  }
}
