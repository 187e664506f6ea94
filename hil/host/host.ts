// A host: one stick, opened with the network of a directory, and zigbee-herdsman's Controller on top. It opens in
// bounded time or says why not, and gives the port back whatever happened.

import { HanrigError } from '#core/errors/errors'
import { fromIeee, toIeee } from '#core/eui64/text'
import { hanrigError } from '../errors/errors.ts'
import { interrupted, within } from './bounds.ts'
import {
  type Controller,
  type ControllerOptions,
  type Device,
  type Herdsman,
  type Log,
  loadHerdsman,
  withoutKeys,
} from './herdsman.ts'
import type { Network, NetworkDirectory } from './network.ts'
import type { StickPort } from './stick.ts'

/** Forming takes Z-Stack up to 100 s by its own reckoning, a silent port is given up after some 20 s. */
const START_LIMIT = 150_000
const STOP_LIMIT = 15_000
/** Files that zigbee-herdsman writes hold the network key: they are made for their owner only. */
const OWNER_ONLY = 0o077

export interface HostOptions {
  readonly directory: NetworkDirectory
  readonly stick: StickPort
  readonly log: Log
  readonly signal: AbortSignal
  /** Whether a device that is not on the network may join it. */
  readonly accepts?: (eui64: string) => boolean
}

/** How a stick came up: 'resumed' its network, had it 'restored' from the backup, or 'formed' it. */
export type Start = 'resumed' | 'restored' | 'formed'

export class Host {
  readonly controller: Controller
  readonly herdsman: Herdsman
  readonly start: Start
  readonly #umask: number
  #isLost = false

  private constructor(controller: Controller, herdsman: Herdsman, start: Start, umask: number) {
    this.controller = controller
    this.herdsman = herdsman
    this.start = start
    this.#umask = umask
    controller.on('adapterDisconnected', () => {
      this.#isLost = true
    })
  }

  /**
   * Opens the stick and brings the directory's network up on it.
   * @throws HanrigError HERDSMAN_MISSING, HAN_NONE, HAN_DATA_DAMAGED, PORT_BUSY, PORT_UNREACHABLE, STICK_SILENT,
   * STICK_FAILED or INTERRUPTED.
   */
  static async open(options: HostOptions): Promise<Host> {
    const { directory, stick, signal } = options
    const network = directory.read()
    const complaints: string[] = []
    const closed = Promise.withResolvers<never>()
    const herdsman = await loadHerdsman((level, message) => {
      if (level === 'error') complaints.push(message)
      if (CLOSED.test(message)) closed.reject(new Error(message))
      options.log(level, message)
    })
    if (signal.aborted) throw interrupted()
    const umask = process.umask(OWNER_ONLY)
    const accepts = async (ieee: string): Promise<boolean> =>
      controller.getDeviceByIeeeAddr(ieee) !== undefined ||
      (options.accepts?.(fromIeee(ieee)) ?? false)
    const controller: Controller = new herdsman.module.Controller(
      controllerOptions(directory, stick, network, accepts),
    )
    try {
      const result = await within(
        Promise.race([controller.start(signal), closed.promise]),
        START_LIMIT,
        () => silent(stick, `did not come up within ${START_LIMIT / 1000} s`),
        signal,
      )
      return new Host(controller, herdsman, result === 'reset' ? 'formed' : result, umask)
    } catch (error) {
      await releasePort(controller)
      process.umask(umask)
      throw error instanceof HanrigError ? error : startError(stick, error as Error, complaints)
    }
  }

  /** Whether the stick went away. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** Every device of the network but the coordinator. */
  get devices(): Device[] {
    return [...this.controller.getDevicesIterator(isMember)]
  }

  /** @throws HanrigError DEVICE_UNKNOWN. */
  device(eui64: string): Device {
    const device = this.controller.getDeviceByIeeeAddr(toIeee(eui64))
    if (device && isMember(device)) return device
    throw hanrigError('HANRIG_DEVICE_UNKNOWN', `${eui64} is not on this network.`)
  }

  /** Closes joining, saves what is known, and gives the port back. */
  async close(): Promise<void> {
    const late = () => new Error('late')
    await within(this.controller.stop(), STOP_LIMIT, late).catch(() => releasePort(this.controller))
    process.umask(this.#umask)
  }
}

/** Coordinators and Green Power sources are no devices that a host updates. */
function isMember(device: Device): boolean {
  return device.type !== 'Coordinator' && device.type !== 'GreenPower'
}

function controllerOptions(
  directory: NetworkDirectory,
  { path, adapter, baudRate }: StickPort,
  network: Network,
  accepts: (ieee: string) => Promise<boolean>,
): ControllerOptions {
  const port = { path, ...(adapter && { adapter }), ...(baudRate !== undefined && { baudRate }) }
  const octets = (hex: string) => [...Buffer.from(hex, 'hex')]
  const options: ControllerOptions = {
    network: {
      panID: network.panId,
      extendedPanID: octets(network.extendedPanId),
      channelList: [network.channel],
      networkKey: octets(network.networkKey),
    },
    serialPort: port,
    databasePath: directory.file('devices.db'),
    databaseBackupPath: directory.file('devices.db.backup'),
    backupPath: directory.file('backup.json'),
    adapter: { disableLED: false },
    acceptJoiningDeviceHandler: accepts,
  }
  // The name of the port's option since 11.0; each version ignores the other's.
  return { ...options, transport: port } as ControllerOptions
}

/** What controller.stop() does not do when start() has failed: let the port go. */
async function releasePort(controller: Controller): Promise<void> {
  const { adapter } = controller as unknown as { adapter?: { stop(): Promise<void> } }
  // An adapter that was never opened complains of being closed; nothing is left to do about it.
  await within(Promise.resolve(adapter?.stop()), 2_000, () => new Error('late')).catch(() => {})
}

function silent({ path }: StickPort, what: string): HanrigError {
  return hanrigError('HANRIG_STICK_SILENT', `The stick at ${path} ${what}.`)
}

/** What the adapters log when the far end hangs up. Waiting goes on for 20 s after it otherwise. */
const CLOSED = /(?:port|socket) closed/i

/** zigbee-herdsman tells causes by words only, some of them in its log alone. */
const CAUSES = [
  [/lock port|temporarily unavailable|EBUSY|access denied/i, 'HANRIG_PORT_BUSY'],
  [/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENOTFOUND/, 'HANRIG_PORT_UNREACHABLE'],
  [/opening socket|mdns|not found after/i, 'HANRIG_PORT_UNREACHABLE'],
  [/timeout|timed out|after \d+ ?ms|failed to connect to the adapter/i, 'HANRIG_STICK_SILENT'],
] as const

function startError({ path }: StickPort, error: Error, complaints: string[]): HanrigError {
  const said = [error.message, ...complaints].map(withoutKeys)
  const found = CAUSES.find(([pattern]) => said.some(line => pattern.test(line)))?.[1]
  const why = said
    .at(-1)!
    .split('\n')[0]!
    .replace(/^zh:\S+: /, '')
    .replace(/\.$/, '')
  if (CLOSED.test(error.message)) {
    const sentence = `${path} hung up: it serves another host, or is no stick.`
    return hanrigError('HANRIG_PORT_BUSY', sentence)
  }
  switch (found) {
    case 'HANRIG_PORT_BUSY':
      return hanrigError(found, `${path} is in use by another process (${why}).`)
    case 'HANRIG_PORT_UNREACHABLE':
      return hanrigError(found, `${path}: ${why}.`)
    case 'HANRIG_STICK_SILENT':
      return hanrigError(found, `Nothing at ${path} answers as a ZigBee stick does (${why}).`)
    default:
      return hanrigError('HANRIG_STICK_FAILED', `The stick at ${path} failed: ${why}.`)
  }
}
