// What is to be done with a board: an image, and the limits that it and its user set. Whether a board may have it is
// decided here before a single block is sent, so that the refusal says the numbers; the board decides again.

import type { Bytes } from '#core/bytes/bytes'
import type { HanrigError } from '#core/errors/errors'
import { type HilCode, hanrigError } from '../errors/errors.ts'
import type { Board } from './agent-messages.ts'
import { dataFrameLength } from './data-frame.ts'

/** Every size is a multiple of this (docs/SPEC.md 8.3). */
const STEP = 256
export const FRAMES_IN_CREDIT = 4
/** Seconds that a block may keep the line: what noise destroys is sent again, and progress is told by blocks. */
const BLOCK_TIME = 0.2
/** Octets below which the frame costs more than 2 %. */
const WORTHWHILE = 1024

export interface Errand {
  readonly image: Bytes
  readonly sha256: Uint8Array
  /** File version, u32; undefined when the file tells none: then the board's own is kept and none is compared. */
  readonly fileVersion: number | undefined
  /** Hardware version words, both included; undefined: any. */
  readonly hardware: { readonly min: number; readonly max: number } | undefined
  readonly manufacturerCode: number | undefined
  readonly imageType: number | undefined
  readonly allowDowngrade: boolean
  /** Send, verify and activate even what runs already. */
  readonly force: boolean
  /** Octets of a block; undefined: chosen by the board's limits. */
  readonly blockSize: number | undefined
  /** Restart into the image when it is verified. */
  readonly activate: boolean
  /** Milliseconds that the activation takes on the board. */
  readonly activationMs: number
  /** Leave the hub's supply on meanwhile. */
  readonly keepSupply: boolean
}

/** Why this board may not have this image; undefined when it may. */
export function refusalOf(board: Board, errand: Errand): HanrigError | undefined {
  const { hardware, manufacturerCode, imageType, fileVersion, image } = errand
  const { hardwareVersion, runningVersion, slotSize } = board
  const is = board.name || 'the board'
  if (hardware && (hardwareVersion < hardware.min || hardwareVersion > hardware.max)) {
    return mismatch(
      `hardware ${hex(hardware.min, 4)} to ${hex(hardware.max, 4)}; ${is} has ${hex(hardwareVersion, 4)}`,
    )
  }
  if (differ(manufacturerCode, board.manufacturerCode)) {
    return mismatch(
      `manufacturer ${hex(manufacturerCode!, 4)}; ${is} is of ${hex(board.manufacturerCode!, 4)}`,
    )
  }
  if (differ(imageType, board.imageType)) {
    return mismatch(`image type ${hex(imageType!, 4)}; ${is} takes ${hex(board.imageType!, 4)}`)
  }
  if (image.length > slotSize) {
    return hanrigError(
      'HANRIG_BOARD_SLOT',
      `The image has ${image.length} B; the slot of ${is} holds ${slotSize} B.`,
    )
  }
  if (fileVersion !== undefined && fileVersion < runningVersion && !errand.allowDowngrade) {
    return hanrigError(
      'HANRIG_BOARD_DOWNGRADE',
      `The image is version ${hex(fileVersion, 8)}; ${is} runs the newer ${hex(runningVersion, 8)}.`,
    )
  }
  return undefined
}

/**
 * Octets of a block when nobody asks for a size, for this board on a line of `baudRate`: large, for a frame costs 20 octets
 * whatever is in it, and small enough that four fit the credit, or the line falls silent while an ACK is on its way. 0 when
 * not even its smallest fits its credit.
 */
export function blockSizeFor(
  { blockMin, blockMax, credit }: Board,
  imageSize: number,
  baudRate: number,
): number {
  const least = upTo(Math.max(1, blockMin))
  const onLine = Math.max(WORTHWHILE, 2 ** Math.floor(Math.log2((baudRate / 10) * BLOCK_TIME)))
  const wanted = Math.min(blockMax, onLine, upTo(imageSize))
  let size = Math.max(least, Math.floor(wanted / STEP) * STEP)
  while (size > least && FRAMES_IN_CREDIT * dataFrameLength(size) > credit) size -= STEP
  return dataFrameLength(size) <= credit ? size : 0
}

function upTo(octets: number): number {
  return Math.ceil(octets / STEP) * STEP
}

/** What an ERROR of the board means. */
export function errorOf(code: string, text: string): HanrigError {
  const said = text === '' ? code : `${code}: ${text.replace(/\.$/, '')}`
  return hanrigError(CODE_OF[code] ?? 'HANRIG_BOARD_FAILED', `The board refused it (${said}).`)
}

const CODE_OF: Readonly<Record<string, HilCode>> = {
  'too-large': 'HANRIG_BOARD_SLOT',
  hardware: 'HANRIG_BOARD_MISMATCH',
  'wrong-type': 'HANRIG_BOARD_MISMATCH',
  downgrade: 'HANRIG_BOARD_DOWNGRADE',
  hash: 'HANRIG_BOARD_HASH',
  protocol: 'HANRIG_BOARD_PROTOCOL',
  busy: 'HANRIG_BOARD_BUSY',
}

/** True when both sides state it and not the same. */
function differ(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b
}

function mismatch(what: string): HanrigError {
  return hanrigError('HANRIG_BOARD_MISMATCH', `The image is for ${what}.`)
}

function hex(value: number, digits: number): string {
  return `0x${(value >>> 0).toString(16).padStart(digits, '0')}`
}
