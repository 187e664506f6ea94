// The devices that a hub lists in its answer to CCS06: elements of an array of DLMS, each a structure of 14. Their types and
// lengths are known from a public vector, which field is which is not sure (docs/SPEC.md §13.4): so an answer whose elements
// are of another shape is no misfit, its list is only not read.

import type { Bytes } from '../bytes/bytes.ts'
import type { GbcsContent } from './content.ts'
import { CONTENT_LENGTH, CONTENT_TAG, READ } from './misfits.ts'
import { Reader } from './reader.ts'
import { NO_MOMENT, readDlmsTime } from './times.ts'

const ARRAY = 0x01
const STRUCTURE = 0x02
const BITS = 0x04
const OCTETS = 0x09
const I8 = 0x0f
const U8 = 0x11
const FIELDS = 14

export interface HanDevice {
  readonly idHigh: number
  readonly idLow: number
  /** Eight bits. */
  readonly status: number
  /** dBm: highest, average, lowest. */
  readonly rssi: readonly number[]
  /** Link quality: highest, average, lowest. */
  readonly lqi: readonly number[]
  /** Last communication, Unix ms; undefined when it is not specified. */
  readonly last: number | undefined
  readonly hops: number
  readonly failures: number
  readonly successes: number
  readonly applicationVersion: number
  readonly stackVersion: number
}

/** The devices of a CCS06 response that was read from `src`; undefined when its list has another shape. */
export function readHanDevices(src: Bytes, b: GbcsContent): HanDevice[] | undefined {
  if (b.listLength === 0) return []
  const r = new Reader()
  r.start(src, b.listAt, b.listLength)
  r.octet(ARRAY, CONTENT_TAG)
  const devices: HanDevice[] = []
  for (let count = r.length(); count > 0 && r.misfit === READ; count--) {
    devices.push(readHanDevice(r, src))
  }
  return r.finish() === READ ? devices : undefined
}

function readHanDevice(r: Reader, src: Bytes): HanDevice {
  r.octet(STRUCTURE, CONTENT_TAG)
  r.octet(FIELDS, CONTENT_LENGTH)
  r.word((OCTETS << 8) | 8, CONTENT_TAG)
  const idHigh = r.half()
  const idLow = r.half()
  r.word((BITS << 8) | 8, CONTENT_TAG)
  const status = r.u8()
  const rssi = [field(r, I8), field(r, I8), field(r, I8)].map(octet => (octet << 24) >> 24)
  const lqi = [field(r, U8), field(r, U8), field(r, U8)]
  r.word((OCTETS << 8) | 12, CONTENT_TAG)
  const at = r.dlmsTime()
  const unixMs = r.misfit === READ ? readDlmsTime(src.dv, at) : NO_MOMENT
  return {
    idHigh,
    idLow,
    status,
    rssi,
    lqi,
    last: unixMs === NO_MOMENT ? undefined : unixMs,
    hops: field(r, U8),
    failures: field(r, U8),
    successes: field(r, U8),
    applicationVersion: field(r, U8),
    stackVersion: field(r, U8),
  }
}

function field(r: Reader, tag: number): number {
  r.octet(tag, CONTENT_TAG)
  return r.u8()
}
