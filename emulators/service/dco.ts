// The DCO, between Suppliers and the HAN, for SMETS1: it keeps the blocks of SRV 11.1 until it has them all and only
// then answers; the Device sees nothing until SRV 11.3, which forwards the image and activates it (MP230 report §7).
// The states are a table; the store alone decides what is held.

import { Chunker } from '../../core/block/chunker.ts'
import type { Bytes } from '../../core/bytes/bytes.ts'
import {
  CANCEL_TIME,
  IMMEDIATE,
  OUTCOME_FAILURE,
  OUTCOME_HASH_MISMATCH,
  OUTCOME_NO_IMAGE,
} from '../../core/power/activation.ts'
import { NO_ACTION, type Row, StateTable } from '../../core/state-table.ts'
import type { VirtualClock } from '../../core/time/virtual-clock.ts'
import { hex, sha256 } from '../crypto.ts'
import { BlockReceiver } from '../link/block-receiver.ts'
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
import { BlockLog, logName, NOTE_ACTIVATED, NOTE_ANSWERED } from './block-log.ts'
import { type Descriptor, decodeDescriptor, encodeDescriptor, imageIdOf } from './descriptor.ts'
import type { Disk } from './disk.ts'
import type { Dsp } from './dsp.ts'
import {
  type ActivateCommand,
  decodeActivate,
  decodeAlert,
  encodeActivate,
  encodeOutcome,
  encodeResult,
  SRV_IMAGE_DAMAGED,
  SRV_OK,
} from './messages.ts'

/** States of an image at the DCO. */
export const RECEIVING = 0
export const COMPLETE = 1
export const FORWARDING = 2
export const ACTIVATING = 3
export const DONE = 4

/** Events. */
const ALL_HELD = 0
const ACTIVATE = 1
const DELIVERED = 2
const NOT_DELIVERED = 3
const OUTCOME = 4

/** Actions. */
const ANSWER = 1
const FORWARD = 2
const COMMAND = 3
const REPORT_FAILURE = 4
const RELAY = 5
const REFUSE = 6

export const DCO_ROWS: readonly Row[] = [
  [RECEIVING, ALL_HELD, COMPLETE, ANSWER],
  [RECEIVING, ACTIVATE, RECEIVING, REFUSE],
  [COMPLETE, ALL_HELD, COMPLETE, ANSWER],
  [COMPLETE, ACTIVATE, FORWARDING, FORWARD],
  [FORWARDING, DELIVERED, ACTIVATING, COMMAND],
  [FORWARDING, NOT_DELIVERED, COMPLETE, REPORT_FAILURE],
  [ACTIVATING, OUTCOME, DONE, RELAY],
  [DONE, ACTIVATE, FORWARDING, FORWARD],
  // The outcome of a future-dated activation comes as an alert, after the NULL response.
  [DONE, OUTCOME, DONE, RELAY],
]

const TABLE = new StateTable(5, 5, DCO_ROWS)

export interface DcoSetup {
  /** Blocks after which the store is flushed though nobody asked. */
  readonly batch: number
  /** How blocks go on to the hub. */
  readonly sender: SenderConfig
  readonly courier: CourierConfig
  readonly toSupplier: Link
  readonly toHub: Link
  readonly disk: Disk
  readonly dsp: Dsp
  /** EUI-64 of the device and of its hub. */
  readonly device: string
  readonly hub: string
  readonly startUnixMs: number
}

const NAME = 'dco'

export class Dco {
  state = RECEIVING
  readonly incoming: BlockReceiver
  readonly outgoing: BlockSender
  log: BlockLog | undefined
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #setup: DcoSetup
  readonly #supplierCourier: Courier
  readonly #hubCourier: Courier
  #command: ActivateCommand | undefined

  constructor(clock: VirtualClock, trace: Trace, setup: DcoSetup) {
    this.#clock = clock
    this.#trace = trace
    this.#setup = setup
    const { courier, toSupplier, toHub } = setup
    this.#supplierCourier = new Courier(clock, courier, toSupplier, (kind, payload) =>
      this.#fromSupplier(kind, payload),
    )
    this.#hubCourier = new Courier(clock, courier, toHub, (kind, payload) =>
      this.#fromHub(kind, payload),
    )
    this.incoming = new BlockReceiver(
      NAME,
      trace,
      setup.batch,
      toSupplier,
      opening => this.#openLog(opening),
      () => this.#step(ALL_HELD),
    )
    this.outgoing = new BlockSender(NAME, clock, trace, setup.sender, toHub, ok => {
      if (!ok) this.#step(NOT_DELIVERED)
    })
  }

  receiveFromSupplier = (src: Bytes, at: number, length: number): void => {
    if (this.#supplierCourier.receive(src, at, length)) return
    this.incoming.receive(src, at, length)
  }

  receiveFromHub = (src: Bytes, at: number, length: number): void => {
    if (this.#hubCourier.receive(src, at, length)) return
    if (controlKind(src, at, length) === STATUS) this.outgoing.receive(src, at, length)
  }

  #openLog(opening: Bytes): BlockLog | undefined {
    const descriptor = decodeDescriptor(opening)
    if (!descriptor) return undefined
    this.log?.close()
    this.log = new BlockLog(this.#setup.disk, descriptor, this.#setup.batch)
    this.state = RECEIVING
    return this.log
  }

  #fromSupplier(kind: number, payload: Bytes): void {
    if (kind !== SRV_11_3) return
    this.#command = decodeActivate(payload)
    this.#step(ACTIVATE)
  }

  #fromHub(kind: number, payload: Bytes): void {
    if (kind === SRV_11_3_RESPONSE) {
      this.#step(OUTCOME, payload)
      return
    }
    if (kind !== ALERT) return
    const alert = decodeAlert(payload)
    if (alert.code === 'AD1') {
      this.#trace.emit('dsp', 'alert-received', { ...alert, at: new Date(alert.at).toISOString() })
      this.#setup.dsp.judge(this.#setup.hub, this.#now())
      return
    }
    this.#supplierCourier.post(ALERT, payload)
    if (alert.code === '8F8A') this.#step(DELIVERED)
    if (alert.code === '8F89') this.#step(NOT_DELIVERED)
  }

  #step(event: number, payload?: Bytes): void {
    const action = TABLE.action(this.state, event)
    this.state = TABLE.next(this.state, event)
    switch (action) {
      case ANSWER:
        this.#answer()
        break
      case FORWARD:
        this.#forward()
        break
      case COMMAND:
        this.#sendCommand()
        break
      case REPORT_FAILURE:
        this.#respond(OUTCOME_FAILURE)
        break
      case REFUSE:
        this.#respond(OUTCOME_NO_IMAGE)
        break
      case RELAY:
        this.#supplierCourier.post(SRV_11_3_RESPONSE, payload!)
        break
      case NO_ACTION:
        break
    }
  }

  /** Every block is durable: the one moment at which SRV 11.1 is answered. */
  #answer(): void {
    const log = this.log!
    const whole = hex(sha256(log.reassembler.image.u8)) === hex(log.descriptor.sha256)
    if (whole) {
      log.note(NOTE_ANSWERED)
    } else {
      // Each block was sound, so the announcement was wrong; nothing of it is worth keeping.
      log.close()
      this.#setup.disk.remove(logName(log.descriptor))
      this.incoming.store = undefined
      this.state = RECEIVING
    }
    this.#supplierCourier.post(SRV_11_1_RESPONSE, encodeResult(whole ? SRV_OK : SRV_IMAGE_DAMAGED))
  }

  #forward(): void {
    const log = this.log!
    const { hashed } = log.descriptor
    const image = log.reassembler.image
    const held = sha256(image.u8.subarray(hashed.at, hashed.at + hashed.length))
    if (hex(held) !== hex(this.#command!.hash)) {
      this.state = COMPLETE
      this.#respond(OUTCOME_HASH_MISMATCH)
      return
    }
    log.note(NOTE_ACTIVATED)
    const descriptor: Descriptor = log.descriptor
    const chunker = new Chunker(descriptor.geometry, imageIdOf(descriptor), image)
    this.outgoing.open(chunker, encodeDescriptor(descriptor))
  }

  /** The Device holds the image: now the activation, which is what the DSP records (its source says no more). */
  #sendCommand(): void {
    const { executionTime } = this.#command!
    if (executionTime === CANCEL_TIME) this.#setup.dsp.cancel(this.#setup.device)
    else
      this.#setup.dsp.record(
        this.#setup.device,
        executionTime === IMMEDIATE ? this.#now() : executionTime,
      )
    this.#hubCourier.post(SRV_11_3, encodeActivate(this.#command!))
  }

  #respond(code: number): void {
    const version = 0
    this.#supplierCourier.post(SRV_11_3_RESPONSE, encodeOutcome({ code, version }))
  }

  #now(): number {
    return this.#setup.startUnixMs + this.#clock.now
  }
}
