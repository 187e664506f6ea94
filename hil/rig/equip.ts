// What stands on the bench for one device: the line to its board and the switches at it, as the scenario or the pool
// says, made ready before the run begins.

import type { HubSupplySpec, PowerSpec } from '#emulators/scenario/schema/boards'
import type { DeviceSpec } from '#emulators/scenario/schema/schema'
import { openPort } from '../open/open.ts'
import { CommandSwitch } from '../power/command.ts'
import { LineSwitch } from '../power/line.ts'
import type { Switch, SwitchLog } from '../power/switch.ts'
import { VirtualSwitch } from '../power/virtual.ts'
import type { ToHost } from '../protocol/agent-messages.ts'
import type { Equipment } from './board-body.ts'
import { BoardLink } from './board-link.ts'
import { isVirtual, type Place } from './places.ts'

/** How long a board may take to answer at first, and a lost one to come back, ms (chosen). */
export const PATIENCE = 15_000

/**
 * Opens the port, greets the board and makes its switches.
 * @param heard is told what the board says unasked, and what its switches print.
 * @param signal ends it.
 * @throws HanrigError PORT_*, BOARD_SILENT, or POOL_* of the switches' commands; or the signal's reason.
 */
export async function equip(
  { address, power, hubSupply }: Place,
  { values }: DeviceSpec,
  speed: number,
  patience: number,
  heard: (message: ToHost) => void,
  log: SwitchLog,
  signal?: AbortSignal,
): Promise<Equipment> {
  const link = new BoardLink(address, () => openPort(address), heard)
  try {
    await link.connect(patience, signal)
  } catch (error) {
    await link.close()
    throw error
  }
  const board = isVirtual(address) ? await virtual(address) : undefined
  const made = power && switchOf(power, link, log)
  return {
    link,
    power: made ?? (board && power?.by !== 'none' ? new VirtualSwitch(board) : undefined),
    hubSupply:
      hubSupply?.by === 'none'
        ? 'none'
        : ((hubSupply && switchOf(hubSupply, link, log)) ?? 'agent'),
    cutsSupply: values.cutsHubSupply !== 0,
    pull: board && (duration => pull(board, duration / speed)),
    patience,
  }
}

function switchOf(
  spec: PowerSpec | HubSupplySpec,
  link: BoardLink,
  log: SwitchLog,
): Switch | undefined {
  if (spec.by === 'command') return new CommandSwitch(spec, log)
  if (spec.by === 'line') return new LineSwitch(spec, () => link.port, log)
  return undefined
}

async function virtual(address: string) {
  const { virtualPorts } = await import('../board/virtual-ports.ts')
  return await virtualPorts.board(address)
}

function pull(board: { unplug(): void; replug(): void }, duration: number): void {
  board.unplug()
  setTimeout(() => board.replug(), duration)
}
