// How many blocks an image is on each medium, and how long they take, without loss and with it.

import { FRAME_HEADER } from '#core/block/block-frame'
import { blockTime, downloadTime, HAN_PROFILE } from './han-profile.ts'
import { SERVICE, WAN } from './profiles.ts'

export interface AirTime {
  readonly name: string
  readonly blockSize: number
  readonly blocks: number
  /** Milliseconds from the first block to the last, without faults. */
  readonly airTime: number
  /** The same with the loss asked about, on average; of the HAN only. */
  readonly withLoss?: number
}

/** The block sizes seen on ZigBee devices (OTA sources in the field). */
const ZCL_SIZES = [40, 48, 50, 64]

/**
 * Blocks and time of an image of `size` octets, on the WAN and in the HAN.
 * @param loss frames that the HAN loses, each way, 0..0.9.
 */
export function airTimes(size: number, loss: number): AirTime[] {
  return [
    {
      name: 'WAN',
      blockSize: SERVICE.wanBlockSize,
      blocks: Math.ceil(size / SERVICE.wanBlockSize),
      airTime: overLine(size, SERVICE.wanBlockSize, FRAME_HEADER + WAN.overhead, WAN.bitRate),
    },
    ...ZCL_SIZES.map(blockSize => {
      const han = { ...HAN_PROFILE, blockSize }
      const blocks = Math.ceil(size / blockSize)
      return {
        name: `HAN ${blockSize}`,
        blockSize,
        blocks,
        airTime: blocks * blockTime(han),
        withLoss: Math.round(downloadTime(size, han, loss)),
      }
    }),
  ]
}

function overLine(size: number, blockSize: number, header: number, bitRate: number): number {
  return ((size + Math.ceil(size / blockSize) * header) * 8000) / bitRate
}
