// How a device gets its image, block by block, and what is kept of it: the rules that both engines play. A block is
// asked for and answered within a round trip; a lost attempt is made again after a wait that doubles; after too
// many in a row the download rests and goes on where it was.

/** Level of a block's attempts that stands for a device that waits; more tries in a row are not told apart. */
export const MAX_TRIES = 30

/** Most attempts that may be lost. */
export const MOST_LOSS = 0.9

/** No download lasts longer, ms: a time is an int32, and waits come on top. */
export const LONGEST_DOWNLOAD = 12 * 86_400_000

/** The numbers of a transfer. */
export interface TransferConfig {
  /** Probability that an attempt is lost, 0..MOST_LOSS. */
  readonly loss: number
  /** Time from a request to the next one when nothing is lost, ms, before the jitter. */
  readonly roundTrip: number
  /** The jitter, ms: each of 0..jitter - 1 is added as often. A power of two, so that its sum can be drawn exactly. */
  readonly jitter: number
  /** Wait after the first lost attempt at a block, ms; it doubles with each further one up to the longest. */
  readonly backoff: number
  readonly longestBackoff: number
  /** Lost attempts in a row after which the download rests, 1..MAX_TRIES. */
  readonly maxTries: number
  /** How long it rests, ms. */
  readonly rest: number
  /** Time after which a download is not waited for any more, ms, up to LONGEST_DOWNLOAD. */
  readonly lifetime: number
  /** Time for which an attempt keeps a shared bearer, ms. */
  readonly airTime: number
}

/** The rules in the form in which they are played. */
export class Rules {
  readonly config: TransferConfig
  /** An attempt is lost when its 32 bits, unsigned, are below this. Its low bits are 0: they draw the jitter. */
  readonly lostBelow: number
  /** The probability that this makes. */
  readonly loss: number
  /** Wait after a lost attempt by the number of those before it, ms. */
  readonly backoff: Int32Array
  readonly jitterBits: number

  /** @throws RangeError when a number is out of its range. */
  constructor(config: TransferConfig) {
    const { loss, jitter, maxTries, backoff, longestBackoff, lifetime } = config
    this.config = config
    this.jitterBits = Math.log2(jitter)
    must(loss >= 0 && loss <= MOST_LOSS, 'a loss')
    must(Number.isInteger(this.jitterBits) && this.jitterBits <= 12, 'a jitter')
    must(maxTries >= 1 && maxTries <= MAX_TRIES, 'a number of tries')
    must(lifetime >= 0 && lifetime <= LONGEST_DOWNLOAD, 'a lifetime')
    this.lostBelow = Math.round((loss * 2 ** 32) / jitter) * jitter
    this.loss = this.lostBelow / 2 ** 32
    this.backoff = Int32Array.from({ length: maxTries }, (_, level) =>
      Math.min(backoff * 2 ** level, longestBackoff),
    )
  }
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new RangeError(`${what} is out of its range`)
}

/** Duration of a download that was not over within the lifetime. */
export const OVERDUE = -1

/** What became of a number of downloads, by device. */
export class Transfers {
  /** Attempts that were lost. */
  readonly retries: Int32Array
  /** Rests. */
  readonly stops: Int32Array
  /** From the first request to the last answer, ms, or OVERDUE; the counts of an overdue one mean nothing. */
  readonly duration: Int32Array

  constructor(count: number) {
    this.retries = new Int32Array(count)
    this.stops = new Int32Array(count)
    this.duration = new Int32Array(count)
  }
}
