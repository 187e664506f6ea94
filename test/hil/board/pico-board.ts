// virtual:pico: the ARM image that a Raspberry Pi Pico runs, in an emulated RP2040.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as emulator from 'rp2040js'
import t from 'tap'
import { bootCrc, decodeUf2 } from '#firmware-fixtures/board-agent/uf2'
import { PIN, POWER_ON, REQUESTED, WATCHDOG } from '#hil/board/machine'
import { NorFlash } from '#hil/board/nor-flash'
import { PICO_FLASH, PICO_SECTOR, PicoMachine, type Warm } from '#hil/board/pico-machine'
import { parsePath } from '#hil/board/settings'
import { virtualPorts } from '#hil/board/virtual-ports'
import {
  decodeToHost,
  encodeToBoard,
  RESET_REASONS,
  STATES,
  type ToHost,
} from '#hil/protocol/agent-messages'
import { FrameReader, frameOf } from '#hil/protocol/serial-frame'
import { BoardHost, testImage } from '../../helpers/board-host.ts'
import { ROOT } from '../../helpers/hanrig.ts'

const IMAGES = join(ROOT, 'firmware-fixtures', 'board-agent', 'images')
let boards = 0

async function rig() {
  const path = `virtual:pico#test${++boards}`
  const board = await virtualPorts.board(path)
  const host = new BoardHost(path)
  await host.open()
  board.on('power', on => on || host.abandon())
  return { board, host }
}

t.test('a megabyte is received, verified and activated', { timeout: 110_000 }, async t => {
  const { board, host } = await rig()
  const image = testImage(1_000_000)
  const first = await host.hello()
  t.match(first, { name: 'Raspberry Pi Pico', slotSize: 1_019_904, blockMax: 4096 })
  t.equal(RESET_REASONS[first.resetReason], 'power-on')
  const begun = await host.begin(image, { blockSize: 4096 })
  t.match(await host.send(image, begun, 7, 20_000), { base: 245, received: 245 })
  const ended = await host.ask({ end: { transfer: begun.transfer } }, 20_000)
  t.same(Buffer.from(ended!.ended!.sha256), image.sha256)

  const supply: boolean[] = []
  board.on('supply', on => supply.push(on))
  const activated = host.next(said => said.log?.text === 'activated', 60_000)
  t.match((await host.ask({ activate: { sha256: image.sha256, durationMs: 1500 } }))!.activating, {
    durationMs: 1500,
  })
  t.equal(STATES[(await host.ask({ status: {} }))!.status!.state], 'activating')
  t.ok(await activated)
  t.same(supply, [false, true], 'the pin of the supply')
  const after = await host.hello()
  t.match(after, { runningVersion: 7, lastActivation: 1 })
  t.equal(RESET_REASONS[after.resetReason], 'requested')
  t.not(after.boot, first.boot)
  await host.close()
})

t.test('it goes on after a power cut, a reset and an unplugging', async t => {
  const { board, host } = await rig()
  const image = testImage(60_000)
  await host.hello()
  const begun = await host.begin(image, { blockSize: 4096 })
  board.cutAfterOctets(30_000)
  const sending = host.send(image, begun, 7, 20_000)
  t.equal(await sending, undefined)
  t.equal(board.powered, false)
  board.powerOn()
  t.equal(RESET_REASONS[(await host.hello()).resetReason], 'power-on')
  const resumed = await host.begin(image, { blockSize: 4096 })
  t.equal(resumed.transfer, begun.transfer)
  t.ok(resumed.received >= 5 && resumed.received <= 7, `${resumed.received} blocks were there`)
  board.holdReset(true)
  t.equal(await host.ask({ status: {} }, 50), undefined)
  board.holdReset(false)
  t.equal(RESET_REASONS[(await host.hello()).resetReason], 'pin')
  board.unplug()
  board.replug()
  const back = new BoardHost(`virtual:${board.id}`)
  await back.open()
  await back.hello()
  const again = await back.begin(image, { blockSize: 4096 })
  t.equal(again.received, resumed.received)
  t.match(await back.send(image, again, 7, 20_000), { base: 15 })
  t.ok((await back.ask({ end: { transfer: again.transfer } }))!.ended)
  await back.close()
})

/** One machine without a board around it. */
function alone(
  {
    from = 'table',
    warm,
    speed = 1000,
    flash = new NorFlash(PICO_FLASH, PICO_SECTOR),
  }: { from?: 'table' | 'ram' | 'flash'; warm?: Warm; speed?: number; flash?: NorFlash } = {},
  reason = POWER_ON,
) {
  const said: ToHost[] = []
  const resets: number[] = []
  const kept: Warm[] = []
  const reader = new FrameReader(4096, octets => said.push(structuredClone(decodeToHost(octets)!)))
  const begun = performance.now()
  const machine = new PicoMachine(
    emulator,
    {
      settings: parsePath('virtual:pico', ['pico']).settings,
      flash,
      reason,
      bootPin: false,
      boot: 1,
      serial: '',
      outside: {
        send: octets => reader.push(octets),
        supply: () => undefined,
        light: () => undefined,
        reset: why => resets.push(why),
        baud: () => undefined,
        parity: () => 'none',
        millis: () => (performance.now() - begun) * speed,
      },
    },
    warm,
    left => kept.push(left),
    from,
  )
  const run = () => {
    for (let i = 0; i < 5000 && machine.run() === 0; i++);
  }
  const ask = (message: object) => {
    machine.receive(frameOf(encodeToBoard({ request: 1, ...message }), true))
    run()
    return said.findLast(({ request }) => request === 1)
  }
  run()
  return { machine, ask, run, resets, kept }
}

t.test(
  'the UF2 file is the image, and runs as the ROM starts it: at its lowest address',
  async t => {
    const { image, address } = decodeUf2(readFileSync(join(IMAGES, 'agent-rp2040.uf2')))
    const bin = readFileSync(join(IMAGES, 'agent-rp2040.bin'))
    t.equal(address, 0x2000_0000)
    t.ok(Buffer.from(image.subarray(0, bin.length)).equals(bin))
    t.ok(image.subarray(bin.length).every(octet => octet === 0))
    const { ask } = alone({ from: 'ram' })
    t.match(ask({ hello: { protocolMin: 1, protocolMax: 1 } }), { board: { agent: '1.0.0' } })
  },
)

t.test('installed in flash it starts from there, and its store lies behind it', async t => {
  const { image, address } = decodeUf2(readFileSync(join(IMAGES, 'agent-rp2040-flash.uf2')))
  t.equal(address, 0x1000_0000)
  const stated = new DataView(image.buffer).getUint32(252, true)
  t.equal(bootCrc(image.subarray(0, 252)), stated, 'the ROM would run it')
  t.ok(image.length <= 32_768)
  const flash = new NorFlash(PICO_FLASH, PICO_SECTOR)
  flash.program(0, image)
  const before = flash.octets.slice(0, 32_768)
  const { ask } = alone({ from: 'flash', flash })
  t.match(ask({ hello: { protocolMin: 1, protocolMax: 1 } }), { board: { agent: '1.0.0' } })
  const begin = { size: 900_000, sha256: new Uint8Array(32), fileVersion: 1, blockSize: 4096 }
  t.match(ask({ begin }), { begun: { received: 0 } })
  t.ok(Buffer.from(flash.octets.subarray(0, 32_768)).equals(before), 'what is installed stays')
  t.match(alone({ from: 'flash', flash }).ask({ hello: { protocolMin: 1, protocolMax: 1 } }), {
    board: { pending: { size: 900_000 } },
  })
})

t.test('a program that hangs is restarted by the watchdog, in the RAM that it left', async t => {
  const { machine, run, resets, kept } = alone()
  const { core, sramView } = machine.mcu
  // "b ." with interrupts off, in the middle of work: the watchdog is on then.
  machine.receive(frameOf(encodeToBoard({ request: 2, verify: { running: true } }), true))
  core.waiting = false
  sramView.setUint16(0x3_f000, 0xe7fe, true)
  core.PC = 0x2003_f000
  core.PM = true
  machine.mcu.writeUint32(0x4005_8004, 100_000)
  machine.mcu.writeUint32(0x4005_a000, 1 << 30)
  for (let i = 0; i < 200_000 && resets.length === 0; i++) machine.run()
  t.same(resets, [WATCHDOG])
  const next = alone({ warm: kept[0]! }, WATCHDOG)
  const hello = next.ask({ hello: { protocolMin: 1, protocolMax: 1 } })
  // The scratch registers name no program here: only a restart that was asked for comes back by itself.
  t.equal(hello, undefined)
  run()

  const asked = alone()
  t.ok(asked.ask({ reset: {} })!.resetting)
  t.same(asked.resets, [REQUESTED])
  const again = alone({ warm: asked.kept[0]! }, REQUESTED)
  const board = again.ask({ hello: { protocolMin: 1, protocolMax: 1 } })!.board!
  t.equal(RESET_REASONS[board.resetReason], 'requested')
  t.equal(
    RESET_REASONS[
      alone({}, PIN).ask({ hello: { protocolMin: 1, protocolMax: 1 } })!.board!.resetReason
    ],
    'pin',
  )
})

t.test(
  'the rate of the line is changed on request, and given up when nobody speaks it',
  async t => {
    const near = (rate: number, wanted: number) => Math.abs(rate - wanted) < wanted / 500
    const slow = alone({ speed: 1 })
    t.match(slow.ask({ baud: { rate: 921_600 } }), { baud: { rate: 921_600 } })
    t.ok(near(slow.machine.mcu.uart[0]!.baudRate, 921_600))
    t.match(slow.ask({ baud: { rate: 4_000_000 } }), { error: { code: 1 } })
    const fast = alone()
    t.match(fast.ask({ baud: { rate: 921_600 } }), { baud: { rate: 921_600 } })
    await new Promise(resolve => setTimeout(resolve, 20))
    fast.run()
    t.ok(near(fast.machine.mcu.uart[0]!.baudRate, 115_200))
  },
)

t.test('with its bootloader the agent is gone until the next power-on', async t => {
  const { ask } = alone()
  t.ok(ask({ reset: { bootloader: true } })!.resetting)
  t.equal(ask({ request: 9, status: {} })!.status, undefined)
})

t.test('without the emulator it is said what to install', async t => {
  const script = `
    const { registerHooks } = await import('node:module')
    registerHooks({ resolve(name, context, next) {
      if (name === 'rp2040js') throw new Error('absent')
      return next(name, context)
    } })
    const { virtualPorts } = await import(${JSON.stringify(join(ROOT, 'hil/board/virtual-ports.ts'))})
    const { powered } = await virtualPorts.board('virtual:wasm')
    const { code, kind } = await virtualPorts.board('virtual:pico').catch(error => error)
    console.log(powered, code, kind)`
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  })
  t.equal(said, 'true HANRIG_BOARD_NO_EMULATOR unusable\n')
})
