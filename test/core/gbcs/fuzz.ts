// Whatever octets come, reading ends with a code, never throws, and never looks beyond what it was given: the memory ends there.

import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { decodeContent, GbcsContent } from '#core/gbcs/content'
import { decodeMessage, GbcsMessage } from '#core/gbcs/message'
import { MISFITS, READ } from '#core/gbcs/misfits'
import { messageTree } from '#core/gbcs/tree'
import { Random } from '#core/time/random'
import { fillSample, KINDS, made, octets, plainMessage, samples } from '../../helpers/gbcs.ts'

const m = new GbcsMessage()
const b = new GbcsContent()

/** Reads octets in memory of just their length; what is read is shown as well. */
function readAll(of: Uint8Array): void {
  const src = new Bytes(new Uint8Array(of))
  const misfit = decodeMessage(src, 0, src.length, m)
  if (MISFITS[misfit] === undefined) throw new Error(`there is no misfit ${misfit}`)
  if (misfit !== READ) return
  const inside = decodeContent(src, m, b)
  if (MISFITS[inside] === undefined) throw new Error(`there is no misfit ${inside}`)
  if (inside === READ) messageTree(src, m, b)
}

t.test('octets without sense', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('', 'dd', 'df'), (of, head) => {
      readAll(octets(head, of))
    }),
    { numRuns: 5_000 },
  )
})

t.test('contents without sense, of every use case', async () => {
  const kinds = fc.constantFrom(...KINDS, [0x010f, 2] as const)
  fc.assert(
    fc.property(kinds, fc.uint8Array({ maxLength: 80 }), ([code, direction], content) => {
      readAll(plainMessage({ direction, other: code.toString(16).padStart(4, '0'), content }))
    }),
    { numRuns: 5_000 },
  )
})

t.test('sound messages that are cut off, or changed in a few octets', async () => {
  const random = new Random(1, 'test.gbcs')
  fc.assert(
    fc.property(samples, sample => {
      const { u8 } = made(
        (m, b) => fillSample(sample, m, b),
        new Bytes(new Uint8Array(sample.hash)),
      ).octets
      for (let length = 0; length < u8.length; length++) readAll(u8.subarray(0, length))
      for (let i = 0; i < 50; i++) {
        const changed = new Uint8Array(u8)
        for (let n = random.between(1, 4); n > 0; n--) {
          changed[random.between(0, u8.length - 1)] = random.bits()
        }
        readAll(changed)
      }
    }),
    { numRuns: 300 },
  )
})

t.test('a message cut off anywhere is none', async t => {
  const { u8 } = made((m, b) => {
    Object.assign(m, { messageCode: 0x12, direction: 1, ending: 2, hasMac: true })
    b.executionTime = 1_767_614_400_000
  }).octets
  for (let length = 0; length < u8.length; length++) {
    const src = new Bytes(u8.slice(0, length))
    if (decodeMessage(src, 0, length, m) === READ) t.fail(`${length} octets are read`)
  }
})
