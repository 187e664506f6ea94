// One DATA message written straight into a frame: the data path, so no object and no view is made for a block.
// The octets are those that protobufjs would write (tested so): field 2 of ToBoard, then transfer, index, payload.

import { Bytes } from '#core/bytes/bytes'
import { cobsEncode, cobsLength } from '#core/bytes/cobs'
import { CRC_START, crcCopy, crcUpdate } from '#core/bytes/crc32'
import { CRC_OCTETS } from './serial-frame.ts'

/** Tags of board.proto: number << 3 | wire type. */
const TAG_DATA = (2 << 3) | 2
const TAG_TRANSFER = (1 << 3) | 0
const TAG_INDEX = (2 << 3) | 0
const TAG_PAYLOAD = (3 << 3) | 2
const TAG_ACK_NOW = (4 << 3) | 0
/** Most octets before and after the payload: four tags, four varints, a flag. */
const AROUND = 2 + 4 * 5 + 3 + 2

/** The most octets on the line of a block of `blockSize`, both delimiters included. */
export function dataFrameLength(blockSize: number): number {
  return cobsLength(AROUND + blockSize + CRC_OCTETS) + 2
}

function varint(out: Bytes, at: number, value: number): number {
  const { u8 } = out
  value >>>= 0
  while (value > 0x7f) {
    u8[at++] = (value & 0x7f) | 0x80
    value >>>= 7
  }
  u8[at++] = value
  return at
}

function varintLength(value: number): number {
  value >>>= 0
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5
}

export class DataFrames {
  readonly #plain: Bytes

  /** @param blockSize the largest payload, octets. */
  constructor(blockSize: number) {
    this.#plain = Bytes.alloc(AROUND + blockSize + CRC_OCTETS)
  }

  /**
   * Writes the frame of `length` octets of `image` at `from` to `out` at `at`; returns the octets written, at most
   * dataFrameLength(length). A zero comes first when `burst`, and last always.
   */
  encode(
    out: Bytes,
    at: number,
    transfer: number,
    index: number,
    image: Bytes,
    from: number,
    length: number,
    ackNow: boolean,
    burst: boolean,
  ): number {
    const plain = this.#plain
    const { u8 } = plain
    // As proto3 has it, a field of value 0 is left out.
    const body =
      (transfer === 0 ? 0 : 1 + varintLength(transfer)) +
      (index === 0 ? 0 : 1 + varintLength(index)) +
      (length === 0 ? 0 : 1 + varintLength(length) + length) +
      (ackNow ? 2 : 0)
    u8[0] = TAG_DATA
    let end = varint(plain, 1, body)
    if (transfer !== 0) {
      u8[end++] = TAG_TRANSFER
      end = varint(plain, end, transfer)
    }
    if (index !== 0) {
      u8[end++] = TAG_INDEX
      end = varint(plain, end, index)
    }
    if (length !== 0) {
      u8[end++] = TAG_PAYLOAD
      end = varint(plain, end, length)
    }
    let crc = crcUpdate(CRC_START, plain, 0, end)
    crc = crcCopy(crc, plain, end, image, from, length)
    end += length
    if (ackNow) {
      u8[end] = TAG_ACK_NOW
      u8[end + 1] = 1
      crc = crcUpdate(crc, plain, end, 2)
      end += 2
    }
    plain.dv.setInt32(end, ~crc, true)
    end += CRC_OCTETS
    const start = at
    if (burst) out.u8[at++] = 0
    at += cobsEncode(out, at, plain, 0, end)
    out.u8[at++] = 0
    return at - start
  }
}
