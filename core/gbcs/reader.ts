// Reads octet after octet and never past the end. The first misfit sticks: from it on every read gives 0, so that a layout is
// written down as one line a field and asked once whether all of it fitted.

import type { Bytes } from '../bytes/bytes.ts'
import {
  DATE_TIME,
  GENERALIZED_TIME,
  INTEGER_FORM,
  LENGTH_FORM,
  type Misfit,
  READ,
  TRAILING,
  TRUNCATED,
} from './misfits.ts'
import {
  DLMS_TIME,
  dlmsTimeIsSound,
  GENERALIZED_TIME_LENGTH,
  generalizedDay,
  generalizedMs,
  NO_DAY,
} from './times.ts'

const NOTHING: DataView = new DataView(new ArrayBuffer(0))
const INTEGER = 0x02

export class Reader {
  at = 0
  /** Behind the last octet that may be read. */
  end = 0
  misfit: Misfit = READ
  /** Where the field stands that did not fit. */
  misfitAt = 0
  /** What the last counter was, two words. */
  counterHigh = 0
  counterLow = 0
  /** What the last GeneralizedTime was: its day since 1970, and its milliseconds of that day. */
  day = 0
  ms = 0
  #dv: DataView = NOTHING

  /** Begins with the `length` octets at `at`, which the memory has. */
  start(src: Bytes, at: number, length: number): void {
    this.#dv = src.dv
    this.at = at
    this.end = at + length
    this.misfit = READ
  }

  /** Notes the first misfit, at `at` unless it is here. @returns 0. */
  fail(misfit: Misfit, at = this.at): number {
    if (this.misfit === READ) {
      this.misfit = misfit
      this.misfitAt = at
    }
    return 0
  }

  get left(): number {
    return this.end - this.at
  }

  u8(): number {
    if (!this.#has(1)) return 0
    return this.#dv.getUint8(this.at++)
  }

  u16(): number {
    if (!this.#has(2)) return 0
    this.at += 2
    return this.#dv.getUint16(this.at - 2)
  }

  /** Four octets as an int32: half of an id or of a counter, or a u32 that its user makes of it. */
  half(): number {
    if (!this.#has(4)) return 0
    this.at += 4
    return this.#dv.getInt32(this.at - 4)
  }

  /** Passes over `n` octets. @returns where they begin. */
  skip(n: number): number {
    if (!this.#has(n)) return 0
    this.at += n
    return this.at - n
  }

  /** One octet that has to be `octet`. */
  octet(octet: number, misfit: Misfit): void {
    const at = this.at
    if (this.u8() !== octet) this.fail(misfit, at)
  }

  /** Two octets that have to be `word`. */
  word(word: number, misfit: Misfit): void {
    const at = this.at
    if (this.u16() !== word) this.fail(misfit, at)
  }

  /** Four octets that have to be `value`, an int32. */
  long(value: number, misfit: Misfit): void {
    const at = this.at
    if (this.half() !== value) this.fail(misfit, at)
  }

  /** A length of BER in its shortest form, at most 65,535 (DLMS writes lengths the same way). */
  length(): number {
    const at = this.at
    const first = this.u8()
    if (first < 0x80) return first
    const value = first === 0x81 ? this.u8() : first === 0x82 ? this.u16() : 0
    if (value < (first === 0x82 ? 0x100 : 0x80)) return this.fail(LENGTH_FORM, at)
    return value
  }

  /** An INTEGER of DER, 0..0xFFFF, in its shortest form. */
  integer(tagMisfit: Misfit): number {
    this.octet(INTEGER, tagMisfit)
    const at = this.at
    const n = this.u8()
    if (this.misfit !== READ) return 0
    if (n < 1 || n > 3) return this.fail(INTEGER_FORM, at)
    if (!this.#has(n)) return 0
    const first = this.#dv.getUint8(at + 1)
    const isPadded = n > 1 && first === 0 && this.#dv.getUint8(at + 2) < 0x80
    if (first >= 0x80 || isPadded || (n === 3 && first !== 0)) return this.fail(INTEGER_FORM, at)
    this.at += n
    let value = 0
    for (let i = 1; i <= n; i++) value = (value << 8) | this.#dv.getUint8(at + i)
    return value
  }

  /** An INTEGER of DER, 0..2^63 - 1, in its shortest form, as the two words of a counter. */
  counter(tagMisfit: Misfit): void {
    this.octet(INTEGER, tagMisfit)
    const at = this.at
    const n = this.u8()
    if (this.misfit !== READ) return
    if (n < 1 || n > 8) {
      this.fail(INTEGER_FORM, at)
      return
    }
    if (!this.#has(n)) return
    const first = this.#dv.getUint8(at + 1)
    if (first >= 0x80 || (n > 1 && first === 0 && this.#dv.getUint8(at + 2) < 0x80)) {
      this.fail(INTEGER_FORM, at)
      return
    }
    this.at += n
    let high = 0
    let low = 0
    for (let i = 1; i <= n; i++) {
      high = (high << 8) | (low >>> 24)
      low = (low << 8) | this.#dv.getUint8(at + i)
    }
    this.counterHigh = high
    this.counterLow = low
  }

  /** A GeneralizedTime of DER. */
  generalizedTime(tagMisfit: Misfit): void {
    this.octet(0x18, tagMisfit)
    this.octet(GENERALIZED_TIME_LENGTH, GENERALIZED_TIME)
    const at = this.at
    if (!this.#has(GENERALIZED_TIME_LENGTH)) return
    this.day = generalizedDay(this.#dv, at)
    this.ms = generalizedMs(this.#dv, at)
    if (this.day === NO_DAY || this.ms < 0) this.fail(GENERALIZED_TIME, at)
    this.at += GENERALIZED_TIME_LENGTH
  }

  /** Twelve octets of a DLMS date-time. @returns where they begin. */
  dlmsTime(): number {
    const at = this.at
    if (!this.#has(DLMS_TIME)) return 0
    if (!dlmsTimeIsSound(this.#dv, at)) return this.fail(DATE_TIME, at)
    this.at += DLMS_TIME
    return at
  }

  /** @returns what there is to be said at the end: octets must not be left. */
  finish(): Misfit {
    if (this.misfit === READ && this.at !== this.end) this.fail(TRAILING)
    return this.misfit
  }

  #has(n: number): boolean {
    if (this.misfit !== READ) return false
    if (this.end - this.at >= n) return true
    this.fail(TRUNCATED, this.end)
    return false
  }
}
