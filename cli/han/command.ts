// `hanrig han`: the ZigBee network of a stick: forming it, and who is on it. The work is loaded when it is wanted.

import { Command } from 'commander'
import { EXIT_OK } from '../errors/exit.ts'
import { whole } from '../options/options.ts'
import { dataOption, eui64Option, type StickOptions, stickOptions } from './options.ts'

type Done = (exitCode: number) => void

/** IEEE 802.15.4, 2.4 GHz. */
const CHANNELS = [11, 26] as const
const DEFAULT_CHANNEL = 11
/** ZigBee opens a network for 254 s at most. */
const MAX_JOIN_SECONDS = 254
const DEFAULT_JOIN_SECONDS = 60

export interface Json {
  readonly json?: true
}
export interface JoinCommand extends StickOptions, Json {
  readonly seconds: number
  readonly device?: string
  readonly count: number
}
export interface FormCommand extends StickOptions, Json {
  readonly channel: number
}
export interface RemoveCommand extends StickOptions, Json {
  readonly force?: true
}

export function hanCommand(done: Done): Command {
  return new Command('han')
    .description('Run a ZigBee network on a stick: form it, let devices join, list, remove them.')
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
    .action(async (options: FormCommand) => {
      const { form } = await import('./form.ts')
      await form(options)
      done(EXIT_OK)
    })
}

function joinCommand(done: Done): Command {
  return stickOptions(new Command('join'))
    .description('Open the network until a device has joined and said what it is.')
    .option(
      '--seconds <n>',
      'how long it stays open at most',
      whole(1, MAX_JOIN_SECONDS),
      DEFAULT_JOIN_SECONDS,
    )
    .option('--device <eui64>', 'let this one in and no other', eui64Option)
    .option('--count <n>', 'close after so many devices', whole(1, 1_000), 1)
    .option('--json', 'print JSON Lines')
    .action(async (options: JoinCommand) => {
      const { joinDevices } = await import('./join.ts')
      await joinDevices(options)
      done(EXIT_OK)
    })
}

function listCommand(done: Done): Command {
  return dataOption(new Command('list'))
    .description('List the devices of the network. This needs no stick.')
    .option('--json', 'print JSON Lines')
    .action(async (options: Json & { data: string }) => {
      const { list } = await import('./list.ts')
      list(options)
      done(EXIT_OK)
    })
}

function removeCommand(done: Done): Command {
  return stickOptions(new Command('remove'))
    .description('Have a device leave the network.')
    .argument('<eui64>', 'the device', eui64Option)
    .option('--force', 'forget a device that does not answer, without telling it')
    .option('--json', 'print JSON Lines')
    .action(async (eui64: string, options: RemoveCommand) => {
      const { removeDevice } = await import('./remove.ts')
      await removeDevice(eui64, options)
      done(EXIT_OK)
    })
}
