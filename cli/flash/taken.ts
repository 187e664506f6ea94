// What a file is taken for, told before the first octet of it goes anywhere.

import { basename } from 'node:path'
import { formatName, type OpenedImage } from '#core/image/open'
import { count, hexWord } from '../output/format.ts'
import { imageNotes } from '../output/image-notes.ts'
import { note } from '../output/output.ts'

/** As fields of a begin. */
export function takenJson(image: OpenedImage): object {
  const { format, ota, flat, contains } = image
  return {
    format,
    ...(ota && { kind: ota.kind }),
    ...(flat && { base: flat.base }),
    ...(contains && { contains: contains.code }),
    notes: imageNotes(image),
  }
}

/** Tells people on stderr what it is, and each note. */
export function tellTaken(path: string, image: OpenedImage): void {
  const { ota, flat, octets } = image
  const what = formatName(image)
  const kind = ota ? `, ${ota.kind}, version ${hexWord(ota.header.fileVersion)}` : ''
  const base = flat ? ` from ${hexWord(flat.base, 8)} on` : ''
  note(`image ${basename(path)}: ${what}${kind}, ${count(octets.length)} B${base}`)
  for (const { message } of imageNotes(image)) note(`note: ${message}`)
}
