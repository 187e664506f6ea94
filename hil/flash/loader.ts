// How one protocol flashes a board. A new protocol is a Loader in a file of its own and a row in loaders.ts; nothing else
// knows it. A loader outlives the tries: what it learned of the board before the cable was pulled, it knows afterwards.

import type { Parity } from '../line/port.ts'
import type { AgentOptions } from '../protocol/agent.ts'
import type { ModemTimes } from '../protocol/modem.ts'
import type { ChipSizes } from '../protocol/stm32-families.ts'
import type { LinkTimes } from '../protocol/stm32-link.ts'
import type { Counts } from '../protocol/talk.ts'
import type { FlashImage } from './image.ts'
import type { Limits } from './limits.ts'
import type { Step } from './step.ts'

/** What is wanted of a flash, whatever the protocol; what one protocol alone understands is under its name. */
export interface LoaderOptions {
  /** What the board is to hold. */
  readonly image: FlashImage
  /** Bits a second of the line; 115,200 when left out. */
  readonly baudRate?: number | undefined
  /** Run the image at the end. A receiver of XMODEM or YMODEM decides itself. */
  readonly activate: boolean
  /** How long the agent is to take over its activation, ms; to no other protocol does it mean anything. */
  readonly activationMs: number
  /** The agent leaves its hub's supply on while it activates; to no other protocol does it mean anything. */
  readonly keepSupply: boolean
  /** The agent may get a version below the one that it runs; no other protocol tells versions. */
  readonly allowDowngrade: boolean
  /** Send an image that the agent runs already, or that an STM32 holds already; other protocols always send. */
  readonly force: boolean
  /** Octets of a block; to a receiver of XMODEM-1K and YMODEM 128 or 1024: all of that size. */
  readonly blockSize?: number | undefined
  /** What only an STM32's ROM needs; left out: the chip is as the table of families has it, and stays protected. */
  readonly stm32?: Stm32Options | undefined
  /** How the board is brought into its loader: a loader that has it restart does the same again. */
  readonly reset?: readonly Step[] | undefined
  /** The user's own limits, over the ones of each protocol. */
  readonly limits?: Limits
  /** The agent's times, ms, over its own and over `limits`. */
  readonly times?: AgentOptions['times']
  /** Times of XMODEM and YMODEM, ms, in place of their own; `limits` go over them. */
  readonly modemTimes?: ModemTimes
  /** Gets the board's own log lines. */
  readonly onLog?: AgentOptions['onLog']
}

/** For an STM32's ROM. */
export interface Stm32Options extends ChipSizes {
  /** A protection that stands in the way is taken away; that of reading out takes all of the flash with it. */
  readonly unprotect?: boolean
  /** Times of the line, ms, in place of its own; a limit of an answer goes over them. */
  readonly times?: LinkTimes
}

/** A job of the board's own, in octets or whatever it counts. */
export interface Job {
  /** So much of it is done, 0..total. */
  readonly done: number
  /** All of it, in the same unit as `done`. */
  readonly total: number
}

/** One protocol at work on one board. It outlives the tries: what it learned of the board it knows in the next. */
export interface Loader {
  /** What is being done, in a word. */
  readonly phase: string
  /** What the board is at while a job of its own is long; undefined where the protocol does not tell. */
  readonly job: Job | undefined
  /** The board answered and keeps what it has: when it goes away it is waited for, and all begins with what it has. */
  readonly mayResume: boolean
  /** Another text whenever the board has got further. */
  readonly reached: string
  /** The board had the whole image before anything was sent. */
  readonly already: boolean
  /** What the board holds was read back, or its hash, and is right. */
  readonly verified: boolean
  /** The board says that the image runs. */
  readonly running: boolean
  /** What is worth a word though nothing failed. */
  readonly notes: readonly string[]
  /** Said of the board and of what was done, for people; undefined: nothing is read back. */
  readonly outcome?: string | undefined
  /** The same for programs, beside the fields that every end has. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>
  /** The steps of one try, the port open and the board brought into its loader. */
  steps(): Iterable<Step>
}

/** A protocol as the command line names it. */
export interface LoaderKind {
  /** The line's parity when the user names none; left out: none. */
  readonly parity?: Parity
  /** A loader for one flash; it counts in `counts` what it sends and what the board has. */
  make(options: LoaderOptions, counts: Counts): Loader
}
