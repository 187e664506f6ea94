// `hanrig campaign`: firmware for an estate under MP230. The work is loaded when it is wanted, so that other commands
// start fast.

import { Command } from 'commander'
import { EXIT_OK } from '../errors/exit.ts'
import { oneOf } from '../options/options.ts'
import { refuseGiven } from '../options/strict.ts'
import { interruptible } from '../output/interrupt.ts'
import { print } from '../output/output.ts'
import { describeSettings } from './input/settings.ts'
import type { PlanOptions } from './plan/plan.ts'
import { describeSimulation, type SimulateOptions } from './simulate/options.ts'
import { describeVolumes, type VolumeOptions } from './volumes/options.ts'

type Done = (exitCode: number) => void

export function campaignCommand(done: Done): Command {
  return new Command('campaign')
    .addCommand(planCommand(done))
    .addCommand(simulateCommand(done))
    .addCommand(volumesCommand(done))
}

function planCommand(done: Done): Command {
  const command = new Command('plan')
    .description(
      'Plan who sends how many devices when, and say what binds. Without a file: the 670,000 devices and five Suppliers of MP230’s report. Exit 0, 5 (refused, late or failing) or 2.',
    )
    .argument('[portfolio]', 'what is asked for, CSV or YAML; - for stdin')
    .option('--format <format>', 'read it as csv or yaml', oneOf(['csv', 'yaml'] as const))
    .option('--example', 'print a portfolio to begin with, as CSV, and plan nothing')
  return describeSettings(command)
    .option('--all', 'list everything, however long')
    .option('--json', 'print JSON Lines; the last line sums up')
    .option('--csv <file>', 'write the batches as CSV')
    .option('--report <dir>', 'write plan.html there: charts and tables')
    .addHelpText('after', NOTE)
    .action(async (file: string | undefined, options: PlanOptions, self: Command) => {
      if (options.example) refuseBesides(self, 'example')
      if (file === undefined) refuseGiven(self, ['format'], 'means nothing without a portfolio')
      if (options.json) refuseGiven(self, ['all'], 'means nothing beside --json')
      if (options.example) {
        const { examplePortfolio } = await import('./input/load.ts')
        print(examplePortfolio())
        done(EXIT_OK)
        return
      }
      const { planPortfolio } = await import('./plan/plan.ts')
      done(await planPortfolio(file, options))
    })
}

function simulateCommand(done: Done): Command {
  const command = new Command('simulate')
    .description(
      'Play a plan in virtual time: every device’s download with losses and retries, its activation, the outages and their AD1s. Without a file: the 670,000 devices of MP230’s report.',
    )
    .argument('[portfolio]', 'what is asked for, CSV or YAML; - for stdin')
    .option('--format <format>', 'read it as csv or yaml', oneOf(['csv', 'yaml'] as const))
  return describeSettings(describeSimulation(command))
    .option('--json', 'print JSON Lines; the last line sums up')
    .option('--csv <dir>', 'write days.csv, batches.csv and histograms.csv there')
    .option(
      '--report <dir>',
      'write simulation.html, mp230.html and mp102b.html there: charts and tables',
    )
    .addHelpText('after', NOTE)
    .action(async (file: string | undefined, options: SimulateOptions, self: Command) => {
      if (options.fields) refuseBesides(self, 'fields')
      if (file === undefined) refuseGiven(self, ['format'], 'means nothing without a portfolio')
      done(
        await interruptible(async signal => {
          const { simulateCampaign } = await import('./simulate/simulate.ts')
          return await simulateCampaign(file, options, signal)
        }),
      )
    })
}

function volumesCommand(done: Done): Command {
  const command = new Command('volumes')
    .description(
      'Say what firmware asks of the WAN: octets a day by region in one batch and spread, what tries add, a year, and costs (SECMP0007). Without a file: 12.1 million PPMIDs.',
    )
    .argument('[portfolio]', 'what is asked for, CSV or YAML; - for stdin')
    .option('--format <format>', 'read it as csv or yaml', oneOf(['csv', 'yaml'] as const))
  return describeVolumes(command)
    .option('--json', 'print JSON Lines; the last line sums up')
    .option('--report <dir>', 'write volumes.html there: bars and tables')
    .addHelpText('after', NOTE)
    .action(async (file: string | undefined, options: VolumeOptions, self: Command) => {
      if (options.fields) refuseBesides(self, 'fields')
      if (file === undefined) refuseGiven(self, ['format'], 'means nothing without a portfolio')
      if (options.capacity === undefined)
        refuseGiven(self, ['policy'], 'means nothing without --capacity')
      const { campaignVolumes } = await import('./volumes/volumes.ts')
      done(await campaignVolumes(file, options))
    })
}

/** Refuses every other option beside one that prints something and does nothing. */
function refuseBesides(self: Command, only: string): void {
  const others = self.options.map(option => option.attributeName()).filter(name => name !== only)
  refuseGiven(self, others, `means nothing beside --${only}`)
}

const NOTE = `
[I]: no source found answers this; the default is inferred or chosen (docs/SPEC.md says why).`
