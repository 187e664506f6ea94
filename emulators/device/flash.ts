// A device's non-volatile memory: two image slots and a record of what is in them, kept twice and written in turns.
// What is not here is gone when the power goes. A cut in the middle of a write leaves it half done; the record's other
// copy is then the truth. Invariant: at least one copy of the record is sound, and the slot that it calls active is whole.

import { Bytes, copyBytes } from '#core/bytes/bytes'
import { crc32 } from '#core/bytes/crc32'
import type { Archive } from '#core/state/archive'
import { sha256 } from '../crypto/crypto.ts'

/** What the pending slot holds. */
export const NOTHING_PENDING = 0
export const PARTIAL = 1
export const HELD = 2
/** Held, and its activation had begun. */
export const ACTIVATING = 3

export const PENDING_NAMES = ['nothing', 'partial', 'held', 'activating'] as const

/** The record: everything that a device knows after it was switched off and on. */
export interface Kept {
  /** The slot that runs, 0 or 1. */
  active: number
  /** File version that runs, octets of its file, and their SHA-256. */
  version: number
  activeSize: number
  readonly activeHash: Uint8Array
  pending: number
  /** Of the pending image: octets of the file, its version, octets known to be there, SHA-256 of the hashed ones. */
  size: number
  fileVersion: number
  offset: number
  readonly hash: Uint8Array
  /** The stored activation command; deadline is Infinity without one. */
  deadline: number
  executionTime: number
  counter: number
  byAlert: number
  lastCounter: number
  readonly wanted: Uint8Array
  /** What is still to be reported: an outcome's code, an alert's number (0x8F72), or NONE_OWED. */
  owes: number
  owesVersion: number
  /** The originator counter to which an outcome is the response, or BY_ALERT. */
  owesTo: number
}

export const NONE_OWED = -1
export const BY_ALERT = -1

/** Thrown by the write in the middle of which the power went; a box catches it where it was woken. */
export class PowerCut extends Error {}

/** How long a box is without power after a write was torn, ms (chosen). */
const TORN_OFF_TIME = 1_000

/** A box that can lose its power: volatile state and all. */
interface Powered {
  /** @param duration ms. */
  cutPower(duration: number): void
}

/** Runs `work`; when the power goes in the middle of one of its writes, the whole box loses it. */
export function withPower(box: Powered, work: () => void): void {
  try {
    work()
  } catch (error) {
    powerWent(box, error)
  }
}

/** Takes the power from `box` when that is what `error` says; any other error goes on. */
export function powerWent(box: Powered, error: unknown): void {
  if (!(error instanceof PowerCut)) throw error
  box.cutPower(TORN_OFF_TIME)
}

const RECORD = 256
const AT_CRC = RECORD - 4
const HASH = 32

export class Flash {
  /** Writes so far, of blocks and of records. */
  writes = 0
  /** The number of the write that a power cut tears; Infinity for none. */
  cutAt = Number.POSITIVE_INFINITY
  readonly kept: Kept
  readonly #slots: readonly Bytes[]
  readonly #records = Bytes.alloc(2 * RECORD)
  readonly #scratch = Bytes.alloc(RECORD)
  #sequence = 0

  /**
   * @param slotSize octets of each slot.
   * @param factory the image that runs at first, and its version.
   */
  constructor(slotSize: number, factory: Uint8Array, version: number) {
    const room = Math.max(slotSize, factory.length)
    this.#slots = [Bytes.alloc(room), Bytes.alloc(slotSize)]
    this.#slots[0]!.u8.set(factory)
    this.kept = {
      active: 0,
      version,
      activeSize: factory.length,
      activeHash: sha256(factory),
      pending: NOTHING_PENDING,
      size: 0,
      fileVersion: 0,
      offset: 0,
      hash: new Uint8Array(HASH),
      deadline: Number.POSITIVE_INFINITY,
      executionTime: 0,
      counter: 0,
      byAlert: 0,
      lastCounter: -1,
      wanted: new Uint8Array(HASH),
      owes: NONE_OWED,
      owesVersion: 0,
      owesTo: BY_ALERT,
    }
    this.#write()
    this.#write()
  }

  /** The file that runs: a view. */
  get running(): Uint8Array {
    return this.#slots[this.kept.active]!.u8.subarray(0, this.kept.activeSize)
  }

  /** The slot that downloads go to. */
  get pending(): Bytes {
    return this.#slots[this.kept.active ^ 1]!
  }

  /** True when the octets that run are the ones that were activated. */
  get runsSound(): boolean {
    return Buffer.compare(sha256(this.running), this.kept.activeHash) === 0
  }

  /** `length` octets of the pending slot at `at` were just written. */
  wrote(at: number, length: number): void {
    if (++this.writes < this.cutAt) return
    this.cutAt = Number.POSITIVE_INFINITY
    // Half of it arrived; erased NOR flash reads as ones.
    this.pending.u8.fill(0xff, at + (length >>> 1), at + length)
    throw new PowerCut()
  }

  /** Makes `kept` durable. */
  commit(): void {
    if (++this.writes >= this.cutAt) {
      this.cutAt = Number.POSITIVE_INFINITY
      this.#write(RECORD >>> 1)
      throw new PowerCut()
    }
    this.#write()
  }

  /** Reads `kept` back from the newest sound copy, as after a loss of power. */
  load(): void {
    let newest = -1
    for (const copy of [0, 1]) {
      const at = copy * RECORD
      const { dv } = this.#records
      if (dv.getInt32(at + AT_CRC, true) !== (crc32(this.#records, at, AT_CRC) | 0)) continue
      const sequence = dv.getUint32(at, true)
      if (newest < 0 || sequence > dv.getUint32(newest * RECORD, true)) newest = copy
      this.#sequence = Math.max(this.#sequence, sequence)
    }
    if (newest < 0) throw new Error('both copies of the flash record are torn')
    this.#sequence = this.#records.dv.getUint32(newest * RECORD, true)
    this.#decode(newest * RECORD)
  }

  /** Flips a bit of the running image, as age does. */
  rot(): void {
    this.#slots[this.kept.active]!.u8[this.kept.activeSize >>> 1]! ^= 1
  }

  archive(a: Archive): void {
    a.numbers(this.#records.u8)
    this.writes = a.number(this.writes)
    this.cutAt = a.number(this.cutAt)
    if (a.loading) this.load()
    a.numbers(this.#slots[this.kept.active]!.u8.subarray(0, this.kept.activeSize))
    a.numbers(this.pending.u8.subarray(0, this.kept.size))
  }

  /** Writes the record over the older copy; only its first `length` octets when the power goes. */
  #write(length = RECORD): void {
    this.#encode(++this.#sequence)
    copyBytes(this.#records, (this.#sequence & 1) * RECORD, this.#scratch, 0, length)
  }

  #encode(sequence: number): void {
    const k = this.kept
    const { dv, u8 } = this.#scratch
    dv.setUint32(0, sequence, true)
    dv.setUint32(4, k.active, true)
    dv.setUint32(8, k.version, true)
    dv.setUint32(12, k.activeSize, true)
    u8.set(k.activeHash, 16)
    dv.setUint32(48, k.pending, true)
    dv.setUint32(52, k.size, true)
    dv.setUint32(56, k.fileVersion, true)
    dv.setUint32(60, k.offset, true)
    u8.set(k.hash, 64)
    dv.setFloat64(96, k.deadline, true)
    dv.setFloat64(104, k.executionTime, true)
    dv.setFloat64(112, k.counter, true)
    dv.setFloat64(120, k.lastCounter, true)
    u8.set(k.wanted, 128)
    dv.setInt32(160, k.byAlert, true)
    dv.setInt32(164, k.owes, true)
    dv.setUint32(168, k.owesVersion, true)
    dv.setFloat64(176, k.owesTo, true)
    dv.setInt32(AT_CRC, crc32(this.#scratch, 0, AT_CRC) | 0, true)
  }

  #decode(at: number): void {
    const k = this.kept
    const { dv, u8 } = this.#records
    k.active = dv.getUint32(at + 4, true)
    k.version = dv.getUint32(at + 8, true)
    k.activeSize = dv.getUint32(at + 12, true)
    k.activeHash.set(u8.subarray(at + 16, at + 48))
    k.pending = dv.getUint32(at + 48, true)
    k.size = dv.getUint32(at + 52, true)
    k.fileVersion = dv.getUint32(at + 56, true)
    k.offset = dv.getUint32(at + 60, true)
    k.hash.set(u8.subarray(at + 64, at + 96))
    k.deadline = dv.getFloat64(at + 96, true)
    k.executionTime = dv.getFloat64(at + 104, true)
    k.counter = dv.getFloat64(at + 112, true)
    k.lastCounter = dv.getFloat64(at + 120, true)
    k.wanted.set(u8.subarray(at + 128, at + 160))
    k.byAlert = dv.getInt32(at + 160, true)
    k.owes = dv.getInt32(at + 164, true)
    k.owesVersion = dv.getUint32(at + 168, true)
    k.owesTo = dv.getFloat64(at + 176, true)
  }
}
