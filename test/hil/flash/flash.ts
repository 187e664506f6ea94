// A board flashed over the agent's protocol: the virtual one, whose agent is the C of real boards.

import t from 'tap'
import { virtualPorts } from '#hil/board/virtual-ports'
import { Flash } from '#hil/flash/flash'
import { AgentTalk } from '#hil/protocol/agent'
import type { Board } from '#hil/protocol/agent-messages'
import { AGENT_ROWS, AGENT_STATES, RESTARTING } from '#hil/protocol/agent-table'
import { converse } from '#hil/protocol/converse'
import { dataFrameLength } from '#hil/protocol/data-frame'
import { blockSizeFor } from '#hil/protocol/errand'
import { Counts } from '#hil/protocol/talk'
import { DeadPort, filtered } from '../../helpers/fake-port.ts'
import { flashed, flashOptions, imageOf, QUICK } from '../../helpers/flashing.ts'
import { checkRows } from '../../helpers/state-rows.ts'

/** A board of its own for a test. */
let boards = 0
const fresh = (settings = '') => `virtual:wasm?flashSize=1048576${settings}#flash${++boards}`

t.test('the table is sound, and every state that waits ends in silence', async t => {
  checkRows(t, AGENT_ROWS, AGENT_STATES, 13)
  for (let state = 0; state <= RESTARTING; state++) {
    t.ok(
      AGENT_ROWS.some(([at, event]) => at === state && event === 11),
      AGENT_STATES[state]!,
    )
  }
})

t.test('an image is sent, verified, activated and runs', async t => {
  const address = fresh()
  const image = imageOf(100_001, 1, 7)
  const flash = await flashed(address, image)
  t.equal(flash.failure, undefined)
  t.ok(flash.running && flash.verified && !flash.already)
  t.equal(flash.board?.runningVersion, 7)
  t.same(Buffer.from(flash.board!.runningSha256), Buffer.from(image.sha256))
  t.equal(flash.counts.sent, flash.counts.blocks)
  t.equal(flash.counts.doneOctets, 100_001)

  t.test('again: nothing is done, unless it is forced', async t => {
    const again = await flashed(address, image)
    t.ok(again.already && again.running)
    t.equal(again.counts.octets < 200, true, 'a greeting and no more')
    const forced = await flashed(address, image, { force: true })
    t.equal(forced.failure, undefined)
    t.notOk(forced.already)
    t.equal(forced.counts.sent, forced.counts.blocks)
  })

  t.test('an older version is refused, unless it is allowed', async t => {
    const older = imageOf(5_000, 2, 6)
    const refused = await flashed(address, older)
    t.equal(refused.failure?.code, 'HANRIG_BOARD_DOWNGRADE')
    t.match(refused.failure?.message, /0x00000006.*0x00000007/)
    t.equal(refused.counts.sent, 0)
    t.ok((await flashed(address, older, { allowDowngrade: true })).running)
  })
})

t.test('without activation it is held; a later call activates and sends no block', async t => {
  const address = fresh()
  const image = imageOf(30_000, 3)
  const held = await flashed(address, image, { activate: false })
  t.ok(held.verified && !held.running)
  const later = await flashed(address, image)
  t.ok(later.running)
  t.equal(later.counts.sent, 0)
  t.equal(later.counts.heldBefore, later.counts.blocks)
})

t.test('what a board must not have is refused before a block is sent', async t => {
  const address = fresh('&hardware=259&manufacturer=4151&imageType=5')
  const image = imageOf(10_000)
  const cases = [
    [
      { hardware: { min: 0x0200, max: 0x02ff } },
      'HANRIG_BOARD_MISMATCH',
      /0x0200 to 0x02ff.*0x0103/,
    ],
    [{ manufacturerCode: 0x1234 }, 'HANRIG_BOARD_MISMATCH', /0x1234.*0x1037/],
    [{ imageType: 6 }, 'HANRIG_BOARD_MISMATCH', /0x0006.*0x0005/],
    [imageOf(900_000), 'HANRIG_BOARD_SLOT', /900000 B/],
  ] as const
  for (const [wrong, code, says] of cases) {
    const flash = await flashed(address, { ...image, ...wrong })
    t.equal(flash.failure?.code, code)
    t.match(flash.failure?.message, says)
    t.equal(flash.failure?.kind, 'refused')
    t.equal(flash.counts.sent, 0)
  }
  const right = { hardware: { min: 0x0100, max: 0x01ff }, manufacturerCode: 4151, imageType: 5 }
  t.ok((await flashed(address, { ...image, ...right })).running)
})

t.test('an interrupted flash goes on where it was', async t => {
  const address = fresh()
  const image = imageOf(300_000, 4)
  const stop = new AbortController()
  const first = new Flash(
    address,
    flashOptions(image, {
      blockSize: 1024,
      open: filtered(
        () => {
          if (first.counts.doneBlocks >= 100) stop.abort()
          return true
        },
        () => true,
      ),
    }),
  )
  await first.run(stop.signal)
  t.equal(first.failure?.kind, 'interrupted')
  const { doneBlocks } = first.counts
  t.ok(doneBlocks >= 100 && doneBlocks < 293)
  const second = await flashed(address, image)
  t.ok(second.running)
  t.ok(second.counts.heldBefore >= doneBlocks)
  t.equal(second.counts.sent, 293 - second.counts.heldBefore)
})

t.test('noise and drops on the line cost only what they hit', async t => {
  for (const [seed, drop] of [
    [1, ''],
    [2, '&overrun=drop'],
  ] as const) {
    const flash = await flashed(
      fresh(`&ber=0.000004&loss=0.00001&seed=${seed}${drop}`),
      imageOf(200_000, seed),
      { times: { ...QUICK, silentAfter: 20_000 } },
    )
    t.equal(flash.failure, undefined)
    t.ok(flash.running)
    t.ok(flash.counts.resent > 0, `${flash.counts.resent} of ${flash.counts.sent} again`)
  }
})

t.test(
  'a board that falls silent ends every state within its time',
  { timeout: 60_000 },
  async t => {
    const image = imageOf(60_000, 6)
    for (let state = 0; state <= RESTARTING; state++) {
      const port = await filtered(
        () => true,
        () => talk.state < state,
      )(fresh())
      const options = flashOptions(image)
      const times = { ...QUICK, helloWithin: 150, silentAfter: 150, restartWithin: 150 }
      const errand = {
        ...options,
        image: image.octets,
        sha256: image.sha256,
        fileVersion: 1,
        hardware: undefined,
        manufacturerCode: undefined,
        imageType: undefined,
        blockSize: undefined,
      }
      const talk = new AgentTalk(
        errand,
        new Counts(),
        { times, baudRate: 10_000_000 },
        performance.now(),
      )
      const begun = performance.now()
      await t.rejects(converse(port, talk), {
        code: state === RESTARTING ? 'HANRIG_BOARD_NOT_RUNNING' : 'HANRIG_BOARD_SILENT',
      })
      t.ok(performance.now() - begun < 5_000, AGENT_STATES[state]!)
      await port.close()
    }
  },
)

t.test('a board that went away is waited for so long and no longer', async t => {
  const address = fresh()
  const board = await virtualPorts.board(address)
  const flash = new Flash(
    address,
    flashOptions(imageOf(300_000, 7), {
      wait: 300,
      open: filtered(
        () => {
          if (flash.counts.doneBlocks > 20) board.unplug()
          return true
        },
        () => true,
      ),
    }),
  )
  const begun = performance.now()
  await flash.run(new AbortController().signal)
  t.equal(flash.failure?.code, 'HANRIG_PORT_NOT_FOUND')
  t.ok(performance.now() - begun < 10_000)
})

t.test('a write that never drains, and a port that vanishes', async t => {
  const errand = flashOptions(imageOf(1000))
  const talk = () =>
    new AgentTalk(
      { ...errand, ...errand.image, image: errand.image.octets, blockSize: undefined },
      new Counts(),
      { baudRate: 115_200 },
      performance.now(),
    )
  await t.rejects(converse(new DeadPort(), talk(), { drainWithin: 50 }), {
    code: 'HANRIG_PORT_STALLED',
  })
  const gone = new DeadPort(done => done())
  setTimeout(() => gone.stream.destroy(new Error('bad file descriptor')), 20)
  await t.rejects(converse(gone, talk()), { code: 'HANRIG_PORT_GONE', message: /bad file/ })
  await t.rejects(converse(gone, talk()), { code: 'HANRIG_PORT_GONE' }, 'it was gone before')
  await t.rejects(
    converse(new DeadPort(done => done()), talk(), { signal: AbortSignal.timeout(20) }),
    { code: 'HANRIG_INTERRUPTED' },
  )
})

t.test('a block is as large as line, credit and board allow', async t => {
  const board = { blockMin: 512, blockMax: 4096, credit: 130_048 } as Board
  t.same(
    [9_600, 115_200, 230_400, 921_600, 3_000_000].map(baud => blockSizeFor(board, 1e6, baud)),
    [1024, 2048, 4096, 4096, 4096],
  )
  t.equal(blockSizeFor(board, 100, 115_200), 512)
  const tight = blockSizeFor({ ...board, credit: 4_096 }, 1e6, 921_600)
  t.ok(4 * dataFrameLength(tight) <= 4_096 && tight >= 512)
  t.equal(blockSizeFor({ ...board, credit: 300 }, 1e6, 921_600), 0)
})
