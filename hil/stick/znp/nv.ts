// A stick's non-volatile items as TI's firmware keeps them: octets under a number, and tables of octets. Items that the
// stick itself makes of what a host wrote (network state, keys) are made in network-items.ts.

import type { Archive } from '#core/state/archive'

/** Status octets. */
export const SUCCESS = 0x00
export const INVALID_PARAMETER = 0x02
/** INIT: it was not there and was made; DELETE: it was not there. */
export const ITEM_UNINIT = 0x09
export const OPERATION_FAILED = 0x0a
export const BAD_LENGTH = 0x0c

/** More of either is no use to any host, and memory is not without end. */
const MAX_ITEM = 4096
const MAX_ITEMS = 4096

export class NvStore {
  /** Grows whenever something in it changes. */
  revision = 0
  readonly #items = new Map<string, Uint8Array>()

  /** Key of an item of the old kind. */
  static item(id: number): string {
    return `${id}`
  }

  /** Key of an element of a table. */
  static element(system: number, item: number, sub: number): string {
    return `${system}.${item}.${sub}`
  }

  get(key: string): Uint8Array | undefined {
    return this.#items.get(key)
  }

  set(key: string, octets: Uint8Array): void {
    this.#items.set(key, octets)
    this.revision++
  }

  /** Makes an item of `length` octets that starts with `initial`; an existing one stays. */
  init(key: string, length: number, initial: Uint8Array): number {
    if (this.#items.has(key)) return SUCCESS
    if (length > MAX_ITEM || this.#items.size === MAX_ITEMS) return OPERATION_FAILED
    const octets = new Uint8Array(length).fill(0xff)
    octets.set(initial.subarray(0, length))
    this.set(key, octets)
    return ITEM_UNINIT
  }

  /** Writes into an item. */
  write(key: string, offset: number, octets: Uint8Array): number {
    const item = this.#items.get(key)
    if (!item) return OPERATION_FAILED
    if (offset + octets.length > item.length) return BAD_LENGTH
    item.set(octets, offset)
    this.revision++
    return SUCCESS
  }

  /** @param length of the item as the host knows it; another is an error. */
  delete(key: string, length: number): number {
    const item = this.#items.get(key)
    if (!item) return ITEM_UNINIT
    if (item.length !== length) return BAD_LENGTH
    return this.remove(key)
  }

  remove(key: string): number {
    if (!this.#items.delete(key)) return ITEM_UNINIT
    this.revision++
    return SUCCESS
  }

  archive(a: Archive): void {
    const keys = [...this.#items.keys()]
    const count = a.number(keys.length)
    if (a.loading) this.#items.clear()
    for (let i = 0; i < count; i++) {
      const key = a.text(keys[i] ?? '')
      const length = a.number(this.#items.get(key)?.length ?? 0)
      const octets = this.#items.get(key) ?? new Uint8Array(Math.min(length, MAX_ITEM))
      a.numbers(octets)
      this.#items.set(key, octets)
    }
  }
}
