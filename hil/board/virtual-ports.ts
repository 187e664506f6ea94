// The ports of virtual boards: a binding for @serialport/stream, so that nothing above it knows that no board is there.
// A board comes to be when its port is first opened or asked for, and stays, flash and all, until the boards are renewed.

import { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import type { Parity, Port } from '../line/port.ts'
import { openStream } from '../line/stream.ts'
import { familyOf } from '../protocol/stm32-families.ts'
import type { Binding, OpenOptions, PortInfo } from './binding.ts'
import { REQUESTED, WATCHDOG } from './machine.ts'
import type { Warm } from './pico-machine.ts'
import { parsePath, type Settings, type VirtualPath } from './settings.ts'
import { Stm32Rom } from './stm32-rom.ts'
import { type BoardKind, VirtualBoard } from './virtual-board.ts'
import { portError, VirtualPort } from './virtual-port.ts'
import { WasmMachine } from './wasm-machine.ts'

/** By the name in the path; loaded when first wanted. */
const KINDS: Record<string, (settings: Settings) => Promise<BoardKind>> = {
  wasm: async () => ({ sector: 4096, flashSize: 0, power: life => new WasmMachine(life) }),
  pico: loadPico,
  stm32: loadStm32,
}

async function loadStm32({ chip, protect }: Settings): Promise<BoardKind> {
  const family = familyOf(chip)
  if (!family) {
    throw hanrigError(
      'HANRIG_BOARD_PATH',
      `virtual:stm32: there is no chip 0x${chip.toString(16)}.`,
    )
  }
  const { flashSize } = family
  const protections = { read: protect === 'read', write: protect === 'write' }
  const sector = Math.min(...family.layout.map(([, octets]) => octets))
  return { sector, flashSize, power: life => new Stm32Rom(life, family, protections) }
}

async function loadPico(): Promise<BoardKind> {
  const { PICO_FLASH, PICO_SECTOR, PicoMachine } = await import('./pico-machine.ts')
  const emulator = await import('rp2040js').catch(() => {
    throw hanrigError(
      'HANRIG_BOARD_NO_EMULATOR',
      'virtual:pico is run by rp2040js, which is not installed.',
    )
  })
  let warm: Warm | undefined
  return {
    sector: PICO_SECTOR,
    flashSize: PICO_FLASH,
    power: life => {
      const left = life.reason === REQUESTED || life.reason === WATCHDOG ? warm : undefined
      return new PicoMachine(emulator, life, left, kept => {
        warm = kept
      })
    },
  }
}

export class VirtualPorts implements Binding {
  readonly #boards = new Map<string, VirtualBoard>()
  readonly #open = new Map<string, VirtualPort>()

  /** The board behind a path, for whoever plays with its power and cable; made when it is not there yet. */
  async board(path: string): Promise<VirtualBoard> {
    return this.#boardOf(parsePath(path, Object.keys(KINDS)))
  }

  /** Throws away every board whose port is not open: the next of its name is new, but for a flash that a file keeps. */
  renew(): void {
    for (const [id, board] of this.#boards) {
      const port = this.#open.get(id)
      if (port?.isOpen && !port.gone) continue
      board.scrap()
      this.#boards.delete(id)
      this.#open.delete(id)
    }
  }

  async list(): Promise<PortInfo[]> {
    const ids = new Set([...Object.keys(KINDS), ...this.#boards.keys()])
    return [...ids]
      .filter(id => this.#boards.get(id)?.plugged ?? true)
      .map(id => ({
        path: `virtual:${id}`,
        manufacturer: 'hanrig',
        serialNumber: id,
        pnpId: undefined,
        locationId: undefined,
        productId: undefined,
        vendorId: undefined,
      }))
  }

  async open(options: OpenOptions): Promise<VirtualPort> {
    const path = parsePath(options.path, Object.keys(KINDS))
    const board = await this.#boardOf(path)
    if (!board.plugged) {
      throw portError(`Error: No such file or directory, cannot open ${options.path}`, false)
    }
    const holder = this.#open.get(path.id)
    if (holder?.isOpen && !holder.gone) {
      throw portError('Error Resource temporarily unavailable Cannot lock port', false)
    }
    board.configure(path.settings, parityOf(options))
    const port = new VirtualPort(board, options)
    this.#open.set(path.id, port)
    return port
  }

  async #boardOf(path: VirtualPath): Promise<VirtualBoard> {
    const kind = await KINDS[path.kind]!(path.settings)
    const known = this.#boards.get(path.id)
    if (known) return known
    try {
      const board = new VirtualBoard(path, kind)
      this.#boards.set(path.id, board)
      return board
    } catch (error) {
      // The file of the flash.
      throw hanrigError('HANRIG_BOARD_PATH', `virtual:${path.id}: ${(error as Error).message}.`)
    }
  }
}

function parityOf({ parity }: OpenOptions): Parity {
  return parity === 'even' || parity === 'odd' ? parity : 'none'
}

/** The ones of this process. */
export const virtualPorts = new VirtualPorts()

/**
 * Opens virtual:KIND.
 * @throws HanrigError BOARD_PATH, BOARD_NO_EMULATOR, PORT_BUSY or PORT_NOT_FOUND.
 */
export async function openVirtual(
  address: string,
  line: { readonly baudRate: number; readonly parity: Parity },
): Promise<Port> {
  try {
    return await openStream(address, virtualPorts, { path: address, ...line })
  } catch (error) {
    if (error instanceof HanrigError) throw error
    const { message } = error as Error
    if (/lock port/i.test(message)) {
      throw hanrigError('HANRIG_PORT_BUSY', `${address} is in use by this process.`)
    }
    throw hanrigError('HANRIG_PORT_NOT_FOUND', `${address} is unplugged.`)
  }
}
