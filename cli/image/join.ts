// `hanrig image join`: the parts in a directory, in any order and under any names, become the file again.
// It is written only when its SHA-256 is the one that every part states.

import { Command } from 'commander'
import { PART_HEADER, type PartHeader } from '#core/block/part'
import { ReceivedMap } from '#core/block/received-map'
import { Bytes, copyBytes } from '#core/bytes/bytes'
import type { HanrigError } from '#core/errors/errors'
import { hex, sha256 } from '#emulators/crypto/crypto'
import { hanrigError } from '../errors/errors.ts'
import { count } from '../output/format.ts'
import { oneLine } from '../output/harmless.ts'
import { note, print, printJson } from '../output/output.ts'
import { shareStdout, writeOut } from '../output/outputs.ts'
import { findParts } from './parts.ts'

export function joinCommand(): Command {
  return new Command('join')
    .description('Join the parts in a directory into the file that was split.')
    .argument('<dir>', 'directory with the parts; order and names do not matter')
    .requiredOption('--out <file>', 'file to write')
    .option('--json', 'print one JSON line')
    .action(async (directory: string, options: { out: string; json?: true }) => {
      shareStdout({ '--json': options.json }, { '--out': options.out })
      const file = joinParts(directory)
      await writeOut(options.out, file.u8)
      const digest = hex(sha256(file.u8))
      if (options.json) {
        printJson({ name: 'joined', file: options.out, size: file.length, sha256: digest })
      } else {
        print(`${oneLine(options.out)}: ${count(file.length)} B, sha256 ${digest}\n`)
      }
    })
}

function joinParts(directory: string): Bytes {
  const { parts, others } = findParts(directory)
  for (const name of others) note(`ignored: ${name} is not a part`)
  const first = parts[0]
  if (!first) throw hanrigError('HANRIG_PART_NONE', `${directory} holds no part.`)
  const damaged = parts.find(({ part }) => !part)
  if (damaged) throw hanrigError('HANRIG_PART_DAMAGED', `The part ${damaged.name} is damaged.`)

  const whole = first.part!
  const file = Bytes.alloc(whole.size)
  const map = new ReceivedMap(whole.count)
  for (const { name, file: octets, part } of parts) {
    if (!isOfSameImage(part!, whole)) {
      throw hanrigError(
        'HANRIG_PART_MIXED',
        `${first.name} and ${name} are parts of different images or of different part sizes.`,
      )
    }
    copyBytes(file, part!.index * whole.partSize, octets, PART_HEADER, part!.length)
    map.add(part!.index)
  }
  if (!map.complete) throw missingParts(map)
  if (hex(sha256(file.u8)) !== hex(whole.sha256)) {
    throw hanrigError('HANRIG_PART_MISMATCH', 'The joined file has another SHA-256.')
  }
  return file
}

function isOfSameImage(a: PartHeader, b: PartHeader): boolean {
  return a.size === b.size && a.partSize === b.partSize && hex(a.sha256) === hex(b.sha256)
}

function missingParts(map: ReceivedMap): HanrigError {
  const missing: number[] = []
  for (let i = map.firstMissing(); i >= 0 && missing.length < 10; i = map.firstMissing(i + 1)) {
    missing.push(i + 1)
  }
  const absent = map.count - map.held
  const more = absent > missing.length ? ' and more' : ''
  return hanrigError(
    'HANRIG_PART_MISSING',
    `${absent} of ${map.count} parts are missing: number ${missing.join(', ')}${more}.`,
  )
}
