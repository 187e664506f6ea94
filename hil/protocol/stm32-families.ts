// What is known of STM32 chips by the product id that their boot loader tells: how large the flash is at most, which
// pieces of it can be erased, what an erased octet is. Ids and sizes as stm32flash 0.7 prints them, which judges this table in
// the tests (ids also in ST's AN2606); sectors, banks and write widths from ST's reference manuals.

/** Pieces that can be erased: so many of a size; the last kind goes on to the end of the flash. */
export type Layout = readonly (readonly [count: number, octets: number])[]

export interface Family {
  readonly name: string
  /** Octets of main flash that the largest chip of the family has. */
  readonly flashSize: number
  readonly layout: Layout
  /** Octets that are written at once at least: a write is filled up to a multiple of it. */
  readonly width: number
  /** What an erased octet reads as. */
  readonly erased: number
  /** Where the second bank begins, octets from the start of flash; how its pages are numbered is not proven. */
  readonly bankAt: number | undefined
}

/** Where main flash begins on every STM32 with this boot loader. */
export const FLASH_BASE = 0x0800_0000
const KIB = 1024
const WIDTH = 4
const ERASED = 0xff

const pages = (octets: number): Layout => [[1, octets]]
const F4_SECTORS: Layout = [
  [4, 16 * KIB],
  [1, 64 * KIB],
  [1, 128 * KIB],
]
const F7_SECTORS: Layout = [
  [4, 32 * KIB],
  [1, 128 * KIB],
  [1, 256 * KIB],
]

type More = Partial<Pick<Family, 'width' | 'erased'>> & { readonly bank?: number }

function family(name: string, kib: number, layout: Layout, more: More = {}): Family {
  const { width = WIDTH, erased = ERASED, bank } = more
  const bankAt = bank === undefined ? undefined : bank * KIB
  return { name, flashSize: kib * KIB, layout, width, erased, bankAt }
}

/** 64 bits with their check bits. */
const DOUBLE = { width: 8 }
/** L0 and L1: cells are erased to zeros. */
const ZEROS = { erased: 0x00 }

export const FAMILIES: Readonly<Record<number, Family>> = {
  1040: family('STM32F10x medium-density', 128, pages(KIB)),
  1041: family('STM32F2xx', 1024, F4_SECTORS),
  1042: family('STM32F10x low-density', 32, pages(KIB)),
  1043: family('STM32F40x/41x', 1024, F4_SECTORS),
  1044: family('STM32F10x high-density', 512, pages(2 * KIB)),
  1045: family('STM32L47x/48x', 1024, pages(2 * KIB), { ...DOUBLE, bank: 512 }),
  1046: family('STM32L1xx 128 KiB', 128, pages(256), ZEROS),
  1047: family('STM32L05x/06x', 64, pages(128), ZEROS),
  1048: family('STM32F105/107', 256, pages(2 * KIB)),
  1049: family('STM32F42x/43x', 2048, F4_SECTORS, { bank: 1024 }),
  1056: family('STM32F10x medium-density value line', 128, pages(KIB)),
  1057: family('STM32F446', 512, F4_SECTORS),
  1058: family('STM32F302xB/C, F303xB/C', 256, pages(2 * KIB)),
  1059: family('STM32F401xB/C', 256, F4_SECTORS),
  1061: family('STM32L031/041', 32, pages(128), ZEROS),
  1063: family('STM32L1xx 256 KiB', 256, pages(256), ZEROS),
  1064: family('STM32F10x high-density value line', 512, pages(2 * KIB)),
  1065: family('STM32L1xx 128 KiB, second kind', 128, pages(256), ZEROS),
  1072: family('STM32F10x XL-density', 1024, pages(2 * KIB), { bank: 512 }),
  1073: family('STM32F411', 512, F4_SECTORS),
  1074: family('STM32F373/378', 256, pages(2 * KIB)),
  1075: family('STM32F401xD/E', 512, F4_SECTORS),
  1076: family('STM32F469/479', 2048, F4_SECTORS, { bank: 1024 }),
  1077: family('STM32L43x/44x', 256, pages(2 * KIB), DOUBLE),
  1078: family('STM32L1xx 384 KiB', 384, pages(256), { ...ZEROS, bank: 192 }),
  1079: family('STM32L1xx 512 KiB', 512, pages(256), { ...ZEROS, bank: 256 }),
  1080: family('STM32F303x4/6/8, F328, F334', 64, pages(2 * KIB)),
  1081: family('STM32F301, F302x4/6/8', 64, pages(2 * KIB)),
  1088: family('STM32F030x8, F05x', 64, pages(KIB)),
  1089: family('STM32F412', 1024, F4_SECTORS),
  1090: family('STM32F030xC, F09x', 256, pages(2 * KIB)),
  1092: family('STM32F03xx4/6', 32, pages(KIB)),
  1093: family('STM32F04x, F070x6', 32, pages(KIB)),
  1094: family('STM32F302xD/E, F303xD/E', 512, pages(2 * KIB)),
  1095: family('STM32L07x/08x', 192, pages(128), { ...ZEROS, bank: 96 }),
  1096: family('STM32F070xB, F071, F072', 128, pages(2 * KIB)),
  1097: family('STM32F74x/75x', 1024, F7_SECTORS),
  1104: family('STM32H74x/75x', 2048, pages(128 * KIB), { width: 32, bank: 1024 }),
  1105: family('STM32F76x/77x', 2048, F7_SECTORS, { bank: 1024 }),
  1106: family('STM32F72x/73x', 512, F4_SECTORS),
  1110: family('STM32G05x/061', 64, pages(2 * KIB), DOUBLE),
  1111: family('STM32L01x/02x', 16, pages(128), ZEROS),
  1112: family('STM32F410', 128, F4_SECTORS),
  1120: family('STM32G07x/08x', 128, pages(2 * KIB), DOUBLE),
  1121: family('STM32L496/4A6', 1024, pages(2 * KIB), { ...DOUBLE, bank: 512 }),
  1122: family('STM32L45x/46x', 512, pages(2 * KIB), DOUBLE),
  1123: family('STM32F413/423', 1536, F4_SECTORS),
  1124: family('STM32L412/422', 128, pages(2 * KIB), DOUBLE),
  1126: family('STM32G03x/04x', 64, pages(2 * KIB), DOUBLE),
  1127: family('STM32G0B0/B1/C1', 512, pages(2 * KIB), { ...DOUBLE, bank: 256 }),
  1128: family('STM32G431/441', 128, pages(2 * KIB), DOUBLE),
  1129: family('STM32G47x/48x', 512, pages(2 * KIB), { ...DOUBLE, bank: 256 }),
  1145: family('STM32G491/4A1', 512, pages(2 * KIB), DOUBLE),
}

/** What a user says of a chip, over the table or in place of it. */
export interface ChipSizes {
  /** Octets of a page, all of one size; left out: as the table has the chip. */
  readonly pageSize?: number | undefined
  /** Octets of main flash; left out: as the largest chip of its family has. */
  readonly flashSize?: number | undefined
}

/**
 * What is known of a chip; undefined when neither the table nor the user tells it all. A chip that only the user knows is
 * written in the widest pieces that any family wants.
 */
export function familyOf(id: number, { pageSize, flashSize }: ChipSizes = {}): Family | undefined {
  const known = FAMILIES[id]
  const size = flashSize ?? known?.flashSize
  const layout = pageSize === undefined ? known?.layout : pages(pageSize)
  if (size === undefined || layout === undefined) return undefined
  const rest = known ?? { ...family('unknown STM32', 0, layout), width: 32 }
  return { ...rest, flashSize: size, layout }
}

/** A piece of flash that can be erased. */
export interface Page {
  readonly number: number
  readonly address: number
  readonly size: number
}

/** Every page of a chip, from the start of flash. */
export function pagesOf({ layout, flashSize }: Family): Page[] {
  const found: Page[] = []
  const end = FLASH_BASE + flashSize
  const sizes = layout.flatMap(([count, octets]) => Array<number>(count).fill(octets))
  for (let address = FLASH_BASE; address < end; ) {
    const size = sizes[found.length] ?? sizes.at(-1)!
    found.push({ number: found.length, address, size })
    address += size
  }
  return found
}
