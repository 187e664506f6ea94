// A stick on a port of its own with devices behind it, in the test's process, and hosts in processes of theirs.

import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bytes } from '#core/bytes/bytes'
import { buildStandardImage } from '#core/image/build'
import { openImage } from '#core/image/open'
import { Random } from '#core/time/random'
import { TrustAnchor } from '#emulators/crypto/crypto'
import { testPublicKey } from '#emulators/crypto/test-key'
import type { OtaDevice } from '#emulators/device/ota-device'
import { ZigbeeHome } from '#emulators/home/zigbee-home'
import type { DeviceValues } from '#emulators/profile/profiles'
import type { DeviceSpec, LinkSpec, Scenario } from '#emulators/scenario/schema/schema'
import type { TraceEvent, TraceName } from '#emulators/trace/trace'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { DeconzStick } from '#hil/stick/deconz/deconz'
import { deskScenario } from '#hil/stick/desk-home'
import type { StickSettings } from '#hil/stick/front'
import type { Recorder } from '#hil/stick/recording'
import { StickServer } from '#hil/stick/server'
import { encodeState, type KeptFront, loadState } from '#hil/stick/state'
import { VirtualStick } from '#hil/stick/stick'
import { ZnpStick } from '#hil/stick/znp/znp'
import { ROOT } from '../hanrig.ts'
import type { One } from '../home.ts'
import { Host } from './host.ts'

/** Where each herdsman is installed, and what its devices must put up with. */
export const HERDSMEN = {
  '10.9.5': { root: ROOT, turnaround: 5 },
  '11.1.1': { root: join(ROOT, 'test', 'external', 'conformance', 'herdsman-11'), turnaround: 0 },
} as const
export type Herdsman = keyof typeof HERDSMEN

export const STICK_IEEE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
const STANDARD = {
  manufacturerCode: 0x1246,
  imageType: 0x0330,
  fileVersion: 0x0152,
  stackVersion: 2,
  headerString: 'hanrig standard image',
  hardware: undefined,
}

/** A standard file of `size` octets, the same every time. */
export function standardImage(size: number): Bytes {
  const data = new Uint8Array(size - 62)
  new Random(1, 'standard').fill(data)
  return buildStandardImage(STANDARD, [{ tag: 0, data }])
}

export function gbImage(size: number, seed = 1): Bytes {
  return gbFixture({ size, seed })
}

export const sha256 = ({ u8 }: Bytes): string => createHash('sha256').update(u8).digest('hex')

export interface RigOptions {
  readonly devices?: number
  readonly values?: Partial<DeviceValues>
  readonly links?: Partial<LinkSpec>
  /** What every device does wrong. */
  readonly wrong?: DeviceSpec['wrong']
  /** What is other than `values` at each device, in order. */
  readonly each?: readonly Partial<DeviceValues>[]
  /** What the devices are for; the GB fixture when left out. */
  readonly image?: Bytes
  readonly protocol?: 'zstack' | 'deconz'
  readonly settings?: Partial<StickSettings>
  readonly state?: Uint8Array
  readonly recorder?: Recorder
  readonly seed?: number
}

export function homeOf(options: RigOptions, startUnixMs: number, sink: (e: TraceEvent) => void) {
  const { devices = 1, values, links, image, seed = 1 } = options
  const desk: Scenario = deskScenario({ devices, profile: 'esme', version: 1, values, seed })
  const { wrong = [], each = [] } = options
  const scenario = {
    ...desk,
    devices: Object.fromEntries(
      Object.entries(desk.devices).map(([name, spec], i) => [
        name,
        { ...spec, wrong, values: { ...spec.values, ...each[i] } },
      ]),
    ),
    links: Object.fromEntries(
      Object.entries(desk.links).map(([name, link]) => [name, { ...link, ...links }]),
    ),
  }
  const ota = image && openImage(image).ota!
  const identity = ota && {
    manufacturerCode: ota.header.manufacturerCode,
    imageType: ota.header.imageType,
    stackVersion: ota.header.stackVersion,
    credentialVersion: ota.header.credentialVersion,
    expected: ota.kind,
  }
  const anchor = TrustAnchor.ofPoint(testPublicKey())
  return new ZigbeeHome(
    { scenario, cargo: new Map(), anchor, identity, startUnixMs, frames: false },
    sink,
  )
}

export function frontOf(home: ZigbeeHome, options: RigOptions): KeptFront {
  const { clock, trace, network } = home
  const settings = { ieee: STICK_IEEE, ...options.settings }
  return options.protocol === 'deconz'
    ? new DeconzStick(clock, trace, network, settings)
    : new ZnpStick(clock, trace, new Random(1, 'stick'), network, settings)
}

export class Rig {
  readonly events: TraceEvent[] = []
  readonly home: ZigbeeHome
  readonly front: KeptFront
  readonly stick: VirtualStick
  readonly #server: StickServer
  readonly #hosts: Host[] = []
  readonly #adapter: string
  #port = 0

  private constructor(options: RigOptions) {
    this.home = homeOf(options, Date.UTC(2026, 0, 5, 9), event => {
      this.events.push(event)
      for (const heard of [...this.#waits]) heard(event)
    })
    this.front = frontOf(this.home, options)
    if (options.state) loadState(options.state, this.home, this.front)
    this.stick = new VirtualStick(this.home, this.front, options.recorder)
    this.#server = new StickServer(this.stick)
    this.#adapter = options.protocol ?? 'zstack'
  }

  readonly #waits = new Set<(event: TraceEvent) => void>()

  static async open(options: RigOptions = {}): Promise<Rig> {
    const rig = new Rig(options)
    rig.#port = await rig.#server.listen('127.0.0.1', 0)
    rig.stick.start()
    return rig
  }

  get port(): number {
    return this.#port
  }

  get device(): OtaDevice {
    return this.home.nodes[0]!.device
  }

  /** Everything that outlives the process. */
  get state(): Uint8Array {
    return encodeState(this.home, this.front).slice()
  }

  /** A host of its own, started in `directory`; what its start took, and whether it went on with a network. */
  async host(herdsman: Herdsman, directory: string) {
    const host = new Host(HERDSMEN[herdsman].root)
    this.#hosts.push(host)
    const path = `tcp://127.0.0.1:${this.#port}`
    const started = await host.do('start', { path, adapter: this.#adapter, directory })
    return { host, started }
  }

  /** Waits for an event of the trace, from now on. */
  async event(name: string, within = 60_000): Promise<TraceEvent> {
    return await new Promise((done, fail) => {
      const timer = setTimeout(() => {
        this.#waits.delete(heard)
        fail(new Error(`no ${name} within ${within} ms`))
      }, within)
      const heard = (event: TraceEvent): void => {
        if (event.name !== name) return
        clearTimeout(timer)
        this.#waits.delete(heard)
        done(event)
      }
      this.#waits.add(heard)
    })
  }

  /** The events of this name. */
  all<N extends TraceName>(name: N): One<N>[] {
    return this.events.filter((event): event is One<N> => event.name === name)
  }

  /** The stick is pulled out; hosts are ended first, for not all of them bear it. */
  async close(): Promise<void> {
    for (const host of this.#hosts) host.kill()
    await this.#server.close()
    this.stick.stop()
  }

  /** The stick is pulled out under the host's hands. */
  async pull(): Promise<void> {
    await this.#server.close()
    this.stick.stop()
  }
}

/** Lets devices join and waits until all are interviewed; their EUI-64s as the host writes them. */
export async function joinAll(rig: Rig, host: Host, count = 1): Promise<string[]> {
  await host.do('permit', { seconds: 120 })
  const seen = new Set<string>()
  while (seen.size < count) {
    const { ieee } = await host.event(
      e => e.event === 'interview' && e.status === 'successful' && !seen.has(e.ieee),
      60_000,
    )
    seen.add(ieee)
  }
  if (rig.home.nodes.some(node => !node.isJoined)) throw new Error('a node has not joined')
  return [...seen]
}

/** Writes an image where a host finds it. */
export function imageFile(directory: string, image: Bytes, name = 'image.ota'): string {
  const file = join(directory, name)
  writeFileSync(file, image.u8)
  return file
}
