// Telnet as RFC 2217 needs it (RFC 854, 856): octets go through unchanged with IAC doubled, and what is not data is an
// option's negotiation or a subnegotiation. Sans-I/O: octets in, octets and commands out.

export const IAC = 255
const SE = 240
const SB = 250
export const WILL = 251
const WONT = 252
export const DO = 253
const DONT = 254

export const BINARY = 0
export const SUPPRESS_GO_AHEAD = 3
export const COM_PORT = 44

/** A subnegotiation longer than this is no com-port one: it is read past and dropped. */
const MAX_COMMAND = 64

const DATA = 0
const AFTER_IAC = 1
const AFTER_VERB = 2
const IN_SUB = 3
const SUB_IAC = 4

export class TelnetParser {
  readonly #onVerb: (verb: number, option: number) => void
  readonly #onSub: (command: readonly number[]) => void
  #state = DATA
  #verb = 0
  #sub: number[] = []

  constructor(
    onVerb: (verb: number, option: number) => void,
    onSub: (command: readonly number[]) => void,
  ) {
    this.#onVerb = onVerb
    this.#onSub = onSub
  }

  /** Takes what arrived and returns the data in it. */
  take(chunk: Uint8Array): Buffer {
    const data = Buffer.allocUnsafe(chunk.length)
    let length = 0
    for (const octet of chunk) {
      if (this.#step(octet)) data[length++] = octet
    }
    return data.subarray(0, length)
  }

  /** True when `octet` is data. */
  #step(octet: number): boolean {
    switch (this.#state) {
      case AFTER_IAC:
        return this.#afterIac(octet)
      case AFTER_VERB:
        this.#state = DATA
        this.#onVerb(this.#verb, octet)
        return false
      case IN_SUB:
        if (octet === IAC) this.#state = SUB_IAC
        else this.#keep(octet)
        return false
      case SUB_IAC:
        this.#state = octet === SE ? DATA : IN_SUB
        if (octet === SE) this.#onSub(this.#sub)
        else if (octet === IAC) this.#keep(IAC)
        return false
      default:
        if (octet !== IAC) return true
        this.#state = AFTER_IAC
        return false
    }
  }

  #afterIac(octet: number): boolean {
    this.#state = DATA
    if (octet === IAC) return true
    if (octet === SB) {
      this.#sub = []
      this.#state = IN_SUB
    } else if (octet >= WILL && octet <= DONT) {
      this.#verb = octet
      this.#state = AFTER_VERB
    }
    return false
  }

  #keep(octet: number): void {
    if (this.#sub.length < MAX_COMMAND) this.#sub.push(octet)
  }
}

/** The answer to an offer or a request that is not taken up. */
export function refusal(verb: number): number | undefined {
  return verb === WILL ? DONT : verb === DO ? WONT : undefined
}

/** Data with every IAC doubled; the same memory when it has none. */
export function escaped(data: Buffer): Buffer {
  if (!data.includes(IAC)) return data
  const out = Buffer.allocUnsafe(2 * data.length)
  let length = 0
  for (const octet of data) {
    out[length++] = octet
    if (octet === IAC) out[length++] = IAC
  }
  return out.subarray(0, length)
}

/** IAC SB COM-PORT-OPTION … IAC SE. */
export function comPortCommand(...octets: number[]): Buffer {
  const body = escaped(Buffer.from(octets))
  return Buffer.concat([Buffer.from([IAC, SB, COM_PORT]), body, Buffer.from([IAC, SE])])
}
