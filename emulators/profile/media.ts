// How many blocks an image is on each medium, and how long they take when nothing is lost.

import { FRAME_HEADER } from '#core/block/block-frame'
import { BLOCK_RESPONSE_HEADER } from '#core/ota/ota-frame'
import { DEFAULT_PROFILE, HAN, SERVICE, WAN } from './profiles.ts'

export interface AirTime {
  readonly name: string
  readonly blockSize: number
  readonly blocks: number
  /** Milliseconds from the first block to the last, without faults. */
  readonly airTime: number
}

/** The block sizes seen on ZigBee devices (OTA sources in the field). */
const ZCL_SIZES = [40, 48, 50, 64]

/** Blocks and time of an image of `size` octets, on the WAN and in the HAN. */
export function airTimes(size: number): AirTime[] {
  return [
    {
      name: 'WAN',
      blockSize: SERVICE.wanBlockSize,
      blocks: Math.ceil(size / SERVICE.wanBlockSize),
      airTime: overLine(size, SERVICE.wanBlockSize, FRAME_HEADER + WAN.overhead, WAN.bitRate),
    },
    ...ZCL_SIZES.map(blockSize => {
      const blocks = Math.ceil(size / blockSize)
      // A device paces its requests; only where it did not would the radio be the limit.
      const radio = overLine(size, blockSize, BLOCK_RESPONSE_HEADER + HAN.overhead, HAN.bitRate)
      return {
        name: `HAN ${blockSize}`,
        blockSize,
        blocks,
        airTime: Math.max(radio, blocks * DEFAULT_PROFILE.values.blockPeriod),
      }
    }),
  ]
}

function overLine(size: number, blockSize: number, header: number, bitRate: number): number {
  return ((size + Math.ceil(size / blockSize) * header) * 8000) / bitRate
}
