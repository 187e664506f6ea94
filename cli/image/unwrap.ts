// `hanrig image unwrap`: the OTA file without what a maker or a tool put around it, and without what comes after the size
// that its header states. It is read before it is written.

import { Command } from 'commander'
import { openImage } from '#core/image/open'
import { inner, unwrap } from '#core/image/wrapped'
import { readWhole } from '../output/files.ts'
import { count } from '../output/format.ts'
import { oneLine } from '../output/harmless.ts'
import { print, printJson } from '../output/output.ts'
import { shareStdout, writeOut } from '../output/outputs.ts'
import { imageFacts } from './describe.ts'

export function unwrapCommand(): Command {
  return new Command('unwrap')
    .description('Take a ZigBee OTA file out of a container, and cut what comes after its end.')
    .argument('<file>', 'a file with an OTA file in it')
    .requiredOption('--out <file>', 'OTA file to write')
    .option('--json', 'print one JSON line')
    .action(async (path: string, options: { out: string; json?: true }) => {
      shareStdout({ '--json': options.json }, { '--out': options.out })
      const file = readWhole(path)
      const found = unwrap(file)
      const octets = inner(file, found)
      const image = openImage(octets, { format: 'ota' })
      await writeOut(options.out, octets.u8)
      const { at } = found
      const after = file.length - at - octets.length
      if (options.json) {
        printJson({ name: 'unwrapped', file: options.out, at, after, ...imageFacts(image) })
      } else {
        print(
          `${oneLine(options.out)}: ${count(octets.length)} B from octet ${count(at)} on; ${count(at)} B before and ${count(after)} B after it left out\n`,
        )
      }
    })
}
