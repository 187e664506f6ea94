// `hanrig gbcs decode`: a message as a tree, with what the known keys say of its signature and MAC.

import type { Bytes } from '#core/bytes/bytes'
import { decodeContent, GbcsContent } from '#core/gbcs/content'
import { decodeMessage, GbcsMessage } from '#core/gbcs/message'
import { MISFITS, READ } from '#core/gbcs/misfits'
import { messageTree, type Tree } from '#core/gbcs/tree'
import { type Finding, findingsOf } from '#emulators/gbcs/verdicts'
import type { Keys } from '#emulators/smki/keys'
import { hanrigError } from '../errors/errors.ts'
import { print, printJson } from '../output/output.ts'
import { keysOf } from '../trust/directory.ts'
import { messageOctets } from './octets.ts'
import { treeText } from './tree-text.ts'

export interface DecodeOptions {
  trust?: string
  acb: string
  json?: true
}

export function decodeGbcs(given: string, { trust, acb, json }: DecodeOptions): void {
  const octets = messageOctets(given)
  const facts = messageFacts(octets, keysOf(trust), acb)
  if (json) printJson(facts)
  else print(treeText(titleOf(facts), shown(facts)))
}

/**
 * A message and the findings of its signature and MAC, as plain data.
 * @throws HanrigError GBCS_MALFORMED.
 */
export function messageFacts(octets: Bytes, keys: Keys, acb: string): Tree {
  const m = new GbcsMessage()
  const b = new GbcsContent()
  const envelope = decodeMessage(octets, 0, octets.length, m)
  const misfit = envelope === READ ? decodeContent(octets, m, b) : envelope
  if (misfit !== READ) {
    const [name, sentence] = MISFITS[misfit]!
    const at = envelope === READ ? b.misfitAt : m.misfitAt
    throw hanrigError('HANRIG_GBCS_MALFORMED', `Octet ${at}: ${sentence} (${name})`)
  }
  const { signature, mac } = findingsOf(octets, m, keys, acb)
  return {
    name: 'gbcs',
    octets: octets.length,
    ...messageTree(octets, m, b),
    verdicts: { signature, mac },
  }
}

function titleOf({ useCase, purpose, direction, messageCode, octets, preCommand }: Tree): string {
  const name = [useCase ?? 'unknown use case', purpose].filter(Boolean).join(' ')
  const what = preCommand ? 'pre-command' : direction
  return `${name}, ${what} (${messageCode}), ${octets} octets`
}

/** What of it people are shown, by words. */
function shown(facts: Tree): Tree {
  const { originator, recipient, counter, dateTime, signature, mac, contentOctets } = facts
  const verdicts = facts.verdicts as Record<'signature' | 'mac', Finding>
  const content = facts.content as Tree
  const isKnown = content.known !== false
  return {
    originator: originator!,
    recipient: recipient!,
    counter: counter!,
    'date-time': dateTime!,
    for: facts.for!,
    content: isKnown ? { ...content, octets: contentOctets! } : contentOctets!,
    signature: worded(verdicts.signature, signature as string | null),
    MAC: worded(verdicts.mac, mac as string | null),
  }
}

function worded(finding: Finding, octets: string | null): string {
  if (octets === null) return 'none'
  return `${finding === 'no key known' ? 'not checked, no key known' : finding}: ${octets}`
}
