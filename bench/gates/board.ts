// An image of 2,000,000 octets through the host's sender, @serialport/stream and an unpaced virtual:wasm: framed, sent,
// unframed, programmed, read back, hashed, acknowledged. Every transfer has to be verified; megabytes a second, the best of
// several transfers, inform: they say as much of the machine as of the code.

import { equal } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Bytes } from '#core/bytes/bytes'
import { Random } from '#core/time/random'
import { Flash } from '#hil/flash/flash'
import { report } from '../result.ts'

const SIZE = 2_000_000
const TRANSFERS = 12

const octets = Bytes.alloc(SIZE)
let best = 0
for (let i = 0; i < TRANSFERS; i++) {
  // Another image each time: the board would know the last one.
  new Random(i, 'bench.board').fill(octets.u8)
  const flash = new Flash('virtual:wasm#bench', {
    image: {
      ...{ name: 'image', octets, sha256: createHash('sha256').update(octets.u8).digest() },
      ...{ fileVersion: 1, hardware: undefined, manufacturerCode: undefined, imageType: undefined },
    },
    ...{ protocol: 'agent', activate: false, activationMs: 0, keepSupply: true },
    ...{ allowDowngrade: false, force: false, wait: 0 },
  })
  await flash.run(new AbortController().signal)
  equal(flash.failure, undefined, 'the transfer succeeds')
  equal(flash.verified, true, 'the board has verified the image')
  best = Math.max(best, SIZE / 1000 / flash.transferMs)
}
report('board', {
  informs: [{ name: 'carried a second, best', figure: best, unit: ' MB', aim: 20 }],
  detail: { transfers: TRANSFERS, octets: SIZE },
})
