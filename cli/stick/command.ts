// `hanrig stick`: its options. The work is loaded when it is wanted.

import { Command } from 'commander'
import { hanrigError } from '../errors/errors.ts'
import { interruptible } from '../output/interrupt.ts'
import { DESK_OPTIONS, describeStick, type StickOptions } from './options.ts'

export function stickCommand(done: (exitCode: number) => void): Command {
  const command = new Command('stick')
    .description(
      'Be a ZigBee stick with emulated devices behind it: zigbee-herdsman, Zigbee2MQTT and other hosts join and update them. Ends with ctrl-C.',
    )
    .argument('[scenario]', 'devices and faults of a scenario; without one: ESMEs on a desk')
  return describeStick(command).action(async (file: string | undefined, _, self: Command) => {
    if (file !== undefined) refuseDesk(self)
    done(
      await interruptible(async signal => {
        const { serveStick } = await import('./serve.ts')
        return await serveStick(file, self.opts<StickOptions>(), signal)
      }),
    )
  })
}

function refuseDesk(self: Command): void {
  for (const name of DESK_OPTIONS) {
    if (self.getOptionValueSource(name) !== 'cli') continue
    const flag = self.options.find(option => option.attributeName() === name)?.long ?? name
    throw hanrigError(
      'HANRIG_USAGE',
      `${flag} describes the devices on the desk and means nothing beside a scenario.`,
    )
  }
}
