// `hanrig image split`: any file becomes parts that each say where they belong. The octets are taken as they are.

import { basename, join } from 'node:path'
import { Command } from 'commander'
import { MAX_IMAGE_SIZE } from '#core/block/geometry'
import { encodePart, PART_HEADER } from '#core/block/part'
import { Bytes } from '#core/bytes/bytes'
import { FORMAT_NAMES, findFormat } from '#core/image/open'
import { largeImageLimit } from '#core/image/size-class'
import { hex, sha256 } from '#emulators/crypto/crypto'
import { hanrigError } from '../errors/errors.ts'
import { whole } from '../options/options.ts'
import { readWhole } from '../output/files.ts'
import { count } from '../output/format.ts'
import { oneLine } from '../output/harmless.ts'
import { print, printJson } from '../output/output.ts'
import { makeDirectory, writeWhole } from '../output/whole-file.ts'
import { findParts } from './parts.ts'

/** A part file is then itself not large. */
const DEFAULT_PART = largeImageLimit(1000) - PART_HEADER

interface SplitOptions {
  out: string
  partSize: number
  json?: true
}

export function splitCommand(): Command {
  return new Command('split')
    .description('Split any file into parts that can be joined in any order.')
    .argument('<file>', 'any file of up to 16 MiB')
    .requiredOption('--out <dir>', 'directory for the parts')
    .option(
      '--part-size <bytes>',
      'octets of the file in each part',
      whole(1, MAX_IMAGE_SIZE),
      DEFAULT_PART,
    )
    .option('--json', 'print a JSON line for each part and one at the end')
    .action(split)
}

function split(path: string, options: SplitOptions): void {
  const file = readWhole(path)
  if (file.length === 0) throw hanrigError('HANRIG_IMAGE_EMPTY', `${path} is empty.`)
  if (file.length > MAX_IMAGE_SIZE) {
    throw hanrigError('HANRIG_IMAGE_TOO_LARGE', `${path} has ${file.length} B.`)
  }
  const { out, partSize } = options
  const parts = Math.ceil(file.length / partSize)
  const digest = sha256(file.u8)
  makeDirectory(out)
  refuseOthers(out, digest, partSize)

  const part = Bytes.alloc(PART_HEADER + Math.min(partSize, file.length))
  const digits = String(parts).length
  for (let index = 0; index < parts; index++) {
    const length = encodePart(part, index, file, partSize, digest)
    const number = String(index + 1).padStart(digits, '0')
    const name = `${basename(path)}.part-${number}-of-${parts}`
    writeWhole(join(out, name), part.u8.subarray(0, length))
    if (options.json) printJson({ name: 'part', file: name, index, octets: length - PART_HEADER })
  }
  const format = findFormat(file)
  if (options.json) {
    printJson({ name: 'split', format, size: file.length, parts, partSize, sha256: hex(digest) })
  } else {
    print(
      `${oneLine(basename(path))}: ${FORMAT_NAMES[format]}, ${count(file.length)} B in ${count(parts)} parts of up to ${count(partSize)} B\n` +
        `sha256 ${hex(digest)}\n`,
    )
  }
}

/** Parts of something else in the same directory would make it impossible to join. */
function refuseOthers(directory: string, digest: Uint8Array, partSize: number): void {
  for (const { name, part } of findParts(directory).parts) {
    if (part && (hex(part.sha256) !== hex(digest) || part.partSize !== partSize)) {
      throw hanrigError(
        'HANRIG_PART_MIXED',
        `${directory} holds ${name}, a part of another image or of another part size.`,
      )
    }
  }
}
