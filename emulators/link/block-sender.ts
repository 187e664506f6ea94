// The sending end of a block transfer: a window of missing blocks, then a question what is held, until all is.
// What the other end holds is only what it said it holds: a sent block proves nothing.

import { AT_IMAGE, FRAME_HEADER, frameIsSound } from '#core/block/block-frame'
import type { Chunker } from '#core/block/chunker'
import { ReceivedMap } from '#core/block/received-map'
import { Bytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import type { VirtualClock } from '#core/time/virtual-clock'
import type { Trace } from '../trace/trace.ts'
import type { World } from '../trace/world.ts'
import type { Link } from './link.ts'
import { ASK, encodeControl, MAX_CONTROL, OPEN } from './wire.ts'

/** ASK payload: first bitmap word wanted, round (u32 each). An OPEN counts as round 0. */
export const AT_WANTED = 0
export const AT_ROUND_ASKED = 4
/** STATUS payload: state, round answered, held blocks, first bitmap word, number of words (u32 each), the words. */
export const AT_STATE = 0
export const AT_ROUND = 4
export const AT_HELD = 8
export const AT_FIRST_WORD = 12
export const AT_WORD_COUNT = 16
export const AT_WORDS = 20
/** Bitmap words in one STATUS: 4,000 blocks. */
export const STATUS_WORDS = 125

/** Transfer states in a STATUS. */
export const RECEIVING = 0
export const REFUSED = 1

export interface SenderConfig {
  /** Octets of frames, and frames, sent before the other end is asked: whichever is reached first. */
  readonly windowSize: number
  readonly windowBlocks: number
  /** Milliseconds to wait for an answer beyond the time that the window takes on the line. */
  readonly answerTimeout: number
  readonly maxTries: number
  /** Bits a second of the line, to know how long a window takes. */
  readonly bitRate: number
  /** Octets that the line adds to each frame; 0 unless told. */
  readonly overhead?: number
}

export interface BlockSenderSetup {
  /** Who speaks in the trace. */
  readonly source: string
  readonly config: SenderConfig
  readonly link: Link
  /** Called once a transfer, with true when the other end holds everything. */
  readonly onDone: (ok: boolean) => void
}

/** What a transfer is given when it is opened. */
export interface Opened {
  readonly chunker: Chunker
  readonly opening: Bytes
}

export class BlockSender {
  /** Block frames sent; `repeats` of them were sent before. */
  sent = 0
  repeats = 0
  readonly #source: string
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #config: SenderConfig
  readonly #link: Link
  readonly #onDone: (ok: boolean) => void
  readonly #timer: number
  readonly #control = Bytes.alloc(MAX_CONTROL)
  #frame = Bytes.alloc(0)
  #chunker: Chunker | undefined
  #known = new ReceivedMap(0)
  #tried = new ReceivedMap(0)
  #opening = Bytes.alloc(0)
  #round = 0
  #tries = 0

  constructor({ clock, trace }: World, { source, config, link, onDone }: BlockSenderSetup) {
    this.#source = source
    this.#clock = clock
    this.#trace = trace
    this.#config = config
    this.#link = link
    this.#onDone = onDone
    this.#timer = clock.timer(() => this.#onSilence())
  }

  /** Starts a transfer; `opening` describes the image to the other end. */
  open(chunker: Chunker, opening: Bytes): void {
    this.#begin(chunker, opening)
    this.#sendOpen()
  }

  /** @param reopen gives what the transfer that was open had been given, when one is loaded. */
  archive(a: Archive, reopen: () => Opened): void {
    this.sent = a.number(this.sent)
    this.repeats = a.number(this.repeats)
    const open = a.flag(this.#chunker !== undefined)
    if (!open) {
      this.#chunker = undefined
      return
    }
    if (a.loading) {
      const { chunker, opening } = reopen()
      this.#begin(chunker, opening)
    }
    this.#known.archive(a)
    this.#tried.archive(a)
    this.#round = a.number(this.#round)
    this.#tries = a.number(this.#tries)
  }

  /** Takes a STATUS frame of `length` octets at `at`. */
  receive(src: Bytes, at: number, length: number): void {
    const chunker = this.#chunker
    if (!chunker || !frameIsSound(src, at, length)) return
    if (src.dv.getInt32(at + AT_IMAGE, true) !== chunker.imageId) return
    const p = at + FRAME_HEADER
    if (src.dv.getUint32(p + AT_STATE, true) === REFUSED) {
      this.#end(false)
      return
    }
    const round = src.dv.getUint32(p + AT_ROUND, true)
    // Before the opening is answered: late, from an earlier transfer of the same image, and no sign that this one began.
    if (this.#round === 0 && round !== 0) return
    const held = src.dv.getUint32(p + AT_HELD, true)
    // The other end dropped what it had and begins anew: what was known of it is over.
    if (round === this.#round && held < this.#known.held) this.#known.restart()
    this.#learn(src, p)
    if (held === chunker.geometry.count) {
      this.#end(true)
      return
    }
    // A late or doubled answer to an earlier question teaches, but must not start a second train of windows.
    if (round !== this.#round) return
    this.#tries = 0
    this.#sendWindow()
  }

  #begin(chunker: Chunker, opening: Bytes): void {
    const { count } = chunker.geometry
    this.#chunker = chunker
    this.#known = new ReceivedMap(count)
    this.#tried = new ReceivedMap(count)
    this.#opening = opening
    this.#round = 0
    this.#tries = 0
    this.#frame = Bytes.alloc(Math.max(chunker.maxFrame, FRAME_HEADER + MAX_CONTROL))
  }

  #learn(src: Bytes, p: number): void {
    const first = src.dv.getUint32(p + AT_FIRST_WORD, true)
    const words = src.dv.getUint32(p + AT_WORD_COUNT, true)
    const end = Math.min(words, this.#known.words.length - first)
    for (let w = 0; w < end; w++) {
      let fresh = src.dv.getInt32(p + AT_WORDS + 4 * w, true) & ~this.#known.words[first + w]!
      for (; fresh !== 0; fresh &= fresh - 1) {
        this.#known.add(((first + w) << 5) + 31 - Math.clz32(fresh & -fresh))
      }
    }
  }

  #sendWindow(): void {
    const chunker = this.#chunker!
    const { bitRate, overhead = 0, windowSize, windowBlocks } = this.#config
    const first = this.#known.firstMissing()
    const limit = (first & ~31) + 32 * STATUS_WORDS
    const most = this.sent + windowBlocks
    let octets = 0
    let onLine = 0
    for (let i = first; i >= 0 && i < limit; i = this.#known.firstMissing(i + 1)) {
      if (octets >= windowSize || this.sent >= most) break
      const length = chunker.encode(i, this.#frame, 0)
      if (!this.#tried.add(i)) this.repeats++
      this.sent++
      octets += length
      onLine += length + overhead
      this.#link.send(this.#frame, 0, length, 0)
    }
    this.#round++
    this.#ask(Math.ceil((onLine * 8000) / bitRate))
  }

  /** Asks what is held, and waits for the answer `more` ms longer than usual. */
  #ask(more: number): void {
    // Armed first: over a link without delay the answer comes before send() returns.
    this.#clock.after(this.#timer, this.#config.answerTimeout + more)
    this.#control.dv.setUint32(AT_WANTED, this.#known.firstMissing() >>> 5, true)
    this.#control.dv.setUint32(AT_ROUND_ASKED, this.#round, true)
    this.#sendControl(ASK, this.#control, 8)
  }

  #sendOpen(): void {
    this.#clock.after(this.#timer, this.#config.answerTimeout)
    this.#sendControl(OPEN, this.#opening, this.#opening.length)
  }

  #sendControl(kind: number, payload: Bytes, length: number): void {
    const size = encodeControl(this.#frame, 0, kind, this.#chunker!.imageId, payload, length)
    this.#link.send(this.#frame, 0, size, 0)
  }

  #onSilence(): void {
    if (++this.#tries >= this.#config.maxTries) {
      this.#trace.emit(this.#source, 'transfer-failed', { tries: this.#tries })
      this.#end(false)
    } else if (this.#round > 0 && this.#tries % 2 === 1) this.#ask(0)
    // Who does not answer may have taken up another transfer, or forgotten this one.
    else this.#sendOpen()
  }

  #end(ok: boolean): void {
    this.#clock.cancel(this.#timer)
    this.#chunker = undefined
    this.#onDone(ok)
  }
}
