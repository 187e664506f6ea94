// The receiving end of a block transfer. It says "held" only of what its store has made durable: accepted blocks
// are flushed before a STATUS goes out, so nothing that was acknowledged can be lost by a crash.

import { AT_IMAGE, AT_INDEX, FRAME_HEADER, frameIsSound } from '#core/block/block-frame'
import { ACCEPTED, COMPLETE, FEED_NAMES, type Reassembler } from '#core/block/reassembler'
import { Bytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import type { Trace } from '../trace/trace.ts'
import {
  AT_FIRST_WORD,
  AT_HELD,
  AT_ROUND,
  AT_ROUND_ASKED,
  AT_STATE,
  AT_WANTED,
  AT_WORD_COUNT,
  AT_WORDS,
  RECEIVING,
  REFUSED,
  STATUS_WORDS,
} from './block-sender.ts'
import type { Link } from './link.ts'
import {
  ASK,
  controlKind,
  encodeControl,
  MAX_CONTROL,
  MAX_CONTROL_FRAME,
  OPEN,
  payloadOf,
  STATUS,
} from './wire.ts'

/** Where accepted blocks go. */
export interface BlockStore {
  readonly reassembler: Reassembler
  /** Takes the frame of a block that was just accepted; may keep it in memory until flush(). */
  append(frame: Bytes, at: number, length: number): void
  /** Returns once everything appended is durable. */
  flush(): void
}

export interface BlockReceiverSetup {
  /** Who speaks in the trace. */
  readonly source: string
  /** Blocks after which the store is flushed though nobody asked. */
  readonly batch: number
  readonly link: Link
  /** Gives the store for the image described, with what it holds already; undefined refuses it. */
  readonly onOpen: (opening: Bytes) => BlockStore | undefined
  /** Called when the last block is durable, or at opening when all were held before. */
  readonly onComplete: () => void
}

export class BlockReceiver {
  store: BlockStore | undefined
  accepted = 0
  /** Frames that were not accepted, by feed code. */
  readonly refused = new Int32Array(FEED_NAMES.length)
  readonly #source: string
  readonly #trace: Trace
  readonly #batch: number
  readonly #link: Link
  readonly #onOpen: (opening: Bytes) => BlockStore | undefined
  readonly #onComplete: () => void
  readonly #payload = Bytes.alloc(MAX_CONTROL)
  readonly #out = Bytes.alloc(MAX_CONTROL_FRAME)
  #unflushed = 0
  #reported = 0

  constructor(trace: Trace, setup: BlockReceiverSetup) {
    this.#source = setup.source
    this.#trace = trace
    this.#batch = setup.batch
    this.#link = setup.link
    this.#onOpen = setup.onOpen
    this.#onComplete = setup.onComplete
  }

  /** Takes a block or a control frame of a transfer. */
  receive(src: Bytes, at: number, length: number): void {
    const kind = controlKind(src, at, length)
    if (kind < 0) this.#onBlock(src, at, length)
    else if (frameIsSound(src, at, length)) {
      if (kind === OPEN) this.#open(src, at, length)
      else if (kind === ASK && length >= FRAME_HEADER + 8) {
        // Of another image, which a late opening has pushed aside: its sender opens it again.
        if (src.dv.getInt32(at + AT_IMAGE, true) !== this.store?.reassembler.imageId) return
        const p = at + FRAME_HEADER
        this.#answer(
          src.dv.getUint32(p + AT_WANTED, true),
          src.dv.getUint32(p + AT_ROUND_ASKED, true),
        )
      }
    }
  }

  /**
   * Walks the receiver's own state; a store's is its owner's.
   * @param storeOf gives the store that was in use when one is loaded.
   */
  archive(a: Archive, storeOf: (imageId: number) => BlockStore): void {
    this.accepted = a.number(this.accepted)
    a.numbers(this.refused)
    this.#unflushed = a.number(this.#unflushed)
    this.#reported = a.number(this.#reported)
    if (!a.flag(this.store !== undefined)) this.store = undefined
    else {
      const imageId = a.number(this.store?.reassembler.imageId ?? 0)
      if (a.loading) this.store = storeOf(imageId)
    }
  }

  #open(src: Bytes, at: number, length: number): void {
    const imageId = src.dv.getInt32(at + AT_IMAGE, true)
    if (this.store?.reassembler.imageId !== imageId) {
      this.store = this.#onOpen(payloadOf(src, at, length))
      if (!this.store) {
        this.#payload.dv.setUint32(AT_STATE, REFUSED, true)
        this.#sendStatus(imageId, 4)
        return
      }
      const { map, geometry } = this.store.reassembler
      this.#reported = 0
      this.#trace.emit(this.#source, map.held > 0 ? 'transfer-resumed' : 'transfer-opened', {
        blocks: map.count,
        held: map.held,
        blockSize: geometry.blockSize,
        size: geometry.size,
      })
      if (map.complete) this.#onComplete()
    }
    this.#answer(0, 0)
  }

  #onBlock(src: Bytes, at: number, length: number): void {
    const { store } = this
    if (!store) return
    const code = store.reassembler.accept(src, at, length)
    if (code !== ACCEPTED && code !== COMPLETE) {
      this.refused[code]!++
      const index = length < FRAME_HEADER ? undefined : src.dv.getUint32(at + AT_INDEX, true)
      this.#trace.emit(this.#source, 'block-refused', { cause: FEED_NAMES[code], index })
      return
    }
    this.accepted++
    store.append(src, at, length)
    if (++this.#unflushed >= this.#batch || code === COMPLETE) this.#flush()
    if (code === COMPLETE) {
      this.#trace.emit(this.#source, 'transfer-complete', { blocks: store.reassembler.map.count })
      this.#onComplete()
    }
  }

  #flush(): void {
    if (this.#unflushed === 0) return
    this.#unflushed = 0
    const { store } = this
    store!.flush()
    const { held, count } = store!.reassembler.map
    const tenths = Math.floor((held * 10) / count)
    if (tenths > this.#reported) {
      this.#reported = tenths
      this.#trace.emit(this.#source, 'transfer-progress', { held, blocks: count })
    }
  }

  #answer(firstWord: number, round: number): void {
    if (!this.store) return
    this.#flush()
    const { map, imageId } = this.store.reassembler
    const first = Math.min(firstWord, map.words.length)
    const words = Math.min(STATUS_WORDS, map.words.length - first)
    const { dv } = this.#payload
    dv.setUint32(AT_STATE, RECEIVING, true)
    dv.setUint32(AT_ROUND, round, true)
    dv.setUint32(AT_HELD, map.held, true)
    dv.setUint32(AT_FIRST_WORD, first, true)
    dv.setUint32(AT_WORD_COUNT, words, true)
    for (let w = 0; w < words; w++) dv.setInt32(AT_WORDS + 4 * w, map.words[first + w]!, true)
    this.#sendStatus(imageId, AT_WORDS + 4 * words)
  }

  #sendStatus(imageId: number, length: number): void {
    const size = encodeControl(this.#out, 0, STATUS, imageId, this.#payload, length)
    this.#link.send(this.#out, 0, size, 0)
  }
}
