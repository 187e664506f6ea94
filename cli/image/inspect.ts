// `hanrig image inspect`: the pieces of a file, where they lie and what they hash to.

import { basename } from 'node:path'
import { Command } from 'commander'
import { imageFormat, imageKind, openFile, type ReadAs } from '../options/options.ts'
import { print, printJson } from '../output/output.ts'
import { imageFacts, imageText } from './describe.ts'

export function inspectCommand(): Command {
  return new Command('inspect')
    .description('Show what a firmware file is made of.')
    .argument('<file>', 'OTA, Intel HEX, S-record or any other file')
    .option('--format <format>', 'read the file as ota, hex, srec or raw', imageFormat)
    .option('--kind <kind>', 'read an OTA file as gb-signed, gb-unsigned or standard', imageKind)
    .option('--json', 'print one JSON line')
    .action((file: string, options: ReadAs & { json?: true }) => {
      const image = openFile(file, options, true)
      if (options.json) printJson({ name: 'image', file: basename(file), ...imageFacts(image) })
      else print(imageText(basename(file), image))
    })
}
