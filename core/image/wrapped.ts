// An OTA file that does not begin at the first octet of its file: makers wrap it for their own gateways (IKEA, Legrand,
// Third Reality), editors put a byte order mark before it. It is found by its header, whatever the wrapping is.

import { Bytes } from '../bytes/bytes.ts'
import { hanrigError } from '../errors/codes.ts'
import { hasAt, markLength } from './content/octets.ts'
import { hasOtaMagic, MIN_HEADER } from './header.ts'

export interface Wrapped {
  /** Where the OTA file begins in the file around it. */
  readonly at: number
  /** Octets of the OTA file, or of what there is of it. */
  readonly length: number
  /** What is around it, with its article. */
  readonly wrapping: string
}

const FIRST = 0x1e
/** Octets of a header: 69 with all its fields, and room for more (chosen). */
const LONGEST_HEADER = 1024

/**
 * The OTA file in the file; undefined when none begins after the first octet that takes half of it or more, as one does
 * that is wrapped. A smaller one is a part of something else, such as a memory with a download in it.
 */
export function findWrapped(file: Bytes): Wrapped | undefined {
  if (hasOtaMagic(file)) return undefined
  const last = file.length - MIN_HEADER
  for (
    let at = file.u8.indexOf(FIRST, 1);
    at > 0 && at <= last;
    at = file.u8.indexOf(FIRST, at + 1)
  ) {
    const length = otaLengthAt(file, at)
    if (2 * length >= file.length) return { at, length, wrapping: wrappingOf(file, at, length) }
  }
  return undefined
}

/**
 * The OTA file of a file: without what is around it, and without what comes after the size that its header states.
 * @throws HanrigError IMAGE_NO_OTA_INSIDE.
 */
export function unwrap(file: Bytes): Wrapped {
  if (hasOtaMagic(file)) {
    const length = otaLengthAt(file, 0)
    return { at: 0, length: length > 0 ? length : file.length, wrapping: 'nothing' }
  }
  const found = findWrapped(file)
  if (found) return found
  throw hanrigError(
    'HANRIG_IMAGE_NO_OTA_INSIDE',
    'No ZigBee OTA file that makes up half of this file or more begins in it.',
  )
}

/** The octets of the OTA file: a view, no copy. */
export function inner(file: Bytes, { at, length }: Wrapped): Bytes {
  return length === file.length ? file : new Bytes(file.u8.subarray(at, at + length))
}

/** Octets of the OTA file at `at`, no more than there are; 0 when none begins there. */
function otaLengthAt(file: Bytes, at: number): number {
  if (!hasAt(file, at, 0x1e, 0xf1, 0xee, 0x0b) || file.length - at < MIN_HEADER) return 0
  const { dv } = file
  const header = dv.getUint16(at + 6, true)
  const total = dv.getUint32(at + 52, true)
  if (dv.getUint16(at + 4, true) >>> 8 !== 1) return 0
  if (header < MIN_HEADER || header > LONGEST_HEADER || total <= header) return 0
  return Math.min(total, file.length - at)
}

/** Octets that Legrand's wrapping has beside the OTA file: its size before it, 17 after it. */
const LEGRAND = 21

function wrappingOf(file: Bytes, at: number, length: number): string {
  if (at === markLength(file)) return 'a byte order mark'
  if (hasAt(file, 0, 0x4e, 0x47, 0x49, 0x53)) return 'IKEA’s container (NGIS)'
  const isLegrand = at === 4 && file.dv.getUint32(0, true) === length
  if (isLegrand && file.length === length + LEGRAND) return 'Legrand’s container'
  return 'a container'
}
