// A file made ready for zigbee-herdsman: it reads images from the disk and matches them by an index, so it gets a copy
// of exactly the octets that were checked and hashed, and an index of one entry.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OtaHeader } from '#core/image/header'
import type { OpenedImage } from '#core/image/open'
import { hanrigError } from '../errors/errors.ts'
import type { Herdsman } from './herdsman.ts'
import { type Query, word } from './policy.ts'

/**
 * The header of an image that can go over the air.
 * @throws HanrigError IMAGE_NOT_OTA.
 */
export function otaHeader(image: OpenedImage): OtaHeader {
  if (image.ota) return image.ota.header
  throw hanrigError(
    'HANRIG_IMAGE_NOT_OTA',
    'Over the air goes a ZigBee OTA file only: the device chooses by its header.',
  )
}

/** The highest image type that zigbee-herdsman puts into an offer: the rest are ZCL's own, and the wild card. */
const LAST_TYPE = 0xffbf

/**
 * Checks that zigbee-herdsman will read the file and offer it. It looks for sub-elements in any image; a GB upgrade image has none,
 * and passes only because a length taken from firmware octets nearly always runs past the file's end.
 * @throws HanrigError IMAGE_NOT_CARRIED.
 */
export function checkCarried(
  { module, version }: Herdsman,
  { imageType }: OtaHeader,
  octets: Uint8Array,
): void {
  if (imageType > LAST_TYPE) {
    throw hanrigError(
      'HANRIG_IMAGE_NOT_CARRIED',
      `zigbee-herdsman ${version} offers image types to ${word(LAST_TYPE, 4)}; this file’s is ${word(imageType, 4)}.`,
    )
  }
  try {
    module.parseOtaImage(Buffer.from(octets))
  } catch (error) {
    const why = (error as Error).message.split('\n')[0]
    throw hanrigError(
      'HANRIG_IMAGE_NOT_CARRIED',
      `zigbee-herdsman ${version} looks for sub-elements in this image and finds none that fit (${why}).`,
    )
  }
}

export class CarriedFile {
  readonly #directory = mkdtempSync(join(tmpdir(), 'hanrig-ota-'))

  /** Path of an index that offers the octets to whoever asked `query`; whether it may have them was decided before. */
  offerTo(query: Query, header: OtaHeader, octets: Uint8Array): string {
    const image = join(this.#directory, 'image.ota')
    const index = join(this.#directory, 'index.json')
    writeFileSync(image, octets)
    const entry = {
      url: image,
      fileName: 'image.ota',
      manufacturerCode: query.manufacturerCode,
      imageType: query.imageType,
      fileVersion: header.fileVersion,
      fileSize: octets.length,
      force: true,
    }
    writeFileSync(index, JSON.stringify([entry]))
    return index
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true })
  }
}
