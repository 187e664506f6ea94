// `hanrig gbcs`: one message looked at, or made.

import { Command, Option } from 'commander'
import { eui64Option } from '../options/options.ts'
import type { DecodeOptions } from './decode.ts'
import type { EncodeOptions } from './encode.ts'

/** EUI-64 of the Access Control Broker in the public test vectors. */
const ACB = '90-B3-D5-1F-30-00-00-02'

export function gbcsCommand(): Command {
  return new Command('gbcs').addCommand(decodeCommand()).addCommand(encodeCommand())
}

function decodeCommand(): Command {
  return new Command('decode')
    .description(
      'Print a message as a tree, with verdicts of signature and MAC. Exit 0 for every well-formed message, whatever the verdicts, 2 for another.',
    )
    .argument('<hex|file>', 'hexadecimal digits, or a file with octets, hexadecimal or base64')
    .option('--trust <dir>', `certificates and keys; ${TEST_WORD}`)
    .addOption(acbOption())
    .option('--json', 'print one JSON line')
    .action(async (given: string, options: DecodeOptions) => {
      const { decodeGbcs } = await import('./decode.ts')
      decodeGbcs(given, options)
    })
}

function encodeCommand(): Command {
  return new Command('encode')
    .description('Make a message from YAML (docs/SPEC.md §13.6), signed and MACed.')
    .argument('<file>', 'what the message says')
    .option('--trust <dir>', `certificates and keys; ${TEST_WORD}`, 'test')
    .addOption(acbOption())
    .option('--out <file>', 'write the octets there')
    .option('--json', 'print one JSON line, with the octets')
    .action(async (file: string, options: EncodeOptions) => {
      const { encodeGbcs } = await import('./encode.ts')
      await encodeGbcs(file, options)
    })
}

const TEST_WORD = 'the word test is hanrig’s test hierarchy'

function acbOption(): Option {
  return new Option('--acb <eui64>', 'Access Control Broker, which makes the MACs of commands')
    .default(ACB)
    .argParser(eui64Option)
}
