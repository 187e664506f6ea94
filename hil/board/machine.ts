// What a virtual board needs of the thing that runs the agent: WebAssembly or an emulated RP2040. One is one life, from
// power or reset to the next; flash and outside world are handed in.

import type { Parity } from '../line/port.ts'
import type { NorFlash } from './nor-flash.ts'
import type { Settings } from './settings.ts'

/** Numbers of ResetReason in board.proto. */
export const POWER_ON = 1
export const REQUESTED = 2
export const PIN = 3
export const WATCHDOG = 4

export interface Outside {
  /** Octets that the board sends; a view that is good until it returns. */
  send(octets: Uint8Array): void
  supply(on: boolean): void
  light(on: boolean): void
  /** The board wants to start anew: this life ends after the run() that called it. */
  reset(reason: number): void
  /** The board changed the rate of its UART. */
  baud(rate: number): void
  /** What the host's end of the line adds to each octet. */
  parity(): Parity
  /** Milliseconds since the start of this life, on the board's clock. */
  millis(): number
}

export interface Life {
  readonly settings: Settings
  readonly flash: NorFlash
  readonly outside: Outside
  readonly reason: number
  /** The pin that chooses the loader was low when this life began: IO0 of an ESP, BOOT0 through an inverter. */
  readonly bootPin: boolean
  /** Counts the starts of the board. */
  readonly boot: number
  readonly serial: string
}

export interface Machine {
  /** Octets that receive() would take now. */
  room(): number
  /** What finds no room is lost. */
  receive(octets: Uint8Array): void
  /**
   * Works for a while. Returns in how many ms it wants to run again: 0 at once, Infinity when octets come.
   * @throws PowerLost where the flash's cut lies.
   */
  run(): number
}
