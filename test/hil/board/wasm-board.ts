// virtual:wasm through @serialport/stream: the agent's own code, its protocol, and what hands do to a board.

import { createHash } from 'node:crypto'
import t from 'tap'
import { parsePath } from '#hil/board/settings'
import { VirtualBoard } from '#hil/board/virtual-board'
import { virtualPorts } from '#hil/board/virtual-ports'
import { encodeToBoard, RESET_REASONS, STATES } from '#hil/protocol/agent-messages'
import { frameOf } from '#hil/protocol/serial-frame'
import { BoardHost, beginOf, testImage } from '../../helpers/board-host.ts'

let boards = 0

/** A board of its own, and a host at it. */
async function rig(query = '') {
  const path = `virtual:wasm${query === '' ? '' : `?${query}`}#test${++boards}`
  const board = await virtualPorts.board(path)
  const log: string[] = []
  board.on('log', text => log.push(text))
  const host = new BoardHost(path)
  await host.open()
  return { path, board, host, log }
}

t.test('an image is received, verified, activated, and runs after the restart', async t => {
  const { board, host, log } = await rig('hardware=513')
  const image = testImage(50_001)
  const first = await host.hello()
  t.match(first, { protocol: 1, name: 'virtual wasm', hardwareVersion: 513, runningVersion: 0 })
  t.equal(RESET_REASONS[first.resetReason], 'power-on')
  t.equal(first.pending, undefined)

  const begun = await host.begin(image)
  t.match(begun, { blockSize: 1024, received: 0 })
  const ack = await host.send(image, begun)
  t.match(ack, { base: 49, received: 49 })
  t.match((await host.hello()).pending, { size: 50_001, fileVersion: 7, received: 49 })
  const ended = await host.ask({ end: { transfer: begun.transfer } })
  t.same(Buffer.from(ended!.ended!.sha256), image.sha256)
  t.match((await host.ask({ end: { transfer: begun.transfer } }))!.ended, { size: 50_001 })
  const verified = await host.ask({ verify: {} })
  t.same(Buffer.from(verified!.verified!.sha256), image.sha256, 'read back from flash')

  const supply: [boolean, number][] = []
  board.on('supply', on => supply.push([on, performance.now()]))
  const cut = host.next(said => said.supply?.on === false)
  const activate = { sha256: image.sha256, durationMs: 120 }
  t.match((await host.ask({ activate }))!.activating, { durationMs: 120 })
  t.match((await host.ask({ activate }))!.activating, { durationMs: 120 }, 'asked again')
  await cut
  t.equal(STATES[(await host.ask({ status: {} }))!.status!.state], 'activating')
  t.ok(await host.next(said => said.log?.text === 'activated'))
  t.same(
    supply.map(([on]) => on),
    [false, true],
  )
  const off = supply[1]![1] - supply[0]![1]
  t.ok(off >= 115 && off < 2000, `the supply was off for ${off} ms`)
  const after = await host.hello()
  t.match(after, { runningVersion: 7, lastActivation: 1, runningSize: 50_001 })
  t.equal(RESET_REASONS[after.resetReason], 'requested')
  t.not(after.boot, first.boot)
  t.same(log.slice(0, 2), ['image held', 'activation begins'])

  // The other slot next, and what runs is still there when it is half received.
  const next = testImage(20_000, 2)
  t.equal(await host.refusal({ begin: beginOf(next, { fileVersion: 6 }) }), 'downgrade')
  const second = await host.begin(next, { fileVersion: 6, allowDowngrade: true })
  t.not(second.transfer, begun.transfer)
  await host.send(next, second)
  const running = await host.ask({ verify: { running: true } })
  t.same(Buffer.from(running!.verified!.sha256), image.sha256)
  t.match((await host.ask({ end: { transfer: second.transfer } }))!.ended, { size: 20_000 })
  const activated = host.next(said => said.log?.text === 'activated')
  await host.ask({ activate: { sha256: next.sha256, durationMs: 0, keepSupply: true } })
  t.ok(await activated)
  t.match(await host.hello(), { runningVersion: 6 })
  t.equal(supply.length, 2, 'the supply was kept on')
  await host.close()
})

t.test('what cannot be done is refused with a code', async t => {
  const { host } = await rig('manufacturer=4096&imageType=2')
  const image = testImage(3000)
  const board = await host.hello()
  t.match(board, { manufacturerCode: 4096, imageType: 2 })
  const refused = (more: object) => host.refusal({ begin: beginOf(image, more) })
  t.equal(await refused({ size: board.slotSize + 1 }), 'too-large')
  t.equal(await refused({ size: 0 }), 'malformed')
  t.equal(await refused({ sha256: Uint8Array.of(1, 2) }), 'malformed')
  t.equal(await refused({ blockSize: 1000 }), 'block-size')
  t.equal(await refused({ blockSize: board.blockMax + 256 }), 'block-size')
  t.equal(await refused({ size: board.slotSize, blockSize: 256 }), 'block-size')
  t.equal(await refused({ hardwareMin: 0x0101 }), 'hardware')
  t.equal(await refused({ hardwareMax: 0x00ff }), 'hardware')
  t.equal(await refused({ manufacturerCode: 4097 }), 'wrong-type')
  t.equal(await refused({ imageType: 0 }), 'wrong-type')
  t.equal(await host.refusal({ hello: { protocolMin: 2, protocolMax: 3 } }), 'protocol')
  t.equal(await host.refusal({ end: { transfer: 1 } }), 'no-transfer')
  t.equal(await host.refusal({ verify: {} }), 'no-transfer')
  t.equal(await host.refusal({ verify: { running: true } }), 'nothing-held')
  t.equal(await host.refusal({ activate: { sha256: image.sha256, durationMs: 1 } }), 'nothing-held')
  t.equal(await host.refusal({}), 'unsupported')
  t.equal(await host.refusal({ baud: { rate: 9600 } }), 'unsupported')
  t.equal(await host.refusal({ supply: { offMs: 0x8000_0000 } }), 'malformed')

  const limits = { hardwareMin: 0x0100, hardwareMax: 0x0100, manufacturerCode: 4096, imageType: 2 }
  const begun = await host.begin(image, limits)
  t.equal(await host.refusal({ end: { transfer: begun.transfer } }), 'incomplete')
  t.equal(await host.refusal({ verify: {} }), 'incomplete')
  t.equal(await host.refusal({ end: { transfer: begun.transfer + 1 } }), 'no-transfer')
  const block = { transfer: begun.transfer, index: 0, payload: image.bytes.u8.subarray(0, 1024) }
  t.equal(await host.refusal({ data: { ...block, index: 3 } }), 'malformed')
  t.equal(
    await host.refusal({ data: { ...block, payload: block.payload.subarray(1) } }),
    'malformed',
  )
  t.equal(await host.refusal({ data: { ...block, transfer: 99 } }), 'no-transfer')
  await host.close()
})

t.test('an image whose hash is not the announced one is dropped', async t => {
  const { host } = await rig()
  const image = testImage(5000)
  image.sha256 = Buffer.alloc(32, 1)
  const begun = await host.begin(image)
  await host.send(image, begun)
  t.equal(await host.refusal({ end: { transfer: begun.transfer } }), 'hash')
  t.match(await host.hello(), { state: 0, runningVersion: 0 })
  t.equal((await host.hello()).pending, undefined)
  await host.close()
})

t.test('unknown messages and fields from a newer host are passed over', async t => {
  const { host } = await rig()
  // Field 14 of ToBoard, which no message has, then STATUS with a field 300 in it.
  const unknown = Uint8Array.of(0x72, 0x01, 0x05)
  const status = Uint8Array.of(0x42, 0x05, 0xe2, 0x12, 0x02, 0xff, 0xff)
  const reply = host.next(said => said.request === 9)
  host.write(frameOf(Buffer.concat([unknown, Uint8Array.of(0x08, 9), status]), true))
  t.match((await reply)!.status, { state: 0, supplyOn: true })
  const refused = host.next(said => said.request === 10)
  host.write(frameOf(Buffer.concat([Uint8Array.of(0x08, 10), unknown]), false))
  t.equal((await refused)!.error!.code, 1)
  const malformed = host.next(said => said.error?.code === 4)
  host.write(frameOf(Uint8Array.of(0x1a, 0x02, 0x08, 0x80), false))
  t.ok(await malformed)
  await host.close()
})

t.test('damaged and foreign octets cost their frame only', async t => {
  const { host } = await rig()
  host.write(Buffer.from('AT+RST\r\n\0\0garbage'))
  await host.hello()
  const frame = Uint8Array.from(frameOf(encodeToBoard({ request: 5, status: {} }), true))
  frame[3]! ^= 1
  host.write(frame)
  host.write(Buffer.concat([new Uint8Array(9000).fill(0x55), Buffer.of(0)]))
  const status = (await host.ask({ status: {} }))!.status!
  t.equal(status.badFrames, 4)
  t.equal(status.overruns, 0)
  await host.close()
})

t.test('the supply is cut and restored on request, and by itself', async t => {
  const { board, host } = await rig()
  const restored = host.next(said => said.request === 0 && said.supply?.on === true)
  t.match((await host.ask({ supply: { offMs: 60 } }))!.supply, { on: false })
  t.equal(board.supplyOn, false)
  await restored
  t.equal(board.supplyOn, true)
  await host.ask({ supply: { offMs: 60_000 } })
  t.match((await host.ask({ status: {} }))!.status, { supplyOn: false })
  t.match((await host.ask({ supply: { offMs: 0 } }))!.supply, { on: true })
  t.equal(board.supplyOn, true)
  await host.ask({ supply: { offMs: 60_000 } })
  board.powerCut()
  t.equal(board.supplyOn, true, 'nobody drives the switch any more')
  await host.close()
})

t.test('resets: by request, by the line, and what the board says of it', async t => {
  const { host, log } = await rig()
  await host.hello()
  t.ok((await host.ask({ reset: {} }))!.resetting)
  t.equal(RESET_REASONS[(await host.hello()).resetReason], 'requested')
  const set = (flags: object) =>
    new Promise<void>((resolve, reject) =>
      host.port.set(flags, error => (error ? reject(error) : resolve())),
    )
  await set({ dtr: false, rts: true })
  t.equal(await host.ask({ status: {} }, 50), undefined, 'held in reset')
  await set({ dtr: true, rts: true })
  t.equal(RESET_REASONS[(await host.hello()).resetReason], 'pin')
  t.equal(log.length, 2)
  await host.close()
})

t.test('the port is a port: lock, unplug, replug, close, a bad name', async t => {
  const { path, board, host } = await rig()
  const other = new BoardHost(path)
  await t.rejects(other.open(), { message: /Cannot lock port/ })
  t.ok((await virtualPorts.list()).some(({ path: listed }) => path.endsWith(listed.slice(-5))))
  const image = testImage(40_000)
  const begun = await host.begin(image)
  const sending = host.send(image, begun, 4)
  board.unplug()
  t.equal(await sending, undefined)
  t.match(host.closed, { disconnected: true })
  await t.rejects(host.open(), { message: /No such file/ })
  t.ok((await virtualPorts.list()).every(({ path: listed }) => !path.endsWith(listed.slice(-5))))
  board.replug()
  // A write that the hang-up failed ends a stream for good, with the real bindings too: the next one is new.
  const back = new BoardHost(path)
  await back.open()
  const again = await back.begin(image)
  t.equal(again.transfer, begun.transfer)
  t.ok(again.received >= 0 && again.received < 40)
  t.match(await back.send(image, again), { base: 40 })
  await new Promise<void>(resolve => back.port.drain(() => resolve()))
  await new Promise<void>(resolve => back.port.flush(() => resolve()))
  await back.close()
  t.equal(back.closed, undefined)
  await other.open()
  await other.hello()
  await other.close()
  for (const bad of [
    'virtual:none',
    'virtual:wasm?baud=-1',
    'virtual:wasm?baud=',
    'virtual:wasm?nonsense=1',
    'virtual:wasm?overrun=maybe',
    'virtual:wasm?flashSize=300000',
    '/dev/ttyX',
  ]) {
    await t.rejects(new BoardHost(bad).open(), { code: 'HANRIG_BOARD_PATH' }, bad)
  }
})

t.test('flash is kept in a file when asked for', async t => {
  const file = `${t.testdir()}/flash.bin`
  const { host } = await rig(`flash=${encodeURIComponent(file)}&flashSize=1048576`)
  const image = testImage(30_000)
  const begun = await host.begin(image)
  await host.send({ ...image, bytes: image.bytes }, { ...begun, map: Uint8Array.of(0, 0xff) })
  await host.close()
  const { host: second } = await rig(`flash=${encodeURIComponent(file)}&flashSize=1048576`)
  const resumed = await second.begin(image)
  t.equal(resumed.received, 22)
  await second.send(image, resumed)
  const ended = await second.ask({ end: { transfer: resumed.transfer } })
  t.same(Buffer.from(ended!.ended!.sha256), createHash('sha256').update(image.bytes.u8).digest())
  await second.close()
  await t.rejects(rig(`flash=${encodeURIComponent(file)}`), { code: 'HANRIG_BOARD_PATH' })
})

t.test('a program that does what it must not stops its board, not the host', async t => {
  let lives = 0
  const board = new VirtualBoard(parsePath('virtual:wasm?flashSize=262144', ['wasm']), {
    sector: 4096,
    flashSize: 0,
    power: () => {
      lives++
      return {
        room: () => 100,
        receive: octets => {
          if (octets[0] === 1) throw new Error('in an interrupt')
        },
        run: () => {
          if (lives === 3) throw new Error('at the start')
          return Number.POSITIVE_INFINITY
        },
      }
    },
  })
  const faults: string[] = []
  board.on('fault', ({ message }) => faults.push(message))
  board.down.send(Uint8Array.of(0))
  board.down.send(Uint8Array.of(1))
  t.same(faults, ['in an interrupt'])
  board.down.send(Uint8Array.of(1))
  t.equal(faults.length, 1, 'it has stopped')
  board.holdReset(true)
  board.holdReset(false)
  t.equal(lives, 2, 'a reset starts it again')
  board.powerCut()
  board.powerOn()
  t.same(faults, ['in an interrupt', 'at the start'])
  t.equal(board.powered, true)
})
