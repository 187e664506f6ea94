// Option values: text from the command line becomes a number or a choice, or a refusal that says what is expected.

import { extname } from 'node:path'
import { InvalidArgumentError } from 'commander'
import type { Bytes } from '#core/bytes/bytes'
import { readHeader } from '#core/image/header'
import type { ImageFormat } from '#core/image/open'
import { IMAGE_FORMATS, type OpenedImage, openImage } from '#core/image/open'
import { IMAGE_KINDS, type ImageKind } from '#core/image/ota-image'
import { durationOf, writeDuration } from '#emulators/language/units'
import { readWhole } from '../output/files.ts'

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

/** A parser for durations with their unit, from..to ms. */
export function durationOption(from: number, to: number): (text: string) => number {
  return text => {
    const value = durationOf(text) ?? Number.NaN
    if (!(value >= from && value <= to)) {
      throw new InvalidArgumentError(
        `It must be a duration from ${writeDuration(from)} to ${writeDuration(to)}, such as 30s or "1 min 30 s".`,
      )
    }
    return value
  }
}

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
    if (!found) throw new InvalidArgumentError(`It must be one of ${words.join(', ')}.`)
    return found
  }
}

export const imageFormat = oneOf(IMAGE_FORMATS)
export const imageKind = oneOf(IMAGE_KINDS)

/** The options by which a file is read as an image. */
export interface ReadAs {
  format?: ImageFormat
  kind?: ImageKind
}

/**
 * Reads and opens an image file.
 * @param strict refuse a file that is named .ota or .zigbee and is none, instead of carrying it as raw.
 */
export function openFile(path: string, { format, kind }: ReadAs, strict: boolean): OpenedImage {
  const file: Bytes = readWhole(path)
  const image = openImage(file, { format, kind })
  if (strict && format === undefined && image.format === 'raw') {
    if (['.ota', '.zigbee'].includes(extname(path).toLowerCase())) readHeader(file)
  }
  return image
}
