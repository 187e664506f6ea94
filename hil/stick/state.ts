// What a stick and the devices behind it keep while hanrig is not running: the stick's non-volatile items, who is in the
// network, every device's flash. Saved whole now and then while something changes, so that a killed process loses
// seconds and never more than that; the devices then wake as after a loss of power. What cannot be saved ends the stick:
// a host must not take for kept what is not.

import { HanrigError } from '#core/errors/errors'
import type { Archive } from '#core/state/archive'
import { sha256 } from '#emulators/crypto/crypto'
import type { ZigbeeHome } from '#emulators/home/zigbee-home'
import { Loader, Saver } from '#emulators/storage/archive'
import { hanrigError } from '../errors/errors.ts'
import type { StickFront } from './front.ts'

/** A front that has something to keep. */
export interface KeptFront extends StickFront {
  /** Grows whenever something changes that is kept. */
  readonly revision: number
  archive(a: Archive): void
}

/** The file: this, octets of what follows the hash (u32, little-endian), SHA-256 of it, and then it. */
const MAGIC = Buffer.from('HANRIGK2')
const HASH = 32
const HEAD = MAGIC.length + 4 + HASH
/** How 0.3.0 began, after a tag and a length: without a check. */
const OLD = Buffer.from('hanrig stick state')
const OLD_AT = 5
/** Time from one look at what has changed to the next, ms; and the share of time that saving may take. */
const LOOK_EVERY = 1_000
const SHARE = 20

/** Everything that is kept, as the file holds it. */
export function encodeState(home: ZigbeeHome, front: KeptFront): Uint8Array {
  const saver = new Saver()
  walk(saver, home, front)
  const content = saver.octets
  const length = Buffer.alloc(4)
  length.writeUInt32LE(content.length)
  return Buffer.concat([MAGIC, length, sha256(content), content])
}

/** Brings it back; to be called before the home begins. @throws HanrigError STICK_STATE_UNUSABLE. */
export function loadState(file: Uint8Array, home: ZigbeeHome, front: KeptFront): void {
  const loader = new Loader(contentOf(Buffer.from(file.buffer, file.byteOffset, file.length)))
  try {
    walk(loader, home, front)
    if (!loader.ended) throw new Error('it goes on where it should end')
  } catch (error) {
    if (error instanceof HanrigError && error.code === 'HANRIG_STICK_STATE_UNUSABLE') throw error
    throw unusable('is of other devices than these')
  }
}

/** What the hash has proved to be as it was saved. */
function contentOf(file: Buffer): Buffer {
  if (OLD.equals(file.subarray(OLD_AT, OLD_AT + OLD.length))) {
    throw unusable('was kept by hanrig 0.3.0, which no later one reads')
  }
  if (!MAGIC.equals(file.subarray(0, MAGIC.length))) throw unusable('does not begin as one')
  const length = file.length < HEAD ? 0 : file.readUInt32LE(MAGIC.length)
  if (file.length < HEAD + length) throw unusable('is cut off')
  if (file.length > HEAD + length) throw unusable('goes on where it should end')
  const content = file.subarray(HEAD)
  if (Buffer.compare(sha256(content), file.subarray(HEAD - HASH, HEAD)) !== 0) {
    throw unusable('is damaged: its hash is wrong')
  }
  return content
}

function walk(a: Archive, home: ZigbeeHome, front: KeptFront): void {
  const devices = home.nodes.map(({ name, device }) => `${name}=${device.setup.id}`).join(' ')
  for (const [what, mine] of [
    ['protocol', front.protocol],
    ['devices', devices],
  ] as const) {
    const kept = a.text(mine)
    if (kept !== mine) throw unusable(`has another ${what}: ${kept.slice(0, 80)}`)
  }
  front.archive(a)
  home.archiveKept(a)
}

function unusable(why: string): HanrigError {
  return hanrigError('HANRIG_STICK_STATE_UNUSABLE', `The state file ${why}.`)
}

/** Saves the state at the start, while it changes, and at the end. */
export class StateKeeper {
  readonly #home: ZigbeeHome
  readonly #front: KeptFront
  readonly #write: (octets: Uint8Array) => void
  #timer: NodeJS.Timeout | undefined
  #failed: (error: unknown) => void = () => {}
  #saved = -1
  #isBroken = false

  /** @param write makes the octets durable, whole or not at all: when it throws, what was saved before is still there. */
  constructor(home: ZigbeeHome, front: KeptFront, write: (octets: Uint8Array) => void) {
    this.#home = home
    this.#front = front
    this.#write = write
  }

  /**
   * Saves what there is, and from now on what changes.
   * @param failed is told what `write` threw later on; nothing more is saved then.
   * @throws what `write` throws.
   */
  start(failed: (error: unknown) => void): void {
    this.#failed = failed
    this.#save()
    this.#timer = setTimeout(() => this.#look(), LOOK_EVERY)
  }

  /** Saves what has changed since, for the last time. @throws what `write` throws. */
  end(): void {
    clearTimeout(this.#timer)
    if (!this.#isBroken) this.#save()
  }

  #look(): void {
    const began = performance.now()
    try {
      this.#save()
    } catch (error) {
      this.#failed(error)
      return
    }
    const pause = Math.max(LOOK_EVERY, SHARE * (performance.now() - began))
    this.#timer = setTimeout(() => this.#look(), pause)
  }

  #save(): void {
    const revision = this.#home.revision + this.#front.revision
    if (revision === this.#saved) return
    this.#isBroken = true
    this.#write(encodeState(this.#home, this.#front))
    this.#isBroken = false
    this.#saved = revision
  }
}
