// What `hanrig campaign volumes` can be asked for. Light: it is loaded to show help.

import { type Command, InvalidArgumentError } from 'commander'
import { POLICIES, type Policy } from '#core/campaign/network'
import { JOINED_FITS, type JoinedFit } from '#core/campaign/reach'
import { REGIONS, type Region } from '#core/campaign/regions'
import type { PortfolioFormat } from '#emulators/campaign/portfolio/read'
import { sizeOf } from '#emulators/language/units'
import { oneOf } from '../../options/options.ts'
import { pluralOption } from '../../options/strict.ts'
import { type GivenVolumes, withVolume } from '../input/field-options.ts'

/** Octets a day by region; `all` for those that are not named. */
export type Capacities = Partial<Record<Region | 'all', number>>

export interface VolumeOptions {
  readonly format?: PortfolioFormat | undefined
  readonly mode: 'unicast' | 'shared'
  readonly fit: JoinedFit['name']
  readonly capacity?: Capacities | undefined
  readonly policy: Policy
  readonly with?: GivenVolumes | undefined
  readonly fields?: true | undefined
  readonly json?: true | undefined
  readonly report?: string | undefined
}

export function describeVolumes(command: Command): Command {
  return command
    .option(
      '--mode <how>',
      'a copy for each device, or one for each cell, shared by its devices [I]',
      oneOf(['unicast', 'shared'] as const),
      'unicast',
    )
    .option(
      '--fit <name>',
      `how many PPMIDs are still joined: ${JOINED_FITS.map(fit => fit.name).join(', ')} [I]`,
      oneOf(JOINED_FITS.map(fit => fit.name)),
      'central',
    )
    .addOption(
      pluralOption(
        '--capacity <octets>',
        'octets a day that a region can carry, "50 GB" or "North=40 GB"; repeatable. None is public: without it the sheet says what would be needed',
        withCapacity,
      ),
    )
    .option(
      '--policy <who>',
      'who is served first where not all can be [I]',
      oneOf(POLICIES),
      'fifo',
    )
    .addOption(
      pluralOption('--with <field=value>', 'any other number of the sheet; repeatable', withVolume),
    )
    .option('--fields', 'list these with their defaults and sources, and reckon nothing')
}

function withCapacity(text: string, given: Capacities = {}): Capacities {
  const [, name, amount = ''] = /^(?:(.+?)\s*=\s*)?(.+)$/.exec(text.trim()) ?? []
  const region = name === undefined ? 'all' : REGIONS.find(each => each === name)
  if (!region) throw new InvalidArgumentError(`A region is one of ${REGIONS.join(', ')}.`)
  const octets = octetsOf(amount)
  if (!(octets > 0)) throw new InvalidArgumentError('It must be octets a day, such as "50 GB".')
  if (given[region] !== undefined) throw new InvalidArgumentError(`${region} is given already.`)
  return { ...given, [region]: octets }
}

/** Images are never so large that their sizes have these units. */
const LARGE_UNITS = { GB: 1e9, TB: 1e12 } as const

function octetsOf(text: string): number {
  const [, amount, unit] = /^(\d{1,9}(?:\.\d{1,9})?) ?(GB|TB)$/.exec(text) ?? []
  if (unit !== undefined) return Number(amount) * LARGE_UNITS[unit as keyof typeof LARGE_UNITS]
  return sizeOf(text) ?? Number.NaN
}
