// The virtual board behind an address, for whoever plays with its power and its cable, and the binding for
// whoever speaks to it by a stream of @serialport. They are loaded when they are asked for.

import type { Binding } from './binding.ts'
import type { VirtualBoard } from './virtual-board.ts'

/**
 * The virtual board of this process at an address; made, and powered, when it is not there yet.
 *
 * @param address 'virtual:wasm' or 'virtual:pico', with settings and a name as docs/boards.md has them:
 *   'virtual:wasm?baud=115200#left'.
 * @throws HanrigError BOARD_PATH, or BOARD_NO_EMULATOR of virtual:pico where rp2040js is not installed.
 * @example
 * const board = await virtualBoard('virtual:wasm#left')
 * board.on('supply', on => console.log('the hub has', on ? 'its supply' : 'no supply'))
 * board.powerCut()
 */
export async function virtualBoard(address: string): Promise<VirtualBoard> {
  const { virtualPorts } = await import('./virtual-ports.ts')
  return await virtualPorts.board(address)
}

/**
 * The ports of virtual boards as a binding for @serialport/stream: programs that speak to real boards speak to these.
 *
 * @returns a binding whose open() throws HanrigError BOARD_PATH or BOARD_NO_EMULATOR, or as a real binding does.
 * @example
 * const binding = await virtualBinding()
 * const port = new SerialPortStream({ binding, path: 'virtual:wasm', baudRate: 115_200 })
 */
export async function virtualBinding(): Promise<Binding> {
  const { virtualPorts } = await import('./virtual-ports.ts')
  return virtualPorts
}
