// What a stick and the devices behind it keep while hanrig is not running: the stick's non-volatile items, who is in the
// network, every device's flash. Saved whole now and then while something changes, so that a killed process loses
// seconds and never more than that; the devices then wake as after a loss of power.

import { HanrigError } from '#core/errors/errors'
import type { Archive } from '#core/state/archive'
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

const MAGIC = 'hanrig stick state'
const VERSION = 1
/** Time from one look at what has changed to the next, ms; and the share of time that saving may take. */
const LOOK_EVERY = 1_000
const SHARE = 20

/** Everything that is kept. */
export function encodeState(home: ZigbeeHome, front: KeptFront): Uint8Array {
  const saver = new Saver()
  walk(saver, home, front)
  return saver.octets
}

/** Brings it back; to be called before the home begins. @throws HanrigError STICK_STATE_UNUSABLE. */
export function loadState(octets: Uint8Array, home: ZigbeeHome, front: KeptFront): void {
  try {
    const loader = new Loader(octets)
    walk(loader, home, front)
    if (!loader.ended) throw new Error('it goes on where it should end')
  } catch (error) {
    if (error instanceof HanrigError && error.code === 'HANRIG_STICK_STATE_UNUSABLE') throw error
    throw hanrigError(
      'HANRIG_STICK_STATE_UNUSABLE',
      'The state file is damaged, or of other devices than these.',
    )
  }
}

function walk(a: Archive, home: ZigbeeHome, front: KeptFront): void {
  const devices = home.nodes.map(({ name, device }) => `${name}=${device.setup.id}`).join(' ')
  for (const [what, mine] of [
    ['format', `${MAGIC} ${VERSION}`],
    ['protocol', front.protocol],
    ['devices', devices],
  ] as const) {
    const kept = a.text(mine)
    if (kept === mine) continue
    throw hanrigError(
      'HANRIG_STICK_STATE_UNUSABLE',
      `The state file has another ${what}: ${kept.slice(0, 80)}.`,
    )
  }
  front.archive(a)
  home.archiveKept(a)
}

/** Saves the state while it changes, and at the end. */
export class StateKeeper {
  readonly #home: ZigbeeHome
  readonly #front: KeptFront
  readonly #write: (octets: Uint8Array) => void
  readonly #trouble: (error: unknown) => void
  #timer: NodeJS.Timeout | undefined
  #saved = -1
  #isTroubled = false

  /**
   * @param write makes the octets durable: whole or not at all.
   * @param trouble told when that fails while the stick goes on; it is tried again, and told again once it went well.
   */
  constructor(
    home: ZigbeeHome,
    front: KeptFront,
    write: (octets: Uint8Array) => void,
    trouble: (error: unknown) => void,
  ) {
    this.#home = home
    this.#front = front
    this.#write = write
    this.#trouble = trouble
  }

  start(): void {
    this.#timer = setTimeout(() => this.#look(), LOOK_EVERY)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  /** Saves what has changed since, for the last time. @throws what writing throws. */
  end(): void {
    this.stop()
    this.#save()
  }

  #look(): void {
    const began = performance.now()
    try {
      this.#save()
      this.#isTroubled = false
    } catch (error) {
      if (!this.#isTroubled) this.#trouble(error)
      this.#isTroubled = true
    }
    const pause = Math.max(LOOK_EVERY, SHARE * (performance.now() - began))
    this.#timer = setTimeout(() => this.#look(), pause)
  }

  #save(): void {
    const revision = this.#home.revision + this.#front.revision
    if (revision === this.#saved) return
    this.#write(encodeState(this.#home, this.#front))
    this.#saved = revision
  }
}
