// `hanrig alerts`: what a DSP under MP102B would have made of recorded AD1s. The work is loaded when it is wanted, so that
// other commands start fast.

import { Command } from 'commander'
import { EXIT_OK } from '../errors/exit.ts'
import { isGiven, refuseGiven } from '../options/strict.ts'
import { interruptible } from '../output/interrupt.ts'
import { type AlertOptions, describeAlerts, describeGenerate } from './options.ts'

type Done = (exitCode: number) => void

export function alertsCommand(done: Done): Command {
  const command = new Command('alerts')
    .argument('[files...]', 'events in the order of time, CSV or JSON Lines; - for stdin')
    .addHelpText('after', NOTE)
    .action(async (files: string[], options: AlertOptions, self: Command) => {
      if (files.length === 0)
        refuseGiven(self, ['skipBad'], 'means nothing without files of events')
      const made = ['devices', 'days', 'seed', 'storm'].find(name => isGiven(self, name))
      done(
        await interruptible(async signal => {
          const { runAlerts } = await import('./alerts.ts')
          return await runAlerts(files, options, made, signal)
        }),
      )
    })
  return describeAlerts(command).addCommand(generateCommand(done))
}

function generateCommand(done: Done): Command {
  const command = new Command('generate').description(
    'Write a made-up stream of events: a sample of the format, or a load to test with.',
  )
  // The command above knows these options, too, and takes them: its values are the ones.
  return describeGenerate(command).action(async (_: unknown, self: Command) => {
    const own = self.options.map(option => option.attributeName())
    const above = self.parent!.options.map(option => option.attributeName())
    const others = above.filter(name => !own.includes(name))
    refuseGiven(self.parent!, others, 'means nothing beside generate')
    await interruptible(async signal => {
      const { generateEvents } = await import('./generate.ts')
      await generateEvents(self.optsWithGlobals(), signal)
    })
    done(EXIT_OK)
  })
}

const NOTE = `
[I]: MP102B leaves this open; the default is inferred (docs/SPEC.md has the table).
Columns of the events: docs/SPEC.md; a sample: hanrig alerts generate --devices 1000 --days 1`
