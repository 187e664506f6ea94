// The firmware side of any box: verifies a whole image, holds it, activates it when told, reports what came of it, and
// survives the loss of power at any moment. How the image got here is not its business: a meter downloads over the HAN,
// a hub gets its own over the WAN. What must outlive a power cut is committed to flash before anyone is told.

import { Bytes } from '#core/bytes/bytes'
import {
  ACCEPTED_NULL,
  ACTIVATING as ACTIVATING_NOW,
  ActivationHandler,
  BEGUN,
  CANCEL_TIME,
  OUTCOME_SUCCESS,
  REPLAYED,
} from '#core/power/activation'
import type { Archive } from '#core/state/archive'
import { Random } from '#core/time/random'
import type { VirtualClock } from '#core/time/virtual-clock'
import { hex, sha256, type TrustAnchor } from '../crypto/crypto.ts'
import { type AlertCode, decodeActivate } from '../service/messages.ts'
import type { Said, Trace, TraceName } from '../trace/trace.ts'
import type { World } from '../trace/world.ts'
import {
  type Body,
  type BodyOwner,
  EmulatedBody,
  type EmulatedBodyValues,
  type MakeBody,
} from './body.ts'
import {
  ACTIVATING,
  BY_ALERT,
  Flash,
  HELD,
  NONE_OWED,
  NOTHING_PENDING,
  PARTIAL,
  PENDING_NAMES,
} from './flash.ts'
import { type Expected, verifyImage } from './verify.ts'

/** The profile fields that firmware goes by; ms, words and yes/no as in profile/fields.ts. */
export interface FirmwareValues extends EmulatedBodyValues {
  readonly hardwareVersion: number
  readonly activationShortest: number
  readonly activationLongest: number
}

export interface FirmwareSetup {
  /** Name in the trace. */
  readonly name: string
  readonly values: FirmwareValues
  readonly manufacturerCode: number
  readonly imageType: number
  /** EUI-64 of the box. */
  readonly id: string
  /** ZigBee stack version, and security credential version where there is one. */
  readonly stackVersion: number
  readonly credentialVersion: number | undefined
  /** File version running at first. */
  readonly fileVersion: number
  /** What this type of box takes. */
  readonly expected: Expected
  readonly anchor: TrustAnchor | undefined
  /** True for SRV 11.4: its outcome is CS09's alert 8F8B. */
  readonly oneStep: boolean
  readonly slotSize: number
  /** Octets after which the progress of a download is committed. */
  readonly checkpointEvery: number
  /** Unix ms at virtual time 0, by the box's own clock. */
  readonly epoch: number
  /** Makes what stands behind the box; left out, it is emulated. */
  readonly body?: MakeBody | undefined
}

/** What a box does for its firmware. */
export interface FirmwareBox {
  alert(code: AlertCode, detail: number, version: number): void
  /** The body has taken the whole image: it can be verified. @param refusal what the body has against it. */
  imageTaken(refusal: string | undefined): void
  /** The body cuts or restores the hub's supply. */
  hubSupply(on: boolean): void
  /** Answers the activation command with this originator counter. */
  respond(code: number, counter: number, version: number): void
  /** An activation begins and takes `duration` ms. */
  activationBegan(duration: number): void
  /** It ended; on success another slot runs. */
  activationEnded(ok: boolean): void
  /** Runs `work`, in the middle of whose writes the power may go. */
  guard(work: () => void): void
}

/** Octets of the image that a box runs when it leaves the factory (chosen). */
const FACTORY_SIZE = 1024
const OWED_ALERTS: Readonly<Record<number, AlertCode>> = { 36722: '8F72', 36636: '8F1C' }

export class Firmware {
  readonly flash: Flash
  readonly activation = new ActivationHandler()
  /** SHA-256 of the last whole file received, hex. */
  rebuilt = ''
  /** What its verification found. */
  finding = ''
  readonly #setup: FirmwareSetup
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #random: Random
  readonly #box: FirmwareBox
  readonly #scheduleTimer: number
  readonly #body: Body

  constructor({ clock, trace, seed }: World, setup: FirmwareSetup, box: FirmwareBox) {
    this.#setup = setup
    this.#clock = clock
    this.#trace = trace
    this.#random = new Random(seed, `${setup.name}.activation`)
    this.#box = box
    const factory = new Uint8Array(Math.min(FACTORY_SIZE, setup.slotSize)).fill(0x5a)
    this.flash = new Flash(setup.slotSize, factory, setup.fileVersion)
    this.#scheduleTimer = clock.timer(() =>
      this.#box.guard(() => this.#onDue(this.activation.tick(this.localTime))),
    )
    const make: MakeBody = setup.body ?? (owner => new EmulatedBody(clock, setup.values, owner))
    const owner: BodyOwner = {
      taken: refusal => box.guard(() => box.imageTaken(refusal)),
      activated: (ok, version) => box.guard(() => this.#activated(ok, version)),
      hubSupply: on => box.hubSupply(on),
    }
    this.#body = make(owner, clock)
  }

  /** Whether the box's body tells when the hub's supply goes and comes. */
  get bodySwitchesSupply(): boolean {
    return this.#body.switchesSupply
  }

  /** File version now running. */
  get fileVersion(): number {
    return this.flash.kept.version
  }

  get isActivating(): boolean {
    return this.activation.state === ACTIVATING_NOW
  }

  /** The box's own clock, Unix ms. */
  get localTime(): number {
    return this.#clock.now + this.#setup.epoch
  }

  /** A download of another image begins, or goes on from `offset`; what was held is written over. */
  begins(fileVersion: number, size: number, offset: number): void {
    const { kept } = this.flash
    if (offset === size) return
    this.activation.drop()
    kept.pending = PARTIAL
    kept.fileVersion = fileVersion
    kept.size = size
    kept.offset = offset
    this.flash.commit()
  }

  /** `length` octets of the pending image at `at` were written; everything before `offset` is there. */
  took(at: number, length: number, offset: number): void {
    const { flash } = this
    const { kept } = flash
    flash.wrote(at, length)
    if (offset - kept.offset < this.#setup.checkpointEvery && offset < kept.size) return
    kept.offset = offset
    flash.commit()
  }

  /** Has the body take the whole image of `size` octets in the pending slot. */
  take(size: number, fileVersion: number): void {
    this.#body.take(new Bytes(this.flash.pending.u8.subarray(0, size)), fileVersion)
  }

  /** Pulls the cable of the body; false when it has none. */
  pullCable(duration: number): boolean {
    return this.#body.pull(duration)
  }

  /** Nobody waits any more for the image that the body is taking. */
  dropTaking(): void {
    this.#body.drop()
  }

  /**
   * Verifies the whole image of `size` octets in the pending slot, and holds it if it is right.
   * @param refusal what the body has against it.
   */
  verify(size: number, fileVersion: number, refusal: string | undefined): boolean {
    const { flash } = this
    const { kept } = flash
    const file = new Bytes(flash.pending.u8.subarray(0, size))
    const { values, expected, anchor } = this.#setup
    const { hardwareVersion } = values
    const identity = { ...this.#setup, fileVersion, hardwareVersion }
    const verified = verifyImage(file, expected, identity, anchor)
    const isRefused = verified.ok && refusal !== undefined
    const found = isRefused ? { ...verified, ok: false, reason: refusal } : verified
    this.rebuilt = hex(sha256(file.u8))
    this.finding = found.reason
    this.#emit(found.ok ? 'image-verified' : 'image-rejected', {
      reason: found.reason,
      hash: hex(found.hash),
      sha256: this.rebuilt,
    })
    // Verified before, and the end of the download was never answered: its alert went out then.
    const isKept = kept.pending === HELD || kept.pending === ACTIVATING
    if (found.ok && isKept && hex(kept.hash) === hex(found.hash)) return true
    kept.size = size
    kept.fileVersion = fileVersion
    kept.pending = found.ok ? HELD : NOTHING_PENDING
    kept.offset = found.ok ? size : 0
    kept.hash.set(found.hash)
    if (found.ok) this.activation.hold(found.hash)
    else this.activation.drop()
    this.#owe(found.ok ? 0x8f72 : 0x8f1c, fileVersion, BY_ALERT)
    return found.ok
  }

  /** Says once more that the image is held. */
  confirm(): void {
    this.#owe(0x8f72, this.flash.kept.fileVersion, BY_ALERT)
  }

  /** Takes an activation command, SRV 11.3. */
  command(payload: Bytes): void {
    const { hash, counter, executionTime } = decodeActivate(payload)
    const result = this.activation.command(hash, counter, executionTime, this.localTime)
    if (result === REPLAYED) return
    this.#keepCommand()
    if (result === BEGUN) this.#begin()
    else {
      this.#arm()
      const cancelled = executionTime === CANCEL_TIME
      if (result !== ACCEPTED_NULL) this.#emit('activation-refused', { code: result })
      else if (cancelled) this.#emit('activation-cancelled')
      else this.#emit('activation-scheduled', { at: new Date(executionTime).toISOString() })
      this.#owe(result, this.fileVersion, counter)
    }
  }

  /** The held image is to run now, without a command: SRV 11.4. */
  upgradeNow(): void {
    this.#onDue(this.activation.atOnce())
  }

  /** The power is gone: nothing is due, and nothing is known but what flash says. */
  powerOff(): void {
    this.flash.load()
    this.#clock.cancel(this.#scheduleTimer)
    this.#body.powerOff()
  }

  /**
   * Comes back with what flash says.
   * @throws PowerCut when the power goes again in the middle of it.
   */
  boot(): void {
    const { flash, activation } = this
    const { kept } = flash
    flash.load()
    this.#body.powerOn()
    activation.deadline = kept.deadline
    activation.executionTime = kept.executionTime
    activation.counter = kept.counter
    activation.byAlert = kept.byAlert !== 0
    activation.lastCounter = kept.lastCounter
    activation.wanted.set(kept.wanted)
    activation.held.set(kept.hash)
    const sound = flash.runsSound
    this.#emit('booted', {
      fileVersion: kept.version,
      sound,
      pending: PENDING_NAMES[kept.pending]!,
      offset: kept.offset,
    })
    if (!sound) this.#box.alert('8F1B', 0, kept.version)
    if (kept.owes !== NONE_OWED) this.#settle()
    const holding = kept.pending === HELD || kept.pending === ACTIVATING
    this.#onDue(activation.restore(holding, kept.pending === ACTIVATING))
  }

  archive(a: Archive): void {
    this.flash.archive(a)
    this.activation.archive(a)
    this.rebuilt = a.text(this.rebuilt)
    this.finding = a.text(this.finding)
    this.#random.archive(a)
    this.#body.archive(a)
  }

  /** What was to happen by itself had a result: BEGUN starts the work, the rest is an outcome. */
  #onDue(result: number): void {
    this.#arm()
    if (result === BEGUN) this.#begin()
    else if (result < BEGUN) {
      this.#keepCommand()
      this.#emit('activation-refused', { code: result })
      this.#owe(result, this.fileVersion, BY_ALERT)
    }
  }

  #arm(): void {
    this.#clock.at(this.#scheduleTimer, this.activation.deadline - this.#setup.epoch)
  }

  #begin(): void {
    const { activationShortest, activationLongest } = this.#setup.values
    const { kept } = this.flash
    this.#keepCommand()
    kept.pending = ACTIVATING
    this.flash.commit()
    const duration = this.#random.between(activationShortest, activationLongest)
    this.#emit('activation-began', { duration })
    this.#body.activate(duration)
    this.#box.activationBegan(duration)
  }

  #activated(succeeded: boolean, version: number | undefined): void {
    const { flash, activation } = this
    const { kept } = flash
    const before = kept.version
    const code = activation.finish(succeeded)
    const ok = code === OUTCOME_SUCCESS
    // What failed in one step is of no use: no command can try it again.
    const isOver = ok || this.#setup.oneStep
    kept.pending = isOver ? NOTHING_PENDING : HELD
    if (isOver) activation.drop()
    if (ok) {
      const file = flash.pending.u8.subarray(0, kept.size)
      kept.activeHash.set(sha256(file))
      kept.activeSize = kept.size
      kept.version = version ?? kept.fileVersion
      kept.active ^= 1
      kept.size = 0
      kept.offset = 0
    }
    kept.owes = code
    kept.owesVersion = kept.version
    kept.owesTo = activation.byAlert ? BY_ALERT : activation.counter
    // The one moment at which the other image becomes the running one.
    flash.commit()
    this.#emit('activation-ended', { code, before, fileVersion: kept.version })
    this.#box.activationEnded(ok)
    this.#settle()
  }

  /** Notes what is to be reported, so that a power cut cannot swallow it, and reports it. */
  #owe(code: number, version: number, to: number): void {
    const { kept } = this.flash
    kept.owes = code
    kept.owesVersion = version
    kept.owesTo = to
    this.flash.commit()
    this.#settle()
  }

  #settle(): void {
    const { kept } = this.flash
    const { owes, owesVersion, owesTo } = kept
    const alert = OWED_ALERTS[owes]
    const ok = owes === OUTCOME_SUCCESS
    if (alert) this.#box.alert(alert, 0, owesVersion)
    else if (owesTo !== BY_ALERT) this.#box.respond(owes, owesTo, owesVersion)
    else if (this.#setup.oneStep) this.#box.alert('8F8B', ok ? 0 : 1, owesVersion)
    else this.#box.alert(ok ? '8F66' : '8F67', owes, owesVersion)
    kept.owes = NONE_OWED
    this.flash.commit()
  }

  #keepCommand(): void {
    const { kept } = this.flash
    const { deadline, executionTime, counter, byAlert, lastCounter, wanted } = this.activation
    kept.deadline = deadline
    kept.executionTime = executionTime
    kept.counter = counter
    kept.byAlert = byAlert ? 1 : 0
    kept.lastCounter = lastCounter
    kept.wanted.set(wanted)
  }

  #emit<N extends TraceName>(name: N, ...fields: Said<N>): void {
    this.#trace.emit(this.#setup.name, name, ...fields)
  }
}
