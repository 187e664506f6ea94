// UF2, the file that a Raspberry Pi Pico's ROM takes over USB: a binary in blocks of 512 octets, 256 of them payload.
// Format: github.com/microsoft/uf2. The rules for a RAM image are those of the RP2040's ROM, which drops what breaks one.

const BLOCK = 512
const PAYLOAD = 256
const AT_DATA = 32
const MAGIC_0 = 0x0a324655
const MAGIC_1 = 0x9e5d5157
const MAGIC_END = 0x0ab16f30
const HAS_FAMILY = 0x2000
const NOT_MAIN_FLASH = 0x0001
const RP2040_FAMILY = 0xe48bff56
/** SRAM of the RP2040: a RAM image must lie in it whole. */
const RAM_START = 0x2000_0000
const RAM_END = 0x2004_2000
/** The ROM notes the blocks of a RAM image in a map of this size. */
const MAX_BLOCKS = 1280

/** The UF2 file of `image`, which belongs at `address` in RAM; the last block is filled up with zeros. */
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
 * The RAM image in a UF2 file as the ROM of an RP2040 would load it, and where: its lowest address is where it runs.
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
    if (to < RAM_START || to + PAYLOAD > RAM_END)
      throw new RangeError(`block at ${to} is not in RAM`)
    if (count < 0) count = word(at + 24)
    if (word(at + 24) !== count || count > MAX_BLOCKS || word(at + 20) >= count) {
      throw new RangeError('the count of blocks is not one')
    }
    taken.set(to, file.subarray(at + AT_DATA, at + AT_DATA + PAYLOAD))
  }
  if (taken.size === 0 || taken.size !== count) throw new RangeError('blocks are missing')
  const address = Math.min(...taken.keys())
  const image = new Uint8Array(Math.max(...taken.keys()) - address + PAYLOAD)
  for (const [to, payload] of taken) image.set(payload, to - address)
  return { image, address }
}
