// The DCO's durable store: one preallocated log per image, and the log is the only truth; there is no catalogue
// beside it that could disagree. Records are network block frames as they came: first the image's descriptor, then
// accepted blocks and notes in the order of arrival. After a crash the log is read until the first record that is
// not sound; what follows was never acknowledged and is wiped, so that it can never come back to life.
// Invariant: every block stands in the log at most once, and a block that flush() returned for stands there.

import { AT_LENGTH, FRAME_HEADER, frameIsSound } from '#core/block/block-frame'
import { MAX_BLOCK_SIZE } from '#core/block/geometry'
import { Reassembler } from '#core/block/reassembler'
import { Bytes, copyBytes, sameBytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import { hex } from '../crypto/crypto.ts'
import { hanrigError } from '../errors/errors.ts'
import type { BlockStore } from '../link/block-receiver.ts'
import { controlKind, encodeControl, OPEN } from '../link/wire.ts'
import type { Disk, DiskFile } from '../storage/disk.ts'
import { type Descriptor, encodeDescriptor, imageIdOf } from './descriptor.ts'

/** "HRLG" and the version, as a little-endian word each. */
const MAGIC = 0x474c5248
const VERSION = 1
export const LOG_HEADER = 8
/** Room for notes, octets. */
const NOTES_ROOM = 64 * 1024

/** Kinds of note. */
export const NOTE_ANSWERED = 0x20
export const NOTE_ACTIVATED = 0x21

/** The log file's name for an image on its way to certain devices. */
export function logName(descriptor: Descriptor): string {
  const transfer = (imageIdOf(descriptor) >>> 0).toString(16).padStart(8, '0')
  return `${hex(descriptor.sha256).slice(0, 16)}-${transfer}.blocks`
}

export class BlockLog implements BlockStore {
  readonly descriptor: Descriptor
  readonly reassembler: Reassembler
  /** Kinds of note in the log. */
  readonly notes = new Set<number>()
  readonly #file: DiskFile
  readonly #imageId: number
  readonly #batch: Bytes
  #batched = 0
  #end = LOG_HEADER

  /**
   * Opens the image's log, or starts one.
   * @param batch blocks that may wait for one flush.
   * @throws HanrigError STORE_DAMAGED when the file is another image's or not a log.
   */
  constructor(disk: Disk, descriptor: Descriptor, batch: number) {
    const { geometry } = descriptor
    const record = FRAME_HEADER + Math.min(geometry.blockSize, geometry.size)
    const opening = encodeDescriptor(descriptor)
    this.descriptor = descriptor
    this.#imageId = imageIdOf(descriptor)
    this.reassembler = new Reassembler(geometry, this.#imageId, Bytes.alloc(geometry.size))
    this.#batch = Bytes.alloc(Math.max(batch * record, 4096))
    const size =
      LOG_HEADER +
      FRAME_HEADER +
      opening.length +
      geometry.size +
      geometry.count * FRAME_HEADER +
      NOTES_ROOM
    const name = logName(descriptor)
    this.#file = disk.open(name, size)
    if (!this.#recover(opening)) this.#begin(name, opening)
  }

  append(frame: Bytes, at: number, length: number): void {
    if (this.#batched + length > this.#batch.length) this.flush()
    copyBytes(this.#batch, this.#batched, frame, at, length)
    this.#batched += length
  }

  flush(): void {
    if (this.#batched === 0) return
    this.#file.write(this.#batch.u8, 0, this.#batched, this.#end)
    this.#file.sync()
    this.#end += this.#batched
    this.#batched = 0
  }

  /** Makes a note durable; noting twice is once. */
  note(kind: number): void {
    if (this.notes.has(kind)) return
    this.notes.add(kind)
    this.flush()
    this.#batched = encodeControl(this.#batch, 0, kind, this.#imageId, this.#batch, 0)
    this.flush()
  }

  close(): void {
    this.#file.close()
  }

  /** Walks what is not on the disk yet. The disk itself was archived before, and the log opened from it. */
  archive(a: Archive): void {
    this.#batched = a.number(this.#batched)
    a.numbers(this.#batch.u8.subarray(0, this.#batched))
    for (let at = 0; a.loading && at < this.#batched; ) {
      const length = soundRecord(this.#batch, at)
      if (length === 0) {
        throw hanrigError('HANRIG_SNAPSHOT_DAMAGED', 'The snapshot has a damaged block in it.')
      }
      this.reassembler.accept(this.#batch, at, length)
      at += length
    }
  }

  #begin(name: string, opening: Bytes): void {
    const log = Bytes.alloc(this.#file.size)
    this.#file.read(log.u8, 0)
    // A new file, or one whose first write a crash tore; anything else is not ours to overwrite.
    const head = log.u8.subarray(0, LOG_HEADER)
    const tail = log.u8.subarray(LOG_HEADER)
    const torn = head.every(octet => octet === 0) || tail.every(octet => octet === 0)
    if (!torn && !this.#isOurs(log)) {
      throw hanrigError('HANRIG_STORE_DAMAGED', `The log ${name} is not a hanrig block log.`)
    }
    this.#wipe(log, 0)
    this.#batch.dv.setUint32(0, MAGIC, true)
    this.#batch.dv.setUint32(4, VERSION, true)
    this.#batched =
      LOG_HEADER +
      encodeControl(this.#batch, LOG_HEADER, OPEN, this.#imageId, opening, opening.length)
    this.#end = 0
    this.flush()
  }

  #isOurs(log: Bytes): boolean {
    return (
      log.length >= LOG_HEADER &&
      log.dv.getUint32(0, true) === MAGIC &&
      log.dv.getUint32(4, true) === VERSION
    )
  }

  /** Reads the log; false when it does not start with this image's descriptor. */
  #recover(opening: Bytes): boolean {
    const log = Bytes.alloc(this.#file.size)
    this.#file.read(log.u8, 0)
    if (log.length < LOG_HEADER || !this.#isOurs(log)) return false
    let at = LOG_HEADER
    let length = soundRecord(log, at)
    if (length === 0 || !isOpening(log, at, length, opening)) return false
    for (; length > 0; length = soundRecord(log, at)) {
      const kind = controlKind(log, at, length)
      if (kind < 0) this.reassembler.accept(log, at, length)
      else this.notes.add(kind)
      at += length
    }
    this.#end = at
    this.#wipe(log, at)
    return true
  }

  /** Zeroes what is not zero from `at` on: records that no flush() returned for. */
  #wipe(log: Bytes, at: number): void {
    const tail = log.u8.subarray(at)
    let dirty = tail.length
    while (dirty > 0 && tail[dirty - 1] === 0) dirty--
    if (dirty === 0) return
    this.#file.write(tail.fill(0), 0, dirty, at)
    this.#file.sync()
  }
}

/** Length of the sound record at `at`, or 0 when there is none: the unwritten tail, or a torn write. */
function soundRecord(log: Bytes, at: number): number {
  if (log.length - at < FRAME_HEADER) return 0
  const payload = log.dv.getUint32(at + AT_LENGTH, true)
  const length = FRAME_HEADER + payload
  if (payload > MAX_BLOCK_SIZE || length > log.length - at) return 0
  return frameIsSound(log, at, length) ? length : 0
}

function isOpening(log: Bytes, at: number, length: number, opening: Bytes): boolean {
  if (controlKind(log, at, length) !== OPEN || length !== FRAME_HEADER + opening.length)
    return false
  return sameBytes(log, at + FRAME_HEADER, opening, 0, opening.length)
}
