// `hanrig trust`: certificates and keys for tests, and what a directory of them holds.

import { Command, InvalidArgumentError } from 'commander'
import { eui64Option } from '../options/options.ts'
import type { CreateOptions } from './create.ts'

export function trustCommand(): Command {
  return new Command('trust').addCommand(createCommand()).addCommand(listCommand())
}

function createCommand(): Command {
  return new Command('create')
    .description(
      'Write hanrig’s test hierarchy: root, authorities, organisations and devices, each with its private keys. The same every time, and trusted by nobody else.',
    )
    .argument('<directory>', 'a new or empty directory')
    .option('--device <eui64>', 'a device; may be given again (default: one of each type)', devices)
    .option('--seed <text>', 'another text gives other keys', '')
    .option('--from <date>', 'day on which the ten years of organisations begin', date)
    .option('--json', 'print one JSON line')
    .action(async (directory: string, options: CreateOptions) => {
      const { createTrust } = await import('./create.ts')
      createTrust(directory, options)
    })
}

function listCommand(): Command {
  return new Command('list')
    .description(
      'List the certificates of a directory: who, for what, until when, private key, chain.',
    )
    .argument('<directory>', 'PEM or DER files: *.pem, *.crt, *.cer, *.der, *.key')
    .option('--json', 'print JSON Lines')
    .action(async (directory: string, options: { json?: true }) => {
      const { listTrust } = await import('./list.ts')
      listTrust(directory, options)
    })
}

function devices(text: string, before: readonly string[] = []): string[] {
  return [...before, eui64Option(text)]
}

function date(text: string): number {
  const unixMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  const isDay = !Number.isNaN(unixMs) && new Date(unixMs).toISOString().startsWith(text)
  if (!isDay) throw new InvalidArgumentError('It must be a day such as 2026-01-05.')
  return unixMs
}
