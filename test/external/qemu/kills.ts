// An emulated board is killed 25 times at random while it receives 256 KiB through the host's own sender: what it
// acknowledged is in its flash, every time, and in the end the image is whole and runs.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { Random } from '#core/time/random'
import { Flash } from '#hil/flash/flash'
import { seeded } from '../../helpers/octets.ts'
import { QemuBoard } from './rig.ts'

const KILLS = 25
const SIZE = 256 * 1024
const BLOCK = 2048

t.test(`${KILLS} kills, nothing acknowledged is lost`, { timeout: 170_000 }, async t => {
  const board = new QemuBoard(t.testdir({}))
  t.teardown(() => board.end())
  await board.powerOn()
  const octets = new Bytes(seeded(SIZE, 6))
  const sha256 = createHash('sha256').update(octets.u8).digest()
  const flash = new Flash(board.port, {
    image: {
      ...{ name: 'image', octets, sha256, fileVersion: 9 },
      ...{ hardware: undefined, manufacturerCode: undefined, imageType: undefined },
    },
    ...{ protocol: 'agent', activate: true, activationMs: 100, keepSupply: false },
    ...{ allowDowngrade: false, force: false, blockSize: BLOCK, wait: 60_000 },
    times: { silentAfter: 600, helloWithin: 2_000 },
  })
  const random = new Random(11, 'kills')
  const done = new AbortController()
  let kills = 0
  let lost = 0
  const killing = (async () => {
    while (!done.signal.aborted && kills < KILLS) {
      const held = flash.counts.doneBlocks
      // Within the transfer only: some blocks after the last kill, and a moment drawn.
      const from = Math.floor((SIZE / BLOCK) * (kills / (KILLS + 1)))
      if (flash.phase !== 'sending' || held < from) {
        await sleep(2)
        continue
      }
      await sleep(random.between(0, 15))
      if (flash.phase !== 'sending') continue
      await board.powerCut()
      kills++
      const acked = flash.counts.doneBlocks
      const nor = readFileSync(board.norFile)
      for (let i = 0; i < acked; i++) {
        if (!nor.includes(Buffer.from(octets.u8.subarray(i * BLOCK, (i + 1) * BLOCK)))) lost++
      }
      await board.powerOn()
    }
  })()
  await flash.run(done.signal)
  done.abort()
  await killing
  t.equal(flash.failure, undefined)
  t.equal(lost, 0, 'blocks that were acknowledged and are not in the flash')
  t.ok(flash.running)
  t.equal(kills, KILLS)
  t.equal(board.stderr.replaceAll(/^.*nic .* has no peer\n/gm, ''), '')
  const image = readFileSync(board.norFile).includes(Buffer.from(octets.u8))
  t.ok(image, 'the image lies in the flash in one piece')
  // The credit of 15,360 octets holds seven of these blocks: no kill costs more than one window.
  t.ok(flash.counts.sent <= SIZE / BLOCK + 7 * KILLS, `${flash.counts.sent} blocks were sent`)
  t.comment(
    `${flash.counts.sent} blocks sent for ${SIZE / BLOCK}, ${flash.resumptions} resumptions`,
  )
})
