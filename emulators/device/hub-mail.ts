// The hub's messages: activation commands from the WAN to the devices, their answers and alerts back, the hub's own among
// them. To a device that sleeps a message goes when the device was heard; a command that was never taken is answered here.

import type { Bytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import type { VirtualClock } from '#core/time/virtual-clock'
import { Courier } from '../link/courier.ts'
import { TUNNEL_HEADER, Tunnel } from '../link/han.ts'
import { ALERT, SRV_11_3, SRV_11_3_RESPONSE } from '../link/wire.ts'
import {
  type AlertCode,
  decodeActivate,
  decodeOutcome,
  encodeAlert,
  encodeOutcome,
  undelivered,
} from '../service/messages.ts'
import type { FieldsOf, Said, Trace, TraceName } from '../trace/trace.ts'
import type { World } from '../trace/world.ts'
import { HUB_NAME, type HubSetup } from './hub-setup.ts'

export class HubMail {
  readonly #setup: HubSetup
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #onOwnCommand: (payload: Bytes) => void
  readonly #wanCourier: Courier
  readonly #couriers: readonly Courier[]
  readonly #tunnels: readonly Tunnel[]
  readonly #listenTimers: readonly number[]
  readonly #expiryTimers: readonly number[]
  /** Counter of the last command that each neighbour answered. */
  readonly #answeredTo: Float64Array

  /** @param onOwnCommand takes an activation command for the hub itself. */
  constructor({ clock, trace }: World, setup: HubSetup, onOwnCommand: (payload: Bytes) => void) {
    const { neighbours, courier, wan } = setup
    this.#setup = setup
    this.#clock = clock
    this.#trace = trace
    this.#onOwnCommand = onOwnCommand
    this.#wanCourier = new Courier(clock, courier, wan, this.#fromWan)
    this.#answeredTo = new Float64Array(neighbours.length)
    this.#tunnels = neighbours.map(({ link }) => new Tunnel(link, true))
    this.#couriers = this.#tunnels.map(
      tunnel => new Courier(clock, courier, tunnel, this.#fromDevice, this.#lost),
    )
    this.#listenTimers = neighbours.map((_, i) => clock.timer(this.#deafTo, i))
    this.#expiryTimers = neighbours.map((_, i) => clock.timer(this.#drop, i))
    for (const [i, { isSleepy }] of neighbours.entries()) if (isSleepy) this.#couriers[i]!.pause()
  }

  /**
   * Takes a frame of the WAN; true when it was a message or an acknowledgement.
   * @param messages false while messages are not taken on.
   */
  receiveFromWan(src: Bytes, at: number, length: number, messages: boolean): boolean {
    return this.#wanCourier.receive(src, at, length, messages)
  }

  /** Takes a frame of the tunnel from the neighbour `from`, its header before it. */
  receiveFromHan(from: number, src: Bytes, at: number, length: number): void {
    this.#couriers[from]!.receive(src, at + TUNNEL_HEADER, length - TUNNEL_HEADER)
  }

  /** A sleepy device was heard, so for a moment it listens. */
  heard(from: number): void {
    this.#couriers[from]!.resume()
    this.#clock.after(this.#listenTimers[from]!, this.#setup.values.listenTime)
  }

  /** The HAN goes silent; what waits for the devices waits on. */
  pause(): void {
    for (const [i, courier] of this.#couriers.entries()) {
      courier.pause()
      this.#clock.cancel(this.#listenTimers[i]!)
    }
  }

  /** The HAN is back: whoever is awake gets what waited. */
  resume(): void {
    for (const [i, { isSleepy }] of this.#setup.neighbours.entries()) {
      // A hub that restarts again and again is to give up a device that is gone none the less.
      if (!isSleepy) this.#couriers[i]!.resume(false)
    }
  }

  /** Answers the hub's own activation command with this originator counter. */
  respond(code: number, counter: number, version: number): void {
    const device = this.#setup.id
    const outcome = encodeOutcome({ code, counter, version, device })
    this.#wanCourier.post(SRV_11_3_RESPONSE, outcome)
  }

  /** An image's way to `target` has ended, with this CCS08 code. */
  transferEnded(target: string, code: number, version: number, transfer: string): void {
    this.alert(code === 0 ? '8F8A' : '8F89', code, version, target, { transfer, target })
  }

  /** Raises an alert of the hub. @param about the device that it tells of, the hub itself included. */
  alert(
    code: AlertCode,
    detail: number,
    version: number,
    about: string,
    fields: Omit<FieldsOf<'alert-raised'>, 'code' | 'detail'>,
  ): void {
    this.#emit('alert-raised', { code, detail, ...fields })
    const at = this.#setup.startUnixMs + this.#clock.now
    const device = this.#setup.id
    this.#wanCourier.post(ALERT, encodeAlert({ code, at, detail, version, device, about }))
  }

  archive(a: Archive): void {
    this.#wanCourier.archive(a)
    for (const courier of this.#couriers) courier.archive(a)
    for (const tunnel of this.#tunnels) tunnel.archive(a)
    a.numbers(this.#answeredTo)
  }

  readonly #fromWan = (kind: number, payload: Bytes): void => {
    if (kind === SRV_11_3) this.#command(payload)
  }

  readonly #fromDevice = (kind: number, payload: Bytes): void => {
    if (kind === SRV_11_3_RESPONSE) this.#noteAnswer(payload)
    if (kind === SRV_11_3_RESPONSE || kind === ALERT) this.#wanCourier.post(kind, payload)
  }

  /** A command, for nothing else is sent to a device, that its device never took: its Supplier is not left waiting. */
  readonly #lost = (_kind: number, payload: Bytes): void => {
    const { device, counter } = decodeActivate(payload)
    // Taken all the same: every acknowledgement was lost, the answer was not.
    if (counter <= this.#answeredTo[this.#neighbour(device)]!) return
    this.#wanCourier.post(SRV_11_3_RESPONSE, undelivered(payload))
  }

  /** An activation command from the WAN: the hub's own, or a neighbour's. */
  #command(payload: Bytes): void {
    const { device } = decodeActivate(payload)
    if (device === this.#setup.id) {
      this.#onOwnCommand(payload)
      return
    }
    const i = this.#neighbour(device)
    if (i < 0) return
    this.#couriers[i]!.post(SRV_11_3, payload)
    // Somebody waits for it: the run must not end while it lies here for a device that sleeps.
    if (this.#setup.neighbours[i]!.isSleepy) {
      this.#clock.after(this.#expiryTimers[i]!, this.#setup.values.messageRetention)
    }
  }

  /** A device answers its commands in the order of their counters. */
  #noteAnswer(payload: Bytes): void {
    const { device, counter } = decodeOutcome(payload)
    this.#answeredTo[this.#neighbour(device)] = counter
  }

  #neighbour(device: string): number {
    return this.#setup.neighbours.findIndex(({ id }) => id === device)
  }

  readonly #deafTo = (neighbour: number): void => {
    const courier = this.#couriers[neighbour]!
    courier.pause()
    if (courier.idle) this.#clock.cancel(this.#expiryTimers[neighbour]!)
  }

  readonly #drop = (neighbour: number): void => {
    this.#couriers[neighbour]!.drop()
  }

  #emit<N extends TraceName>(name: N, ...fields: Said<N>): void {
    this.#trace.emit(HUB_NAME, name, ...fields)
  }
}
