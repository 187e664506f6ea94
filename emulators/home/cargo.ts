// An image as a run carries it: opened, hashed once, and for one type of box.

import type { OpenedImage } from '#core/image/open'
import { hex, sha256 } from '../crypto/crypto.ts'
import type { BoxType } from '../profile/types.ts'
import { UNKNOWN_FILE_VERSION } from '../service/descriptor.ts'

export interface Cargo {
  /** Name in the scenario. */
  readonly name: string
  readonly image: OpenedImage
  readonly for: BoxType
  /** Whether it comes from a file: then what it says of its device is what the device is. */
  readonly isFile: boolean
  readonly fileVersion: number
  /** SHA-256 of the whole file, hex. */
  readonly sha256: string
  /** SHA-256 of the octets that an activation states. */
  readonly hash: Uint8Array
}

export function cargoOf(name: string, image: OpenedImage, type: BoxType, isFile: boolean): Cargo {
  const { u8 } = image.octets
  const hashed = image.ota?.hashed ?? { at: 0, length: u8.length }
  return {
    name,
    image,
    for: type,
    isFile,
    fileVersion: image.ota?.header.fileVersion ?? UNKNOWN_FILE_VERSION,
    sha256: hex(sha256(u8)),
    hash: sha256(u8.subarray(hashed.at, hashed.at + hashed.length)),
  }
}
