// Whether an image may go to a device, before its first octet does. zigbee-herdsman compares nothing but the version,
// and a device that notices the rest does so after hours: so manufacturer, type and hardware are checked here.

import { plainEui64 } from '#core/eui64/text'
import type { OtaHeader } from '#core/image/header'
import { hanrigError } from '../errors/errors.ts'

/** What a device says of itself when it asks for its next image. */
export interface Query {
  readonly manufacturerCode: number
  readonly imageType: number
  /** The version that runs. */
  readonly fileVersion: number
  readonly hardwareVersion: number | undefined
}

export interface Allowed {
  /** An older version than the one that runs. */
  readonly downgrade: boolean
  /** The version that runs, once more. */
  readonly reinstall: boolean
}

/** ZCL: any manufacturer, any type. */
const ANY = 0xffff

/**
 * @param device EUI-64, to be named in a refusal.
 * @returns false when the device runs the image's version and is not to get it again.
 * @throws HanrigError UPDATE_WRONG_DEVICE or UPDATE_DOWNGRADE.
 */
export function checkUpdate(
  device: string,
  header: OtaHeader,
  query: Query,
  allowed: Allowed,
): boolean {
  const wrong = mismatch(device, header, query)
  if (wrong !== undefined) throw hanrigError('HANRIG_UPDATE_WRONG_DEVICE', wrong)
  if (header.fileVersion < query.fileVersion && !allowed.downgrade) {
    const runs = `${device} runs version ${word(query.fileVersion)}`
    const is = `the image is version ${word(header.fileVersion)}, which is older`
    throw hanrigError('HANRIG_UPDATE_DOWNGRADE', `${runs}; ${is}.`)
  }
  return header.fileVersion !== query.fileVersion || allowed.reinstall
}

function mismatch(device: string, header: OtaHeader, query: Query): string | undefined {
  const { manufacturerCode, imageType, destination, minHardware, maxHardware } = header
  const differ = (what: string, image: number, own: number): string =>
    `The image is for ${what} ${word(image, 4)}, ${device} has ${word(own, 4)}.`
  if (manufacturerCode !== ANY && manufacturerCode !== query.manufacturerCode) {
    return differ('manufacturer', manufacturerCode, query.manufacturerCode)
  }
  if (imageType !== ANY && imageType !== query.imageType) {
    return differ('image type', imageType, query.imageType)
  }
  if (destination !== undefined && destination !== plainEui64(device)) {
    return `The image is for the device ${destination} alone, not for ${device}.`
  }
  const { hardwareVersion } = query
  if (hardwareVersion === undefined || minHardware === undefined) return undefined
  if (hardwareVersion >= minHardware && hardwareVersion <= maxHardware!) return undefined
  const range = `${word(minHardware, 4)} to ${word(maxHardware!, 4)}`
  return `The image is for hardware ${range}, ${device} has ${word(hardwareVersion, 4)}.`
}

/** A number as a person reads it in a header: 0x01020304. */
export function word(n: number, digits = 8): string {
  return `0x${n.toString(16).padStart(digits, '0')}`
}
