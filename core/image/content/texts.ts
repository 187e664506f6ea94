// Texts that stand where firmware should be: what a server or a repository gave instead, and octets written as text.

import type { Bytes } from '../../bytes/bytes.ts'
import type { Content } from './found.ts'
import { hasAt, isText, markLength, textAt } from './octets.ts'

/** Octets of a text that are looked at. */
const HEAD = 4096

export function findText(file: Bytes): Content | undefined {
  // The OTA identifier 0x0BEEF11E, with its octets or their pairs turned round.
  if (hasAt(file, 0, 0x0b, 0xee, 0xf1, 0x1e) || hasAt(file, 0, 0xf1, 0x1e, 0x0b, 0xee)) {
    return noFirmware(
      'ota-swapped',
      'an OTA file in the wrong octet order',
      'its identifier must be 1e f1 ee 0b',
    )
  }
  if (isUtf16(file)) {
    return noFirmware('utf-16', 'a text in UTF-16', 'save it as ASCII or UTF-8, if it is Intel HEX')
  }
  if (!isText(file)) return undefined
  const head = textAt(file, markLength(file), HEAD).trimStart()
  if (head.startsWith('version https://git-lfs.github.com/spec/')) {
    return noFirmware(
      'git-lfs-pointer',
      'a Git LFS pointer',
      'the file was not pulled; run git lfs pull',
    )
  }
  if (/^<(!doctype|html|head|body|\?xml|!--)/i.test(head)) {
    return noFirmware(
      'html',
      /^<\?xml/.test(head) ? 'an XML document' : 'an HTML page',
      'a server gave it instead of the file; download it again',
    )
  }
  if (/^-----BEGIN [A-Z0-9 ]+-----/m.test(head)) {
    return noFirmware('pem', 'a PEM key or certificate', 'give the firmware that it signs')
  }
  return isBase64(file)
    ? noFirmware('base64', 'base64 text', 'decode it with base64 -d and give what comes out')
    : undefined
}

function noFirmware(code: string, name: string, advice: string): Content {
  return { code, name, standing: 'no-firmware', advice }
}

/** Characters of UTF-16 that are looked at. */
const WIDE = 32

/** A byte order mark or none, then ASCII with every second octet zero, as far as is looked at. */
function isUtf16(file: Bytes): boolean {
  const marked = hasAt(file, 0, 0xff, 0xfe) || hasAt(file, 0, 0xfe, 0xff)
  const from = marked ? 2 : 0
  const count = Math.min(WIDE, (file.length - from) >>> 1)
  if (count < (marked ? 1 : 8)) return false
  return [0, 1].some(low => {
    for (let i = 0; i < count; i++) {
      const at = from + 2 * i
      const c = file.u8[at + low]!
      const isPlain = (c >= 0x20 && c < 0x7f) || c === 0x09 || c === 0x0a || c === 0x0d
      if (!isPlain || file.u8[at + 1 - low] !== 0) return false
    }
    return true
  })
}

const SHORTEST_BASE64 = 64
/** Different characters that base64 of anything but a constant has. */
const VARIED = 16

/** Nothing but base64's alphabet in whole groups of four, varied, and both cases and digits in it. */
function isBase64(file: Bytes): boolean {
  const seen = new Set<number>()
  let count = 0
  let padding = 0
  for (const c of file.u8) {
    if (c === 0x0a || c === 0x0d || c === 0x20) continue
    count++
    if (c === 0x3d) {
      padding++
      continue
    }
    if (padding > 0 || !isBase64Digit(c)) return false
    seen.add(c)
  }
  if (count < SHORTEST_BASE64 || count % 4 !== 0 || padding > 2 || seen.size < VARIED) return false
  const has = (from: string, to: string): boolean =>
    [...seen].some(c => c >= from.charCodeAt(0) && c <= to.charCodeAt(0))
  return has('A', 'Z') && has('a', 'z') && has('0', '9')
}

function isBase64Digit(c: number): boolean {
  return (
    (c >= 0x30 && c <= 0x39) ||
    (c >= 0x41 && c <= 0x5a) ||
    (c >= 0x61 && c <= 0x7a) ||
    c === 0x2b ||
    c === 0x2f
  )
}
