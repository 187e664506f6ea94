// One OTA device: downloads an image over the HAN, verifies and holds it, activates it when commanded and says so.
// What a kind of device does differently is in its profile; there is no other device code.

import { Bytes } from '../../core/bytes/bytes.ts'
import {
  ABORTED,
  GAVE_UP,
  NOTHING,
  NOTIFIED,
  NOW_HELD,
  OFFERED,
  OtaClient,
  REFUSED,
  REJECTED,
  RETRYING,
  TOLD_TO_WAIT,
  WHOLE,
} from '../../core/ota/client.ts'
import { OTA_CLUSTER } from '../../core/ota/codes.ts'
import {
  ACCEPTED_NULL,
  ACTIVATING,
  ActivationHandler,
  BEGUN,
  CANCEL_TIME,
  OUTCOME_SUCCESS,
  REPLAYED,
} from '../../core/power/activation.ts'
import type { Random } from '../../core/time/random.ts'
import type { VirtualClock } from '../../core/time/virtual-clock.ts'
import { hex, sha256, type TrustAnchor } from '../crypto.ts'
import { Courier, type CourierConfig } from '../link/courier.ts'
import type { Link } from '../link/link.ts'
import { ALERT, SRV_11_3, SRV_11_3_RESPONSE } from '../link/wire.ts'
import type { DeviceProfile } from '../profile/profiles.ts'
import { type AlertCode, decodeActivate, encodeAlert, encodeOutcome } from '../service/messages.ts'
import type { Trace } from '../trace.ts'
import { CLUSTER_HEADER, hanFrame, isOta, Tunnel } from './han.ts'
import { type Expected, verifyImage } from './verify.ts'

export interface DeviceSetup {
  /** Name in the trace. */
  readonly name: string
  readonly profile: DeviceProfile
  readonly manufacturerCode: number
  readonly imageType: number
  /** File version running at the start. */
  readonly fileVersion: number
  /** What this type of device takes. */
  readonly expected: Expected
  readonly anchor: TrustAnchor | undefined
  readonly startUnixMs: number
  /** Called when the device cuts or restores the hub's supply. */
  readonly hubSupply: (on: boolean) => void
}

export class OtaDevice {
  readonly client: OtaClient
  readonly activation = new ActivationHandler()
  /** File version now running. */
  fileVersion: number
  /** SHA-256 of the last whole file received, hex. */
  rebuilt = ''
  /** What verification found. */
  finding = ''
  readonly #setup: DeviceSetup
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #random: Random
  readonly #han: Link
  readonly #courier: Courier
  readonly #clientTimer: number
  readonly #verifyTimer: number
  readonly #scheduleTimer: number
  readonly #activationTimer: number
  readonly #retryTimer: number
  readonly #frame = hanFrame(OTA_CLUSTER)
  #tenths = 0

  constructor(
    setup: DeviceSetup,
    clock: VirtualClock,
    trace: Trace,
    random: Random,
    courier: CourierConfig,
    han: Link,
  ) {
    const { values } = setup.profile
    this.#setup = setup
    this.#clock = clock
    this.#trace = trace
    this.#random = random
    this.#han = han
    this.fileVersion = setup.fileVersion
    this.client = new OtaClient(
      {
        manufacturerCode: setup.manufacturerCode,
        imageType: setup.imageType,
        currentFileVersion: setup.fileVersion,
        hardwareVersion: values.hardwareVersion,
        maxDataSize: values.maxDataSize,
        blockPeriod: values.blockPeriod,
        answerTimeout: values.answerTimeout,
        maxTries: values.maxTries,
      },
      Bytes.alloc(values.slotSize),
    )
    this.#courier = new Courier(clock, courier, new Tunnel(han), (kind, payload) => {
      if (kind === SRV_11_3) this.#onCommand(payload)
    })
    this.#clientTimer = clock.timer(() => this.#heed(this.client.tick(clock.now)))
    this.#verifyTimer = clock.timer(() => this.#verify())
    this.#scheduleTimer = clock.timer(() => this.#onResult(this.activation.tick(this.#localTime())))
    this.#activationTimer = clock.timer(() => this.#activated())
    this.#retryTimer = clock.timer(() => {
      this.client.start(clock.now)
      this.#heed(NOTHING)
    })
  }

  receive = (src: Bytes, at: number, length: number): void => {
    const body = length - CLUSTER_HEADER
    if (!isOta(src, at)) this.#courier.receive(src, at + CLUSTER_HEADER, body)
    else this.#heed(this.client.receive(src, at + CLUSTER_HEADER, body, this.#clock.now))
  }

  /** Acts on what the client reported, sends what it wants sent, and sets its timer. */
  #heed(report: number): void {
    const { client } = this
    const { now } = this.#clock
    this.#showProgress()
    switch (report) {
      case NOTIFIED:
        // The pending slot holds what is being activated.
        if (this.activation.state === ACTIVATING) break
        this.#clock.cancel(this.#retryTimer)
        client.start(now)
        break
      case OFFERED:
        // A held image is about to be written over.
        if (client.offset < client.size) this.activation.drop()
        this.#tenths = 0
        this.#emit('ota-offered', {
          fileVersion: client.fileVersion,
          size: client.size,
          resumedAt: client.offset,
        })
        break
      case REFUSED:
        this.#emit('ota-refused', { status: client.status })
        break
      case RETRYING:
        this.#emit('ota-retry', { offset: client.offset })
        break
      case TOLD_TO_WAIT:
        this.#emit('ota-waits', { until: client.deadline })
        break
      case WHOLE:
        this.#emit('ota-whole', {
          size: client.size,
          blocks: client.blocks,
          retries: client.retries,
        })
        this.#clock.after(this.#verifyTimer, this.#setup.profile.values.verifyTime)
        break
      case NOW_HELD:
        this.#emit('ota-held', { fileVersion: client.fileVersion })
        break
      case REJECTED:
        this.#emit('ota-stopped', { status: client.status, offset: client.offset })
        break
      case ABORTED:
      case GAVE_UP:
        this.#emit('ota-stopped', { status: client.status, offset: client.offset })
        this.#clock.after(this.#retryTimer, this.#setup.profile.values.retryAfter)
        break
    }
    const size = client.transmit(this.#frame, CLUSTER_HEADER, now)
    if (size > 0) this.#han.send(this.#frame, 0, CLUSTER_HEADER + size, 0)
    this.#clock.at(this.#clientTimer, client.deadline)
  }

  #showProgress(): void {
    const { offset, size, blocks, retries } = this.client
    if (size === 0 || offset * 10 < size * (this.#tenths + 1)) return
    this.#tenths = Math.floor((offset * 10) / size)
    this.#emit('ota-progress', { offset, size, blocks, retries })
  }

  #verify(): void {
    const { client } = this
    const file = new Bytes(client.memory.u8.subarray(0, client.size))
    const { manufacturerCode, imageType, profile, expected, anchor } = this.#setup
    const { hardwareVersion } = profile.values
    const { fileVersion } = client
    const identity = { manufacturerCode, imageType, fileVersion, hardwareVersion }
    const found = verifyImage(file, expected, identity, anchor)
    this.rebuilt = hex(sha256(file.u8))
    this.finding = found.reason
    this.#emit(found.ok ? 'image-verified' : 'image-rejected', {
      reason: found.reason,
      hash: hex(found.hash),
      sha256: this.rebuilt,
    })
    this.#alert(found.ok ? '8F72' : '8F1C', 0, fileVersion)
    if (found.ok) this.activation.hold(found.hash)
    client.verified(found.ok, this.#clock.now)
    this.#heed(NOTHING)
  }

  #onCommand(payload: Bytes): void {
    const { hash, counter, executionTime } = decodeActivate(payload)
    const result = this.activation.command(hash, counter, executionTime, this.#localTime())
    if (result === REPLAYED) return
    if (result === ACCEPTED_NULL) {
      const cancelled = executionTime === CANCEL_TIME
      this.#emit(cancelled ? 'activation-cancelled' : 'activation-scheduled', {
        at: cancelled ? undefined : new Date(executionTime).toISOString(),
      })
      this.#respond(ACCEPTED_NULL)
    }
    this.#onResult(result)
  }

  /** A command or its due time had a result; BEGUN starts the work, the rest is an outcome. */
  #onResult(result: number): void {
    const { deadline } = this.activation
    this.#clock.at(this.#scheduleTimer, this.#fromLocal(deadline))
    if (result === BEGUN) this.#begin()
    else if (result < BEGUN) {
      this.#emit('activation-refused', { code: result })
      this.#report(result)
    }
  }

  #begin(): void {
    const { activationShortest, activationLongest, cutsHubSupply } = this.#setup.profile.values
    const duration = this.#random.between(activationShortest, activationLongest)
    this.#emit('activation-began', { duration, cutsHubSupply: cutsHubSupply !== 0 })
    if (cutsHubSupply) this.#setup.hubSupply(false)
    this.#clock.after(this.#activationTimer, duration)
  }

  #activated(): void {
    const { activationFails, cutsHubSupply } = this.#setup.profile.values
    const before = this.fileVersion
    const code = this.activation.finish(!activationFails)
    if (code === OUTCOME_SUCCESS) {
      this.fileVersion = this.client.fileVersion
      this.client.activated()
    }
    this.#emit('activation-ended', { code, before, fileVersion: this.fileVersion })
    if (cutsHubSupply) this.#setup.hubSupply(true)
    this.#report(code)
  }

  /** An outcome goes by alert when the command was future-dated, else by response. */
  #report(code: number): void {
    if (this.activation.byAlert) {
      this.#alert(code === OUTCOME_SUCCESS ? '8F66' : '8F67', code, this.fileVersion)
    } else this.#respond(code)
  }

  #respond(code: number): void {
    this.#courier.post(SRV_11_3_RESPONSE, encodeOutcome({ code, version: this.fileVersion }))
  }

  #alert(code: AlertCode, detail: number, version: number): void {
    this.#emit('alert-raised', { code, detail })
    this.#courier.post(ALERT, encodeAlert({ code, at: this.#localTime(), detail, version }))
  }

  /** The device's own clock, Unix ms. */
  #localTime(): number {
    return this.#clock.now + this.#setup.startUnixMs + this.#setup.profile.values.clockSkew
  }

  #fromLocal(unixMs: number): number {
    return unixMs - this.#setup.startUnixMs - this.#setup.profile.values.clockSkew
  }

  #emit(name: Parameters<Trace['emit']>[1], fields: Record<string, unknown> = {}): void {
    this.#trace.emit(this.#setup.name, name, fields)
  }
}
