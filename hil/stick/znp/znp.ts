// A coordinator stick with TI's Z-Stack 3.x as the host sees it over the serial line: commands are a table, state is the
// non-volatile items, the host's endpoints and whether the network is up. Nodes are not its business: it passes frames
// between them and the host, and says who came and went.

import { Bytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import type { Random } from '#core/time/random'
import type { VirtualClock } from '#core/time/virtual-clock'
import type { Trace } from '#emulators/trace/trace'
import {
  APS_HEADER,
  AT_CLUSTER,
  AT_DESTINATION,
  AT_SOURCE,
  apsFrame,
  MAX_ASDU,
  writeAps,
  writeApsHeader,
  ZDO_ENDPOINT,
  ZDO_PROFILE,
} from '#emulators/zigbee/aps'
import type { Endpoint, NodeDescription } from '#emulators/zigbee/endpoint'
import { DELIVERED, type Front, type Network } from '#emulators/zigbee/network'
import type { ZigbeeNode } from '#emulators/zigbee/node'
import { OctetReader } from '#emulators/zigbee/octets'
import {
  answerZdo,
  type Binding,
  capabilitiesOf,
  DEVICE_ANNCE,
  IEEE_ADDR_REQ,
  NWK_ADDR_REQ,
  RESPONSE,
  type ZdoOwner,
} from '#emulators/zigbee/zdo'
import { type Confirm, Confirms } from '../confirms.ts'
import { type NetworkParameters, NO_CONFIRM, type StickSettings } from '../front.ts'
import type { KeptFront } from '../state.ts'
import { MAX_DATA, UnpiParser, UnpiWriter } from '../unpi.ts'
import { AF_COMMANDS } from './af.ts'
import {
  AF,
  APP_CNF,
  AREQ,
  NOT_STARTED,
  SREQ,
  SRSP,
  STARTED,
  SYS,
  UTIL,
  ZDO,
  type ZnpCommand,
  type ZnpCommands,
  type ZnpOwner,
} from './command.ts'
import { fillFactory, STARTUP_OPTION } from './factory.ts'
import { dropNetwork, keepNetwork, keptNetwork, preform, wantedNetwork } from './network-items.ts'
import { NvStore } from './nv.ts'
import { APP_CNF_COMMANDS, SYS_COMMANDS, UTIL_COMMANDS, VERSION } from './sys.ts'
import { ZDO_COMMANDS } from './zdo.ts'

/** Every command that the stick has, by subsystem. */
export const ZNP_COMMANDS: ReadonlyMap<number, ZnpCommands> = new Map([
  [SYS, SYS_COMMANDS],
  [AF, AF_COMMANDS],
  [ZDO, ZDO_COMMANDS],
  [UTIL, UTIL_COMMANDS],
  [APP_CNF, APP_CNF_COMMANDS],
])

const BY_NUMBER = new Map<number, ZnpCommand>()
for (const [subsystem, commands] of ZNP_COMMANDS) {
  for (const each of commands) BY_NUMBER.set(((SREQ | subsystem) << 8) | each.number, each)
}

/** SYS_RESET_REQ, the one request without an answer. */
const RESET_REQUEST = 0x4100
const TYPE = 0xe0
/** RPC errors: no such subsystem, no such command, too few octets. */
const NO_SUBSYSTEM = 1
const NO_COMMAND = 2
const WRONG_LENGTH = 4
/** Time from a reset to the stick's word that it runs, ms (chosen: a host need not wait for it). */
const RESET_TIME = 5
const EXTERNAL_RESET = 1
const HARDWARE_REVISION = 1
/** Startup option: what was configured is as when it was new; the network is forgotten. */
const CLEAR_CONFIG = 1
const CLEAR_STATE = 2
/** afStatus: no memory, and no network. */
const BUFFER_FULL = 0x11
const NO_NETWORK = 0xc2
const SUCCESS = 0x00
const COORDINATOR = 0x0000
const LINK_QUALITY = 200
const SECURITY_NONE = 0
const USUAL_RADIUS = 29
const LAST_PAN = 0xfffe
/** Octets of an incoming message besides its data. */
const INCOMING_HEAD = 20
const ROOM = 65_536

export class ZnpStick implements KeptFront, Front, ZdoOwner, ZnpOwner {
  readonly protocol = 'zstack'
  readonly nv = new NvStore()
  readonly network: Network
  readonly endpoints = new Map<number, Endpoint>()
  readonly groups = new Set<number>()
  readonly bindings: Binding[] = []
  readonly address = COORDINATOR
  state = NOT_STARTED
  channels = 1 << 11
  rawZdo = false
  send: (octets: Uint8Array) => void = () => {}
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #random: Random
  readonly #options: StickSettings
  readonly #parser: UnpiParser
  readonly #out = new UnpiWriter(ROOM)
  readonly #reader = new OctetReader(Bytes.alloc(0), 0, 0)
  readonly #frame = apsFrame()
  readonly #answer = apsFrame()
  readonly #confirms: Confirms
  readonly #resetTimer: number
  #sequence = 0
  #apsCounter = 0
  #requests = 0
  /** The confirm of the data request that is being answered, and what else follows the answer. */
  #pending: Confirm | undefined
  #after: (() => void) | undefined

  constructor(
    clock: VirtualClock,
    trace: Trace,
    random: Random,
    network: Network,
    options: StickSettings,
  ) {
    this.#clock = clock
    this.#trace = trace
    this.#random = random
    this.#options = options
    this.network = network
    network.front = this
    this.#parser = new UnpiParser((memory, at, length) => this.#take(memory, at, length))
    this.#confirms = new Confirms(clock, confirm => {
      this.#confirm(confirm)
      this.flush()
    })
    this.#resetTimer = clock.timer(() => this.#restarted())
    fillFactory(this.nv, options.ieee)
    if (options.formed) preform(this.nv, options.formed)
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
    return this.nv.revision
  }

  get ieee(): Uint8Array {
    return this.nv.get('1') ?? this.#options.ieee
  }

  get description(): NodeDescription {
    return {
      isSleepy: false,
      isCoordinator: true,
      manufacturerCode: 0,
      endpoints: [...this.endpoints.values()],
    }
  }

  get parameters(): NetworkParameters | undefined {
    return this.state === STARTED ? keptNetwork(this.nv) : undefined
  }

  get hasNetwork(): boolean {
    return keptNetwork(this.nv) !== undefined
  }

  get acceptance(): number {
    if (this.state !== STARTED) return NO_NETWORK
    return this.#confirms.isFull || !this.#out.hasRoom ? BUFFER_FULL : SUCCESS
  }

  receive(src: Uint8Array, at: number, length: number): void {
    this.#parser.feed(src, at, length)
    this.flush()
  }

  opened(): void {
    this.#parser.reset()
  }

  flush(): void {
    if (this.#out.length > 0) this.send(this.#out.take())
  }

  event(command0: number, command1: number): UnpiWriter {
    if (!this.#out.hasRoom) this.flush()
    return this.#out.begin(command0, command1)
  }

  afterwards(work: () => void): void {
    this.#after = work
  }

  form(): void {
    this.network.form()
    const pan = (): number => this.#random.between(1, LAST_PAN)
    keepNetwork(this.nv, wantedNetwork(this.nv, this.channels, pan))
    this.#start(false)
  }

  resume(): void {
    this.#start(true)
  }

  addressOf(ieee: Uint8Array): number {
    if (Buffer.compare(ieee, this.ieee) === 0) return COORDINATOR
    return this.network.of(ieee)?.address ?? NOBODY
  }

  /** A coordinator leaves nothing. */
  leave(): void {}

  askZdo(address: number, cluster: number, payload: Uint8Array): void {
    this.#sequence = (this.#sequence + 1) & 255
    const frame = this.#frame
    frame.u8[APS_HEADER] = this.#sequence
    frame.u8.set(payload.subarray(0, MAX_ASDU - 1), APS_HEADER + 1)
    const length = 1 + Math.min(payload.length, MAX_ASDU - 1)
    if (address === COORDINATOR) {
      this.#answerItself(cluster, frame, APS_HEADER, length)
      return
    }
    writeApsHeader(frame, 0, 0, ZDO_PROFILE, cluster)
    this.network.send(address, frame, 0, APS_HEADER + length)
  }

  data(
    address: number,
    destination: number,
    source: number,
    profile: number,
    cluster: number,
    transaction: number,
    r: OctetReader,
    length: number,
  ): void {
    const { now } = this.#clock
    const scripted = this.#options.confirms?.get(++this.#requests)
    let status = DELIVERED
    let due = now
    if (scripted !== undefined && scripted !== NO_CONFIRM) {
      status = scripted
      this.#trace.emit('stick', 'confirm-scripted', { number: this.#requests, status })
    } else if (address !== COORDINATOR && length <= MAX_ASDU) {
      const frame = this.#frame
      const memory = this.#parser.memory
      const size = writeAps(frame, source, destination, profile, cluster, memory, r.at, length)
      status = this.network.send(address, frame, 0, size)
      due = this.network.settlesAt
    } else if (address === COORDINATOR && destination === ZDO_ENDPOINT) {
      const at = r.at
      this.afterwards(() => this.#answerItself(cluster, this.#parser.memory, at, length))
    }
    if (scripted === NO_CONFIRM) {
      this.#trace.emit('stick', 'confirm-withheld', { number: this.#requests })
    } else this.#pending = { due, status, source, transaction }
  }

  apsReceived(node: ZigbeeNode, src: Bytes, at: number, length: number): void {
    const endpoint = src.u8[at + AT_DESTINATION]!
    const cluster = src.dv.getUint16(at + AT_CLUSTER, true)
    const size = length - APS_HEADER
    if (endpoint === 0) {
      if (cluster === DEVICE_ANNCE) this.#announced(node)
      else this.#zdoAnswered(node.address, cluster, src, at + APS_HEADER, size)
      this.#rawZdo(node.address, cluster, src, at + APS_HEADER, size)
    } else if (size + INCOMING_HEAD <= MAX_DATA && this.endpoints.has(endpoint)) {
      this.#apsCounter = (this.#apsCounter + 1) & 255
      const w = this.event(AREQ | AF, 0x81)
        .u16(0)
        .u16(cluster)
        .u16(node.address)
      w.u8(src.u8[at + AT_SOURCE]!).u8(endpoint)
      w.u8(0).u8(LINK_QUALITY).u8(SECURITY_NONE).u32(this.#clock.now).u8(this.#apsCounter)
      w.u8(size)
        .copy(src, at + APS_HEADER, size)
        .u16(node.address)
        .u8(USUAL_RADIUS)
        .end()
    }
    this.flush()
  }

  nodeJoined(node: ZigbeeNode): void {
    this.event(AREQ | ZDO, 0xca)
      .u16(node.address)
      .octets(node.ieee)
      .u16(COORDINATOR)
      .end()
    this.flush()
  }

  nodeLeft(node: ZigbeeNode, rejoins: boolean): void {
    const w = this.event(AREQ | ZDO, 0xc9)
      .u16(node.address)
      .octets(node.ieee)
    w.u8(0)
      .u8(0)
      .u8(rejoins ? 1 : 0)
      .end()
    this.flush()
  }

  archive(a: Archive): void {
    this.nv.archive(a)
  }

  #take(memory: Bytes, at: number, length: number): void {
    const { u8 } = memory
    const command0 = u8[at]!
    const number = (command0 << 8) | u8[at + 1]!
    if (number === RESET_REQUEST) this.#reset()
    if ((command0 & TYPE) !== SREQ) return
    const found = BY_NUMBER.get(number)
    if (!found) {
      this.#refuse(ZNP_COMMANDS.has(command0 & ~TYPE) ? NO_COMMAND : NO_SUBSYSTEM, number)
      return
    }
    if (!this.#out.hasRoom) this.flush()
    const r = this.#reader.read(memory, at + 2, length)
    found.answer(this, r, this.#out.begin(SRSP | (command0 & ~TYPE), number & 255))
    const after = this.#after
    this.#after = undefined
    if (r.short) {
      this.#pending = undefined
      this.#refuse(WRONG_LENGTH, number)
      return
    }
    this.#out.end()
    const confirm = this.#pending
    this.#pending = undefined
    if (confirm) {
      if (confirm.due <= this.#clock.now) this.#confirm(confirm)
      else this.#confirms.add(confirm)
    }
    if (after) after()
  }

  /** TI's own word for a command that is not there, or is not whole; the frame begun is given up. */
  #refuse(error: number, number: number): void {
    const command = number.toString(16).padStart(4, '0')
    this.#trace.emit('stick', 'host-unknown', { command })
    this.event(SRSP, 0)
      .u8(error)
      .u8(number >>> 8)
      .u8(number & 255)
      .end()
  }

  #confirm({ status, source, transaction }: Confirm): void {
    this.event(AREQ | AF, 0x80)
      .u8(status)
      .u8(source)
      .u8(transaction)
      .end()
  }

  #reset(): void {
    this.endpoints.clear()
    this.groups.clear()
    this.#confirms.clear()
    this.rawZdo = false
    this.state = NOT_STARTED
    const option = this.nv.get(NvStore.item(STARTUP_OPTION))?.[0] ?? 0
    if (option & CLEAR_STATE) dropNetwork(this.nv)
    if (option !== 0) this.nv.set(NvStore.item(STARTUP_OPTION), Uint8Array.of(0))
    fillFactory(this.nv, this.#options.ieee, (option & CLEAR_CONFIG) !== 0)
    this.#clock.after(this.#resetTimer, RESET_TIME)
  }

  #restarted(): void {
    const w = this.event(AREQ | SYS, 0x80).u8(EXTERNAL_RESET)
    for (const octet of VERSION) w.u8(octet)
    w.u8(HARDWARE_REVISION).end()
    this.flush()
  }

  #start(resumed: boolean): void {
    this.state = STARTED
    const { panId, channel, extendedPanId, key } = keptNetwork(this.nv)!
    this.network.runs(Buffer.concat([extendedPanId, key]).toString('hex'))
    this.#trace.emit('stick', 'network-formed', { panId, channel, resumed })
    this.event(AREQ | ZDO, 0xc0)
      .u8(STARTED)
      .end()
  }

  /** Answers a ZDO request of the host to its own stick, `length` octets of `src` from its sequence number on. */
  #answerItself(cluster: number, src: Bytes, at: number, length: number): void {
    const out = this.#answer
    const size = answerZdo(this, cluster, src, at, length, out, APS_HEADER)
    if (size === 0) return
    this.#zdoAnswered(COORDINATOR, cluster | RESPONSE, out, APS_HEADER, size)
    this.#rawZdo(COORDINATOR, cluster | RESPONSE, out, APS_HEADER, size)
  }

  #announced(node: ZigbeeNode): void {
    const w = this.event(AREQ | ZDO, 0xc1)
      .u16(node.address)
      .u16(node.address)
      .octets(node.ieee)
    w.u8(capabilitiesOf(node.description)).end()
  }

  /** Tells of an answer of `length` octets at `at`, whose first is its sequence number. */
  #zdoAnswered(from: number, cluster: number, src: Bytes, at: number, length: number): void {
    if (cluster < RESPONSE) return
    const request = cluster & ~RESPONSE
    const isLookUp = request === NWK_ADDR_REQ || request === IEEE_ADDR_REQ
    const w = this.event(AREQ | ZDO, 0x80 | (request & 0x7f))
    if (!isLookUp) w.u16(from)
    w.copy(src, at + 1, length - 1)
    // Where the list of its children begins, and how many there are.
    if (isLookUp) w.u8(0).u8(0)
    w.end()
  }

  #rawZdo(from: number, cluster: number, src: Bytes, at: number, length: number): void {
    if (!this.rawZdo) return
    const w = this.event(AREQ | ZDO, 0xff)
      .u16(from)
      .u8(cluster === DEVICE_ANNCE ? 1 : 0)
    w.u16(cluster).u8(SECURITY_NONE).u8(src.u8[at]!).u16(COORDINATOR)
    w.copy(src, at + 1, length - 1).end()
  }
}

/** An address that no node has. */
const NOBODY = 0xfff7
