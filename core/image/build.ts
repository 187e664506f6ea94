// OTA files built from their pieces, in one allocation of the final size.

import { Bytes } from '../bytes/bytes.ts'
import { HAS_HARDWARE_VERSIONS, type HeaderFields, headerLengthOf, writeHeader } from './header.ts'
import { SIGNATURE_LENGTH, TRAILER_LENGTH } from './ota-image.ts'

/**
 * A GB upgrade image: header, Manufacturer Image and, with a signature, the trailer.
 * @param trailer force-replace, and the signature over the Manufacturer Image: r then s, 64 octets; undefined for an
 *   unsigned image.
 * @example
 * const signature = testSignature(firmware)
 * const file = buildGbImage(fields, firmware, { forceReplace: false, signature })
 */
export function buildGbImage(
  fields: HeaderFields,
  manufacturerImage: Uint8Array,
  trailer: { forceReplace: boolean; signature: Uint8Array } | undefined,
): Bytes {
  const payload = manufacturerImage.length + (trailer ? TRAILER_LENGTH : 0)
  const file = Bytes.alloc(headerLength(fields) + payload)
  const at = writeHeader(file, fields, payload)
  file.u8.set(manufacturerImage, at)
  if (trailer) {
    const end = at + manufacturerImage.length
    file.u8[end] = trailer.forceReplace ? 1 : 0
    file.u8[end + 1] = SIGNATURE_LENGTH
    file.u8.set(trailer.signature.subarray(0, SIGNATURE_LENGTH), end + 2)
  }
  return file
}

/** A standard file: header and sub-elements. */
export function buildStandardImage(
  fields: HeaderFields,
  elements: readonly { tag: number; data: Uint8Array }[],
): Bytes {
  const payload = elements.reduce((sum, element) => sum + 6 + element.data.length, 0)
  const file = Bytes.alloc(headerLength(fields) + payload)
  let at = writeHeader(file, fields, payload)
  for (const { tag, data } of elements) {
    file.dv.setUint16(at, tag, true)
    file.dv.setUint32(at + 2, data.length, true)
    file.u8.set(data, at + 6)
    at += 6 + data.length
  }
  return file
}

function headerLength(fields: HeaderFields): number {
  return headerLengthOf(fields.hardware ? HAS_HARDWARE_VERSIONS : 0)
}
