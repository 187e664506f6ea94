// What a file is that is neither ZigBee OTA nor Intel HEX nor S-records, by its octets and never by its name: what is no
// firmware, what firmware must be taken out of first, and what is firmware in the wrapping of one family of boot loaders.

import type { Bytes } from '../../bytes/bytes.ts'
import { findArchive } from './archives.ts'
import type { Content } from './found.ts'
import { findLoaderImage } from './loader-images.ts'
import { findProgram } from './programs.ts'
import { findText } from './texts.ts'

/** What the file is; undefined when its octets do not tell. */
export function findContent(file: Bytes): Content | undefined {
  return findArchive(file) ?? findProgram(file) ?? findLoaderImage(file) ?? findText(file)
}
