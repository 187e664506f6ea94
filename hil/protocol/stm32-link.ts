// ST's UART boot loader (AN3155), octet by octet: one command with its answers at a time, never two, for its UART has no
// buffer; and how both sides come to agree again where a command begins when an octet was lost.

import { ask, listen, type Play } from './dialogue.ts'
import type { Page } from './stm32-families.ts'

export const SYNC = 0x7f
export const ACK = 0x79
export const NACK = 0x1f
/** "Wait on", of commands that a UART has no need of. */
export const BUSY = 0x76

/** Commands. */
export const GET = 0x00
export const GET_VERSION = 0x01
export const GET_ID = 0x02
export const READ = 0x11
export const GO = 0x21
export const WRITE = 0x31
export const ERASE = 0x43
export const EXTENDED_ERASE = 0x44
export const WRITE_UNPROTECT = 0x73
export const READ_UNPROTECT = 0x92

/** Octets of one READ or WRITE at most. */
export const BLOCK = 256

/** How long the ROM of an STM32 may take. */
export interface LinkTimes {
  /** Milliseconds until 7F is answered, before it is sent again. */
  readonly syncWithin: number
  /** Milliseconds until a command is answered, what it takes on the line not counted. */
  readonly answerWithin: number
  /** Milliseconds that an erasure of pages is given at least, however few they are. */
  readonly eraseWithin: number
  /** Milliseconds that it is given for each page up to 4 KiB. */
  readonly pageWithin: number
  /** Milliseconds that it is given for each larger page. */
  readonly sectorWithin: number
  /** Milliseconds until a chip is erased. */
  readonly chipWithin: number
  /** Milliseconds in which an answer to two octets comes, if one comes. */
  readonly echoWithin: number
}

/** ST's datasheets: 40 ms for a page, up to 4 s for 128 KiB of an F4, 10 s for the whole of an F7. */
export const LINK_TIMES: LinkTimes = {
  syncWithin: 400,
  answerWithin: 1_000,
  eraseWithin: 10_000,
  pageWithin: 500,
  sectorWithin: 10_000,
  chipWithin: 40_000,
  echoWithin: 100,
}

/** Why there is no answer: which part of the command, and whether it was refused or not understood. */
export interface Refusal {
  readonly at: 'command' | 'address' | 'octets'
  readonly how: 'refused' | 'silent' | 'garbled'
}

export const isRefusal = (result: object): result is Refusal => 'how' in result

/** Pages above it are slow. */
const SECTOR = 4_096

/** Bits of an octet on the line: start, eight, parity, stop. */
const LINE_BITS = 11

/**
 * What is sent to agree again, behind any number of 7Fs. Not FF 00, which right behind an accepted ERASE asks for the whole
 * chip to be erased: a lone 04 and then 02s are refused wherever the loader waits. As a command they are none; as a count
 * with what it counts their sum is wrong, with 7Fs before them too; and the count is small.
 */
const FIRST_FILL = 0x04
const FILL = 0x02
/** Octets of each try: a WRITE waits for 258 at most, an EXTENDED ERASE whose count was filled in so for 2,054. */
const FILLS = [2, 16, 64, 256, 1_024] as const
/** The same whose count became 7F7F, for 65,280. */
const LONG_FILLS = [16_384, 16_384, 16_384, 16_384] as const

export class Stm32Link {
  readonly #octetMs: number
  readonly #times: LinkTimes

  constructor(baudRate: number, times: LinkTimes = LINK_TIMES) {
    this.#octetMs = (1_000 * LINE_BITS) / baudRate
    this.#times = times
  }

  /**
   * Says 7F until it is answered; true when the loader is there, just started or from an earlier call.
   * @param mayFill whether it may be in the middle of a command: a loader that has just started is deaf, until it is reset
   * again, when anything but 7F comes first.
   */
  *sync(tries: number, mayFill: boolean): Play<boolean> {
    for (let i = 0; i < tries; i++) {
      const got = yield* this.#call(this.#times.syncWithin)
      if (isSynced(got)) return true
      // Whatever else talks there is no loader in the middle of a command.
      if (got.length > 2) return false
    }
    return mayFill && (yield* this.#fill([...FILLS, ...LONG_FILLS]))
  }

  /** Comes to where a command begins, whatever the loader waits for; false when it does not answer. */
  *resync(): Play<boolean> {
    const { echoWithin } = this.#times
    yield* listen(echoWithin / 2)
    // One that has lost its power meanwhile begins anew with 7F, and with nothing else.
    const got = yield* this.#call(echoWithin)
    if (isSynced(got)) return got.includes(ACK) || (yield* this.#align())
    return yield* this.#fill([...FILLS, ...FILLS])
  }

  *#call(within: number): Play<Uint8Array> {
    const { got } = yield* ask(Uint8Array.of(SYNC), within, octets =>
      isSynced(octets) ? octets.length : undefined,
    )
    return got
  }

  *#fill(lengths: readonly number[]): Play<boolean> {
    for (const [i, length] of lengths.entries()) {
      const octets = new Uint8Array(length).fill(FILL)
      if (i === 0) octets[0] = FIRST_FILL
      const within = this.#times.echoWithin + octets.length * this.#octetMs
      // All of it has to be through before the loader is spoken to one octet at a time.
      const { got } = yield* ask(octets, within, () => undefined)
      if (got.includes(NACK) && (yield* this.#align())) return true
    }
    return false
  }

  /** A single octet is refused when it is the second of two: then the next begins a command. */
  *#align(): Play<boolean> {
    for (let i = 0; i < 4; i++) {
      const { echoWithin } = this.#times
      const { got } = yield* ask(Uint8Array.of(FILL), echoWithin, ([first]) =>
        first === NACK ? 1 : undefined,
      )
      if (got[0] === NACK) return true
    }
    return false
  }

  /** GET: the version of the loader, and the commands that it has. */
  *get(): Play<{ version: number; commands: Uint8Array } | Refusal> {
    const got = yield* this.#listed(GET)
    return isRefusal(got) ? got : { version: got[0] ?? 0, commands: got.subarray(1) }
  }

  /** GET VERSION, which stm32flash asks first; its option octets are for nothing today. */
  *version(): Play<Uint8Array | Refusal> {
    const got = yield* this.#say(commandOf(GET_VERSION), 4, this.#times.answerWithin)
    return isRefusal(got) ? { ...got, at: 'command' } : got
  }

  /** GET ID: the product id. */
  *chipId(): Play<{ id: number } | Refusal> {
    const got = yield* this.#listed(GET_ID)
    return isRefusal(got) ? got : { id: got.reduce((id, octet) => id * 256 + octet, 0) }
  }

  /** READ: 1 to 256 octets. */
  *read(address: number, length: number): Play<Uint8Array | Refusal> {
    const begun = yield* this.#begin(READ, address)
    if (isRefusal(begun)) return begun
    const count = Uint8Array.of(length - 1, 0xff ^ (length - 1))
    return yield* this.#say(count, length, this.#times.answerWithin)
  }

  /** WRITE: 1 to 256 octets, programmed when it returns. */
  *write(address: number, octets: Uint8Array): Play<Uint8Array | Refusal> {
    const begun = yield* this.#begin(WRITE, address)
    if (isRefusal(begun)) return begun
    const data = summed(Uint8Array.of(octets.length - 1, ...octets))
    return yield* this.#say(data, 0, this.#times.answerWithin)
  }

  /** ERASE or EXTENDED ERASE of these pages; 255 of the first, and never what either takes for all of them. */
  *erase(pages: readonly Page[], isExtended: boolean): Play<Uint8Array | Refusal> {
    const command = yield* this.#command(isExtended ? EXTENDED_ERASE : ERASE)
    if (isRefusal(command)) return command
    const list = [pages.length - 1, ...pages.map(({ number }) => number)]
    const octets = isExtended ? list.flatMap(each => [each >> 8, each & 0xff]) : list
    const { eraseWithin, pageWithin, sectorWithin } = this.#times
    const all = pages.reduce((ms, { size }) => ms + (size > SECTOR ? sectorWithin : pageWithin), 0)
    return yield* this.#say(summed(Uint8Array.from(octets)), 0, Math.max(eraseWithin, all))
  }

  /** GO: runs what begins with a vector table at `address`. */
  *go(address: number): Play<Uint8Array | Refusal> {
    return yield* this.#begin(GO, address)
  }

  /** READ UNPROTECT, which erases the chip, or WRITE UNPROTECT; the chip restarts. */
  *unprotect(command: number): Play<Uint8Array | Refusal> {
    const got = yield* this.#say(commandOf(command), 1, this.#times.chipWithin)
    // The second ACK comes when it is done, and is lost in the restart of some.
    const isLost = isRefusal(got) && got.how === 'silent'
    return isLost ? new Uint8Array(0) : got
  }

  *#begin(command: number, address: number): Play<Uint8Array | Refusal> {
    const accepted = yield* this.#command(command)
    if (isRefusal(accepted)) return accepted
    const octets = new Uint8Array(4)
    new DataView(octets.buffer).setUint32(0, address)
    const got = yield* this.#say(summed(octets), 0, this.#times.answerWithin)
    return isRefusal(got) ? { ...got, at: 'address' } : got
  }

  *#command(command: number): Play<Uint8Array | Refusal> {
    const got = yield* this.#say(commandOf(command), 0, this.#times.answerWithin)
    return isRefusal(got) ? { ...got, at: 'command' } : got
  }

  /** An answer that begins with how many octets follow, less one, and ends with another ACK. */
  *#listed(command: number): Play<Uint8Array | Refusal> {
    const whole = ([ack, length]: Uint8Array) => (ack === ACK ? (length ?? 0) + 4 : 1)
    const { answerWithin } = this.#times
    const asked = commandOf(command)
    const { got } = yield* ask(asked, answerWithin + 20 * this.#octetMs, octets =>
      until(octets, whole(past(octets))),
    )
    const rest = past(got)
    const refusal = refusalOf(rest, whole(rest), 'command')
    return refusal ?? rest.subarray(2, whole(rest) - 1)
  }

  /** Sends and awaits ACK and so many octets behind it, which it returns. */
  *#say(octets: Uint8Array, more: number, within: number): Play<Uint8Array | Refusal> {
    const onLine = (octets.length + more + 1) * this.#octetMs
    const { got } = yield* ask(octets, within + onLine, come =>
      until(come, past(come)[0] === ACK ? more + 1 : 1),
    )
    const rest = past(got)
    return refusalOf(rest, more + 1, 'octets') ?? rest.subarray(1, more + 1)
  }
}

function refusalOf(
  [first, ...rest]: Uint8Array,
  length: number,
  at: Refusal['at'],
): Refusal | undefined {
  if (first === NACK) return { at, how: 'refused' }
  if (first !== undefined && first !== ACK) return { at, how: 'garbled' }
  return rest.length + 1 < length || first === undefined ? { at, how: 'silent' } : undefined
}

/** The loader's first word: zeros before it are glitches of its reset. */
function isSynced(got: Uint8Array): boolean {
  const first = got.find(octet => octet !== 0)
  return first === ACK || first === NACK
}

/** How many octets an answer of `length` behind what says that it is busy has; undefined while it is not whole. */
function until(got: Uint8Array, length: number): number | undefined {
  const whole = got.length - past(got).length + length
  return got.length >= whole ? whole : undefined
}

/** Without what only says that it is busy. */
function past(got: Uint8Array): Uint8Array {
  const first = got.findIndex(octet => octet !== BUSY)
  return first < 0 ? got.subarray(got.length) : got.subarray(first)
}

export function commandOf(command: number): Uint8Array {
  return Uint8Array.of(command, 0xff ^ command)
}

/** Octets with their exclusive or behind them. */
export function summed(octets: Uint8Array): Uint8Array {
  return Uint8Array.of(
    ...octets,
    octets.reduce((sum, octet) => sum ^ octet, 0),
  )
}
