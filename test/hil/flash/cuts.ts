// 1,000 times the cable or the power goes while an image is on its way. Every time the transfer goes on: no block that the
// board has acknowledged is lost, and what is sent again is no more than was on its way.

import t from 'tap'
import { Random } from '#core/time/random'
import type { VirtualBoard } from '#hil/board/virtual-board'
import { virtualPorts } from '#hil/board/virtual-ports'
import type { Port } from '#hil/line/port'
import { openPort } from '#hil/open/open'
import { dataFrameLength } from '#hil/protocol/data-frame'
import { flashed, imageOf, QUICK } from '../../helpers/flashing.ts'

t.setTimeout(600_000)

const CUTS = 1_000
const CUTS_EACH = 20
const LANES = 3
const SIZE = 200_000
const BLOCK = 1024
/** Octets on the line between two cuts, at most: below and above a whole window. */
const APART = 40_000

/** Lets the cable or the power go after some more octets, until it was done CUTS_EACH times. */
class Havoc {
  done = 0
  readonly #board: VirtualBoard
  readonly #random: Random
  #octets = 0
  #unplugAt = Number.POSITIVE_INFINITY

  constructor(board: VirtualBoard, seed: number) {
    this.#board = board
    this.#random = new Random(seed, 'havoc')
    board.on('power', on => {
      if (on) return
      this.done++
      setImmediate(() => {
        board.powerOn()
        this.#plan()
      })
    })
    this.#plan()
  }

  readonly open = async (address: string): Promise<Port> => {
    const port = await openPort(address)
    const { stream } = port
    const write = stream.write.bind(stream) as typeof stream.write
    stream.write = ((chunk: Uint8Array, done: (error?: Error | null) => void) => {
      this.#octets += chunk.length
      if (this.#octets >= this.#unplugAt) this.#unplug()
      return write(chunk, done)
    }) as typeof stream.write
    return port
  }

  #plan(): void {
    this.#unplugAt = Number.POSITIVE_INFINITY
    if (this.done >= CUTS_EACH) return
    const kind = this.#random.between(0, 3)
    const after = this.#random.between(1, APART)
    if (kind <= 1) this.#unplugAt = this.#octets + after
    else if (kind === 2) this.#board.cutAfterOctets(after)
    else this.#board.cutAfterFlash(this.#random.between(1, APART / 256), this.#random)
  }

  #unplug(): void {
    this.done++
    this.#unplugAt = Number.POSITIVE_INFINITY
    const board = this.#board
    setImmediate(() => {
      board.unplug()
      setImmediate(() => {
        board.replug()
        this.#plan()
      })
    })
  }
}

t.test('1,000 cuts: every transfer goes on', { timeout: 300_000 }, async t => {
  let cuts = 0
  let beginnings = 0
  let again = 0
  let seeds = 0
  const transfers = async (): Promise<void> => {
    while (cuts < CUTS) {
      const seed = ++seeds
      const address = `virtual:wasm?flashSize=1048576#cuts${seed}`
      const board = await virtualPorts.board(address)
      const image = imageOf(SIZE, seed)
      const havoc = new Havoc(board, seed)
      const flash = await flashed(address, image, {
        open: havoc.open,
        blockSize: BLOCK,
        times: { ...QUICK, repeatAfter: 3, helloEvery: 3 },
      })
      board.removeAllListeners('power')
      const { counts } = flash
      const window = Math.ceil(flash.board!.credit / dataFrameLength(BLOCK))
      let sent = 0
      let held = 0
      const sound = counts.beginnings.every(beginning => {
        const wasted = beginning.sent - sent - (beginning.held - held)
        const ok = beginning.held >= beginning.known && wasted <= window
        sent = beginning.sent
        held = beginning.held
        again += wasted
        return ok
      })
      if (flash.failure || !flash.running || !sound || !holds(board, image.octets.u8)) {
        const what = { counts: JSON.stringify(counts) }
        t.fail(`seed ${seed}: ${flash.failure?.message}`, what)
        return
      }
      cuts += havoc.done
      beginnings += counts.beginnings.length - 1
      board.powerCut()
    }
  }
  // A transfer waits more than it works, for hellos and for ports to come back: some go on side by side.
  await Promise.all(Array.from({ length: LANES }, transfers))
  t.ok(cuts >= CUTS)
  t.ok(
    beginnings >= CUTS / 4,
    `${cuts} cuts, ${beginnings} resumptions, ${again} blocks sent again`,
  )
  t.comment(`${cuts} cuts, ${beginnings} resumptions, ${again} blocks sent again`)
})

function holds(board: VirtualBoard, image: Uint8Array): boolean {
  const asBuffer = (of: Uint8Array) => Buffer.from(of.buffer, of.byteOffset, of.length)
  return asBuffer(board.flash.octets).includes(asBuffer(image))
}
