// `hanrig flash`: an image goes to one board or to many at once.

import { Command } from 'commander'
import { isGiven, refuseGiven } from '../options/strict.ts'
import { interruptible } from '../output/interrupt.ts'
import { type AirOptions, airOptions, refuseOfOtherWay } from './air-options.ts'
import { type CableOptions, cableOptions } from './cable-options.ts'

const OF_ACTIVATION = ['activation', 'cutSupply']

export function flashCommand(done: (exitCode: number) => void): Command {
  const command = new Command('flash')
    .argument('<image>', 'OTA, Intel HEX, S-record or any other file')
    .addHelpText('after', EXIT_CODE)
  return airOptions(cableOptions(command)).action(
    async (file: string, options: CableOptions | AirOptions, self: Command) => {
      refuseOfOtherWay(self, 'stick' in options)
      if (!isGiven(self, 'board'))
        refuseGiven(self, ['pool', 'allow'], 'means nothing without --board')
      if (isGiven(self, 'activate'))
        refuseGiven(self, OF_ACTIVATION, 'means nothing beside --no-activate')
      if ('stick' in options) {
        const { flashOverAir } = await import('./air.ts')
        done(await flashOverAir(file, options))
        return
      }
      done(
        await interruptible(async signal => {
          const { flashBoards } = await import('./cable.ts')
          return await flashBoards(file, options, signal)
        }),
      )
    },
  )
}

const EXIT_CODE = `
With several boards the exit code is that of the worst outcome: interrupted (130), then device error (3),
time-out (4), unusable (2), in use (6), refused (5), ok (0). docs/flashing.md has examples.`
