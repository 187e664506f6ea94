// How far a device is, by what it asks for: zigbee-herdsman itself reports twice a minute. A request for an offset says
// that everything before it is there; one that does not go on is a repetition.

/** ZCL names of the requests that a host hears; all others are no concern of progress. */
const BLOCK = 'commandImageBlockRequest'
const PAGE = 'commandImagePageRequest'

export interface Asked {
  readonly fileOffset: number
  readonly maximumDataSize: number
  readonly pageSize?: number
}

export class BlockCount {
  readonly #size: number
  readonly #blockSize: number
  #frontier = 0
  #next = 0
  #blocks = 0
  #retries = 0
  #resumedAt: number | undefined

  /** @param blockSize octets that the host puts into a block at most. */
  constructor(size: number, blockSize: number) {
    this.#size = size
    this.#blockSize = blockSize
  }

  /** Octets that the device has. */
  get octets(): number {
    return this.#frontier
  }

  /** Blocks asked for so far, repetitions among them. */
  get blocks(): number {
    return this.#blocks
  }

  get retries(): number {
    return this.#retries
  }

  /** Where the device began: above 0 it went on with an earlier download. */
  get resumedAt(): number {
    return this.#resumedAt ?? 0
  }

  /** @returns false for a page that reaches past the image's end, which zigbee-herdsman never stops answering. */
  heed(type: string, { fileOffset, maximumDataSize, pageSize = 0 }: Asked): boolean {
    if (type !== BLOCK && type !== PAGE) return true
    const isFirst = this.#resumedAt === undefined
    this.#resumedAt ??= fileOffset
    this.#frontier = Math.max(this.#frontier, Math.min(fileOffset, this.#size))
    if (!isFirst && fileOffset < this.#next) this.#retries++
    const block = Math.max(1, Math.min(this.#blockSize, maximumDataSize))
    const asked = type === PAGE ? pageSize : block
    this.#blocks += type === PAGE ? Math.ceil(pageSize / block) : 1
    this.#next = Math.max(this.#next, fileOffset + Math.min(asked, this.#size - fileOffset))
    return type === BLOCK || fileOffset + pageSize <= this.#size
  }

  /** The device says that it has all. */
  end(): void {
    this.#frontier = this.#size
  }
}
