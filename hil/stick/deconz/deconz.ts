// A coordinator stick with deCONZ firmware as the host sees it: eight commands, and parameters. What comes from the
// network waits in queues until the host fetches it, one frame at a time; a state octet in every answer says what waits.

import { Bytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import type { VirtualClock } from '#core/time/virtual-clock'
import type { Trace } from '#emulators/trace/trace'
import {
  APS_HEADER,
  AT_CLUSTER,
  AT_DESTINATION,
  AT_PROFILE,
  AT_SOURCE,
  apsFrame,
  MAX_ASDU,
  writeApsHeader,
} from '#emulators/zigbee/aps'
import type { NodeDescription } from '#emulators/zigbee/endpoint'
import { DELIVERED, type Front, type Network } from '#emulators/zigbee/network'
import type { ZigbeeNode } from '#emulators/zigbee/node'
import { OctetReader, OctetWriter } from '#emulators/zigbee/octets'
import { answerZdo, type Binding, RESPONSE, type ZdoOwner } from '#emulators/zigbee/zdo'
import { type Confirm, Confirms } from '../confirms.ts'
import { NO_CONFIRM, type StickSettings } from '../front.ts'
import type { KeptFront } from '../state.ts'
import {
  CHANNEL,
  EXTENDED_PAN_ID,
  MAC_ADDRESS,
  Parameters,
  PERMIT_JOIN,
  USE_EXTENDED_PAN_ID,
} from './parameters.ts'
import { encodeSlip, FRAME_HEAD, MAX_SLIP, SlipParser } from './slip.ts'

const APS_CONFIRM = 0x04
const STATE = 0x07
const CHANGE_STATE = 0x08
const READ_PARAMETER = 0x0a
const WRITE_PARAMETER = 0x0b
const VERSION = 0x0d
const STATE_CHANGED = 0x0e
const APS_REQUEST = 0x12
const APS_INDICATION = 0x17

/** Firmware of a ConBee II. */
const FIRMWARE = 0x2678_0700

const SUCCESS = 0
const BUSY = 2
const UNSUPPORTED = 4
const NO_NETWORK = 6
const INVALID_VALUE = 7

/** The state octet. */
const OFF = 0
const CONNECTED = 2
const CONFIRM_WAITS = 0x04
const INDICATION_WAITS = 0x08
const FREE_SLOTS = 0x20

/** Address modes. */
const GROUP = 1
const NETWORK = 2
const IEEE = 3

const COORDINATOR = 0x0000
const LINK_QUALITY = 200
const SIGNAL = -50
/**
 * A host that is at something else when it is told misses it, and herdsman sends what it has only when it is told that
 * there is room, or ten times a second: while data goes to and fro it is told again and again, ms (chosen).
 */
const PUSH_AGAIN = 2
const LIVELY_FOR = 500
/** Indications that wait to be fetched at most; one more is lost, as in the firmware. */
const MOST_WAITING = 64

interface Indication {
  readonly source: number
  readonly frame: Uint8Array
}

interface SentRequest extends Confirm {
  readonly mode: number
  readonly destination: Uint8Array
}

type Answer = (r: OctetReader, w: OctetWriter) => number

export class DeconzStick implements KeptFront, Front, ZdoOwner {
  readonly protocol = 'deconz'
  readonly bindings: Binding[] = []
  readonly address = COORDINATOR
  send: (octets: Uint8Array) => void = () => {}
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #network: Network
  readonly #settings: StickSettings
  readonly #parameters: Parameters
  readonly #parser: SlipParser
  readonly #confirms: Confirms
  readonly #out = Bytes.alloc(MAX_SLIP)
  readonly #frame = apsFrame()
  readonly #answer = apsFrame()
  readonly #pushTimer: number
  readonly #sent = new Map<number, SentRequest>()
  readonly #done: SentRequest[] = []
  readonly #indications: Indication[] = []
  #connected = false
  #formed = ''
  #requests = 0
  #lastData = Number.NEGATIVE_INFINITY
  /** True while an answer is being written, and whether something came into a queue meanwhile. */
  #answering = false
  #mustPush = false

  constructor(clock: VirtualClock, trace: Trace, network: Network, settings: StickSettings) {
    this.#clock = clock
    this.#trace = trace
    this.#network = network
    this.#settings = settings
    this.#parameters = new Parameters(settings.ieee, settings.formed)
    network.front = this
    this.#parser = new SlipParser((memory, length) => this.#take(memory, length))
    this.#confirms = new Confirms(clock, confirm => this.#confirmed(confirm))
    this.#pushTimer = clock.timer(() => this.#push())
    if (!settings.formed) return
    this.#connected = true
    this.#formed = this.#parameters.identity
  }

  get frames(): number {
    return this.#parser.frames
  }

  get malformed(): number {
    return this.#parser.malformed
  }

  get noise(): number {
    return this.#parser.noise
  }

  get revision(): number {
    return this.#parameters.revision
  }

  get ieee(): Uint8Array {
    return this.#parameters.get(MAC_ADDRESS)
  }

  get description(): NodeDescription {
    return { isSleepy: false, isCoordinator: true, manufacturerCode: 0, endpoints: [] }
  }

  receive(src: Uint8Array, at: number, length: number): void {
    this.#parser.feed(src, at, length)
  }

  opened(): void {
    this.#parser.reset()
    this.#done.length = 0
    this.#indications.length = 0
    this.#sent.clear()
    this.#confirms.clear()
  }

  flush(): void {}

  /** A coordinator leaves nothing. */
  leave(): void {}

  apsReceived({ address }: ZigbeeNode, src: Bytes, at: number, length: number): void {
    this.#indicate(address, src, at, length)
  }

  /** Hosts of this protocol learn of it by the device's announce. */
  nodeJoined(): void {}

  nodeLeft(): void {}

  archive(a: Archive): void {
    this.#parameters.archive(a)
    this.#formed = a.text(this.#formed)
    this.#connected = a.flag(this.#connected)
  }

  /** True while data goes to and fro. */
  get #isLively(): boolean {
    return this.#clock.now < this.#lastData + LIVELY_FOR
  }

  get #state(): number {
    return (
      (this.#connected ? CONNECTED : OFF) |
      (this.#done.length > 0 ? CONFIRM_WAITS : 0) |
      (this.#indications.length > 0 ? INDICATION_WAITS : 0) |
      (this.#confirms.isFull ? 0 : FREE_SLOTS)
    )
  }

  #take(memory: Bytes, length: number): void {
    const command = memory.u8[0]!
    const answer = this.#answers[command]
    const r = new OctetReader(memory, FRAME_HEAD, length - FRAME_HEAD)
    const sequence = memory.u8[1]!
    if (!answer) {
      const number = command.toString(16).padStart(2, '0')
      this.#trace.emit('stick', 'host-unknown', { command: number })
      this.#say(command, sequence, w => w.u16(0) && UNSUPPORTED)
      return
    }
    this.#answering = true
    this.#say(command, sequence, w => answer(r, w))
    this.#answering = false
    // What was put into the queues meanwhile is told after the answer.
    if (this.#mustPush || command === CHANGE_STATE) this.#push()
  }

  readonly #answers: Readonly<Record<number, Answer>> = {
    [VERSION]: (_, w) => w.u32(FIRMWARE) && SUCCESS,
    [STATE]: (_, w) => w.u8(this.#state).u16(0) && SUCCESS,
    [CHANGE_STATE]: (r, w) => {
      const state = r.u8()
      if (state === CONNECTED) this.#connect()
      else this.#connected = false
      return w.u8(state) && SUCCESS
    },
    [READ_PARAMETER]: (r, w) => {
      r.u16()
      const id = r.u8()
      const value = this.#parameters.read(id, r.left > 0 ? r.u8() : 0)
      w.u16(1 + (value?.length ?? 0)).u8(id)
      if (!value) return UNSUPPORTED
      return w.octets(value) && SUCCESS
    },
    [WRITE_PARAMETER]: (r, w) => {
      r.u16()
      const id = r.u8()
      const octets = r.rest()
      w.u16(1).u8(id)
      if (!this.#parameters.write(id, octets)) return INVALID_VALUE
      if (id === PERMIT_JOIN) this.#network.permitJoin(octets[0]!)
      return SUCCESS
    },
    [APS_REQUEST]: (r, w) => {
      const { id, status } = this.#request(r)
      return w.u16(2).u8(this.#state).u8(id) && status
    },
    [APS_CONFIRM]: (_, w) => {
      const confirm = this.#done.shift()
      if (!confirm) return w.u16(1).u8(this.#state) && SUCCESS
      const { transaction, mode, destination, source, status } = confirm
      w.u16(9 + destination.length).u8(this.#state)
      w.u8(transaction).u8(mode).octets(destination).u8(source).u8(status).u32(0)
      return SUCCESS
    },
    [APS_INDICATION]: (_, w) => {
      const indication = this.#indications.shift()
      if (!indication) return w.u16(1).u8(this.#state) && SUCCESS
      writeIndication(w, indication, this.#state)
      return SUCCESS
    },
  }

  /** Sends a frame; `body` writes what follows its head and returns its status. */
  #say(command: number, sequence: number, body: (w: OctetWriter) => number): void {
    const out = this.#out
    const w = new OctetWriter(out, FRAME_HEAD)
    out.u8[0] = command
    out.u8[1] = sequence
    out.u8[2] = body(w)
    this.send(encodeSlip(out, FRAME_HEAD + w.length))
  }

  /** Tells the host that something waits for it: else it asks ten times a second. */
  #push(): void {
    this.#mustPush = this.#answering
    if (this.#answering) return
    this.#say(STATE_CHANGED, 0, w => w.u8(this.#state).u8(0) && SUCCESS)
    if (this.#isLively) this.#clock.after(this.#pushTimer, PUSH_AGAIN)
  }

  #connect(): void {
    const parameters = this.#parameters
    const channel = parameters.wantedChannel
    const resumed = parameters.identity === this.#formed
    if (!resumed) this.#network.form()
    this.#formed = parameters.identity
    parameters.set(CHANNEL, Uint8Array.of(channel))
    parameters.set(EXTENDED_PAN_ID, parameters.get(USE_EXTENDED_PAN_ID))
    this.#connected = true
    this.#trace.emit('stick', 'network-formed', { panId: parameters.panId, channel, resumed })
  }

  /** Takes an APS request of the host and sends it. */
  #request(r: OctetReader): { id: number; status: number } {
    r.u16()
    const id = r.u8()
    r.u8()
    const mode = r.u8()
    const node = r.octets(mode === IEEE ? 8 : 2)
    const endpoint = mode === GROUP ? 0 : r.u8()
    const profile = r.u16()
    const cluster = r.u16()
    const source = r.u8()
    const length = r.u16()
    const frame = this.#frame
    const asdu = r.octets(length)
    if (r.short || length > MAX_ASDU) return { id, status: INVALID_VALUE }
    if (!this.#connected) return { id, status: NO_NETWORK }
    if (this.#confirms.isFull) return { id, status: BUSY }
    writeApsHeader(frame, source, endpoint, profile, cluster)
    frame.u8.set(asdu, APS_HEADER)
    const scripted = this.#settings.confirms?.get(++this.#requests)
    let status = DELIVERED
    let due = this.#clock.now
    if (scripted !== undefined && scripted !== NO_CONFIRM) {
      status = scripted
      this.#trace.emit('stick', 'confirm-scripted', { number: this.#requests, status })
    } else if (mode !== GROUP) {
      const address = this.#addressOf(mode, node)
      if (address === COORDINATOR) this.#ask(cluster, frame, APS_HEADER, length)
      else {
        status = this.#network.send(address, frame, 0, APS_HEADER + length)
        due = this.#network.settlesAt
      }
    }
    const destination = mode === GROUP ? node : Uint8Array.of(...node, endpoint)
    const sent = { due, status, source, transaction: id, mode, destination }
    this.#sent.set(id, sent)
    if (scripted === NO_CONFIRM) {
      this.#trace.emit('stick', 'confirm-withheld', { number: this.#requests })
    } else if (due <= this.#clock.now) this.#confirmed(sent)
    else this.#confirms.add(sent)
    return { id, status: SUCCESS }
  }

  #addressOf(mode: number, octets: Uint8Array): number {
    if (mode === NETWORK) return octets[0]! | (octets[1]! << 8)
    if (Buffer.compare(octets, this.ieee) === 0) return COORDINATOR
    return this.#network.of(octets)?.address ?? NOBODY
  }

  /** A question to the stick itself. */
  #ask(cluster: number, src: Bytes, at: number, length: number): void {
    const out = this.#answer
    const size = answerZdo(this, cluster, src, at, length, out, APS_HEADER)
    if (size === 0) return
    writeApsHeader(out, 0, 0, 0, cluster | RESPONSE)
    this.#indicate(COORDINATOR, out, 0, APS_HEADER + size)
  }

  #confirmed({ transaction, status }: Confirm): void {
    const sent = this.#sent.get(transaction)
    if (!sent) return
    this.#sent.delete(transaction)
    this.#done.push({ ...sent, status })
    this.#push()
  }

  #indicate(source: number, src: Bytes, at: number, length: number): void {
    if (this.#indications.length === MOST_WAITING) return
    this.#lastData = this.#clock.now
    this.#indications.push({ source, frame: src.u8.slice(at, at + length) })
    this.#push()
  }
}

/** An address that no node has. */
const NOBODY = 0xfff7
/** Octets of an indication besides its data, counted from its state octet. */
const INDICATION_HEAD = 23

function writeIndication(w: OctetWriter, { source, frame }: Indication, state: number): void {
  const header = new Bytes(frame)
  const asdu = frame.subarray(APS_HEADER)
  w.u16(INDICATION_HEAD + asdu.length)
  w.u8(state)
  w.u8(NETWORK).u16(COORDINATOR).u8(frame[AT_DESTINATION]!)
  w.u8(NETWORK).u16(source).u8(frame[AT_SOURCE]!)
  w.u16(header.dv.getUint16(AT_PROFILE, true)).u16(header.dv.getUint16(AT_CLUSTER, true))
  w.u16(asdu.length).octets(asdu)
  w.u16(0)
    .u8(LINK_QUALITY)
    .u32(0)
    .u8(SIGNAL & 0xff)
}
