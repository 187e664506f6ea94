// What any cluster of a device answers to commands of the whole library: reading, writing, reporting, discovering
// attributes, and default responses to what it does not know. Layouts: ZigBee Cluster Library 2.4 and 2.5.

import type { Bytes } from '#core/bytes/bytes'
import { DEFAULT_RESPONSE, UNSUP_CLUSTER_COMMAND } from '#core/ota/codes'
import { type Attribute, type AttributeSource, attributesOf, writeValue } from './attributes.ts'
import { OctetReader, OctetWriter } from './octets.ts'

/** Frame control. */
const FRAME_TYPE = 0x03
const GLOBAL = 0x00
const MANUFACTURER_SPECIFIC = 0x04
const FROM_SERVER = 0x08
const NO_DEFAULT_RESPONSE = 0x10
const MANUFACTURER_CODE = 2

const READ = 0x00
const READ_RESPONSE = 0x01
const WRITE = 0x02
const WRITE_UNDIVIDED = 0x03
const WRITE_RESPONSE = 0x04
const WRITE_SILENTLY = 0x05
const CONFIGURE_REPORTING = 0x06
const CONFIGURE_REPORTING_RESPONSE = 0x07
const READ_REPORTING = 0x08
const READ_REPORTING_RESPONSE = 0x09
const DISCOVER = 0x0c
const DISCOVER_RESPONSE = 0x0d
/** Answers to what a device never asks. */
const ANSWERS: readonly number[] = [
  READ_RESPONSE,
  WRITE_RESPONSE,
  CONFIGURE_REPORTING_RESPONSE,
  READ_REPORTING_RESPONSE,
  DISCOVER_RESPONSE,
  DEFAULT_RESPONSE,
]

const SUCCESS = 0x00
const UNSUP_GENERAL_COMMAND = 0x82
const UNSUPPORTED_ATTRIBUTE = 0x86
const READ_ONLY = 0x88
const INVALID_DATA_TYPE = 0x8d
const UNREPORTABLE_ATTRIBUTE = 0x8c
const NOT_FOUND = 0x8b

/** Octets of a value by its data type; strings carry their own length, of one octet or of two. */
const SHORT_STRING = -1
const LONG_STRING = -2
const UNKNOWN_SIZE = -3

/** An answer takes no more attributes than begin before this octet. */
const FULL = 160

interface Request {
  readonly control: number
  readonly sequence: number
  readonly command: number
  readonly attributes: readonly Attribute[]
  readonly source: AttributeSource
}

/** True when the frame of `length` octets at `at` is for the cluster itself and not for the whole library. */
export function isOfCluster(src: Bytes, at: number, length: number): boolean {
  if (length < 3) return false
  const control = src.u8[at]!
  return (control & FRAME_TYPE) !== GLOBAL || src.u8[at + 2] === DEFAULT_RESPONSE
}

/** Answers a frame of the whole library for `cluster`; returns the answer's length, or 0 for none. */
export function answerZcl(
  source: AttributeSource,
  cluster: number,
  src: Bytes,
  from: number,
  length: number,
  out: Bytes,
  at: number,
): number {
  const r = new OctetReader(src, from, length)
  const control = r.u8()
  const isProprietary = (control & MANUFACTURER_SPECIFIC) !== 0
  const maker = isProprietary ? r.u16() : 0
  const sequence = r.u8()
  const command = r.u8()
  if (r.short) return 0
  const isGlobal = (control & FRAME_TYPE) === GLOBAL
  if (isGlobal && ANSWERS.includes(command)) return 0
  const w = new OctetWriter(out, at)
  // An answer goes the other way, is never itself answered, and names the maker that it was asked in the name of.
  w.u8((control & (MANUFACTURER_SPECIFIC | FROM_SERVER)) ^ FROM_SERVER ^ NO_DEFAULT_RESPONSE)
  if (isProprietary) w.u16(maker)
  w.u8(sequence)
  const ofClient = (control & FROM_SERVER) !== 0
  const attributes = isProprietary
    ? []
    : attributesOf(cluster).filter(each => each.ofClient === ofClient)
  const answer = isGlobal ? COMMANDS[command] : undefined
  if (!answer) {
    w.u8(DEFAULT_RESPONSE).u8(command)
    w.u8(isGlobal ? UNSUP_GENERAL_COMMAND : UNSUP_CLUSTER_COMMAND)
    return w.length
  }
  return answer({ control, sequence, command, attributes, source }, r, w) ? w.length : 0
}

/** Octets of the header that a frame has by its frame control. */
export function headerLength(control: number): number {
  return 3 + ((control & MANUFACTURER_SPECIFIC) !== 0 ? MANUFACTURER_CODE : 0)
}

/** Writes an answer; false when there is none to send. */
type Answer = (request: Request, r: OctetReader, w: OctetWriter) => boolean

const COMMANDS: Readonly<Record<number, Answer>> = {
  [READ]: ({ attributes, source }, r, w) => {
    w.u8(READ_RESPONSE)
    // What does not fit one frame is left out, as the library has it.
    while (r.left >= 2 && w.length < FULL) {
      const id = r.u16()
      const attribute = attributes.find(each => each.id === id)
      w.u16(id).u8(attribute ? SUCCESS : UNSUPPORTED_ATTRIBUTE)
      if (attribute) writeValue(w, attribute, source)
    }
    return true
  },
  [WRITE]: (request, r, w) => writeAttributes(request, r, w),
  [WRITE_UNDIVIDED]: (request, r, w) => writeAttributes(request, r, w),
  [WRITE_SILENTLY]: () => false,
  [CONFIGURE_REPORTING]: ({ attributes }, r, w) => {
    w.u8(CONFIGURE_REPORTING_RESPONSE)
    while (r.left >= 3) {
      const direction = r.u8()
      const id = r.u16()
      const known = attributes.some(each => each.id === id)
      w.u8(known ? UNREPORTABLE_ATTRIBUTE : UNSUPPORTED_ATTRIBUTE)
      w.u8(direction).u16(id)
      // Whatever sends reports has type, intervals and, of a number, the change; whatever receives them a time-out.
      if (direction !== 0) r.u16()
      else {
        const type = r.u8()
        r.u32()
        if (isAnalog(type)) r.octets(Math.max(sizeOf(type), 0))
      }
    }
    return true
  },
  [READ_REPORTING]: ({ attributes }, r, w) => {
    w.u8(READ_REPORTING_RESPONSE)
    while (r.left >= 3) {
      const direction = r.u8()
      const id = r.u16()
      const known = attributes.some(each => each.id === id)
      w.u8(known ? NOT_FOUND : UNSUPPORTED_ATTRIBUTE)
      w.u8(direction).u16(id)
    }
    return true
  },
  [DISCOVER]: ({ attributes }, r, w) => {
    const first = r.u16()
    const most = r.u8()
    const found = attributes.filter(each => each.id >= first)
    w.u8(DISCOVER_RESPONSE).u8(found.length <= most ? 1 : 0)
    for (const { id, type } of found.slice(0, most)) w.u16(id).u8(type)
    return true
  },
}

/** Nothing that a device says of itself can be written. */
function writeAttributes({ attributes }: Request, r: OctetReader, w: OctetWriter): boolean {
  w.u8(WRITE_RESPONSE)
  while (r.left >= 3) {
    const id = r.u16()
    const type = r.u8()
    const size = sizeOf(type)
    if (size === UNKNOWN_SIZE) {
      // Where the next one begins cannot be known.
      w.u8(INVALID_DATA_TYPE).u16(id)
      return true
    }
    r.octets(size === SHORT_STRING ? r.u8() : size === LONG_STRING ? r.u16() : size)
    w.u8(attributes.some(each => each.id === id) ? READ_ONLY : UNSUPPORTED_ATTRIBUTE).u16(id)
  }
  return true
}

/** Numbers and times change by an amount; the rest just changes. */
function isAnalog(type: number): boolean {
  return (
    (type >= 0x20 && type <= 0x2f) ||
    (type >= 0x38 && type <= 0x3a) ||
    (type >= 0xe0 && type <= 0xe2)
  )
}

function sizeOf(type: number): number {
  // Data, bitmaps, unsigned and signed numbers of 1 to 8 octets.
  for (const first of [0x08, 0x18, 0x20, 0x28]) {
    if (type >= first && type < first + 8) return type - first + 1
  }
  if (type === 0x41 || type === 0x42) return SHORT_STRING
  if (type === 0x43 || type === 0x44) return LONG_STRING
  return OTHER_SIZES[type] ?? UNKNOWN_SIZE
}

const OTHER_SIZES: Readonly<Record<number, number>> = {
  0: 0,
  16: 1,
  48: 1,
  49: 2,
  56: 2,
  57: 4,
  58: 8,
  224: 4,
  225: 4,
  226: 4,
  232: 2,
  233: 2,
  234: 4,
  240: 8,
  241: 16,
}
