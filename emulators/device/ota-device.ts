// A device in the HAN: OTA client, firmware, radio, power. What a kind of device does differently is in its profile;
// there is no other device code. Whatever wakes it (a frame, a timer) comes through #wakes, for the power may go in the
// middle of any write; what it then still knows is what its flash says.

import type { Bytes } from '#core/bytes/bytes'
import {
  ABORTED,
  CLIENT_STATES,
  type ClientState,
  COUNTDOWN,
  ENDING,
  GAVE_UP,
  HELD,
  IDLE,
  NOTHING,
  NOTIFIED,
  NOW_HELD,
  OFFERED,
  OtaClient,
  PROGRESS,
  REFUSED,
  REJECTED,
  RETRYING,
  TOLD_TO_WAIT,
  UPGRADE_NOW,
  VERIFYING,
  WHOLE,
} from '#core/ota/client'
import { OTA_CLUSTER } from '#core/ota/codes'
import { restorationAlert } from '#core/power/supply-monitor'
import type { Archive } from '#core/state/archive'
import { Random } from '#core/time/random'
import type { VirtualClock } from '#core/time/virtual-clock'
import type { TrustAnchor } from '../crypto/crypto.ts'
import { Courier, type CourierConfig } from '../link/courier.ts'
import {
  CLUSTER_HEADER,
  clusterOf,
  decodeFlags,
  hanFrame,
  METERING_CLUSTER,
  NEW_FIRMWARE,
  TUNNEL_CLUSTER,
  TUNNEL_HEADER,
  Tunnel,
} from '../link/han.ts'
import type { Link } from '../link/link.ts'
import { ALERT, SRV_11_3, SRV_11_3_RESPONSE } from '../link/wire.ts'
import type { DeviceProfile } from '../profile/profiles.ts'
import type { BoxType } from '../profile/types.ts'
import { type AlertCode, encodeAlert, encodeOutcome } from '../service/messages.ts'
import type { FieldsOf, Said, Trace, TraceName } from '../trace/trace.ts'
import type { World } from '../trace/world.ts'
import type { MakeBody } from './body.ts'
import { Firmware } from './firmware.ts'
import { HELD as IS_HELD, NOTHING_PENDING, PARTIAL, powerWent, withPower } from './flash.ts'
import { type Dreamer, Sleeper } from './sleeper.ts'
import type { Expected } from './verify.ts'

/** That an image verified, or did not: FDRA. */
const RECEIPTS: readonly AlertCode[] = ['8F72', '8F1C']
/** A time that never was. */
const NEVER = -1

export interface DeviceSetup {
  /** Name in the trace. */
  readonly name: string
  readonly type: BoxType
  /** EUI-64. */
  readonly id: string
  readonly profile: DeviceProfile
  /** How its messages go to the hub. */
  readonly courier: CourierConfig
  /** To the hub. */
  readonly han: Link
  readonly manufacturerCode: number
  readonly imageType: number
  readonly stackVersion: number
  readonly credentialVersion: number | undefined
  /** File version running at the start. */
  readonly fileVersion: number
  /** What this type of device takes. */
  readonly expected: Expected
  /** True where SRV 11.4 distributes and activates in one step. */
  readonly oneStep: boolean
  readonly anchor: TrustAnchor | undefined
  readonly startUnixMs: number
  /** Most octets of the slot that any image needs: no more memory is taken. */
  readonly largestImage: number
  /** Called when the device cuts or restores the hub's supply. */
  readonly hubSupply: (on: boolean) => void
  /** Called when it runs again: its power is back, or an activation has ended. */
  readonly restarted: () => void
  /** Makes what stands behind the device; left out, it is emulated. */
  readonly body?: MakeBody | undefined
}

export class OtaDevice implements Dreamer {
  readonly setup: DeviceSetup
  readonly client: OtaClient
  readonly firmware: Firmware
  readonly courier: Courier
  readonly sleeper: Sleeper
  powered = true
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #random: Random
  readonly #han: Link
  readonly #tunnel: Tunnel
  readonly #clientTimer: number
  /** Asks again of its own accord, for ever if need be; a run does not go on for it. */
  readonly #retryTimer: number
  /** The same for an image that waits to run: its Supplier waits for that. */
  readonly #askAgainTimer: number
  readonly #queryTimer: number
  readonly #powerTimer: number
  readonly #frame = hanFrame(OTA_CLUSTER)
  #tenths = 0
  /** When the supply that was cut comes back, ms. */
  #backAt = 0
  /** When the supply went, ms; NEVER where it was not there from the start. */
  #lostAt = NEVER

  constructor(world: World, setup: DeviceSetup) {
    const { clock, trace, seed } = world
    const { courier, han } = setup
    const { values } = setup.profile
    this.setup = setup
    this.#clock = clock
    this.#trace = trace
    this.#random = new Random(seed, `${setup.name}.queries`)
    this.#han = han
    this.firmware = new Firmware(
      world,
      {
        name: setup.name,
        values,
        manufacturerCode: setup.manufacturerCode,
        imageType: setup.imageType,
        id: setup.id,
        stackVersion: setup.stackVersion,
        credentialVersion: setup.credentialVersion,
        fileVersion: setup.fileVersion,
        expected: setup.expected,
        anchor: setup.anchor,
        oneStep: setup.oneStep,
        slotSize: Math.min(values.slotSize, setup.largestImage),
        checkpointEvery: values.checkpointEvery,
        epoch: setup.startUnixMs + values.clockSkew,
        body: setup.body,
      },
      {
        alert: (code, detail, version) => this.#alert(code, detail, version),
        respond: (code, counter, version) =>
          this.#post(
            SRV_11_3_RESPONSE,
            encodeOutcome({ code, version, counter, device: setup.id }),
          ),
        imageTaken: refusal => this.#verify(refusal),
        hubSupply: on => setup.hubSupply(on),
        activationBegan: () => this.#activationBegan(),
        activationEnded: ok => this.#activationEnded(ok),
        guard: work => this.guard(work),
      },
    )
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
        pageSize: values.pageSize,
        responseSpacing: values.responseSpacing,
        clipsPages: values.clipsPages !== 0,
        announcesBlockPeriod: values.announcesBlockPeriod !== 0,
        insistsOnSize: values.insistsOnSize !== 0,
        trustsOwnClock: values.trustsOwnClock !== 0,
      },
      this.firmware.flash.pending,
    )
    this.#tunnel = new Tunnel(han)
    this.courier = new Courier(clock, courier, this.#tunnel, (kind, payload) => {
      if (kind === SRV_11_3) this.firmware.command(payload)
    })
    this.#clientTimer = clock.timer(() => this.guard(this.#tick))
    this.#retryTimer = clock.timer(() => this.guard(this.#start), 0, true)
    this.#askAgainTimer = clock.timer(() => this.guard(this.#start))
    this.#queryTimer = clock.timer(() => this.guard(this.#query), 0, true)
    this.#powerTimer = clock.timer(() => this.power(true))
    this.sleeper = new Sleeper(clock, values, han, this)
  }

  /** Name of the OTA client's state. */
  get state(): ClientState {
    return CLIENT_STATES[this.client.state]!
  }

  /** The first moment of a run: the device has been there before. */
  begin(plugged: boolean): void {
    if (plugged) this.#settleIn()
    else {
      this.powered = false
      this.firmware.powerOff()
      this.courier.pause()
    }
  }

  receive = (src: Bytes, at: number, length: number): void => {
    if (!this.powered || this.sleeper.asleep) {
      if (this.#trace.frames) this.#emit('frame-unheard', { length })
      return
    }
    try {
      this.#take(src, at, length)
    } catch (error) {
      powerWent(this, error)
    }
  }

  /** The device is plugged in or unplugged; its volatile memory goes with its supply. */
  power(on: boolean): void {
    this.#clock.cancel(this.#powerTimer)
    if (on === this.powered) return
    this.powered = on
    const clock = this.#clock
    if (!on) {
      this.#lostAt = clock.now
      this.#emit('power-lost')
      clock.cancel(this.#clientTimer)
      this.#askNoMore()
      clock.cancel(this.#queryTimer)
      this.sleeper.powerOff()
      this.firmware.powerOff()
      this.courier.pause()
      this.client.restart()
      return
    }
    this.#emit('power-restored', this.#outageReport)
    this.guard(this.#boot)
  }

  /**
   * Takes the power away for `duration` ms; Infinity until power(true). Of cuts that overlap the one that ends last
   * counts; a device that is unplugged has nothing to lose, and stays so.
   */
  cutPower(duration: number): void {
    const clock = this.#clock
    const isCut = clock.isArmed(this.#powerTimer)
    if (!this.powered && !isCut) return
    this.#backAt = Math.max(clock.now + duration, isCut ? this.#backAt : 0)
    this.power(false)
    clock.at(this.#powerTimer, this.#backAt)
  }

  /** The device asks its server for an image, of its own accord. */
  query(): void {
    if (this.powered && !this.sleeper.asleep) this.guard(this.#start)
  }

  archive(a: Archive): void {
    this.firmware.archive(a)
    this.client.archive(a)
    if (a.loading) this.#tellClient()
    this.courier.archive(a)
    this.#tunnel.archive(a)
    this.#random.archive(a)
    this.powered = a.flag(this.powered)
    this.sleeper.archive(a)
    this.#tenths = a.number(this.#tenths)
    this.#backAt = a.number(this.#backAt)
    this.#lostAt = a.number(this.#lostAt)
  }

  /** What the meter tells the Network Operator, who is no box here: the alert is named in the event. */
  get #outageReport(): FieldsOf<'power-restored'> {
    if (this.#lostAt === NEVER || !this.setup.profile.values.reportsOutages) return {}
    const outage = this.#clock.now - this.#lostAt
    return { outage, alert: restorationAlert(outage) }
  }

  /** True while the radio is needed: a question is open or blocks are missing. */
  get isBusy(): boolean {
    const { state } = this.client
    return state !== IDLE && state !== HELD
  }

  /** True while messages wait to be sent. */
  get hasMessages(): boolean {
    return !this.courier.idle
  }

  /** Called when it wakes: an image that waits to run is asked for again. */
  waking(): void {
    if (this.#waitsToRun) this.client.start(this.#clock.now)
  }

  /** Called when its radio is on. */
  awake(): void {
    const { client, isBusy } = this
    if (isBusy || this.hasMessages) this.#emit('device-woke')
    this.courier.resume()
    if (!isBusy) return
    client.resume(this.#clock.now)
    this.#heed(NOTHING)
  }

  /** Called when its radio goes off. */
  asleep(): void {
    this.courier.pause()
    this.client.suspend()
    this.#clock.cancel(this.#clientTimer)
    if (this.isBusy) this.#emit('device-slept', { offset: this.client.offset })
  }

  /** Runs `work`, in the middle of which the power may go. */
  guard(work: () => void): void {
    withPower(this, work)
  }

  #take(src: Bytes, at: number, length: number): void {
    const body = length - CLUSTER_HEADER
    const cluster = clusterOf(src, at)
    if (cluster === OTA_CLUSTER) {
      this.#heed(this.client.receive(src, at + CLUSTER_HEADER, body, this.#clock.now))
    } else if (cluster === TUNNEL_CLUSTER) {
      this.courier.receive(src, at + CLUSTER_HEADER + TUNNEL_HEADER, body - TUNNEL_HEADER)
    } else if (cluster === METERING_CLUSTER) {
      this.#onFlags(decodeFlags(src, at + CLUSTER_HEADER, body))
    }
  }

  readonly #tick = (): void => this.#heed(this.client.tick(this.#clock.now))

  readonly #start = (): void => {
    // The pending slot holds what is being activated.
    if (this.firmware.isActivating) return
    this.client.start(this.#clock.now)
    this.#heed(NOTHING)
  }

  readonly #query = (): void => {
    const { queryInterval } = this.setup.profile.values
    this.#clock.after(this.#queryTimer, queryInterval)
    if (!this.isBusy) this.#start()
  }

  /** Timers of a device that has just come to life. */
  #settleIn(): void {
    const { queryInterval } = this.setup.profile.values
    if (queryInterval > 0) {
      this.#clock.after(this.#queryTimer, this.#random.between(1, queryInterval))
    }
    this.sleeper.begin(this.#random)
    if (this.sleeper.asleep) this.courier.pause()
  }

  readonly #boot = (): void => {
    const { firmware, client } = this
    firmware.boot()
    const { kept } = firmware.flash
    // The power may have gone just when an activation had ended.
    if (!firmware.isActivating) this.#cutHubSupply(false)
    this.#tellClient()
    const held = kept.pending !== NOTHING_PENDING && kept.pending !== PARTIAL
    if (kept.pending === NOTHING_PENDING) client.forget()
    else client.restore(kept.offset, kept.size, kept.fileVersion, held)
    this.#settleIn()
    this.setup.restarted()
    const { bootTime } = this.setup.profile.values
    if (this.sleeper.asleep) this.sleeper.wakeIn(bootTime)
    else {
      this.courier.resume()
      // Whatever was under way is taken up again; a held image's end may never have been answered.
      if (!firmware.isActivating) {
        this.#askIn(bootTime)
      }
    }
  }

  /** The client learns which version runs, and which slot is free for the next. */
  #tellClient(): void {
    this.client.nowRuns(this.firmware.fileVersion, this.firmware.flash.pending)
  }

  /** True while an image is held that runs without a command, and does not yet. */
  get #waitsToRun(): boolean {
    const { firmware, setup } = this
    return setup.oneStep && firmware.flash.kept.pending === IS_HELD
  }

  #askIn(delay: number): void {
    this.#clock.after(this.#waitsToRun ? this.#askAgainTimer : this.#retryTimer, delay)
  }

  #askNoMore(): void {
    this.#clock.cancel(this.#retryTimer)
    this.#clock.cancel(this.#askAgainTimer)
  }

  /** Acts on what the client reported, sends what it wants sent, and sets its timer. */
  #heed(report: number): void {
    const { client } = this
    const { now } = this.#clock
    if (report === PROGRESS) {
      this.#took()
      this.#showProgress()
    } else this.#act(report)
    if (this.sleeper.asleep) return
    const size = client.transmit(this.#frame, CLUSTER_HEADER, now)
    if (size > 0) this.#han.send(this.#frame, 0, CLUSTER_HEADER + size, 0)
    this.#clock.at(this.#clientTimer, client.deadline)
  }

  /** Acts on a report that does not come with every block. */
  #act(report: number): void {
    const { client, firmware } = this
    const { now } = this.#clock
    switch (report) {
      case NOTHING:
        break
      case NOTIFIED:
        if (firmware.isActivating) break
        this.#askNoMore()
        client.start(now)
        break
      case OFFERED:
        this.#askNoMore()
        firmware.begins(client.fileVersion, client.size, client.offset)
        this.#tenths = Math.floor((client.offset * 10) / client.size)
        this.#emit('ota-offered', {
          fileVersion: client.fileVersion,
          size: client.size,
          resumedAt: client.offset,
        })
        break
      case REFUSED:
        this.#askNoMore()
        this.#emit('ota-refused', { status: client.status })
        // The server is done with the image; that it is to run now was said before the power went.
        if (this.#waitsToRun) firmware.upgradeNow()
        break
      case RETRYING:
        if (this.#trace.frames) this.#emit('ota-retry', { offset: client.offset })
        break
      case TOLD_TO_WAIT:
        this.#emit('ota-waits', { until: client.deadline })
        break
      case WHOLE:
        this.#took()
        this.#showProgress()
        this.#emit('ota-whole', {
          size: client.size,
          blocks: client.blocks,
          retries: client.retries,
        })
        firmware.take(client.size, client.fileVersion)
        break
      case NOW_HELD:
        this.#emit('ota-held', { fileVersion: client.fileVersion })
        // Nobody will command it: whether it may run is asked again.
        if (this.#waitsToRun) {
          this.#askIn(this.setup.profile.values.retryAfter)
        }
        break
      case UPGRADE_NOW:
        firmware.upgradeNow()
        break
      case REJECTED:
        this.#emit('ota-stopped', { status: client.status, offset: client.offset })
        break
      case ABORTED:
      case GAVE_UP:
        this.#emit('ota-stopped', { status: client.status, offset: client.offset })
        this.#askIn(this.setup.profile.values.retryAfter)
        break
    }
    // It runs already: the answer to its end came after its activation.
    const isSettled = client.state === HELD || client.state === COUNTDOWN
    if (isSettled && firmware.flash.kept.pending === NOTHING_PENDING) client.forget()
  }

  /** Octets arrived in flash; the frontier may have jumped over blocks that were there before. */
  #took(): void {
    const { client, firmware } = this
    const { kept } = firmware.flash
    const from = Math.max(kept.offset, client.offset - this.setup.profile.values.maxDataSize)
    if (client.offset > from) firmware.took(from, client.offset - from, client.offset)
  }

  #showProgress(): void {
    const { offset, size, blocks, retries } = this.client
    if (offset * 10 < size * (this.#tenths + 1)) return
    this.#tenths = Math.floor((offset * 10) / size)
    this.#emit('ota-progress', { offset, size, blocks, retries })
  }

  #verify(refusal: string | undefined): void {
    const { client, firmware } = this
    const ok = firmware.verify(client.size, client.fileVersion, refusal)
    client.verified(ok, this.#clock.now)
    this.#heed(NOTHING)
  }

  /** What an old ESME does while it activates, unless its body does it. */
  #cutHubSupply(isCut: boolean): void {
    const { profile, hubSupply } = this.setup
    const cuts = profile.values.cutsHubSupply !== 0 && !this.firmware.bodySwitchesSupply
    if (cuts) hubSupply(!isCut)
  }

  /** The pending slot is about to run: whatever the client asked for must not be written to it. */
  #activationBegan(): void {
    const { client, firmware } = this
    firmware.dropTaking()
    if (client.state === VERIFYING) {
      // Held before, and offered once more: what is activated was verified.
      client.verified(true, this.#clock.now)
      this.#heed(NOTHING)
    } else if (client.state !== ENDING) client.restart()
    this.#cutHubSupply(true)
  }

  #activationEnded(ok: boolean): void {
    const { client, firmware } = this
    if (ok) {
      client.activated()
      this.#tellClient()
    } else if (firmware.flash.kept.pending === NOTHING_PENDING) client.forget()
    this.#cutHubSupply(false)
    this.setup.restarted()
  }

  #onFlags(flags: number): void {
    this.sleeper.answered()
    if (!(flags & NEW_FIRMWARE) || this.isBusy || this.firmware.isActivating) return
    this.#emit('device-woke', { flags })
    this.#start()
  }

  #alert(code: AlertCode, detail: number, version: number): void {
    const { profile, id } = this.setup
    if (!profile.values.sendsAlerts) return
    if (RECEIPTS.includes(code) && !profile.values.sendsReceipts) return
    this.#emit('alert-raised', { code, detail })
    const at = this.firmware.localTime
    this.#post(ALERT, encodeAlert({ code, at, detail, version, device: id, about: id }))
  }

  #post(kind: number, payload: Bytes): void {
    this.courier.post(kind, payload)
    this.sleeper.wakeIsAwaited()
  }

  #emit<N extends TraceName>(name: N, ...fields: Said<N>): void {
    this.#trace.emit(this.setup.name, name, ...fields)
  }
}
