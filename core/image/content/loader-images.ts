// Firmware in the wrapping of one family of boot loaders: right where such a loader is at the other end.
// GBL: Silicon Labs UG489, header tag 0x03A617EB. EBL: Ember's ebl.h, tag 0x0000 and signature 0xE350, big-endian.
// UF2: Microsoft's UF2 specification. MCUboot: its image format, magic 0x96F3B83D. ESP: Espressif's firmware image
// format, magic 0xE9. DFU: USB DFU 1.1, appendix B. DfuSe: ST's UM0391.

import type { Bytes } from '../../bytes/bytes.ts'
import { crc32 } from '../../bytes/crc32.ts'
import type { Content } from './found.ts'
import { hasAt } from './octets.ts'

export type LoaderImageCode = 'gbl' | 'ebl' | 'uf2' | 'mcuboot' | 'esp' | 'dfu' | 'dfuse'

const LOADER_IMAGES: Readonly<Record<LoaderImageCode, Content>> = {
  gbl: of('gbl', 'a Gecko Bootloader file (GBL)', 'a Gecko Bootloader takes it as it is'),
  ebl: of(
    'ebl',
    'an Ember bootloader file (EBL)',
    'an Ember or Gecko Bootloader takes it as it is',
  ),
  uf2: of(
    'uf2',
    'a UF2 file',
    'it is for the drive that a board shows; convert it with picotool or uf2conv for another loader',
  ),
  mcuboot: of('mcuboot', 'an MCUboot image', 'MCUboot takes it as it is'),
  esp: of('esp', 'an Espressif image', 'the ROM loader and esp_ota take it as it is'),
  dfu: of(
    'dfu',
    'a USB DFU file with its suffix',
    'cut the 16 octets of the suffix off with dfu-suffix -D for another loader',
  ),
  dfuse: of('dfuse', 'a DfuSe file', 'dfu-util takes it; export the binary for another loader'),
}

export function findLoaderImage(file: Bytes): Content | undefined {
  const code = findCode(file)
  return code && LOADER_IMAGES[code]
}

function of(code: LoaderImageCode, name: string, advice: string): Content {
  return { code, name, standing: 'for-a-loader', advice }
}

function findCode(file: Bytes): LoaderImageCode | undefined {
  if (hasAt(file, 0, 0xeb, 0x17, 0xa6, 0x03)) return 'gbl'
  if (hasAt(file, 0, 0, 0) && hasAt(file, 6, 0xe3, 0x50)) return 'ebl'
  if (isUf2(file)) return 'uf2'
  if (hasAt(file, 0, 0x3d, 0xb8, 0xf3, 0x96)) return 'mcuboot'
  if (hasAt(file, 0, 0x44, 0x66, 0x75, 0x53, 0x65, 1)) return 'dfuse'
  if (hasDfuSuffix(file)) return 'dfu'
  return isEsp(file) ? 'esp' : undefined
}

const UF2_BLOCK = 512

function isUf2(file: Bytes): boolean {
  return (
    file.length >= UF2_BLOCK &&
    file.dv.getUint32(0, true) === 0x0a324655 &&
    file.dv.getUint32(4, true) === 0x9e5d5157 &&
    file.dv.getUint32(UF2_BLOCK - 4, true) === 0x0ab16f30
  )
}

const DFU_SUFFIX = 16

/** "UFD" and the length octet could be anybody's; the CRC over all but itself could not. */
function hasDfuSuffix(file: Bytes): boolean {
  const end = file.length
  if (end <= DFU_SUFFIX || !hasAt(file, end - 8, 0x55, 0x46, 0x44, DFU_SUFFIX)) return false
  // DFU leaves out the inversion with which a CRC-32 ends.
  return file.dv.getInt32(end - 4, true) === ~crc32(file, 0, end - 4)
}

const ESP_HEADERS = [24, 8]
const ESP_MAX_SEGMENTS = 16

/** One octet of magic is little: the segments must lie in the file one after another, too. */
function isEsp(file: Bytes): boolean {
  const count = file.u8[1] ?? 0
  if (file.u8[0] !== 0xe9 || count === 0 || count > ESP_MAX_SEGMENTS) return false
  // The ESP8266's header has 8 octets, all others' 24.
  return ESP_HEADERS.some(header => {
    let at = header
    for (let i = 0; i < count; i++) {
      if (at + 8 > file.length) return false
      const length = file.dv.getUint32(at + 4, true)
      if (length === 0) return false
      at += 8 + length
    }
    // A checksum in the last octet of 16 and maybe a hash: what is behind the segments is short, or somebody's signature.
    return at < file.length
  })
}
