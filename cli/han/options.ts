// Options of whatever opens a ZigBee stick, and how it is opened and closed again.

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { Host } from '#hil/host/host'
import { ADAPTERS, type AdapterName } from '#hil/host/stick'
import { hanrigError } from '../errors/errors.ts'
import { oneOf, whole } from '../options/options.ts'
import { interruptible } from '../output/interrupt.ts'

export interface StickOptions {
  readonly stick: string
  readonly adapter?: AdapterName
  readonly baud?: number
  readonly data: string
}

interface Json {
  readonly json?: true
}

export interface FormOptions extends StickOptions, Json {
  readonly channel: number
}

export interface JoinOptions extends StickOptions, Json {
  /** How long the network stays open, ms. */
  readonly seconds: number
  readonly device?: string
  readonly count: number
}

export interface ListOptions extends Json {
  readonly data: string
}

export interface RemoveOptions extends StickOptions, Json {
  readonly force?: true
}

/** Where a network is kept unless --data says otherwise. */
export function defaultData(): string {
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state')
  return join(state, 'hanrig', 'han')
}

/** The device list of a kept network. @throws HanrigError HAN_NONE. */
export function deviceList(data: string): string {
  if (!existsSync(join(data, 'network.json'))) {
    throw hanrigError('HANRIG_HAN_NONE', `There is no network in ${data}.`)
  }
  return join(data, 'devices.db')
}

export function dataOption(command: Command, what = 'directory that keeps the network'): Command {
  return command.option('--data <dir>', what, defaultData())
}

export function adapterOptions(command: Command): Command {
  return command
    .option('--adapter <name>', `what drives it: ${ADAPTERS.join(', ')}`, oneOf(ADAPTERS))
    .option('--baud <rate>', 'speed of its serial port', whole(1_200, 4_000_000))
}

export function stickOptions(command: Command): Command {
  return dataOption(
    adapterOptions(
      command.requiredOption('--stick <port>', 'the stick: /dev/ttyUSB0, COM3, tcp://host:port'),
    ),
  )
}

interface Opening {
  readonly accepts?: (eui64: string) => boolean
  /** Channel of a network that is to be made; left out, the one that is kept is used. */
  readonly form?: number
}

/** Opens the stick with the network of --data, works with it until told to stop, and closes both. */
export async function withHost<T>(
  options: StickOptions,
  { accepts, form }: Opening,
  work: (host: Host, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { Host } = await import('#hil/host/host')
  const { NetworkDirectory } = await import('#hil/host/network')
  const { stickPort } = await import('#hil/host/stick')
  const { randomBytes } = await import('node:crypto')
  // Not before --verbose was heeded: its level is read once.
  const { log } = await import('../output/log.ts')
  const stick = stickPort(options.stick, options.adapter, options.baud)
  return await interruptible(async signal => {
    const directory = new NetworkDirectory(options.data)
    try {
      if (form !== undefined) directory.make(form, randomBytes)
      const tell = log.debug.bind(log)
      const opening = { directory, stick, signal, log: toLog(tell), ...(accepts && { accepts }) }
      const host = await Host.open(opening)
      log.debug({ herdsman: host.herdsman.version, start: host.start }, 'the stick is up')
      try {
        return await work(host, signal)
      } finally {
        await host.close()
      }
    } finally {
      directory.close()
      leaveSoon()
    }
  })
}

function toLog(tell: (fields: object, message: string) => void) {
  return (level: string, message: string): void => tell({ from: 'zigbee-herdsman', level }, message)
}

/** Some adapters leave timers behind that would keep the process for ever. */
function leaveSoon(): void {
  setTimeout(() => process.exit(), 2_000).unref()
}
