// The size of a block when nobody asks for one: large, for a frame costs 20 octets whatever is in it, and small enough that
// four fit the credit, or the line falls silent while an ACK is on its way.

import type { Board } from './agent-messages.ts'
import { dataFrameLength } from './data-frame.ts'

/** Every size is a multiple of this (docs/SPEC.md 8.3). */
const STEP = 256
export const FRAMES_IN_CREDIT = 4
/** Seconds that a block may keep the line: what noise destroys is sent again, and progress is told by blocks. */
const BLOCK_TIME = 0.2
/** Octets below which the frame costs more than 2 %. */
const WORTHWHILE = 1024

/** Octets of a block for this board on a line of `baudRate`, or 0 when not even its smallest fits its credit. */
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
