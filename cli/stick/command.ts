// `hanrig stick`: its options. The work is loaded when it is wanted.

import { Command } from 'commander'
import { READ_AS } from '../options/options.ts'
import { refuseGiven } from '../options/strict.ts'
import { interruptible } from '../output/interrupt.ts'
import { DESK_OPTIONS, describeStick, type StickOptions } from './options.ts'

export function stickCommand(done: (exitCode: number) => void): Command {
  const command = new Command('stick').argument(
    '[scenario]',
    'devices and faults of a scenario; without one: ESMEs on a desk',
  )
  return describeStick(command).action(async (file: string | undefined, _, self: Command) => {
    if (file !== undefined) refuseGiven(self, DESK_OPTIONS, OF_DESK)
    const { image, page } = self.opts<StickOptions>()
    if (image === undefined) refuseGiven(self, OF_IMAGE, 'means nothing without --image')
    if (page === undefined) refuseGiven(self, ['unclipped'], 'means nothing without --page')
    done(
      await interruptible(async signal => {
        const { serveStick } = await import('./serve.ts')
        return await serveStick(file, self.opts<StickOptions>(), signal)
      }),
    )
  })
}

/** How an image is read; a kind is also what devices take. */
const OF_IMAGE = READ_AS.filter(name => name !== 'kind')
const OF_DESK = 'describes the devices on the desk and means nothing beside a scenario'
