// `hanrig image inspect`: the pieces of a file, where they lie and what they hash to.

import { basename } from 'node:path'
import { Command } from 'commander'
import { openFile, type ReadAs, readAsOptions } from '../options/options.ts'
import { print, printJson } from '../output/output.ts'
import { imageFacts, imageText } from './describe.ts'

export function inspectCommand(): Command {
  const command = new Command('inspect')
    .description('Show what a firmware file is made of.')
    .argument('<file>', 'OTA, Intel HEX, S-record or any other file')
  return readAsOptions(command)
    .option('--json', 'print one JSON line')
    .action((file: string, options: ReadAs & { json?: true }) => {
      const image = openFile(file, options)
      if (options.json) printJson({ name: 'image', file: basename(file), ...imageFacts(image) })
      else print(imageText(basename(file), image))
    })
}
