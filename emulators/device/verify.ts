// What a device checks before it holds an image, in the order of domain practice (AS302P manual; inferred where that
// is silent): header, fit to this device, trailer, signature. The hash it keeps is the one that SRV 11.3 must state.

import type { Bytes } from '#core/bytes/bytes'
import { HanrigError } from '#core/errors/errors'
import { eui64From, plainEui64 } from '#core/eui64/text'
import { type ImageKind, type OtaImage, readOtaImage } from '#core/image/ota-image'
import { manufacturerImageHash, signatureIsRight } from '#core/image/signature'
import { sha256, type TrustAnchor } from '../crypto/crypto.ts'

/** What a device takes: OTA files of one kind, or octets that mean nothing to it. */
export type Expected = ImageKind | 'raw'

export interface DeviceIdentity {
  readonly manufacturerCode: number
  readonly imageType: number
  readonly fileVersion: number
  readonly hardwareVersion: number
  /** EUI-64. */
  readonly id: string
  /** ZigBee stack version that its firmware is for. */
  readonly stackVersion: number
  /** Security credential version; undefined for a device that does not ask for one. */
  readonly credentialVersion: number | undefined
}

export interface Verification {
  readonly ok: boolean
  /** What was found, for people. */
  readonly reason: string
  /** SHA-256 of the octets that the activation hash covers. */
  readonly hash: Uint8Array
}

/**
 * Verifies a whole file that was received.
 * @param expected what this type of device takes.
 * @param anchor whose signature a signed GB image must carry; without one, signatures are not checked and that is said.
 */
export function verifyImage(
  file: Bytes,
  expected: Expected,
  identity: DeviceIdentity,
  anchor: TrustAnchor | undefined,
): Verification {
  if (expected === 'raw') {
    return { ok: true, reason: 'raw octets, nothing to check', hash: sha256(file.u8) }
  }
  let image: OtaImage
  try {
    image = readOtaImage(file, expected)
  } catch (error) {
    if (!(error instanceof HanrigError)) throw error
    return { ok: false, reason: error.message, hash: sha256(file.u8) }
  }
  const hash = manufacturerImageHash(image, sha256)
  const misfit = findMisfit(image, identity)
  if (misfit) return { ok: false, reason: misfit, hash }
  if (!image.signature) return { ok: true, reason: 'header fits, image carries no signature', hash }
  if (!anchor)
    return { ok: true, reason: 'header fits, signature not checked: no trust anchor', hash }
  const ok = signatureIsRight(image, anchor.verifies) === true
  return { ok, reason: ok ? 'signature is right' : 'signature is wrong', hash }
}

function findMisfit({ header }: OtaImage, identity: DeviceIdentity): string | undefined {
  if (header.manufacturerCode !== identity.manufacturerCode) return 'manufacturer code differs'
  if (header.imageType !== identity.imageType) return 'image type differs'
  if (header.fileVersion !== identity.fileVersion) return 'file version is not the one offered'
  const { destination, stackVersion, credentialVersion } = header
  if (destination !== undefined && destination !== plainEui64(identity.id)) {
    return `the image is meant for the device ${eui64From(destination)} alone`
  }
  if (stackVersion !== identity.stackVersion) return 'ZigBee stack version differs'
  if (credentialVersion !== undefined && identity.credentialVersion !== undefined) {
    if (credentialVersion !== identity.credentialVersion) {
      return 'security credential version differs'
    }
  }
  const { minHardware, maxHardware } = header
  if (minHardware === undefined) return undefined
  const { hardwareVersion } = identity
  return hardwareVersion < minHardware || hardwareVersion > maxHardware!
    ? 'hardware version is outside the range of the image'
    : undefined
}
