// UF2, the file that a Raspberry Pi Pico's ROM takes over USB: a binary in blocks of 512 octets, 256 of them payload.
// Format: github.com/microsoft/uf2. The rules for an image are those of the RP2040's ROM, which drops what breaks one.

const BLOCK = 512
const PAYLOAD = 256
const AT_DATA = 32
const MAGIC_0 = 0x0a324655
const MAGIC_1 = 0x9e5d5157
const MAGIC_END = 0x0ab16f30
const HAS_FAMILY = 0x2000
const NOT_MAIN_FLASH = 0x0001
const RP2040_FAMILY = 0xe48bff56
/** SRAM of the RP2040 and the window of its flash: an image must lie in one of them whole. */
const RAM_START = 0x2000_0000
const RAM_END = 0x2004_2000
const FLASH_START = 0x1000_0000
const FLASH_END = 0x1100_0000
/** Octets that the ROM reads from the start of flash; the last four are the CRC of the others. */
const BOOT2 = 256
/** The ROM notes the blocks of a RAM image in a map of this size. */
const MAX_BLOCKS = 1280

/** The UF2 file of `image`, which belongs at `address`; the last block is filled up with zeros. */
export function encodeUf2(image: Uint8Array, address: number): Uint8Array {
  const count = Math.ceil(image.length / PAYLOAD)
  const file = new Uint8Array(count * BLOCK)
  const dv = new DataView(file.buffer)
  for (let i = 0; i < count; i++) {
    const at = i * BLOCK
    const head = [
      ...[MAGIC_0, MAGIC_1, HAS_FAMILY, address + i * PAYLOAD],
      ...[PAYLOAD, i, count, RP2040_FAMILY],
    ]
    for (const [word, value] of head.entries()) dv.setUint32(at + 4 * word, value, true)
    file.set(image.subarray(i * PAYLOAD, (i + 1) * PAYLOAD), at + AT_DATA)
    dv.setUint32(at + BLOCK - 4, MAGIC_END, true)
  }
  return file
}

/**
 * The first 256 octets of flash as the ROM wants them: `code`, zeros, and their CRC-32/MPEG-2.
 * @throws RangeError when the code is longer than 252 octets.
 */
export function withBootCrc(code: Uint8Array): Uint8Array {
  if (code.length > BOOT2 - 4) throw new RangeError(`${code.length} B of code, 252 at most`)
  const first = new Uint8Array(BOOT2)
  first.set(code)
  new DataView(first.buffer).setUint32(BOOT2 - 4, bootCrc(first.subarray(0, BOOT2 - 4)), true)
  return first
}

/** CRC-32/MPEG-2: most significant bit first, start all ones, nothing inverted. */
export function bootCrc(octets: Uint8Array): number {
  let crc = -1
  for (const octet of octets) {
    crc ^= octet << 24
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1
  }
  return crc >>> 0
}

/**
 * The image in a UF2 file as the ROM of an RP2040 would load it, and where. A RAM image runs at its lowest address.
 * @throws RangeError which says why the ROM would not run it.
 */
export function decodeUf2(file: Uint8Array): { image: Uint8Array; address: number } {
  const dv = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const word = (at: number) => dv.getUint32(at, true)
  if (file.length % BLOCK !== 0) throw new RangeError('not a whole number of blocks')
  const taken = new Map<number, Uint8Array>()
  let count = -1
  for (let at = 0; at < file.length; at += BLOCK) {
    const flags = word(at + 8)
    const known =
      word(at) === MAGIC_0 && word(at + 4) === MAGIC_1 && word(at + BLOCK - 4) === MAGIC_END
    if (!known || (flags & HAS_FAMILY) === 0 || (flags & NOT_MAIN_FLASH) !== 0) continue
    if (word(at + 28) !== RP2040_FAMILY || word(at + 16) !== PAYLOAD) continue
    const to = word(at + 12)
    const inFlash = to >= FLASH_START && to + PAYLOAD <= FLASH_END && to % PAYLOAD === 0
    const inRam = to >= RAM_START && to + PAYLOAD <= RAM_END
    if (!inFlash && !inRam)
      throw new RangeError(`block at ${to} is neither in RAM nor a page of flash`)
    if (count < 0) count = word(at + 24)
    if (word(at + 24) !== count || count > MAX_BLOCKS || word(at + 20) >= count) {
      throw new RangeError('the count of blocks is not one')
    }
    taken.set(to, file.subarray(at + AT_DATA, at + AT_DATA + PAYLOAD))
  }
  if (taken.size === 0 || taken.size !== count) throw new RangeError('blocks are missing')
  const address = Math.min(...taken.keys())
  if (address < FLASH_END !== Math.max(...taken.keys()) < FLASH_END) {
    throw new RangeError('some blocks are in RAM and some in flash')
  }
  const image = new Uint8Array(Math.max(...taken.keys()) - address + PAYLOAD)
  for (const [to, payload] of taken) image.set(payload, to - address)
  return { image, address }
}
