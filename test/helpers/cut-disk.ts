// A disk that loses power: at a chosen operation it stops, and of what was written since the last sync it keeps only
// what a seeded draw leaves, octet by octet of a sector, in any order. The harshest disk that keeps its one promise:
// what sync() returned for is there.

import { Random } from '#core/time/random'
import type { Disk, DiskFile } from '#emulators/storage/disk'

export class PowerCut extends Error {}

const SECTOR = 512

export class CutDisk implements Disk {
  /** Operations done so far; the cut comes at operation number `cutAt`. */
  operations = 0
  readonly #durable: Map<string, Uint8Array>
  readonly #cutAt: number
  readonly #random: Random

  /** @param durable what earlier lives left; shared between lives. */
  constructor(durable: Map<string, Uint8Array>, cutAt: number, seed: number) {
    this.#durable = durable
    this.#cutAt = cutAt
    this.#random = new Random(seed, 'cut')
  }

  open(name: string, size: number): DiskFile {
    if (!this.#durable.has(name)) this.#durable.set(name, new Uint8Array(size))
    return new CutFile(this, this.#durable.get(name)!)
  }

  remove(name: string): void {
    this.#durable.delete(name)
  }

  beat(): void {}

  close(): void {}

  /** Counts an operation; at the cut, keeps a random part of `pending` and throws. */
  operate(durable: Uint8Array, cached: Uint8Array): void {
    if (this.operations++ !== this.#cutAt) return
    for (let at = 0; at < durable.length; at += SECTOR) {
      const end = Math.min(at + SECTOR, durable.length)
      const fate = this.#random.between(0, 2)
      const kept = fate === 0 ? at : fate === 1 ? end : this.#random.between(at, end)
      durable.set(cached.subarray(at, kept), at)
    }
    throw new PowerCut()
  }
}

class CutFile implements DiskFile {
  readonly #disk: CutDisk
  readonly #durable: Uint8Array
  readonly #cached: Uint8Array

  constructor(disk: CutDisk, durable: Uint8Array) {
    this.#disk = disk
    this.#durable = durable
    this.#cached = durable.slice()
  }

  get size(): number {
    return this.#cached.length
  }

  read(into: Uint8Array, position: number): number {
    const found = this.#cached.subarray(position, position + into.length)
    into.set(found)
    return found.length
  }

  write(data: Uint8Array, from: number, length: number, position: number): void {
    this.#cached.set(data.subarray(from, from + length), position)
    this.#disk.operate(this.#durable, this.#cached)
  }

  sync(): void {
    this.#disk.operate(this.#durable, this.#cached)
    this.#durable.set(this.#cached)
  }

  close(): void {}
}
