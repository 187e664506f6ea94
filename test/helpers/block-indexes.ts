// Reads a block log as docs/SPEC.md describes it, with no help from the code that wrote it.

import { crc32 } from 'node:zlib'

/** Indexes of the blocks in the sound prefix of a log, in order, and where that prefix ends. */
export function blockIndexes(log: Uint8Array): { indexes: number[]; end: number } {
  const dv = new DataView(log.buffer, log.byteOffset, log.length)
  const indexes: number[] = []
  let at = 8
  while (at + 16 <= log.length) {
    const length = dv.getUint32(at + 8, true)
    if (at + 16 + length > log.length) break
    const header = crc32(log.subarray(at, at + 12))
    if (crc32(log.subarray(at + 16, at + 16 + length), header) !== dv.getUint32(at + 12, true))
      break
    const index = dv.getUint32(at + 4, true)
    if (index < 0xffffff00) indexes.push(index)
    at += 16 + length
  }
  return { indexes, end: at }
}
