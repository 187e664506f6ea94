// Blocks of a pcapng file (IETF draft-ietf-opsawg-pcapng), the format that Wireshark writes: one section, one interface,
// packets with a microsecond time stamp and an optional comment. Little-endian, each block padded to words.
// Octets in, octets out: nothing here knows a file, a clock or a protocol.

/** LINKTYPE_IEEE802_15_4_WITHFCS of tcpdump.org's registry: from the MAC's frame control to the FCS, no preamble. */
export const IEEE802_15_4_WITH_FCS = 195

const SECTION_HEADER = 0x0a0d0d0a
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const INTERFACE_DESCRIPTION = 1
const ENHANCED_PACKET = 6

/** Options; the first means the same in every block. */
const OPT_COMMENT = 1
const SHB_USERAPPL = 4
const IF_NAME = 2
const IF_DESCRIPTION = 3
const IF_TSRESOL = 9
/** if_tsresol: time stamps count steps of 10^-6 s. */
const MICROSECONDS = 6

/** Octets around a block's body: type, length, and the length again. */
const BLOCK_FRAME = 12
const OPTION_HEADER = 4
const PACKET_FIELDS = 20

const UTF8 = new TextEncoder()

interface Option {
  readonly code: number
  readonly value: Uint8Array
}

/** The head of a file. `application` is who wrote it, `comment` what it is. @throws RangeError as option(). */
export function sectionHeader(application: string, comment: string): Uint8Array {
  const options = [text(OPT_COMMENT, comment), text(SHB_USERAPPL, application)]
  const block = makeBlock(SECTION_HEADER, 16, options)
  const dv = new DataView(block.buffer)
  dv.setUint32(8, BYTE_ORDER_MAGIC, true)
  dv.setUint16(12, 1, true)
  // Length of the section, u64: all ones is "not told", as whoever streams cannot tell.
  dv.setUint32(16, 0xffffffff, true)
  dv.setUint32(20, 0xffffffff, true)
  return block
}

/** An interface of a link type, whose packets have at most `snapLength` octets. @throws RangeError as option(). */
export function interfaceDescription(
  linkType: number,
  snapLength: number,
  name: string,
  description: string,
): Uint8Array {
  const options = [
    text(IF_NAME, name),
    text(IF_DESCRIPTION, description),
    option(IF_TSRESOL, Uint8Array.of(MICROSECONDS)),
  ]
  const block = makeBlock(INTERFACE_DESCRIPTION, 8, options)
  const dv = new DataView(block.buffer)
  dv.setUint16(8, linkType, true)
  dv.setUint32(12, snapLength, true)
  return block
}

/**
 * The packet that is the first `length` octets of `packet`, on the first interface, at `unixMs`.
 * @param comment for people; empty for none.
 * @throws RangeError as option().
 */
export function enhancedPacket(
  unixMs: number,
  packet: Uint8Array,
  length: number,
  comment: string,
): Uint8Array {
  const options = comment === '' ? [] : [text(OPT_COMMENT, comment)]
  const block = makeBlock(ENHANCED_PACKET, PACKET_FIELDS + padded(length), options)
  const dv = new DataView(block.buffer)
  const microseconds = unixMs * 1000
  dv.setUint32(12, Math.floor(microseconds / 0x1_0000_0000), true)
  dv.setUint32(16, microseconds >>> 0, true)
  dv.setUint32(20, length, true)
  dv.setUint32(24, length, true)
  block.set(packet.subarray(0, length), 28)
  return block
}

function text(code: number, value: string): Option {
  return option(code, UTF8.encode(value))
}

/** @throws RangeError for more than 65,535 octets: the length of an option is a u16. */
function option(code: number, value: Uint8Array): Option {
  if (value.length > 0xffff) throw new RangeError(`an option of ${value.length} B`)
  return { code, value }
}

/** A block of `body` octets, a whole number of words and still zero, and the options after them. */
function makeBlock(type: number, body: number, options: readonly Option[]): Uint8Array {
  let length = BLOCK_FRAME + body
  for (const { value } of options) length += OPTION_HEADER + padded(value.length)
  // The end of options, only where there are any: four zero octets.
  if (options.length > 0) length += OPTION_HEADER

  const block = new Uint8Array(length)
  const dv = new DataView(block.buffer)
  dv.setUint32(0, type, true)
  dv.setUint32(4, length, true)
  let at = 8 + body
  for (const { code, value } of options) {
    dv.setUint16(at, code, true)
    dv.setUint16(at + 2, value.length, true)
    block.set(value, at + OPTION_HEADER)
    at += OPTION_HEADER + padded(value.length)
  }
  dv.setUint32(length - 4, length, true)
  return block
}

function padded(length: number): number {
  return (length + 3) & ~3
}
