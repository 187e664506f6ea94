// The Supplier: sends images with SRV 11.1 (11.4 for a PPMID), one after another, and asks for their activation with
// SRV 11.3. What to send when is somebody else's; here is how it is sent and what came back.

import { Chunker } from '#core/block/chunker'
import type { Bytes } from '#core/bytes/bytes'
import { CANCEL_TIME, IMMEDIATE } from '#core/power/activation'
import type { Archive } from '#core/state/archive'
import type { VirtualClock } from '#core/time/virtual-clock'
import { BlockSender, type Opened, type SenderConfig } from '../link/block-sender.ts'
import { Courier, type CourierConfig } from '../link/courier.ts'
import type { Link } from '../link/link.ts'
import {
  ALERT,
  controlKind,
  SRV_11_1_RESPONSE,
  SRV_11_3,
  SRV_11_3_RESPONSE,
  STATUS,
} from '../link/wire.ts'
import type { BoxType } from '../profile/types.ts'
import type { Trace } from '../trace/trace.ts'
import type { World } from '../trace/world.ts'
import { type Descriptor, encodeDescriptor, imageIdOf } from './descriptor.ts'
import {
  decodeAlert,
  decodeOutcome,
  decodeResult,
  encodeActivate,
  heardAs,
  type Result,
  SRV_OK,
  SRV_REFUSED,
  undelivered,
} from './messages.ts'

export interface Distribution {
  readonly image: Bytes
  readonly descriptor: Descriptor
}

export interface SupplierSetup {
  /** How blocks go out. */
  readonly sender: SenderConfig
  readonly courier: CourierConfig
  /** To the DCC. */
  readonly link: Link
  readonly startUnixMs: number
  /** Whether a DCO stores the blocks and answers; else the transfer's end is the answer. */
  readonly hasDco: boolean
  /** Type of a box by its EUI-64. */
  readonly typeOf?: ((id: string) => BoxType | undefined) | undefined
}

const NAME = 'supplier'
/** The first originator counter of a run; each activation command takes the next. */
const FIRST_COUNTER = 1000

export class Supplier {
  readonly blocks: BlockSender
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #courier: Courier
  readonly #startUnixMs: number
  readonly #hasDco: boolean
  readonly #typeOf: (id: string) => BoxType | undefined
  /** Every distribution of the run, by request number; the first of those that wait is on its way. */
  readonly #requests: Distribution[] = []
  /** Requests that were answered. */
  readonly #answered = new Set<number>()
  /** Request that is being sent. */
  #sending = 0
  #idle = true
  #counter = FIRST_COUNTER

  constructor(world: World, setup: SupplierSetup) {
    const { clock, trace } = world
    const { sender, courier, link, startUnixMs, hasDco } = setup
    this.#clock = clock
    this.#trace = trace
    this.#startUnixMs = startUnixMs
    this.#hasDco = hasDco
    this.#typeOf = setup.typeOf ?? (() => undefined)
    this.#courier = new Courier(
      clock,
      courier,
      link,
      (kind, payload) => this.#onMessage(kind, payload),
      // Only commands go out by courier.
      (_kind, payload) => this.#onMessage(SRV_11_3_RESPONSE, undelivered(payload)),
    )
    this.blocks = new BlockSender(world, {
      source: NAME,
      config: sender,
      link,
      onDone: ok => this.#onSent(ok),
    })
  }

  /** Sends an image after those that are on their way; returns the request's number. */
  distribute(distribution: Distribution): number {
    const request = this.#requests.push(distribution) - 1
    const { geometry, targets, oneStep, fileVersion } = distribution.descriptor
    this.#trace.emit(NAME, 'srv-sent', {
      service: oneStep ? '11.4' : '11.1',
      request,
      targets,
      fileVersion,
      size: geometry.size,
      blocks: geometry.count,
      blockSize: geometry.blockSize,
    })
    if (this.#idle) this.#send(request)
    return request
  }

  /**
   * Commands an activation; returns the originator counter.
   * @param hash SHA-256 that the device's Manufacturer Image must have.
   * @param executionTime Unix ms, IMMEDIATE or CANCEL_TIME.
   */
  activate(device: string, hash: Uint8Array, executionTime: number): number {
    const counter = this.#counter++
    this.#trace.emit(NAME, 'srv-sent', {
      service: '11.3',
      request: counter,
      device,
      cancels: executionTime === CANCEL_TIME ? true : undefined,
      executionTime:
        executionTime === IMMEDIATE || executionTime === CANCEL_TIME
          ? undefined
          : new Date(executionTime).toISOString(),
    })
    this.#courier.post(SRV_11_3, encodeActivate({ device, hash, counter, executionTime }))
    return counter
  }

  /** Unix ms. */
  get now(): number {
    return this.#startUnixMs + this.#clock.now
  }

  receive = (src: Bytes, at: number, length: number): void => {
    if (this.#courier.receive(src, at, length)) return
    if (controlKind(src, at, length) === STATUS) this.blocks.receive(src, at, length)
  }

  /** @param requests the run's distributions again, for a Supplier that is loaded. */
  archive(a: Archive, requests: readonly Distribution[]): void {
    if (a.loading) this.#requests.push(...requests)
    const answered = [...this.#answered]
    const count = a.number(answered.length)
    for (let i = 0; i < count; i++) this.#answered.add(a.number(answered[i] ?? 0))
    this.#sending = a.number(this.#sending)
    this.#idle = a.flag(this.#idle)
    this.#counter = a.number(this.#counter)
    this.#courier.archive(a)
    this.blocks.archive(a, () => openingOf(this.#requests[this.#sending]!))
  }

  #send(request: number): void {
    this.#idle = false
    this.#sending = request
    const { chunker, opening } = openingOf(this.#requests[request]!)
    this.blocks.open(chunker, opening)
  }

  /** A transfer has ended; the next one may begin. */
  #onSent(ok: boolean): void {
    const request = this.#sending
    if (!ok) this.#answer(request, SRV_REFUSED)
    else if (!this.#hasDco) this.#answer(request, SRV_OK)
    this.#idle = true
    if (request + 1 < this.#requests.length) this.#send(request + 1)
  }

  #onMessage(kind: number, payload: Bytes): void {
    switch (kind) {
      case SRV_11_1_RESPONSE:
        this.#onResult(decodeResult(payload))
        break
      case SRV_11_3_RESPONSE: {
        const { counter, ...outcome } = decodeOutcome(payload)
        this.#trace.emit(NAME, 'srv-response', { service: '11.3', request: counter, ...outcome })
        break
      }
      case ALERT: {
        const alert = decodeAlert(payload)
        const generation = this.#hasDco ? 'smets1' : 'smets2'
        this.#trace.emit(NAME, 'alert-received', {
          ...alert,
          at: new Date(alert.at).toISOString(),
          as: heardAs(alert.code, generation, this.#typeOf(alert.about)),
        })
        break
      }
    }
  }

  /** The same image may have been sent more than once: the answer is the oldest open request's. */
  #onResult({ imageId, code }: Result): void {
    const same = [...this.#requests.keys()].filter(
      request =>
        request <= this.#sending && imageIdOf(this.#requests[request]!.descriptor) === imageId,
    )
    const request = same.find(each => !this.#answered.has(each)) ?? same.at(-1)
    if (request !== undefined) this.#answer(request, code)
  }

  /** A DCO that was restarted answers again; that is traced, and changes nothing. */
  #answer(request: number, result: number): void {
    const { oneStep, targets } = this.#requests[request]!.descriptor
    this.#trace.emit(NAME, 'srv-response', {
      service: oneStep ? '11.4' : '11.1',
      request,
      targets,
      ok: result === SRV_OK,
      result,
      again: this.#answered.has(request) ? true : undefined,
    })
    this.#answered.add(request)
  }
}

function openingOf({ descriptor, image }: Distribution): Opened {
  return {
    chunker: new Chunker(descriptor.geometry, imageIdOf(descriptor), image),
    opening: encodeDescriptor(descriptor),
  }
}
