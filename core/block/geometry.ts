// How an image of so many octets falls into blocks: count, sizes, offsets. Pure arithmetic, fixed when made.

/** Largest image hanrig carries, octets. Chosen: above DUIS's 10,240,000 (XSD maxLength of FirmwareImage). */
export const MAX_IMAGE_SIZE = 16 * 1024 * 1024
/** Largest block, octets. */
export const MAX_BLOCK_SIZE = 64 * 1024

/** How an image of so many octets falls into blocks: all of one size but the last. */
export class Geometry {
  /** Image size, octets, 1..MAX_IMAGE_SIZE. */
  readonly size: number
  /** Octets of every block but the last, 1..MAX_BLOCK_SIZE. */
  readonly blockSize: number
  /** Number of blocks. */
  readonly count: number
  /** Octets of the last block, 1..blockSize. */
  readonly lastLength: number

  /**
   * @param size octets of the image, 1..MAX_IMAGE_SIZE.
   * @param blockSize octets of a block, 1..MAX_BLOCK_SIZE; an image shorter than it is one block.
   * @throws RangeError when a size is not a whole number in its range.
   */
  constructor(size: number, blockSize: number) {
    if (!isWithin(size, MAX_IMAGE_SIZE)) {
      throw new RangeError(`image size ${size} is not within 1..${MAX_IMAGE_SIZE}`)
    }
    if (!isWithin(blockSize, MAX_BLOCK_SIZE)) {
      throw new RangeError(`block size ${blockSize} is not within 1..${MAX_BLOCK_SIZE}`)
    }
    this.size = size
    this.blockSize = blockSize
    this.count = Math.ceil(size / blockSize)
    this.lastLength = size - (this.count - 1) * blockSize
  }

  /** Octets of block `index`; the caller has checked that 0 <= index < count. */
  lengthOf(index: number): number {
    return index === this.count - 1 ? this.lastLength : this.blockSize
  }
}

function isWithin(n: number, max: number): boolean {
  return Number.isInteger(n) && n >= 1 && n <= max
}
