// A board loses its power at every single operation of its flash, whole and torn, from the first erasure to the end of the
// activation: nothing that it acknowledged is lost, and it always comes to run the image, or goes on running the old one.

import t from 'tap'
import { Random } from '#core/time/random'
import { virtualPorts } from '#hil/board/virtual-ports'
import { type Ack, STATES } from '#hil/protocol/agent-messages'
import { BoardHost, covers, testImage } from '../../helpers/board-host.ts'

const BLOCK = 512
const image = testImage(5 * BLOCK + 77)
const older = testImage(700, 9)
const COUNT = 6
let boards = 0

async function rig(name: string) {
  const path = `virtual:wasm?flashSize=262144#${name}${++boards}`
  const board = await virtualPorts.board(path)
  const host = new BoardHost(path)
  await host.open()
  board.on('power', on => on || host.abandon())
  return { board, host }
}

type Rig = Awaited<ReturnType<typeof rig>>

/** From wherever the board is to the image running; how many times the power went, and what was lost on the way. */
async function install({ board, host }: Rig, what = image, version = 7) {
  let cuts = 0
  let acked: Ack | undefined
  const lost: number[] = []
  for (let step = 0; step < 40; step++) {
    if (!board.powered) {
      cuts++
      board.powerOn()
    }
    const hello = (await host.ask({ hello: { protocolMin: 1, protocolMax: 1 } }, 10_000))?.board
    if (!hello) continue
    if (hello.runningVersion === version && STATES[hello.state] === 'idle') {
      return { cuts, lost, activation: hello.lastActivation }
    }
    if (STATES[hello.state] === 'activating') {
      await host.ask({ status: {} }, 10_000)
      continue
    }
    const begin = { size: what.bytes.length, sha256: what.sha256, fileVersion: version }
    const begun = (await host.ask({ begin: { ...begin, blockSize: BLOCK } }, 10_000))?.begun
    if (!begun) continue
    for (let i = 0; i < COUNT; i++) {
      if (covers(acked, i) && !((begun.map[i >> 3] ?? 0) & (1 << (i & 7)))) lost.push(i)
    }
    const before = host.said.length
    await host.send(what, begun, 2, 10_000)
    acked = host.said.slice(before).reduce((last, said) => said.ack ?? last, acked)
    if (!board.powered) continue
    if (!(await host.ask({ end: { transfer: begun.transfer } }, 10_000))?.ended) continue
    const done = host.next(said => said.log?.text === 'activated', 10_000)
    if (
      (await host.ask({ activate: { sha256: what.sha256, durationMs: 0 } }, 10_000))?.activating
    ) {
      await done
    } else host.abandon()
  }
  return undefined
}

/** Operations of the flash that it takes when the power stays on. */
const sound = await rig('sound')
await install(sound, older, 3)
const before = sound.board.flash.operations
t.match(await install(sound), { cuts: 0, lost: [], activation: 1 })
const operations = sound.board.flash.operations - before
await sound.host.close()

for (const torn of [false, true]) {
  t.test(`${operations} cuts, ${torn ? 'torn' : 'before the write'}`, async t => {
    t.ok(operations > 20)
    for (let at = 1; at <= operations; at++) {
      const cut = await rig('cut')
      await install(cut, older, 3)
      cut.board.cutAfterFlash(at, torn ? new Random(at, 'tear') : undefined)
      const outcome = await install(cut)
      t.match(outcome, { cuts: 1, lost: [], activation: 1 }, `cut at operation ${at}`)
      const running = await cut.host.ask({ verify: { running: true } })
      t.same(Buffer.from(running!.verified!.sha256), image.sha256)
      await cut.host.close()
    }
  })
}

t.test('the power goes again and again, at drawn places', async t => {
  const random = new Random(5, 'cuts')
  for (let round = 0; round < 20; round++) {
    const many = await rig('many')
    await install(many, older, 3)
    const next = () => many.board.cutAfterFlash(random.between(1, 24), new Random(round, 'tear'))
    many.board.on('power', on => on && next())
    next()
    const outcome = await install(many)
    t.ok(outcome && outcome.cuts >= 1, `round ${round}: ${outcome?.cuts} cuts`)
    t.same(outcome?.lost, [])
    await many.host.close()
  }
})

t.test('a new slot that is not what was verified does not stay', async t => {
  const { board, host } = await rig('worn')
  await install({ board, host }, older, 3)
  const begun = await host.begin(image, { blockSize: BLOCK })
  await host.send(image, begun)
  await host.ask({ end: { transfer: begun.transfer } })
  // A bit of the held image falls over before it is activated.
  const at = Buffer.from(board.flash.octets).indexOf(image.bytes.u8.subarray(0, 64))
  board.flash.octets[at]! ^= 1
  const reverted = host.next(said => said.log?.text.includes('old one runs again') ?? false)
  await host.ask({ activate: { sha256: image.sha256, durationMs: 0 } })
  t.ok(await reverted)
  t.match(await host.hello(), { runningVersion: 3, lastActivation: 2, state: 0 })
  await host.close()
})

t.test('a block that its flash lost is not held after a restart', async t => {
  const { board, host } = await rig('lying')
  const begun = await host.begin(image, { blockSize: BLOCK })
  await host.send(image, begun)
  const at = Buffer.from(board.flash.octets).indexOf(image.bytes.u8.subarray(2 * BLOCK, 3 * BLOCK))
  board.powerCut()
  board.flash.octets.fill(0xff, at, at + 256)
  board.powerOn()
  await host.hello()
  const resumed = await host.begin(image, { blockSize: BLOCK })
  t.match(resumed, { received: COUNT - 1, transfer: begun.transfer })
  t.equal(resumed.map[0], 0b111011)
  t.match(await host.send(image, resumed), { base: COUNT })
  t.ok((await host.ask({ end: { transfer: resumed.transfer } }))!.ended)
  await host.close()
})

t.test('a power cut at every octet of a frame costs that frame only', async t => {
  const { board, host } = await rig('octets')
  for (let octets = 1; octets < 40; octets += 3) {
    board.cutAfterOctets(octets)
    const reply = await host.ask(
      { begin: { size: 600, sha256: image.sha256, fileVersion: 1, blockSize: 256 } },
      40,
    )
    // A long BEGIN is answered when the cut lies behind it; a short stretch cuts it.
    if (reply === undefined) t.equal(board.powered, false)
    board.powerCut()
    board.powerOn()
    t.equal((await host.hello()).state, 0)
  }
  await host.close()
})
