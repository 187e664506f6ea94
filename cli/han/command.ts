// `hanrig han`: the ZigBee network of a stick: forming it, and who is on it. The work is loaded when it is wanted.

import { Command } from 'commander'
import { EXIT_OK } from '../errors/exit.ts'
import { eui64Option, timeOption, whole } from '../options/options.ts'
import {
  dataOption,
  type FormOptions,
  type JoinOptions,
  type ListOptions,
  type RemoveOptions,
  stickOptions,
} from './options.ts'

type Done = (exitCode: number) => void

/** IEEE 802.15.4, 2.4 GHz. */
const CHANNELS = [11, 26] as const
const DEFAULT_CHANNEL = 11
/** ZigBee opens a network for 254 s at most. */
const LONGEST_JOIN = 254_000
const DEFAULT_JOIN = 60_000

export function hanCommand(done: Done): Command {
  return new Command('han')
    .addCommand(formCommand(done))
    .addCommand(joinCommand(done))
    .addCommand(listCommand(done))
    .addCommand(removeCommand(done))
}

function formCommand(done: Done): Command {
  return stickOptions(new Command('form'))
    .description('Form a new network. What network the stick was in is lost to it.')
    .option('--channel <n>', 'channel, 11 to 26', whole(...CHANNELS), DEFAULT_CHANNEL)
    .option('--json', 'print JSON Lines')
    .action(async (options: FormOptions) => {
      const { formNetwork } = await import('./han.ts')
      await formNetwork(options)
      done(EXIT_OK)
    })
}

function joinCommand(done: Done): Command {
  return stickOptions(new Command('join'))
    .description('Open the network until a device has joined and said what it is.')
    .addOption(
      timeOption(
        '--seconds <duration>',
        'how long it stays open at most',
        '2min',
        { from: 1_000, to: LONGEST_JOIN, bare: 's', step: 1_000 },
        DEFAULT_JOIN,
      ),
    )
    .option('--device <eui64>', 'let this one in and no other', eui64Option)
    .option('--count <n>', 'close after so many devices', whole(1, 1_000), 1)
    .option('--json', 'print JSON Lines')
    .action(async (options: JoinOptions) => {
      const { joinDevices } = await import('./han.ts')
      await joinDevices(options)
      done(EXIT_OK)
    })
}

function listCommand(done: Done): Command {
  return dataOption(new Command('list'))
    .description('List the devices of the network. This needs no stick.')
    .option('--json', 'print JSON Lines')
    .action(async (options: ListOptions) => {
      const { listDevices } = await import('./han.ts')
      listDevices(options)
      done(EXIT_OK)
    })
}

function removeCommand(done: Done): Command {
  return stickOptions(new Command('remove'))
    .description('Have a device leave the network.')
    .argument('<eui64>', 'the device', eui64Option)
    .option('--force', 'forget a device that does not answer, without telling it')
    .option('--json', 'print JSON Lines')
    .action(async (eui64: string, options: RemoveOptions) => {
      const { removeDevice } = await import('./han.ts')
      await removeDevice(eui64, options)
      done(EXIT_OK)
    })
}
