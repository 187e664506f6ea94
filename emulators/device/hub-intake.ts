// Images from the WAN, while they arrive: which are taken, where their blocks go, and who gets them when they are whole:
// the image server those for the devices, the hub itself its own.

import { Reassembler } from '#core/block/reassembler'
import { Bytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import { BlockReceiver, type BlockStore } from '../link/block-receiver.ts'
import { controlKind, OPEN } from '../link/wire.ts'
import {
  archiveDescriptor,
  type Descriptor,
  decodeDescriptor,
  imageIdOf,
} from '../service/descriptor.ts'
import type { Trace } from '../trace/trace.ts'
import type { HubMail } from './hub-mail.ts'
import type { OwnImage } from './hub-own-image.ts'
import { HUB_NAME, type HubSetup } from './hub-setup.ts'
import { CODE_DISCARDED, type ImageServer } from './image-server.ts'

/** Blocks are kept in RAM: a flush has nothing to do. */
const BATCH = 64

/** Who gets what arrives, and who tells of what does not. */
export interface IntakeTo {
  readonly images: ImageServer
  readonly ownImage: OwnImage
  readonly mail: HubMail
}

interface Incoming extends BlockStore {
  readonly descriptor: Descriptor
}

export class HubIntake {
  readonly receiver: BlockReceiver
  readonly #setup: HubSetup
  readonly #to: IntakeTo
  /** The image that is arriving, or arrived last. */
  #arriving: Incoming | undefined

  constructor(trace: Trace, setup: HubSetup, to: IntakeTo) {
    this.#setup = setup
    this.#to = to
    this.receiver = new BlockReceiver(trace, {
      source: HUB_NAME,
      batch: BATCH,
      link: setup.wan,
      onOpen: opening => this.#open(opening),
      onComplete: () => this.#arrived(),
    })
  }

  /** Takes a block or a control frame of a transfer. */
  receive(src: Bytes, at: number, length: number): void {
    if (controlKind(src, at, length) === OPEN) this.#announcedAgain()
    this.receiver.receive(src, at, length)
  }

  archive(a: Archive): void {
    const descriptor = archiveDescriptor(a, this.#arriving?.descriptor)
    if (descriptor) {
      const memory =
        this.#arriving?.reassembler.image ??
        this.#to.images.memoryOf(descriptor) ??
        Bytes.alloc(descriptor.geometry.size)
      this.#arriving ??= this.#storeOf(descriptor, memory)
      this.#arriving.reassembler.archive(a)
    }
    this.receiver.archive(a, () => this.#arriving!)
  }

  /** What is whole is offered once more; what was dropped before it was whole is received anew. */
  #announcedAgain(): void {
    const { store } = this.receiver
    if (!store) return
    const { map, image } = store.reassembler
    if (map.complete || !(this.#to.images.has(image) || this.#isForItself)) {
      this.receiver.store = undefined
    }
  }

  /** Whether what is arriving is the hub's own image, for which it needs no slot. */
  get #isForItself(): boolean {
    return this.#arriving!.descriptor.targets.includes(this.#setup.id)
  }

  #open(opening: Bytes): BlockStore | undefined {
    const descriptor = decodeDescriptor(opening)
    if (!descriptor) return undefined
    const { images } = this.#to
    const arrived = this.#arriving
    if (
      arrived?.reassembler.map.complete &&
      imageIdOf(arrived.descriptor) === imageIdOf(descriptor) &&
      (images.has(arrived.reassembler.image) || this.#isForItself)
    ) {
      return arrived
    }
    const { values, neighbours, id } = this.#setup
    const types = neighbours.filter(each => descriptor.targets.includes(each.id))
    if (
      !values.updatesPpmidAndHcalcs &&
      types.some(({ type }) => type === 'ppmid' || type === 'hcalcs')
    ) {
      for (const target of descriptor.targets) this.#refuse(target, descriptor)
      return undefined
    }
    const isOwn = descriptor.targets.includes(id)
    const early = values.serveWhileReceiving !== 0
    const memory =
      types.length === 0 && isOwn
        ? Bytes.alloc(descriptor.geometry.size)
        : images.open(descriptor, early)
    return memory && this.#storeOf(descriptor, memory)
  }

  #storeOf(descriptor: Descriptor, memory: Bytes): Incoming {
    const { geometry } = descriptor
    const reassembler = new Reassembler(geometry, imageIdOf(descriptor), memory)
    const { map } = reassembler
    const grow = (): void => {
      const missing = map.firstMissing()
      this.#to.images.grow(memory, missing < 0 ? geometry.size : missing * geometry.blockSize)
    }
    const early = this.#setup.values.serveWhileReceiving !== 0
    this.#arriving = { descriptor, reassembler, append: early ? grow : () => {}, flush() {} }
    return this.#arriving
  }

  #refuse(target: string, { fileVersion }: Descriptor): void {
    this.#to.mail.transferEnded(target, CODE_DISCARDED, fileVersion, 'refused')
  }

  /** All blocks of an image are here. */
  #arrived(): void {
    const { descriptor, reassembler } = this.#arriving!
    const { id } = this.#setup
    if (!this.#to.images.offer(reassembler.image)) {
      for (const target of descriptor.targets) if (target !== id) this.#refuse(target, descriptor)
    }
    if (this.#isForItself) this.#to.ownImage.arrived(descriptor, reassembler.image)
  }
}
