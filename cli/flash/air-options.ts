// Options of `hanrig flash --stick`: the image goes over the air. Options that belong to the cable only are refused
// beside it, and its own without it, rather than ignored.

import type { Command } from 'commander'
import { ADAPTERS, type AdapterName } from '#hil/host/stick'
import { dataOption } from '../han/options.ts'
import { eui64Option, oneOf, type ReadAs, timeOption, whole } from '../options/options.ts'
import { pluralOption, refuseGiven } from '../options/strict.ts'

/** As zigbee-herdsman has it. */
const DEFAULT_MAX_DATA = 50
/** Its buffers of 250 octets hold no more. */
const LARGEST_MAX_DATA = 223
const MOST_JOBS = 100
/** As zigbee-herdsman has it. */
const DEFAULT_PATIENCE = 150_000

export interface AirOptions extends ReadAs {
  readonly stick: string
  readonly device?: readonly string[]
  /** Devices that are updated at a time. */
  readonly jobs: number
  readonly adapter?: AdapterName
  readonly baud?: number
  readonly data: string
  /** Octets of a block at most. */
  readonly maxData: number
  /** How long the device may be silent, ms. */
  readonly patience: number
  /** Milliseconds between two blocks at least. */
  readonly turnaround?: number
  readonly allowDowngrade?: true
  readonly force?: true
  readonly verify: boolean
  readonly json?: true
}

/** As commander names them. */
const OF_AIR = ['device', 'jobs', 'adapter', 'data', 'maxData', 'patience', 'verify']
const OF_CABLE = [
  ...['port', 'board', 'pool', 'allow', 'protocol', 'rtscts', 'carry', 'fileVersion', 'blockSize'],
  ...['parity', 'reset', 'send', 'expect', 'then', 'address'],
  ...['pageSize', 'flashSize', 'unprotect'],
  ...['activate', 'activation', 'cutSupply', 'wait', 'startWithin', 'answerWithin', 'tries'],
]

export function airOptions(command: Command): Command {
  const described = command
    .option('--stick <port>', 'over the air instead, by the ZigBee stick at this port')
    .addOption(
      pluralOption(
        '--device <eui64>',
        'over the air: the device to update; again for each device',
        (text, before = []) => [...before, eui64Option(text)],
      ),
    )
    .option('--jobs <n>', 'over the air: devices at a time', whole(1, MOST_JOBS), 1)
    .option('--adapter <name>', 'over the air: what drives the stick', oneOf(ADAPTERS))
    .option(
      '--max-data <octets>',
      'over the air: octets of a block at most',
      whole(1, LARGEST_MAX_DATA),
      DEFAULT_MAX_DATA,
    )
    .addOption(
      timeOption(
        '--patience <duration>',
        'over the air: how long the device may be silent',
        '5min',
        { from: 1_000, to: 86_400_000, bare: 's' },
        DEFAULT_PATIENCE,
      ),
    )
    .option('--no-verify', 'over the air: do not ask the device afterwards what it runs')
  return dataOption(described, 'over the air: directory that keeps the network')
}

/** @throws HanrigError USAGE for an option of the other way. */
export function refuseOfOtherWay(self: Command, isAir: boolean): void {
  if (isAir) refuseGiven(self, OF_CABLE, 'means nothing beside --stick')
  else refuseGiven(self, OF_AIR, 'means nothing without --stick')
}
