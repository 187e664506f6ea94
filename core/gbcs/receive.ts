// Whether a message may be acted upon: every check of a receiver in one place and order, each refusal with a code of its own.
// Structure, recipient, protection as the use case has it, keys, signature, MAC, and only then the counter, so that nobody
// without a key can move it.

import type { Bytes } from '../bytes/bytes.ts'
import type { VerifyP256 } from '../image/signature.ts'
import { isMaced, isSigned, layoutOf, OPAQUE } from './codes.ts'
import { decodeContent, type GbcsContent } from './content.ts'
import { type CounterGate, NO_ROOM, NOT_ABOVE } from './counters.ts'
import { decodeMessage, type GbcsMessage, SIGNED } from './message.ts'
import { type Misfit, READ } from './misfits.ts'
import { type Gmac, macIsRight, signatureIsRight } from './protect.ts'

/** Verdicts. */
export const GENUINE = 0
export const MISFIT = 1
export const WRONG_RECIPIENT = 2
export const WRONG_PROTECTION = 3
export const UNKNOWN_SIGNER = 4
export const WRONG_SIGNATURE = 5
export const UNKNOWN_AGREEMENT = 6
export const WRONG_MAC = 7
export const REPLAYED = 8
export const TOO_MANY_ORIGINATORS = 9
export type Verdict = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9

/** Their names, by number. */
export const VERDICTS = [
  ...['genuine', 'misfit', 'wrong-recipient', 'wrong-protection', 'unknown-signer'],
  ...['wrong-signature', 'unknown-agreement', 'wrong-mac', 'replayed', 'too-many-originators'],
] as const

/** Who receives, and whom it trusts. */
export interface Party {
  /** Own EUI-64, two words. */
  readonly idHigh: number
  readonly idLow: number
  /** The key with which the message's originator signs; undefined when it is not trusted to. */
  verifierOf(m: GbcsMessage): VerifyP256 | undefined
  /** What is agreed with whoever made the message's MAC; undefined when there is nothing. */
  gmacOf(m: GbcsMessage): Gmac | undefined
  /** The gate for the counters of such a message; undefined when it answers an own one, whose counter it repeats. */
  gateOf(m: GbcsMessage): CounterGate | undefined
}

/** Receives messages for one party. One is made once and used again and again. */
export class Receiver {
  /** Why a message did not fit: READ unless the verdict is MISFIT. */
  misfit: Misfit = READ
  readonly #party: Party

  constructor(party: Party) {
    this.#party = party
  }

  /** Reads and checks the `length` octets at `at` into `m` and `b`, which mean something when the verdict is GENUINE. */
  receive(src: Bytes, at: number, length: number, m: GbcsMessage, b: GbcsContent): Verdict {
    this.misfit = decodeMessage(src, at, length, m)
    if (this.misfit !== READ) return MISFIT
    const party = this.#party
    if (m.recipientHigh !== (party.idHigh | 0) || m.recipientLow !== (party.idLow | 0)) {
      return WRONG_RECIPIENT
    }
    if (!isProtected(m)) return WRONG_PROTECTION
    if (m.ending === SIGNED) {
      const verify = party.verifierOf(m)
      if (!verify) return UNKNOWN_SIGNER
      if (!signatureIsRight(src, m, verify)) return WRONG_SIGNATURE
    }
    if (m.hasMac) {
      const gmac = party.gmacOf(m)
      if (!gmac) return UNKNOWN_AGREEMENT
      if (!macIsRight(src, m, gmac)) return WRONG_MAC
    }
    this.misfit = decodeContent(src, m, b)
    if (this.misfit !== READ) return MISFIT
    const taken = party
      .gateOf(m)
      ?.take(m.originatorHigh, m.originatorLow, m.counterHigh, m.counterLow)
    return taken === NOT_ABOVE ? REPLAYED : taken === NO_ROOM ? TOO_MANY_ORIGINATORS : GENUINE
  }
}

/** Whether a message has the signature and the MAC of its use case; of one without a layout either or both. */
export function isProtected(m: GbcsMessage): boolean {
  const layout = layoutOf(m.messageCode, m.direction)
  const isSignedNow = m.ending === SIGNED
  if (layout === OPAQUE) return isSignedNow || m.hasMac
  return isSignedNow === isSigned(layout) && m.hasMac === isMaced(layout)
}
