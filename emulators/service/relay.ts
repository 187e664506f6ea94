// The DSP and CSP on the way from a Supplier to a hub, for SMETS2: blocks pass as they are, messages stop here, for the
// DSP records activations and judges AD1s. What the DCC does not update it refuses at once.

import { AT_IMAGE } from '#core/block/block-frame'
import { Bytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import type { VirtualClock } from '#core/time/virtual-clock'
import { REFUSED } from '../link/block-sender.ts'
import { Courier, type CourierConfig } from '../link/courier.ts'
import type { Link } from '../link/link.ts'
import {
  ALERT,
  controlKind,
  encodeControl,
  MAX_CONTROL_FRAME,
  OPEN,
  payloadOf,
  SRV_11_3,
  SRV_11_3_RESPONSE,
  STATUS,
} from '../link/wire.ts'
import { Answered } from './answered.ts'
import { decodeDescriptor } from './descriptor.ts'
import type { Dsp } from './dsp.ts'
import { decodeActivate, decodeAlert, undelivered } from './messages.ts'

export class Relay {
  readonly #toSupplier: Link
  readonly #toHub: Link
  readonly #dsp: Dsp
  readonly #supplierCourier: Courier
  readonly #hubCourier: Courier
  readonly #answered = new Answered()
  readonly #refusal = Bytes.alloc(MAX_CONTROL_FRAME)

  constructor(
    clock: VirtualClock,
    courier: CourierConfig,
    links: { readonly toSupplier: Link; readonly toHub: Link },
    dsp: Dsp,
  ) {
    this.#toSupplier = links.toSupplier
    this.#toHub = links.toHub
    this.#dsp = dsp
    this.#supplierCourier = new Courier(clock, courier, links.toSupplier, (kind, payload) => {
      if (kind !== SRV_11_3) return
      dsp.heed(decodeActivate(payload))
      this.#hubCourier.post(kind, payload)
    })
    const up = (kind: number, payload: Bytes): void => {
      if (kind === ALERT && dsp.takes(decodeAlert(payload))) return
      if (kind === SRV_11_3_RESPONSE) this.#answered.note(payload)
      if (kind === ALERT || kind === SRV_11_3_RESPONSE) this.#supplierCourier.post(kind, payload)
    }
    const lost = (_kind: number, payload: Bytes): void => {
      if (this.#answered.has(payload)) return
      this.#supplierCourier.post(SRV_11_3_RESPONSE, undelivered(payload))
    }
    this.#hubCourier = new Courier(clock, courier, links.toHub, up, lost)
  }

  receiveFromSupplier = (src: Bytes, at: number, length: number): void => {
    if (this.#supplierCourier.receive(src, at, length)) return
    if (controlKind(src, at, length) === OPEN && !this.#updates(payloadOf(src, at, length))) {
      const payload = Bytes.alloc(4)
      payload.dv.setUint32(0, REFUSED, true)
      const id = src.dv.getInt32(at + AT_IMAGE, true)
      const size = encodeControl(this.#refusal, 0, STATUS, id, payload, payload.length)
      this.#toSupplier.send(this.#refusal, 0, size, 0)
    } else this.#toHub.send(src, at, length, 0)
  }

  receiveFromHub = (src: Bytes, at: number, length: number): void => {
    if (!this.#hubCourier.receive(src, at, length)) this.#toSupplier.send(src, at, length, 0)
  }

  archive(a: Archive): void {
    this.#supplierCourier.archive(a)
    this.#hubCourier.archive(a)
    this.#answered.archive(a)
  }

  /** True unless a target is of a type that the DCC does not update. An opening that is damaged is the hub's to refuse. */
  #updates(opening: Bytes): boolean {
    const descriptor = decodeDescriptor(opening)
    return !descriptor?.targets.some(target => !this.#dsp.updates(target))
  }
}
