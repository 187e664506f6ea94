// Firmware for the hub itself, from its last block until it is verified: kept here, so that a loss of power in between
// costs nothing, then written to the slot of the hub's firmware. What is held after that is the firmware's to know.

import { Bytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import { archiveDescriptor, type Descriptor } from '../service/descriptor.ts'
import type { Firmware } from './firmware.ts'
import { ACTIVATING, HELD } from './flash.ts'

interface Own {
  readonly descriptor: Descriptor
  readonly image: Bytes
}

export class OwnImage {
  readonly #firmware: Firmware
  readonly #onRefused: (descriptor: Descriptor) => void
  #own: Own | undefined

  /** @param onRefused told of an image that gives way to another before it was verified. */
  constructor(firmware: Firmware, onRefused: (descriptor: Descriptor) => void) {
    this.#firmware = firmware
    this.#onRefused = onRefused
  }

  /** All blocks of an image for the hub are in `image`. */
  arrived(descriptor: Descriptor, image: Bytes): void {
    // One that was not verified yet gives way, and whoever sent it is told.
    const earlier = this.#own
    if (earlier && earlier.image !== image) this.#onRefused(earlier.descriptor)
    this.#own = { descriptor, image }
    // Sent once more: that it is held is said once more.
    if (this.#isHeld) this.#firmware.confirm()
    this.resume()
  }

  /** Takes the image, unless it is held already; once more if the power went before it was verified. */
  resume(): void {
    const own = this.#own
    if (!own || this.#firmware.flash.kept.pending === ACTIVATING) return
    if (this.#isHeld) this.#own = undefined
    else this.#take(own)
  }

  /** The whole image is in its slot. */
  verify(): void {
    const { size, fileVersion } = this.#firmware.flash.kept
    this.#firmware.verify(size, fileVersion, undefined)
    this.#own = undefined
  }

  archive(a: Archive): void {
    const descriptor = archiveDescriptor(a, this.#own?.descriptor)
    if (!descriptor) {
      this.#own = undefined
      return
    }
    const image = this.#own?.image ?? Bytes.alloc(descriptor.geometry.size)
    a.numbers(image.u8)
    this.#own = { descriptor, image }
  }

  /** Writes it to its slot, where it is verified. */
  #take({ descriptor, image }: Own): void {
    const firmware = this.#firmware
    const { size } = descriptor.geometry
    firmware.begins(descriptor.fileVersion, size, 0)
    firmware.flash.pending.u8.set(image.u8.subarray(0, size))
    firmware.took(0, size, size)
    firmware.take(size, descriptor.fileVersion)
  }

  /** Whether what the firmware holds is this image. */
  get #isHeld(): boolean {
    const { kept, pending } = this.#firmware.flash
    if (!this.#own || kept.pending !== HELD) return false
    return Buffer.compare(pending.u8.subarray(0, kept.size), this.#own.image.u8) === 0
  }
}
