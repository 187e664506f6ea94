// What `hanrig stick` can be asked for. Some options describe the devices on the desk: beside a scenario, which says such
// things itself, they are refused rather than ignored.

import { type Command, InvalidArgumentError, Option } from 'commander'
import { NO_CONFIRM } from '#hil/stick/front'
import {
  oneOf,
  READ_AS,
  type ReadAs,
  readAsOptions,
  timeOption,
  whole,
} from '../options/options.ts'
import { profileOption } from '../options/profile.ts'
import { pluralOption } from '../options/strict.ts'

export const PROTOCOLS = ['zstack', 'deconz'] as const
export type Protocol = (typeof PROTOCOLS)[number]

export interface Listen {
  readonly host: string
  readonly port: number
}

export interface StickOptions extends ReadAs {
  readonly listen: Listen
  readonly pty?: string | undefined
  readonly protocol: Protocol
  readonly state?: string | undefined
  readonly record?: string | undefined
  readonly formed?: true | undefined
  readonly confirm?: Map<number, number> | undefined
  readonly seed?: number | undefined
  readonly json?: true | undefined
  readonly image?: string | undefined
  readonly trust?: string | undefined
  readonly devices: number
  readonly profile: string
  readonly manufacturer?: number | undefined
  readonly imageType?: number | undefined
  readonly maker?: string | undefined
  readonly model?: string | undefined
  readonly turnaround?: number | undefined
  readonly retry?: number | undefined
  readonly block?: number | undefined
  readonly page?: number | undefined
  readonly unclipped?: true | undefined
}

const DEFAULT_LISTEN: Listen = { host: '127.0.0.1', port: 20_108 }
const U16 = 0xffff
const MAX_DEVICES = 100
/** Octets of a block that a host's serial protocol can carry. */
const MAX_BLOCK = 223

/** Options of the devices on the desk, as commander names them. */
export const DESK_OPTIONS = [
  ...['image', ...READ_AS, 'trust', 'devices', 'profile', 'manufacturer', 'imageType'],
  ...['turnaround', 'retry', 'block', 'page', 'unclipped'],
] as const

export function describeStick(command: Command): Command {
  const served = command
    .addOption(
      new Option(
        '--listen <where>',
        'tcp:ADDRESS:PORT; another address than 127.0.0.1 opens the devices to whoever reaches it',
      )
        .argParser(listenOption)
        .default(DEFAULT_LISTEN, `tcp:${DEFAULT_LISTEN.host}:${DEFAULT_LISTEN.port}`),
    )
    .option('--pty <path>', 'make a device file there, too (needs socat)')
    .option(
      '--protocol <name>',
      `what it speaks: ${PROTOCOLS.join(', ')}`,
      oneOf(PROTOCOLS),
      'zstack',
    )
    .option('--state <file>', 'keep network, devices and downloads there across restarts')
    .option('--formed', 'have the network of a host with zigbee-herdsman’s usual settings already')
    .addOption(
      pluralOption(
        '--confirm <n:status>',
        'confirm the n-th data request with this status (0xe9 no ack, 0xf0 expired …) and lose it, or never; repeatable',
        confirmOption,
      ),
    )
    .option('--record <file>', 'write the session down, octet by octet, to be played again')
    .option('--seed <n>', 'seed of every draw', whole(0, 2 ** 32 - 1))
    .option('--json', 'print the trace as JSON Lines; the last line is the report')
    .option('--image <file>', 'the devices are what this firmware is for')
  return readAsOptions(served, 'they take gb-signed, gb-unsigned, standard or opaque images')
    .option('--trust <file>', 'PEM key or certificate that must have signed the image')
    .option('--devices <n>', 'devices on the desk', whole(1, MAX_DEVICES), 1)
    .addOption(profileOption('esme'))
    .option('--manufacturer <code>', 'manufacturer code of the devices', whole(0, U16))
    .option('--image-type <code>', 'image type of the devices', whole(0, U16))
    .option('--maker <name>', 'manufacturer name in the basic cluster')
    .option('--model <name>', 'model identifier in the basic cluster')
    .addOption(
      timeOption('--turnaround <duration>', 'time that a device thinks before it answers', '50ms', {
        from: 0,
        to: 60_000,
        bare: 'ms',
      }),
    )
    .addOption(
      timeOption('--retry <duration>', 'time after which it repeats what was not answered', '10s', {
        from: 1,
        to: 3_600_000,
        bare: 'ms',
      }),
    )
    .option('--block <octets>', 'octets that it asks for at a time', whole(1, MAX_BLOCK))
    .option('--page <octets>', 'ask for pages of so many octets', whole(1, U16))
    .option('--unclipped', 'ask for whole pages even at the image’s end: a test of the host')
}

function listenOption(text: string): Listen {
  const match = /^tcp:(?:\/\/)?(\[[0-9a-f:]+\]|[^:/\s]+):(\d{1,5})$/i.exec(text)
  const port = Number(match?.[2])
  if (!match || port > U16) {
    throw new InvalidArgumentError('It must be tcp:ADDRESS:PORT, such as tcp:127.0.0.1:20108.')
  }
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port }
}

function confirmOption(text: string, before = new Map<number, number>()): Map<number, number> {
  const match = /^(\d{1,9}):(never|0x[0-9a-f]{1,2}|\d{1,3})$/i.exec(text)
  const status = match?.[2] === 'never' ? NO_CONFIRM : Number(match?.[2])
  if (!match || status > 255) {
    throw new InvalidArgumentError(
      'It must be a number and a status, such as 100:0xe9 or 100:never.',
    )
  }
  const number = Number(match[1])
  if (before.has(number)) {
    throw new InvalidArgumentError(`Data request ${number} has a status already.`)
  }
  return new Map(before).set(number, status)
}
