// EUI-64s as two 32-bit halves, so that tables hold them and streams compare them without a string or a BigInt.
// Halves are int32: give them as any 32-bit number, compare what was read with `| 0`. All zero names no device.
// Hex digits are read and written here alone: text.ts and octets.ts, for whom a string is no cost, go through the halves.

const ZERO = 48
const NINE = 57
const UPPER_A = 65
const UPPER_F = 70
const CASE = 0x20
const HYPHEN = 45
const COLON = 58

/** Characters of the two forms: 16 hex digits, or eight pairs with a hyphen or a colon between. */
const PLAIN = 16
const PARTED = 23

/**
 * Reads an EUI-64 from ASCII octets: 16 hex digits, or eight pairs with hyphens or colons between, in either case.
 * @param out its first two elements become the high and the low half.
 * @returns false when it is none, or all zero; `out` then means nothing.
 */
export function parseEui64(
  src: Uint8Array,
  from: number,
  length: number,
  out: Int32Array,
): boolean {
  return readHalves(src, from, length, out) && (out[0]! | out[1]!) !== 0
}

/** The same of a string. */
export function parseEui64Text(text: string, out: Int32Array): boolean {
  return readTextHalves(text, out) && (out[0]! | out[1]!) !== 0
}

/** The same, and all zero is one too: a text of the form, whether or not it can name a device. */
export function readTextHalves(text: string, out: Int32Array): boolean {
  if (text.length !== PARTED && text.length !== PLAIN) return false
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    // What is no ASCII must not become it by losing its high bits.
    scratch[i] = char < 128 ? char : 0
  }
  return readHalves(scratch, 0, text.length, out)
}

const scratch = new Uint8Array(PARTED)

function readHalves(src: Uint8Array, from: number, length: number, out: Int32Array): boolean {
  const isParted = length === PARTED
  if (!isParted && length !== PLAIN) return false
  const mark = isParted ? src[from + 2]! : 0
  if (isParted && mark !== HYPHEN && mark !== COLON) return false
  let hi = 0
  let lo = 0
  let at = from
  for (let octet = 0; octet < 8; octet++, at += 2) {
    if (isParted && octet > 0 && src[at++] !== mark) return false
    const value = (hexDigit(src[at]!) << 4) | hexDigit(src[at + 1]!)
    if (value < 0) return false
    if (octet < 4) hi = (hi << 8) | value
    else lo = (lo << 8) | value
  }
  out[0] = hi
  out[1] = lo
  return true
}

/** Writes an EUI-64 as DUIS does, '00-DB-12-34-56-78-90-A0', as 23 ASCII octets. @returns the offset after it. */
export function writeEui64(out: Uint8Array, at: number, hi: number, lo: number): number {
  for (let octet = 0; octet < 8; octet++) {
    if (octet > 0) out[at++] = HYPHEN
    const value = (octet < 4 ? hi : lo) >>> (24 - 8 * (octet & 3))
    out[at++] = DIGITS.charCodeAt((value >>> 4) & 15)
    out[at++] = DIGITS.charCodeAt(value & 15)
  }
  return at
}

const DIGITS = '0123456789ABCDEF'

/** 32 well mixed bits of an EUI-64: any change of a bit reaches them all, so that devices of one maker spread. */
export function hashEui64(hi: number, lo: number): number {
  let h = Math.imul(lo ^ (lo >>> 16), 0x85ebca6b)
  h ^= (h >>> 13) ^ hi
  h = Math.imul(h ^ (h >>> 16), 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 15), 0x27d4eb2f)
  return h ^ (h >>> 16)
}

/** The digit's value; a negative number for any other character. */
function hexDigit(char: number): number {
  if (char >= ZERO && char <= NINE) return char - ZERO
  const upper = char & ~CASE
  return upper >= UPPER_A && upper <= UPPER_F ? upper - UPPER_A + 10 : -1
}
