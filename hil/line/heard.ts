// What the other end says besides its protocol: the last of it is kept for people, and told apart when no answer came.
// Nothing at all is silence; anything else is named for what it is, for each has another remedy.

import type { HanrigError } from '#core/errors/errors'
import { type HilCode, hanrigError } from '../errors/errors.ts'

/** Printable octets that are told. */
const TOLD = 200
/** Octets kept: noise is printable in one of three. */
const KEPT = 1024
/** Octets from the beginning: where a server of another kind says who it is. */
const FIRST = 64
/** Share of octets that are no text above which it is noise: text at another speed has half and more. */
const NOISE_SHARE = 0.1

/** NUL, BEL to CR, DC1 and DC3, ESC: what texts for terminals have besides letters. */
const TEXT_CONTROLS: ReadonlySet<number> = new Set([0, 7, 8, 9, 10, 11, 12, 13, 0x11, 0x13, 0x1b])
/** What a receiver of XMODEM or YMODEM says, and never a text: ACK, NAK, CAN. */
const ANSWERS: ReadonlySet<number> = new Set([0x06, 0x15, 0x18])

export function isPrintable(octet: number): boolean {
  return octet >= 0x20 && octet < 0x7f
}

/** Neither text nor an answer. */
export function isNoise(octet: number): boolean {
  return !isPrintable(octet) && !TEXT_CONTROLS.has(octet) && !ANSWERS.has(octet)
}

/** What came over a line besides the protocol, to be told or recognised. It keeps the last 1,024 octets. */
export class Heard {
  /** Octets since the last mark. */
  octets = 0
  /** Those of them that are noise: neither text nor what a receiver of XMODEM or YMODEM answers. */
  noise = 0
  /** What was sent came back as it was. */
  echoes = false
  readonly #first = Buffer.alloc(FIRST)
  readonly #kept = Buffer.alloc(KEPT)
  #all = 0
  #since = 0

  /** Hears octets that arrived; the memory is the caller's again afterwards. */
  take(chunk: Uint8Array): void {
    if (this.#all < FIRST) this.#first.set(chunk.subarray(0, FIRST - this.#all), this.#all)
    for (const octet of chunk) {
      if (isNoise(octet)) this.noise++
      this.#kept[this.#all++ % KEPT] = octet
    }
    this.octets += chunk.length
    this.#since += chunk.length
  }

  /**
   * An answer came: what was heard before it does not explain a silence after it.
   * @param length octets of the piece that it came in: the words in it belong to it.
   */
  mark(length = 0): void {
    this.octets = 0
    this.noise = 0
    this.#since = length
  }

  /** It was the protocol itself: nothing of it is for people. */
  forget(): void {
    this.mark()
    this.#all = 0
  }

  /** The last printable octets, at most 200; blanks stand for line ends. */
  get text(): string {
    return plain(this.#last(KEPT))
  }

  /** Of these, the ones since the last mark; nothing where a receiver asked and said no more. */
  get since(): string {
    const text = plain(this.#last(this.#since))
    return /^C*$/.test(text) ? '' : text
  }

  /** The first octets as they came. */
  get first(): string {
    return this.#first.toString('latin1', 0, Math.min(this.#all, FIRST))
  }

  /** The last octets as they came. */
  get last(): string {
    return this.#last(KEPT)
  }

  #last(octets: number): string {
    const length = Math.min(octets, this.#all, KEPT)
    const end = this.#all % KEPT
    const whole = Buffer.concat([this.#kept.subarray(end), this.#kept.subarray(0, end)])
    return whole.toString('latin1', KEPT - length)
  }
}

/** '; it said "…"', or nothing when no letter came since the last mark. */
export function saying(heard: Heard): string {
  const { since } = heard
  return since === '' ? '' : `; it said "${since}"`
}

/**
 * Why an answer did not come, by what came instead.
 * @param sentence what was waited for and how long, without its full stop.
 */
export function unanswered(sentence: string, heard: Heard): HanrigError {
  const told = `${sentence}${saying(heard)}.`
  if (heard.echoes) {
    return hanrigError('HANRIG_LINE_ECHO', `${sentence}: the line gives back what is sent.`)
  }
  if (heard.octets === 0) return hanrigError('HANRIG_BOARD_SILENT', told)
  const server = serverError(told, heard)
  if (server) return server
  const other = receiverOf(heard.last)
  if (other) return hanrigError(other, told)
  if (heard.since === '' || heard.noise > heard.octets * NOISE_SHARE) {
    const came = `${heard.octets} octets came that are no text and no answer`
    return hanrigError('HANRIG_HEARD_NOISE', `${sentence}; ${came}.`)
  }
  return hanrigError('HANRIG_HEARD_TEXT', told)
}

/** What a server says that has no board to give: another client has it, or it is of another kind. */
export function serverError(sentence: string, heard: Heard): HanrigError | undefined {
  const { first } = heard
  if (/^HTTP\/1\.\d \d{3}/.test(first)) return hanrigError('HANRIG_HEARD_HTTP', sentence)
  // As ser2net says it; negotiation of Telnet may come before.
  return /\bPort already in use\b/i.test(first)
    ? hanrigError('HANRIG_PORT_BUSY', sentence)
    : undefined
}

/** A receiver of a protocol that is not spoken here. */
function receiverOf(last: string): HilCode | undefined {
  // ZMODEM's hexadecimal header: ZPAD ZPAD ZDLE B, and the type of ZRINIT.
  if (last.includes('**\x18B01')) return 'HANRIG_HEARD_ZMODEM'
  return /(?:^|[\r\n])G+$/.test(last) ? 'HANRIG_HEARD_YMODEM_G' : undefined
}

function plain(raw: string): string {
  const letters = [...raw].map(letter => {
    const octet = letter.charCodeAt(0)
    return isPrintable(octet) ? letter : octet === 0x0a || octet === 0x0d ? ' ' : ''
  })
  return letters.join('').replace(/ {2,}/g, ' ').slice(-TOLD).trim()
}
