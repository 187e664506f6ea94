// Whether a message's signature and MAC are right, by whatever keys are known. Not knowing a key is a verdict of its own: it says
// nothing against the message.

import type { Bytes } from '#core/bytes/bytes'
import { eui64Text } from '#core/eui64/text'
import { COMMAND } from '#core/gbcs/codes'
import { type GbcsMessage, SIGNED } from '#core/gbcs/message'
import { type Gmac, macIsRight, signatureIsRight } from '#core/gbcs/protect'
import { agree, gmacOf } from '../crypto/agree.ts'
import { TrustAnchor } from '../crypto/crypto.ts'
import type { Keys } from '../smki/keys.ts'

export type Finding = 'right' | 'wrong' | 'no key known' | 'none'

export interface Findings {
  readonly signature: Finding
  readonly mac: Finding
}

/**
 * Checks the message that was read from `src` into `m`.
 * @param acb EUI-64 of the Access Control Broker, which makes the MACs of commands.
 */
export function findingsOf(src: Bytes, m: GbcsMessage, keys: Keys, acb: string): Findings {
  return { signature: ofSignature(src, m, keys), mac: ofMac(src, m, keys, acb) }
}

function ofSignature(src: Bytes, m: GbcsMessage, keys: Keys): Finding {
  if (m.ending !== SIGNED) return 'none'
  const signer = keys.find(eui64Text(m.originatorHigh, m.originatorLow), 'ds')
  if (!signer) return 'no key known'
  const { verifies } = new TrustAnchor(signer.certificate.key)
  return signatureIsRight(src, m, verifies) ? 'right' : 'wrong'
}

function ofMac(src: Bytes, m: GbcsMessage, keys: Keys, acb: string): Finding {
  if (!m.hasMac) return 'none'
  const gmac = agreementOf(m, keys, acb)
  if (!gmac) return 'no key known'
  return macIsRight(src, m, gmac) ? 'right' : 'wrong'
}

/**
 * The MACs of the pair between which a message goes: of a command the ACB and the device, of what a device sends the device and
 * its recipient. Either's private key will do; undefined when neither is known.
 */
export function agreementOf(m: GbcsMessage, keys: Keys, acb: string): Gmac | undefined {
  const originator = eui64Text(m.originatorHigh, m.originatorLow)
  const recipient = eui64Text(m.recipientHigh, m.recipientLow)
  const device = keys.find(m.direction === COMMAND ? recipient : originator, 'ka')
  const other = keys.find(m.direction === COMMAND ? acb : recipient, 'ka')
  if (!device || !other) return undefined
  if (other.secret) return gmacOf(agree(other.secret, device.certificate.point))
  return device.secret && gmacOf(agree(device.secret, other.certificate.point))
}
