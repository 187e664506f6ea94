// Ports and boards as a table and as JSON.

import type { Answer } from '#hil/flash/survey'
import { ACTIVATIONS, type Board, nameOf, STATES } from '#hil/protocol/agent-messages'
import type { ListedPort } from '#hil/serial/list'
import { hexWord, octets } from '../output/format.ts'
import { tableText } from '../output/text-table.ts'

/** A port and what was found there; no answer when it was not asked. */
export interface Surveyed {
  readonly port: ListedPort
  readonly answer: Answer | undefined
}

export function boardJson({ port, answer }: Surveyed): object {
  const { path, ...device } = port
  const { found, board, failure } = answer ?? {}
  return {
    name: 'port',
    port: path,
    ...device,
    ...(answer && { answered: found ?? null }),
    ...(board && { board: boardFacts(board) }),
    ...(failure && { error: { code: failure.code, message: failure.message } }),
  }
}

function boardFacts(board: Board): object {
  const { pending, runningSha256, ...rest } = board
  return {
    name: rest.name,
    agent: rest.agent,
    protocol: rest.protocol,
    serial: rest.serial,
    hardwareVersion: rest.hardwareVersion,
    ...(rest.manufacturerCode !== undefined && { manufacturerCode: rest.manufacturerCode }),
    ...(rest.imageType !== undefined && { imageType: rest.imageType }),
    slotSize: rest.slotSize,
    runningVersion: rest.runningVersion,
    runningSize: rest.runningSize,
    runningSha256: hexOf(runningSha256),
    state: nameOf(STATES, rest.state),
    lastActivation: nameOf(ACTIVATIONS, rest.lastActivation),
    ...(pending && {
      pending: {
        size: pending.size,
        fileVersion: pending.fileVersion,
        sha256: hexOf(pending.sha256),
        received: pending.received,
        blocks: Math.ceil(pending.size / Math.max(1, pending.blockSize)),
      },
    }),
  }
}

function hexOf(data: Uint8Array): string {
  return Buffer.from(data).toString('hex')
}

export const BOARD_HEAD = ['port', 'device', 'answer'] as const

export function boardsText(found: readonly Surveyed[]): string {
  if (found.length === 0) return 'no serial ports\n'
  return tableText({ head: BOARD_HEAD, rows: found.map(boardRow) })
}

/** Port, device, answer. */
export function boardRow(one: Surveyed): [string, string, string] {
  return [one.port.path, deviceText(one.port), answerText(one)]
}

function deviceText({ vendor, product, serialNumber, vendorId, productId }: ListedPort): string {
  const ids = vendorId === undefined ? undefined : `${vendorId}:${productId ?? '?'}`
  return [vendor, product ?? ids, serialNumber].filter(word => word !== undefined).join(' ') || '-'
}

function answerText({ answer }: Surveyed): string {
  if (!answer) return '-'
  const { found, board, failure } = answer
  if (failure) return failure.code === 'HANRIG_BOARD_SILENT' ? 'silent' : failure.message
  if (found === 'xmodem') return 'a bootloader that waits for XMODEM or YMODEM'
  if (found === 'gecko') return 'Silicon Labs Gecko bootloader'
  if (!board) return 'a board agent of another version of the protocol'
  const pending = board.pending ? `, ${pendingText(board)}` : ''
  return (
    `agent ${board.agent}, ${board.name}, hardware ${hexWord(board.hardwareVersion, 4)}, ` +
    `runs ${hexWord(board.runningVersion)}, slot ${octets(board.slotSize)}${pending}`
  )
}

function pendingText({ pending, state }: Board): string {
  const { size, blockSize, received, fileVersion } = pending!
  if (nameOf(STATES, state) === 'held') return `holds ${hexWord(fileVersion)}`
  const blocks = Math.ceil(size / Math.max(1, blockSize))
  return `has ${received} of ${blocks} blocks of ${hexWord(fileVersion)}`
}
