// The DCO, between Suppliers and the HAN, for SMETS1: it keeps the blocks of SRV 11.1 until it has them all and only
// then answers; a Device sees nothing until its SRV 11.3, which forwards the image and activates it (MP230 report §7).
// The states of an image on its way to a device are a table; the store alone decides what is held.

import { Chunker } from '#core/block/chunker'
import type { Bytes } from '#core/bytes/bytes'
import {
  ACCEPTED_NULL,
  CANCEL_TIME,
  HASH_LENGTH,
  IMMEDIATE,
  OUTCOME_FAILURE,
  OUTCOME_HASH_MISMATCH,
  OUTCOME_NO_IMAGE,
} from '#core/power/activation'
import type { Archive } from '#core/state/archive'
import { NO_ACTION, type Row, StateTable } from '#core/state/table'
import { hex, sha256 } from '../crypto/crypto.ts'
import { BlockReceiver } from '../link/block-receiver.ts'
import { BlockSender, type Opened, type SenderConfig } from '../link/block-sender.ts'
import { Courier, type CourierConfig } from '../link/courier.ts'
import type { Link } from '../link/link.ts'
import {
  ALERT,
  controlKind,
  OPEN,
  SRV_11_1_RESPONSE,
  SRV_11_3,
  SRV_11_3_RESPONSE,
  STATUS,
} from '../link/wire.ts'
import type { Disk } from '../storage/disk.ts'
import type { World } from '../trace/world.ts'
import { Answered } from './answered.ts'
import { BlockLog, logName, NOTE_ACTIVATED, NOTE_ANSWERED } from './block-log.ts'
import { archiveDescriptor, decodeDescriptor, encodeDescriptor, imageIdOf } from './descriptor.ts'
import type { Dsp } from './dsp.ts'
import {
  type ActivateCommand,
  decodeActivate,
  decodeAlert,
  decodeOutcome,
  encodeActivate,
  encodeOutcome,
  encodeResult,
  SRV_IMAGE_DAMAGED,
  SRV_OK,
  undelivered,
} from './messages.ts'

/** States of an image for one device. */
export const RECEIVING = 0
export const COMPLETE = 1
export const FORWARDING = 2
export const ACTIVATING = 3
export const DONE = 4
/** On its way to the Device, and its activation was cancelled meanwhile. */
export const LOADING = 5

/** Events. */
const ALL_HELD = 0
const ACTIVATE = 1
const DELIVERED = 2
const NOT_DELIVERED = 3
const OUTCOME = 4
const CANCEL = 5

/** Actions. */
const FORWARD = 1
const COMMAND = 2
const REPORT_FAILURE = 3
const REFUSE = 4
const FORGET = 5

export const DCO_ROWS: readonly Row[] = [
  [RECEIVING, ALL_HELD, COMPLETE, NO_ACTION],
  [RECEIVING, ACTIVATE, RECEIVING, REFUSE],
  [COMPLETE, ACTIVATE, FORWARDING, FORWARD],
  [FORWARDING, ACTIVATE, FORWARDING, REFUSE],
  [FORWARDING, DELIVERED, ACTIVATING, COMMAND],
  [FORWARDING, NOT_DELIVERED, COMPLETE, REPORT_FAILURE],
  [FORWARDING, CANCEL, LOADING, FORGET],
  [LOADING, ACTIVATE, FORWARDING, NO_ACTION],
  [LOADING, DELIVERED, COMPLETE, NO_ACTION],
  [LOADING, NOT_DELIVERED, COMPLETE, NO_ACTION],
  [ACTIVATING, OUTCOME, DONE, NO_ACTION],
  // A cancellation, or another date: the Device has the image.
  [ACTIVATING, ACTIVATE, ACTIVATING, COMMAND],
  [DONE, ACTIVATE, ACTIVATING, COMMAND],
]

const TABLE = new StateTable(6, 6, DCO_ROWS)

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
}

/** An image on its way to one device. */
export interface Job {
  readonly log: BlockLog
  /** EUI-64. */
  readonly device: string
  state: number
  command: ActivateCommand | undefined
}

const NAME = 'dco'

export class Dco {
  readonly incoming: BlockReceiver
  readonly outgoing: BlockSender
  /** Newest first. */
  readonly jobs: Job[] = []
  readonly #setup: DcoSetup
  readonly #answered = new Answered()
  readonly #supplierCourier: Courier
  readonly #hubCourier: Courier
  /** Jobs that wait for the line to the hub; the first is on it. */
  readonly #line: Job[] = []

  constructor(world: World, setup: DcoSetup) {
    this.#setup = setup
    const { clock, trace } = world
    const { courier, toSupplier, toHub } = setup
    this.#supplierCourier = new Courier(clock, courier, toSupplier, (kind, payload) =>
      this.#fromSupplier(kind, payload),
    )
    this.#hubCourier = new Courier(
      clock,
      courier,
      toHub,
      (kind, payload) => this.#fromHub(kind, payload),
      // Only commands go to the hub by courier: one that it never took is answered here.
      (_kind, payload) => {
        if (!this.#answered.has(payload)) this.#fromHub(SRV_11_3_RESPONSE, undelivered(payload))
      },
    )
    this.incoming = new BlockReceiver(trace, {
      source: NAME,
      batch: setup.batch,
      link: toSupplier,
      onOpen: opening => this.#openLog(opening),
      onComplete: () => this.#answer(),
    })
    this.outgoing = new BlockSender(world, {
      source: NAME,
      config: setup.sender,
      link: toHub,
      onDone: ok => this.#onSent(ok),
    })
  }

  receiveFromSupplier = (src: Bytes, at: number, length: number): void => {
    if (this.#supplierCourier.receive(src, at, length)) return
    const { incoming } = this
    // An image that is announced once more is another request, to be answered once more.
    const isOpening = controlKind(src, at, length) === OPEN
    if (isOpening && incoming.store?.reassembler.map.complete) incoming.store = undefined
    incoming.receive(src, at, length)
  }

  receiveFromHub = (src: Bytes, at: number, length: number): void => {
    if (this.#hubCourier.receive(src, at, length)) return
    if (controlKind(src, at, length) === STATUS) this.outgoing.receive(src, at, length)
  }

  close(): void {
    for (const log of new Set(this.jobs.map(job => job.log))) log.close()
  }

  /** The disk must have been archived before. */
  archive(a: Archive): void {
    const logs = [...new Set(this.jobs.map(job => job.log))]
    const logCount = a.number(logs.length)
    for (let i = 0; i < logCount; i++) {
      const descriptor = archiveDescriptor(a, logs[i]?.descriptor)!
      logs[i] ??= new BlockLog(this.#setup.disk, descriptor, this.#setup.batch)
      logs[i]!.archive(a)
    }
    const count = a.number(this.jobs.length)
    for (let i = 0; i < count; i++) {
      const job = this.jobs[i]
      const log = logs[a.number(logs.indexOf(job?.log ?? logs[0]!))]!
      const device = a.text(job?.device ?? '')
      const state = a.number(job?.state ?? 0)
      const command = archiveCommand(a, job?.command)
      if (a.loading) this.jobs.push({ log, device, state, command })
    }
    const waiting = a.number(this.#line.length)
    for (let i = 0; i < waiting; i++) {
      const at = a.number(this.jobs.indexOf(this.#line[i] ?? this.jobs[0]!))
      if (a.loading) this.#line.push(this.jobs[at]!)
    }
    this.#supplierCourier.archive(a)
    this.#hubCourier.archive(a)
    this.#answered.archive(a)
    this.incoming.archive(a, id => logs.find(log => log.reassembler.imageId === id)!)
    this.outgoing.archive(a, () => openingOf(this.#line[0]!))
  }

  #openLog(opening: Bytes): BlockLog | undefined {
    const descriptor = decodeDescriptor(opening)
    const { disk, dsp, batch } = this.#setup
    if (!descriptor?.targets.every(target => dsp.updates(target))) return undefined
    const id = imageIdOf(descriptor)
    const known = this.jobs.filter(job => job.log.reassembler.imageId === id)
    // Sent once more: what is held stays held, and each device may be activated anew.
    for (const job of known) if (job.state === DONE) job.state = RECEIVING
    if (known[0]) return known[0].log
    const log = new BlockLog(disk, descriptor, batch)
    for (const device of descriptor.targets) {
      this.jobs.unshift({ log, device, state: RECEIVING, command: undefined })
    }
    return log
  }

  #fromSupplier(kind: number, payload: Bytes): void {
    if (kind !== SRV_11_3) return
    const command = decodeActivate(payload)
    this.#setup.dsp.noteRequest(command)
    const jobs = this.jobs.filter(({ device }) => device === command.device)
    if (command.executionTime === CANCEL_TIME) {
      this.#cancel(jobs, command)
      return
    }
    const wanted = jobs.find(each => hex(hashOf(each)) === hex(command.hash))
    const job = wanted ?? jobs[0]
    if (!job) this.#respond(command, OUTCOME_NO_IMAGE)
    else if (!wanted && job.state === COMPLETE) {
      this.#respond(command, OUTCOME_HASH_MISMATCH)
    } else this.#step(job, ACTIVATE, command)
  }

  /** A cancellation is for whatever is dated: what still waits here, and what the Device was told already. */
  #cancel(jobs: readonly Job[], command: ActivateCommand): void {
    for (const job of jobs) {
      const isDated = job.command?.executionTime !== IMMEDIATE
      if (job.state === FORWARDING && isDated) this.#step(job, CANCEL)
    }
    const told = jobs.find(({ state }) => state === ACTIVATING || state === DONE)
    if (told) this.#step(told, ACTIVATE, command)
    else this.#respond(command, ACCEPTED_NULL)
  }

  #fromHub(kind: number, payload: Bytes): void {
    if (kind === SRV_11_3_RESPONSE) {
      this.#answered.note(payload)
      const { device, counter } = decodeOutcome(payload)
      this.#supplierCourier.post(SRV_11_3_RESPONSE, payload)
      const job = this.jobs.find(
        each => each.device === device && each.command?.counter === counter,
      )
      if (job) this.#step(job, OUTCOME)
      return
    }
    if (kind !== ALERT) return
    const alert = decodeAlert(payload)
    if (this.#setup.dsp.takes(alert)) return
    this.#supplierCourier.post(ALERT, payload)
    const { code, about, version } = alert
    // A hub tells of its own image by the alerts of a device alone.
    const isDelivered = code === '8F8A' || code === '8F72'
    if (!isDelivered && code !== '8F89' && code !== '8F1C') return
    // An image that was sent again while it was on its way is delivered once: that is a word for all who wait for it.
    // A device takes commands in the order of their counters.
    const waiting = this.jobs
      .filter(
        ({ device, log, state }) =>
          device === about &&
          log.descriptor.fileVersion === version &&
          (state === FORWARDING || state === LOADING),
      )
      .toSorted((a, b) => (a.command?.counter ?? 0) - (b.command?.counter ?? 0))
    for (const job of waiting) {
      const place = this.#line.indexOf(job)
      if (place > 0) this.#line.splice(place, 1)
      this.#step(job, isDelivered && !this.#isOvertaken(job) ? DELIVERED : NOT_DELIVERED)
    }
  }

  /** True when the Device was told something newer: it would take the command for a replay, and not answer. */
  #isOvertaken({ device, command }: Job): boolean {
    const told = this.jobs.filter(
      each => each.device === device && (each.state === ACTIVATING || each.state === DONE),
    )
    return command !== undefined && told.some(each => each.command!.counter > command.counter)
  }

  #step(job: Job, event: number, command?: ActivateCommand): void {
    const action = TABLE.action(job.state, event)
    job.state = TABLE.next(job.state, event)
    if (command && action !== REFUSE) job.command = command
    switch (action) {
      case FORWARD:
        job.log.note(NOTE_ACTIVATED)
        this.#line.push(job)
        if (this.#line.length === 1) this.#next()
        break
      case COMMAND:
        this.#setup.dsp.heed(job.command!)
        this.#hubCourier.post(SRV_11_3, encodeActivate(job.command!))
        break
      case FORGET:
        // Accepted, as a Device would have: what is cancelled has no outcome.
        this.#respond(job.command!, ACCEPTED_NULL)
        job.command = undefined
        break
      case REPORT_FAILURE:
        this.#respond(job.command!, OUTCOME_FAILURE)
        break
      case REFUSE:
        this.#respond(command!, job.state === RECEIVING ? OUTCOME_NO_IMAGE : OUTCOME_FAILURE)
        break
    }
  }

  /** Every block is durable: the one moment at which SRV 11.1 is answered. */
  #answer(): void {
    const log = this.incoming.store as BlockLog
    const { descriptor, reassembler } = log
    const whole = hex(sha256(reassembler.image.u8)) === hex(descriptor.sha256)
    const jobs = this.jobs.filter(job => job.log === log)
    if (whole) {
      log.note(NOTE_ANSWERED)
      for (const job of jobs) this.#step(job, ALL_HELD)
    } else {
      // Each block was sound, so the announcement was wrong; nothing of it is worth keeping.
      log.close()
      this.#setup.disk.remove(logName(descriptor))
      this.incoming.store = undefined
      for (const job of jobs) this.jobs.splice(this.jobs.indexOf(job), 1)
    }
    const code = whole ? SRV_OK : SRV_IMAGE_DAMAGED
    const imageId = imageIdOf(descriptor)
    this.#supplierCourier.post(SRV_11_1_RESPONSE, encodeResult({ imageId, code }))
  }

  /** A transfer to the hub has ended. */
  #onSent(ok: boolean): void {
    const job = this.#line.shift()!
    if (!ok) this.#step(job, NOT_DELIVERED)
    this.#next()
  }

  /** The next image goes to the hub; one at a time. */
  #next(): void {
    const job = this.#line[0]
    if (!job) return
    const { chunker, opening } = openingOf(job)
    this.outgoing.open(chunker, opening)
  }

  #respond({ device, counter }: ActivateCommand, code: number): void {
    const outcome = encodeOutcome({ code, version: 0, counter, device })
    this.#supplierCourier.post(SRV_11_3_RESPONSE, outcome)
  }
}

/** SHA-256 of the octets that an activation of this image states. */
function hashOf({ log }: Job): Uint8Array {
  const { at, length } = log.descriptor.hashed
  return sha256(log.reassembler.image.u8.subarray(at, at + length))
}

/** How an image is announced to the hub: for the one device whose activation was asked for. */
function openingOf({ log, device }: Job): Opened {
  const descriptor = { ...log.descriptor, targets: [device] }
  return {
    chunker: new Chunker(descriptor.geometry, imageIdOf(descriptor), log.reassembler.image),
    opening: encodeDescriptor(descriptor),
  }
}

function archiveCommand(
  a: Archive,
  command: ActivateCommand | undefined,
): ActivateCommand | undefined {
  if (!a.flag(command !== undefined)) return undefined
  const octets = encodeActivate(command ?? NO_COMMAND)
  a.numbers(octets.u8)
  return decodeActivate(octets)
}

const NO_COMMAND: ActivateCommand = {
  device: '00-00-00-00-00-00-00-00',
  hash: new Uint8Array(HASH_LENGTH),
  counter: 0,
  executionTime: 0,
}
