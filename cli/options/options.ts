// Option values: text from the command line becomes a number or a choice, or a refusal that says what is expected.

import { basename } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { eui64From } from '#core/eui64/text'
import { ADDRESS_END, type AddressRange } from '#core/image/memory-map'
import type { ImageFormat } from '#core/image/open'
import { IMAGE_FORMATS, type OpenedImage, openImage } from '#core/image/open'
import { IMAGE_KINDS, type ImageKind } from '#core/image/ota-image'
import { orNearest } from '#emulators/language/nearest'
import { durationOf, writeDuration } from '#emulators/language/units'
import { readWhole } from '../output/files.ts'
import { imageNotes } from '../output/image-notes.ts'
import { note } from '../output/output.ts'

/** A parser for whole numbers from..to; 0x before a hexadecimal one. */
export function whole(from: number, to: number): (text: string) => number {
  return text => {
    const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN
    if (!(value >= from && value <= to)) {
      throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`)
    }
    return value
  }
}

/** What a bare number counts in, and the words for it. */
const BARE_UNITS = {
  ms: [1, 'milliseconds'],
  s: [1_000, 'seconds'],
  min: [60_000, 'minutes'],
  d: [86_400_000, 'days'],
} as const
export type BareUnit = keyof typeof BARE_UNITS

/** Which lengths of time an option takes, in ms. */
export interface Times {
  readonly from: number
  readonly to: number
  /** What a bare number counts in; without one a unit is asked for. */
  readonly bare?: BareUnit
  /** It is a whole number of these. */
  readonly step?: number
}

/** A parser for lengths of time in ms: 30s, "1 min 30 s", or a bare number where the option knows its unit. */
export function durationOption({ from, to, bare, step = 1 }: Times): (text: string) => number {
  return text => {
    const value = msOf(text.trim(), bare) ?? Number.NaN
    if (!(value >= from && value <= to && value % step === 0)) {
      throw new InvalidArgumentError(
        `It must be a duration: a length of time from ${writeDuration(from)} to ${writeDuration(to)}, such as ${step < 86_400_000 ? '30s or "1 min 30 s"' : '"5 d"'}${bareText(bare)}.`,
      )
    }
    return value
  }
}

function msOf(text: string, bare: BareUnit | undefined): number | undefined {
  if (bare === undefined || !/^(0x[0-9a-f]+|\d+(\.\d+)?)$/i.test(text)) return durationOf(text)
  return Number(text) * BARE_UNITS[bare][0]
}

function bareText(bare: BareUnit | undefined): string {
  return bare === undefined ? '' : `; a bare number is ${BARE_UNITS[bare][1]}`
}

/**
 * An option that takes a length of time; its help says how one is written.
 * @param example as it could be typed.
 * @param preset ms that it stands for when it is not given.
 */
export function timeOption(
  flags: string,
  about: string,
  example: string,
  times: Times,
  preset?: number,
): Option {
  const option = new Option(flags, `${about}, e.g. ${example}${bareText(times.bare)}`)
  option.argParser(durationOption(times))
  return preset === undefined ? option : option.default(preset, typed(writeDuration(preset)))
}

/** A parser for EUI-64s in any usual spelling. */
export function eui64Option(text: string): string {
  const eui64 = eui64From(text)
  if (eui64 === undefined) {
    throw new InvalidArgumentError('It must be an EUI-64 such as 00-15-8D-00-01-02-03-04.')
  }
  return eui64
}

/** A seed of every draw. */
export const seedOption = whole(0, 2 ** 32 - 1)

/** A parser for a probability: 0.02 or 2%. */
export function probability(text: string): number {
  const match = /^(\d*\.?\d+)(%?)$/.exec(text)
  const value = match ? Number(match[1]) / (match[2] ? 100 : 1) : Number.NaN
  if (!(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError('It must be a probability: 0 to 1, or 0% to 100%.')
  }
  return value
}

/** A parser for one of a few words. */
export function oneOf<T extends string>(words: readonly T[]): (text: string) => T {
  return text => {
    const found = words.find(word => word === text)
    if (!found) {
      const near = orNearest(text, words) || '.'
      throw new InvalidArgumentError(`It must be one of ${words.join(', ')}${near}`)
    }
    return found
  }
}

/** A text as it is typed in a shell: in quotes when there are blanks in it. */
export function typed(text: string): string {
  return text.includes(' ') ? `"${text}"` : text
}

export const imageFormat = oneOf(IMAGE_FORMATS)
export const imageKind = oneOf(IMAGE_KINDS)

/** A parser for addresses FROM..TO, both included; 0x before hexadecimal ones. */
export function addressRange(text: string): AddressRange {
  const [from = Number.NaN, to = Number.NaN] = text
    .split('..')
    .map(part => (/^(0x[0-9a-f]+|\d+)$/i.test(part) ? Number(part) : Number.NaN))
  if (text.split('..').length !== 2 || !(from <= to && to < ADDRESS_END)) {
    throw new InvalidArgumentError('It must be FROM..TO, such as 0x08000000..0x0807ffff.')
  }
  return { from, to }
}

/** The options by which a file is read as an image. */
export interface ReadAs {
  readonly format?: ImageFormat
  readonly kind?: ImageKind
  readonly strict?: true
  readonly unwrap?: true
  readonly range?: AddressRange
}

/** As commander names them. */
export const READ_AS = ['format', 'kind', 'strict', 'unwrap', 'range'] as const

const KINDS = IMAGE_KINDS.join(', ')

/** Adds the options by which a file is read as an image, the same in every command. */
export function readAsOptions(
  command: Command,
  kind = `read an OTA file as one of ${KINDS}`,
): Command {
  return command
    .option('--format <format>', 'read the file as ota, hex, srec or raw', imageFormat)
    .option('--kind <kind>', kind, imageKind)
    .option('--strict', 'refuse an OTA file that deviates from its format')
    .option('--unwrap', 'take the OTA file out of what is around it')
    .option('--range <from..to>', 'of Intel HEX or S-records: these addresses only', addressRange)
}

/** Reads and opens an image file. */
export function openFile(path: string, readAs: ReadAs): OpenedImage {
  const { format, kind, strict, unwrap, range } = readAs
  const name = basename(path)
  return openImage(readWhole(path), { format, kind, strict, unwrap, range, name })
}

/** Tells the notes of an image on stderr, where a command has no place of its own for them. */
export function tellNotes(image: OpenedImage): void {
  for (const { message } of imageNotes(image)) note(`note: ${message}`)
}
