// What `hanrig campaign simulate` can be asked for beside the answers of a plan. Light: it is loaded to show help.

import type { Command } from 'commander'
import { ENGINES, type Engine } from '#emulators/campaign/engines'
import type { PortfolioFormat } from '#emulators/campaign/portfolio/read'
import { hanrigError } from '../../errors/errors.ts'
import { oneOf, seedOption, whole } from '../../options/options.ts'
import { pluralOption } from '../../options/strict.ts'
import type { SettingsOptions } from '../input/settings.ts'
import { fieldValue, type GivenFields, withField } from './field-options.ts'

export interface SimulateOptions extends SettingsOptions {
  readonly format?: PortfolioFormat | undefined
  readonly devices?: number | undefined
  readonly seed: number
  readonly engine: Engine
  readonly workers?: number | undefined
  readonly with?: GivenFields | undefined
  readonly loss?: number | undefined
  readonly absent?: number | undefined
  readonly scheduled?: number | undefined
  readonly cuts?: number | undefined
  readonly outages?: number | undefined
  readonly shared?: number | undefined
  readonly fields?: true | undefined
  readonly json?: true | undefined
  readonly csv?: string | undefined
  readonly report?: string | undefined
}

export const MAX_WORKERS = 64
const MOST_DEVICES = 100_000_000
const DEFAULT_SEED = 1

export function describeSimulation(command: Command): Command {
  return command
    .option(
      '--seed <n>',
      'seed of every draw; the same seed gives the same result',
      seedOption,
      DEFAULT_SEED,
    )
    .option(
      '--devices <n>',
      'play so many devices, in the portfolio’s shares',
      whole(1, MOST_DEVICES),
    )
    .option(
      '--engine <name>',
      'auto plays devices behind shared bearers event by event and draws exact totals for the rest; totals and events do the same for all',
      oneOf(ENGINES),
      'auto',
    )
    .option('--workers <n>', 'threads; the result is the same', whole(1, MAX_WORKERS))
    .option('--loss <p>', 'frames that the HAN loses, each way [I]', fieldValue('loss'))
    .option(
      '--absent <p>',
      'devices that are away when their turn comes [I]',
      fieldValue('absentShare'),
    )
    .option('--scheduled <p>', 'devices that activate at a date [I]', fieldValue('scheduledShare'))
    .option('--cuts <p>', 'devices that cut the hub’s supply [I]', fieldValue('cutsShare'))
    .option('--outages <n>', 'genuine outages of a home a year [I]', fieldValue('outagesPerYear'))
    .option(
      '--shared <p>',
      'devices behind a bearer that they share [I]',
      fieldValue('sharedShare'),
    )
    .addOption(
      pluralOption('--with <field=value>', 'any other number of the estate; repeatable', withField),
    )
    .option('--fields', 'list these with their defaults and sources, and play nothing')
}

/** The fields that were given, by whichever option. @throws HanrigError USAGE for one that is given by both. */
export function givenFields(options: SimulateOptions): GivenFields {
  const given = {
    loss: options.loss,
    absentShare: options.absent,
    scheduledShare: options.scheduled,
    cutsShare: options.cuts,
    outagesPerYear: options.outages,
    sharedShare: options.shared,
  }
  const said = Object.entries(given).filter(([, value]) => value !== undefined)
  const twice = said.find(([name]) => Object.hasOwn(options.with ?? {}, name))
  if (twice) {
    throw hanrigError('HANRIG_USAGE', `${twice[0]} is given by --with and by an option of its own.`)
  }
  return { ...options.with, ...Object.fromEntries(said) }
}
