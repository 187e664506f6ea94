// Published messages, where somebody keeps a copy of them beside this clone (a folder `shared/gbcs` with vectors-*.json, or one
// that HANRIG_GBCS_VECTORS names): they are others' and no part of hanrig. Each is read, built again from what was
// read, octet for octet, and its signature and MAC verified over the octets that were built. Without a copy the messages are
// hanrig's own, whose keys are those of the test hierarchy.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { decodeContent, GbcsContent } from '#core/gbcs/content'
import { decodeMessage, encodeMessage, GbcsMessage, messageLength } from '#core/gbcs/message'
import { MISFITS } from '#core/gbcs/misfits'
import { macIsRight, macMessage, signatureIsRight } from '#core/gbcs/protect'
import { readDlmsTime, writeDlmsTime } from '#core/gbcs/times'
import { messageTree } from '#core/gbcs/tree'
import { encodeContent, MAX_CONTENT } from '#core/gbcs/write-content'
import { agree, gmacOf } from '#emulators/crypto/agree'
import { TrustAnchor } from '#emulators/crypto/crypto'
import { ACB } from '#emulators/smki/hierarchy'
import { keys, messageOf, TEXTS } from '../../helpers/gbcs-parties.ts'
import { ROOT } from '../../helpers/hanrig.ts'
import { fromHex, toHex } from '../../helpers/octets.ts'

interface Vector {
  readonly name: string
  /** Undefined where the vector names none. */
  readonly useCase: string | undefined
  readonly hex: string
  /** Public key of the signer. */
  readonly signer: Uint8Array | undefined
  /** A private and a public key between which the MAC goes. */
  readonly mac: readonly [secret: Uint8Array, point: Uint8Array] | undefined
}

function published(): Vector[] {
  const folder = process.env.HANRIG_GBCS_VECTORS ?? join(ROOT, '..', 'shared', 'gbcs')
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter(name => /^vectors-.*\.json$/.test(name))
  return files.flatMap(file => {
    const set = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    const key = (name: string, half: 'public' | 'private') => fromHex(set.keys[name][half]).u8
    return set.vectors.map(
      // biome-ignore lint/suspicious/noExplicitAny: another's file
      ({ name, useCase, hex, signer, mac }: any): Vector => ({
        ...{ name, useCase, hex, signer: signer && key(signer, 'public') },
        mac: mac && [key(mac.private, 'private'), key(mac.public, 'public')],
      }),
    )
  })
}

function own(): Vector[] {
  return Object.entries(TEXTS).map(([name, text]) => {
    const src = messageOf(text)
    const m = new GbcsMessage()
    decodeMessage(src, 0, src.length, m)
    const { originator, recipient } = messageTree(src, m, new GbcsContent()) as Record<
      string,
      string
    >
    const [device, other] = m.direction === 1 ? [recipient!, ACB] : [originator!, recipient!]
    return {
      ...{ name, useCase: undefined, hex: toHex(src) },
      signer: m.signatureAt < 0 ? undefined : keys.find(originator!, 'ds')!.certificate.point,
      mac: m.hasMac
        ? [keys.find(other, 'ka')!.secret!, keys.find(device, 'ka')!.certificate.point]
        : undefined,
    }
  })
}

/** Builds the message anew from the fields that were read, its times from moments; the signature is the one that it had. */
function rebuilt(src: Bytes, m: GbcsMessage, b: GbcsContent): Bytes {
  const data = Bytes.alloc(12 + 64 + MAX_CONTENT + 400)
  if (m.dateTimeAt >= 0) writeDlmsTime(data.dv, 0, readDlmsTime(src.dv, m.dateTimeAt))
  if (m.dateTimeAt >= 0) m.dateTimeAt = 0
  if (m.signatureAt >= 0) data.u8.set(src.u8.subarray(m.signatureAt, m.signatureAt + 64), 12)
  if (m.signatureAt >= 0) m.signatureAt = 12
  b.timeAt = b.interruptionAt = b.restorationAt = -1
  if (b.layout === 0) {
    data.u8.set(src.u8.subarray(m.contentAt, m.contentAt + m.contentLength), 76)
    m.contentAt = 76
  } else encodeContent(data, 76, m, b, src)
  const out = Bytes.alloc(messageLength(m))
  encodeMessage(out, 0, m, data)
  return out
}

const vectors = [...published(), ...own()]
t.comment(`${vectors.length} messages`)

for (const { name, useCase, hex, signer, mac } of vectors) {
  t.test(name, async t => {
    const src = fromHex(hex)
    const m = new GbcsMessage()
    const b = new GbcsContent()
    t.equal(MISFITS[decodeMessage(src, 0, src.length, m)]![0], 'read')
    t.equal(MISFITS[decodeContent(src, m, b)]![0], 'read')
    if (useCase !== undefined) t.equal(messageTree(src, m, b).useCase, useCase)
    const out = rebuilt(src, m, b)
    if (signer) {
      const { verifies } = TrustAnchor.ofPoint(signer)
      t.ok(signatureIsRight(out, m, verifies), 'the signature is right over what was built')
      out.u8[m.contentAt]! ^= 1
      t.notOk(signatureIsRight(out, m, verifies), 'and over nothing else')
      out.u8[m.contentAt]! ^= 1
    }
    if (mac) {
      const gmac = gmacOf(agree(...mac))
      macMessage(out, m, gmac)
      t.ok(macIsRight(src, m, gmac), 'its own MAC is right')
    }
    t.equal(toHex(out), hex)
  })
}
