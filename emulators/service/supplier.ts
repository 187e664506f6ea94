// The Supplier: sends the image with SRV 11.1 and, once the DCO says that it holds every block, asks for its
// activation with SRV 11.3.

import { Chunker } from '../../core/block/chunker.ts'
import type { Bytes } from '../../core/bytes/bytes.ts'
import { IMMEDIATE } from '../../core/power/activation.ts'
import type { VirtualClock } from '../../core/time/virtual-clock.ts'
import { BlockSender, type SenderConfig } from '../link/block-sender.ts'
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
import type { Trace } from '../trace.ts'
import { type Descriptor, encodeDescriptor, imageIdOf } from './descriptor.ts'
import {
  type Alert,
  decodeAlert,
  decodeOutcome,
  decodeResult,
  encodeActivate,
  type Outcome,
  SRV_OK,
} from './messages.ts'

export interface SupplierRequest {
  readonly image: Bytes
  readonly descriptor: Descriptor
  /** SHA-256 of the Manufacturer Image, as SRV 11.3 states it. */
  readonly hash: Uint8Array
  /** Milliseconds after the 11.1 Response at which the device is to activate, or IMMEDIATE. */
  readonly activateIn: number
  /** EUI-64 of the device. */
  readonly device: string
}

const NAME = 'supplier'
/** The first originator counter of a run; each request takes the next. */
const FIRST_COUNTER = 1000

export class Supplier {
  /** Result of SRV 11.1; undefined until the response. */
  distribution: number | undefined
  /** Outcome of SRV 11.3; undefined until it is known. */
  outcome: Outcome | undefined
  readonly alerts: Alert[] = []
  readonly blocks: BlockSender
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #courier: Courier
  readonly #startUnixMs: number
  #request: SupplierRequest | undefined

  constructor(
    clock: VirtualClock,
    trace: Trace,
    sender: SenderConfig,
    courier: CourierConfig,
    link: Link,
    startUnixMs: number,
  ) {
    this.#clock = clock
    this.#trace = trace
    this.#startUnixMs = startUnixMs
    this.#courier = new Courier(clock, courier, link, (kind, payload) =>
      this.#onMessage(kind, payload),
    )
    this.blocks = new BlockSender(NAME, clock, trace, sender, link, () => {})
  }

  /** Sends the image and, after the response, the activation. */
  distribute(request: SupplierRequest): void {
    this.#request = request
    const { descriptor, image, device } = request
    this.#trace.emit(NAME, 'srv-sent', {
      service: '11.1',
      device,
      size: descriptor.geometry.size,
      blocks: descriptor.geometry.count,
      blockSize: descriptor.geometry.blockSize,
    })
    const chunker = new Chunker(descriptor.geometry, imageIdOf(descriptor), image)
    this.blocks.open(chunker, encodeDescriptor(descriptor))
  }

  receive = (src: Bytes, at: number, length: number): void => {
    if (this.#courier.receive(src, at, length)) return
    if (controlKind(src, at, length) === STATUS) this.blocks.receive(src, at, length)
  }

  #onMessage(kind: number, payload: Bytes): void {
    switch (kind) {
      case SRV_11_1_RESPONSE: {
        const result = decodeResult(payload)
        this.#trace.emit(NAME, 'srv-response', { service: '11.1', ok: result === SRV_OK, result })
        // A DCO that was restarted answers again; one request gets one activation.
        const isFirst = this.distribution === undefined
        this.distribution = result
        if (isFirst && result === SRV_OK) this.#activate()
        break
      }
      case SRV_11_3_RESPONSE:
        this.outcome = decodeOutcome(payload)
        this.#trace.emit(NAME, 'srv-response', { service: '11.3', ...this.outcome })
        break
      case ALERT: {
        const alert = decodeAlert(payload)
        this.alerts.push(alert)
        this.#trace.emit(NAME, 'alert-received', { ...alert, at: new Date(alert.at).toISOString() })
        break
      }
    }
  }

  #activate(): void {
    const { hash, activateIn, device } = this.#request!
    const executionTime =
      activateIn === IMMEDIATE ? IMMEDIATE : this.#startUnixMs + this.#clock.now + activateIn
    this.#trace.emit(NAME, 'srv-sent', {
      service: '11.3',
      device,
      executionTime:
        executionTime === IMMEDIATE ? undefined : new Date(executionTime).toISOString(),
    })
    this.#courier.post(SRV_11_3, encodeActivate({ hash, counter: FIRST_COUNTER, executionTime }))
  }
}
