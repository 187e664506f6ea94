// What is unusual about an image, a sentence each, with the option that helps.

import type { OtaImage } from '#core/image/ota-image'

const ALSO_SIGNED =
  'The file also reads as a signed GB upgrade image; if it is one, say --kind gb-signed.'

export function imageNotes(ota: OtaImage | undefined): readonly string[] {
  if (!ota) return []
  return ota.alsoSigned ? [ALSO_SIGNED, ...ota.notes] : ota.notes
}
