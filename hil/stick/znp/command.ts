// A command of TI's serial protocol: a row of a table.

import type { OctetReader } from '#emulators/zigbee/octets'
import type { UnpiWriter } from '../unpi.ts'
import type { ZnpStick } from './stick.ts'

/** Types of frame, in the upper bits of the first command octet. */
export const SREQ = 0x20
export const AREQ = 0x40
export const SRSP = 0x60

/** Subsystems, in its lower bits. */
export const SYS = 1
export const AF = 4
export const ZDO = 5
export const UTIL = 7
export const APP_CNF = 15

/** States of the coordinator. */
export const STARTED = 9
export const NOT_STARTED = 0

/** Reads the request and writes the data of its answer; whoever calls it begins and ends the answer's frame. */
type Answer = (stick: ZnpStick, r: OctetReader, w: UnpiWriter) => void

export interface ZnpCommand {
  /** Second command octet. */
  readonly number: number
  /** TI's name. */
  readonly name: string
  readonly answer: Answer
}

/** Commands of one subsystem. */
export type ZnpCommands = readonly ZnpCommand[]

/** A row of such a table. */
export function command(number: number, name: string, answer: Answer): ZnpCommand {
  return { number, name, answer }
}
