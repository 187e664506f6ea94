// Boards behind devices, as a scenario names them.

import { test } from 'tap'
import { readScenario } from '#emulators/scenario/read/read'
import { HEAD, refuses } from '../../helpers/scenario-texts.ts'

const withBoard = (board: string, more = '') =>
  HEAD.replace('{ profile: esme }', `{ profile: esme, board: ${board}${more} }`)
const boardOf = (board: string) => readScenario(withBoard(board), 'x.yaml').devices.esme!.board

test('a board is an address, or one of a pool, with its switches', async t => {
  for (const port of [
    'virtual:wasm',
    'virtual:pico',
    'serial:/dev/ttyUSB0',
    '/dev/serial/by-id/usb-FTDI_x-if00-port0',
    './dev',
    'COM3',
    'tcp://rig:4000',
    'rfc2217://[::1]:4000',
  ]) {
    t.strictSame(boardOf(`'${port}'`), { port }, port)
  }
  t.strictSame(boardOf('{ tag: esme }'), { tag: ['esme'] })
  t.strictSame(boardOf('{ tag: [esme, fast] }'), { tag: ['esme', 'fast'] })
  t.strictSame(boardOf('{ name: Bench.1 }'), { name: 'Bench.1' })
  const power = "{ on: 'pdu 3 on', off: 'pdu 3 off' }"
  t.strictSame(boardOf(`{ port: COM3, power: ${power}, hubSupply: { line: dtr } }`), {
    port: 'COM3',
    power: {
      by: 'command',
      on: 'pdu 3 on',
      off: 'pdu 3 off',
      timeout: 10_000,
      settle: 0,
      shell: false,
    },
    hubSupply: { by: 'line', line: 'dtr', inverted: false },
  })
  t.strictSame(boardOf('{ port: COM3, power: none, hubSupply: agent }'), {
    port: 'COM3',
    power: { by: 'none' },
    hubSupply: { by: 'agent' },
  })
})

test('what names no board, or two, is refused with its place', async t => {
  const map = 'a map with on and off, or with line'
  await refuses(t, [
    [
      withBoard('seral:/dev/x'),
      '3:42: devices.esme.board must be the address of a board, or a map with port, tag or name, not "seral:/dev/x".',
    ],
    [withBoard('{}'), '3:42: devices.esme.board must have one of port, tag, name.'],
    [
      withBoard('{ tag: a, name: b }'),
      '3:42: devices.esme.board must have one of port, tag, name.',
    ],
    [
      withBoard('{ tag: a, power: none }'),
      '3:42: devices.esme.board cannot name switches beside tag or name: they are the pool’s to say.',
    ],
    [
      withBoard('{ port: COM3, power: agent }'),
      `3:63: devices.esme.board.power must be ${map}, or none, not "agent".`,
    ],
    [
      withBoard('{ port: COM3, hubSupply: { line: dtx } }'),
      '3:75: devices.esme.board.hubSupply.line must be one of dtr, rts, not "dtx"; did you mean "dtr"?',
    ],
    [
      withBoard('{ port: COM3, power: { on: a, of: b } }'),
      '3:63: devices.esme.board.power.off is missing: it must be a text.',
      '3:72: devices.esme.board.power has no key "of"; did you mean "on"?',
    ],
  ])
})

test('what a board decides itself cannot be said of its device', async t => {
  for (const value of ['verifyTime: 1 s', 'activationFails: yes', 'hardwareVersion: 0x1111']) {
    const field = value.split(':')[0]
    await refuses(t, [
      [
        withBoard('virtual:wasm', `, with: { ${value} }`),
        `3:${64 + field!.length + 2}: devices.esme.with.${field} is not for a device with a board: the board says so itself.`,
      ],
    ])
  }
})

test('a run with boards ends by itself after hours, not days', async t => {
  t.equal(readScenario(HEAD, 'x.yaml').until, 12 * 86_400_000)
  t.equal(readScenario(withBoard('virtual:wasm'), 'x.yaml').until, 4 * 3_600_000)
  t.equal(readScenario(`${withBoard('virtual:wasm')}until: 1 h\n`, 'x.yaml').until, 3_600_000)
})
