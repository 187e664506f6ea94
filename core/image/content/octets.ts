// The questions that are asked of a file's octets: what it starts with, and what it reads as text.

import type { Bytes } from '../../bytes/bytes.ts'

/** True when the octets at `at` are these. */
export function hasAt(file: Bytes, at: number, ...octets: number[]): boolean {
  return at >= 0 && octets.every((octet, i) => file.u8[at + i] === octet)
}

/** The first `length` octets at most, each as one character. */
export function textAt(file: Bytes, at: number, length: number): string {
  let text = ''
  for (const octet of file.u8.subarray(at, at + length)) text += String.fromCharCode(octet)
  return text
}

/** Octets of the UTF-8 byte order mark at the start, 0 or 3. */
export function markLength(file: Bytes): number {
  return hasAt(file, 0, 0xef, 0xbb, 0xbf) ? 3 : 0
}

const LOOKED_AT = 4096

/** True when the first 4096 octets are printable ASCII, white space or beyond ASCII, as text in UTF-8 is. */
export function isText(file: Bytes): boolean {
  return file.u8
    .subarray(0, LOOKED_AT)
    .every(c => (c >= 0x20 && c !== 0x7f) || c === 0x09 || c === 0x0a || c === 0x0d)
}
