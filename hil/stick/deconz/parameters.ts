// What a host reads from a deCONZ stick and writes to it: parameters under a number, some of them by index. The numbers
// are those of dresden elektronik's serial protocol; what a host writes is kept as it came.

import type { Archive } from '#core/state/archive'
import type { NetworkParameters } from '../front.ts'

export const MAC_ADDRESS = 0x01
export const PAN_ID = 0x05
export const NETWORK_ADDRESS = 0x07
export const EXTENDED_PAN_ID = 0x08
export const DESIGNED_COORDINATOR = 0x09
export const CHANNEL_MASK = 0x0a
export const USE_EXTENDED_PAN_ID = 0x0b
export const TRUST_CENTER = 0x0e
export const ENDPOINT = 0x13
export const PREDEFINED_PAN_ID = 0x15
export const STATIC_ADDRESS = 0x16
export const NETWORK_KEY = 0x18
export const CHANNEL = 0x1c
export const PERMIT_JOIN = 0x21
export const PROTOCOL_VERSION = 0x22
export const UPDATE_ID = 0x24
export const WATCHDOG = 0x26
export const FRAME_COUNTER = 0x27

/** Octets of each; of those that are read by index the first octet is the index. */
const SIZES: Readonly<Record<number, number>> = {
  [MAC_ADDRESS]: 8,
  [PAN_ID]: 2,
  [NETWORK_ADDRESS]: 2,
  [EXTENDED_PAN_ID]: 8,
  [DESIGNED_COORDINATOR]: 1,
  [CHANNEL_MASK]: 4,
  [USE_EXTENDED_PAN_ID]: 8,
  [TRUST_CENTER]: 8,
  [ENDPOINT]: 64,
  [PREDEFINED_PAN_ID]: 1,
  [STATIC_ADDRESS]: 1,
  [NETWORK_KEY]: 17,
  [CHANNEL]: 1,
  [PERMIT_JOIN]: 1,
  [PROTOCOL_VERSION]: 2,
  [UPDATE_ID]: 1,
  [WATCHDOG]: 4,
  [FRAME_COUNTER]: 4,
}
const BY_INDEX: readonly number[] = [ENDPOINT, NETWORK_KEY]
/** What the stick alone says. */
const READ_ONLY: readonly number[] = [NETWORK_ADDRESS, CHANNEL, PROTOCOL_VERSION]
/** What the stick speaks. */
const SPOKEN = 0x010e
const FIRST_CHANNEL = 11
const LAST_CHANNEL = 26

/** All parameters, for the documents. */
export const PARAMETERS: readonly number[] = Object.keys(SIZES).map(Number)

export class Parameters {
  revision = 0
  readonly #values = new Map<string, Uint8Array>()

  constructor(ieee: Uint8Array, formed: NetworkParameters | undefined) {
    for (const id of PARAMETERS) {
      if (!BY_INDEX.includes(id)) this.#values.set(`${id}`, new Uint8Array(SIZES[id]!))
    }
    this.set(MAC_ADDRESS, ieee)
    this.set(PROTOCOL_VERSION, Uint8Array.of(SPOKEN & 0xff, SPOKEN >>> 8))
    this.set(CHANNEL, Uint8Array.of(FIRST_CHANNEL))
    this.#values.set(`${NETWORK_KEY}.0`, new Uint8Array(17))
    if (!formed) return
    this.set(PAN_ID, Uint8Array.of(formed.panId & 0xff, formed.panId >>> 8))
    this.set(USE_EXTENDED_PAN_ID, formed.extendedPanId)
    this.set(EXTENDED_PAN_ID, formed.extendedPanId)
    this.set(CHANNEL, Uint8Array.of(formed.channel))
    this.set(TRUST_CENTER, ieee)
    this.#values.set(`${NETWORK_KEY}.0`, Uint8Array.of(0, ...formed.key))
  }

  /** The value of a parameter, an index before it where it has one; undefined for one that is not there. */
  read(id: number, index: number): Uint8Array | undefined {
    return this.#values.get(BY_INDEX.includes(id) ? `${id}.${index}` : `${id}`)
  }

  /** Takes what a host writes; false when it may not, or its length is wrong. */
  write(id: number, octets: Uint8Array): boolean {
    const size = SIZES[id]
    if (size === undefined || READ_ONLY.includes(id)) return false
    const byIndex = BY_INDEX.includes(id)
    if (id === ENDPOINT ? octets.length > size || octets.length < 1 : octets.length !== size) {
      return false
    }
    this.#values.set(byIndex ? `${id}.${octets[0]}` : `${id}`, octets)
    this.revision++
    return true
  }

  set(id: number, octets: Uint8Array): void {
    this.#values.set(`${id}`, octets.slice())
    this.revision++
  }

  get(id: number): Uint8Array {
    return this.#values.get(`${id}`)!
  }

  get panId(): number {
    const octets = this.get(PAN_ID)
    return octets[0]! | (octets[1]! << 8)
  }

  /** The channel to be used: the lowest of the mask. */
  get wantedChannel(): number {
    const mask = this.get(CHANNEL_MASK)
    const bits = mask[0]! | (mask[1]! << 8) | (mask[2]! << 16) | (mask[3]! << 24)
    if (bits === 0) return this.get(CHANNEL)[0]!
    let channel = FIRST_CHANNEL
    while (channel < LAST_CHANNEL && (bits & (1 << channel)) === 0) channel++
    return channel
  }

  /** What makes a network this one and no other. */
  get identity(): string {
    const key = this.#values.get(`${NETWORK_KEY}.0`)!
    const parts = [this.get(PAN_ID), this.get(USE_EXTENDED_PAN_ID), key]
    return parts.map(octets => Buffer.from(octets).toString('hex')).join('.')
  }

  archive(a: Archive): void {
    const keys = [...this.#values.keys()]
    const count = a.number(keys.length)
    if (a.loading) this.#values.clear()
    for (let i = 0; i < count; i++) {
      const key = a.text(keys[i] ?? '')
      const known = this.#values.get(key)
      const length = a.number(known?.length ?? 0)
      const octets = known ?? new Uint8Array(Math.min(length, 256))
      a.numbers(octets)
      this.#values.set(key, octets)
    }
  }
}
