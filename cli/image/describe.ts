// What an opened image is, as plain data: inspect and check print it, as text or as JSON.

import { headerText } from '#core/image/header'
import { formatName, type OpenedImage } from '#core/image/open'
import { type OtaImage, slice } from '#core/image/ota-image'
import { manufacturerImageHash } from '#core/image/signature'
import { hex, sha256 } from '#emulators/crypto/crypto'
import { count, hexWord } from '../output/format.ts'
import { imageNotes } from '../output/image-notes.ts'
import { tableText } from '../output/text-table.ts'

/** Everything known of an image, for JSON. */
export function imageFacts(image: OpenedImage): Record<string, unknown> {
  const { ota, flat } = image
  return {
    format: image.format,
    size: image.octets.length,
    sha256: hex(sha256(image.octets.u8)),
    ...(flat && { base: flat.base, gaps: flat.gaps, start: flat.start, records: flat.records }),
    ...(image.contains && { contains: image.contains.code }),
    ...(ota && otaFacts(ota)),
    notes: imageNotes(image),
  }
}

function otaFacts(ota: OtaImage): Record<string, unknown> {
  const { headerString, ...fields } = ota.header
  return {
    kind: ota.kind,
    header: { ...fields, headerString: headerText(ota.header) },
    upgradeImage: ota.upgradeImage,
    hashed: { ...ota.hashed, sha256: hex(manufacturerImageHash(ota, sha256)) },
    forceReplace: ota.forceReplace,
    signature: ota.signature && hex(slice(ota.file, ota.signature)),
    elements: ota.elements,
  }
}

/** The same for people. */
export function imageText(name: string, image: OpenedImage): string {
  const { ota, flat } = image
  const rows: [string, string][] = [
    ['file', name],
    ['format', formatName(image)],
    ['size', `${count(image.octets.length)} B`],
    ['sha256', hex(sha256(image.octets.u8))],
  ]
  if (flat) {
    rows.push([
      'address',
      `${hexWord(flat.base, 8)}, ${count(flat.gaps)} B of gaps filled with 0xFF`,
    ])
    if (flat.start !== undefined) rows.push(['entry', hexWord(flat.start, 8)])
  }
  if (ota) rows.push(...otaRows(ota))
  for (const { message } of imageNotes(image)) rows.push(['note', message])
  return tableText({ rows, least: [13], gap: 1 })
}

const KINDS = {
  'gb-signed': 'GB upgrade image with signature trailer',
  'gb-unsigned': 'GB upgrade image without trailer',
  standard: 'standard ZigBee OTA file with sub-elements',
  opaque: 'ZigBee OTA file with a body that is carried as it is',
} as const

function otaRows(ota: OtaImage): [string, string][] {
  const { header } = ota
  const rows: [string, string][] = [
    ['kind', KINDS[ota.kind]],
    [
      'header',
      `${header.headerLength} B, version ${hexWord(header.headerVersion, 4)}, field control ${hexWord(header.fieldControl, 4)}`,
    ],
    ['manufacturer', hexWord(header.manufacturerCode, 4)],
    ['image type', hexWord(header.imageType, 4)],
    ['file version', hexWord(header.fileVersion, 8)],
    ['stack version', hexWord(header.stackVersion, 4)],
    ['string', JSON.stringify(headerText(header))],
  ]
  if (header.minHardware !== undefined) {
    rows.push([
      'hardware',
      `${hexWord(header.minHardware, 4)} to ${hexWord(header.maxHardware!, 4)}`,
    ])
  }
  if (header.destination !== undefined) rows.push(['destination', header.destination])
  if (header.credentialVersion !== undefined) {
    rows.push(['credentials', `version ${header.credentialVersion}`])
  }
  const hash = hex(manufacturerImageHash(ota, sha256))
  const range = `${count(ota.hashed.length)} B at ${ota.hashed.at}`
  rows.push(
    ota.kind === 'standard' || ota.kind === 'opaque'
      ? ['upgrade image', `${range}, sha256 ${hash}`]
      : ['manufacturer', `image of ${range}, sha256 ${hash}`],
  )
  for (const { tag, at, length } of ota.elements) {
    rows.push(['sub-element', `tag ${hexWord(tag, 4)}, ${count(length)} B at ${at}`])
  }
  if (ota.signature) {
    rows.push([
      'trailer',
      `force-replace ${ota.forceReplace}, signature of 64 B at ${ota.signature.at}`,
    ])
  }
  return rows
}
