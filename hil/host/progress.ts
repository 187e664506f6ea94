// How far a device is, by what it asks for: zigbee-herdsman itself reports twice a minute, and its words say less. A
// request for an offset says that everything before it is there; one that does not go on is a repetition; one past the
// image's end says nothing.

/** ZCL names of the requests that a host hears; all others are no concern of progress. */
const BLOCK = 'commandImageBlockRequest'
const PAGE = 'commandImagePageRequest'
const END = 'commandUpgradeEndRequest'

export interface Asked {
  readonly fileOffset: number
  readonly maximumDataSize: number
  readonly pageSize?: number
  /** Of an end. */
  readonly status?: number
}

/** zigbee-herdsman reads a field of ones alone as NaN, no value; a code, a version or a maximum may be just that. */
export function orOnes(value: number, width: 1 | 2 | 4): number {
  return Number.isNaN(value) ? 2 ** (8 * width) - 1 : value
}

export class BlockCount {
  readonly #size: number
  readonly #blockSize: number
  #frontier = 0
  #next = 0
  #blocks = 0
  #retries = 0
  #pastEnd = 0
  #resumedAt: number | undefined
  #endStatus: number | undefined

  /** @param blockSize octets that the host puts into a block at most. */
  constructor(size: number, blockSize: number) {
    this.#size = size
    this.#blockSize = blockSize
  }

  /** Octets that the device has. */
  get octets(): number {
    return this.#frontier
  }

  get size(): number {
    return this.#size
  }

  /** Blocks asked for so far, repetitions among them. */
  get blocks(): number {
    return this.#blocks
  }

  get retries(): number {
    return this.#retries
  }

  /** Blocks asked for past the image's end. */
  get pastEnd(): number {
    return this.#pastEnd
  }

  /** Where the device began: above 0 it went on with an earlier download. */
  get resumedAt(): number {
    return this.#resumedAt ?? 0
  }

  /** Whether it has asked for a block. */
  get hasBegun(): boolean {
    return this.#resumedAt !== undefined
  }

  /** Whether it has asked for everything up to the image's end. */
  get isAllAsked(): boolean {
    return this.#next >= this.#size
  }

  /** Status of its Upgrade End Request; undefined before there is one. */
  get endStatus(): number | undefined {
    return this.#endStatus
  }

  /** @returns false for a page that reaches past the image's end, which zigbee-herdsman never stops answering. */
  heed(type: string, asked: Asked): boolean {
    if (type === END) {
      this.#endStatus = asked.status
      if (asked.status === 0) this.end()
    }
    if (type !== BLOCK && type !== PAGE) return true
    const fileOffset = orOnes(asked.fileOffset, 4)
    const pageSize = orOnes(asked.pageSize ?? 0, 2)
    const block = Math.max(1, Math.min(this.#blockSize, orOnes(asked.maximumDataSize, 1)))
    if (fileOffset >= this.#size) {
      this.#pastEnd++
      return type === BLOCK
    }
    const isFirst = this.#resumedAt === undefined
    this.#resumedAt ??= fileOffset
    this.#frontier = Math.max(this.#frontier, fileOffset)
    if (!isFirst && fileOffset < this.#next) this.#retries++
    const length = type === PAGE ? pageSize : block
    this.#blocks += type === PAGE ? Math.ceil(pageSize / block) : 1
    this.#next = Math.max(this.#next, Math.min(fileOffset + length, this.#size))
    return type === BLOCK || fileOffset + pageSize <= this.#size
  }

  /** The device says that it has all: so it has what it asked for. */
  end(): void {
    this.#frontier = Math.max(this.#frontier, this.#next)
  }
}
