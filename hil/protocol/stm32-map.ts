// Where an image lies in a chip's flash: the pages that it touches, and the blocks of each. What may not be written is
// refused here, before anything is erased.

import type { Bytes } from '#core/bytes/bytes'
import type { HanrigError } from '#core/errors/errors'
import type { AddressRange } from '#core/image/memory-map'
import { hanrigError } from '../errors/errors.ts'
import { type Family, FLASH_BASE, type Page, pagesOf } from './stm32-families.ts'
import { BLOCK } from './stm32-link.ts'

export interface Block {
  readonly address: number
  /** Filled up to the width of a write. */
  readonly octets: Uint8Array
  /** Octets of the image in it. */
  readonly length: number
  isVerified: boolean
}

export interface ImagePage extends Page {
  readonly blocks: readonly Block[]
}

/** System memory and option bytes lie here on every family that has them in the address space of flash (AN2606). */
const SYSTEM = { from: 0x1f00_0000, to: 0x1fff_ffff }

const hex = (address: number) => `0x${address.toString(16).padStart(8, '0')}`

/** '0x08000000-0x080003ff'. */
const rangeText = ({ from, to }: AddressRange) => `${hex(from)}-${hex(to)}`

/**
 * The pages that the image touches, in order; one that lies in a gap of the file whole is not touched.
 * @param areas what the file wrote; all of the image when left out.
 * @throws HanrigError IMAGE_PLACE.
 */
export function pagesOfImage(
  image: Bytes,
  address: number,
  family: Family,
  areas: readonly AddressRange[] = [{ from: address, to: address + image.length - 1 }],
): ImagePage[] {
  for (const area of areas) refuseOutside(area, family)
  const touched = pagesOf(family).filter(page =>
    areas.some(({ from, to }) => from < page.address + page.size && to >= page.address),
  )
  const [first] = touched
  if (first && first.address < address) {
    throw place(
      `The image begins at ${hex(address)}, within a page that begins at ${hex(first.address)} and would be erased whole.`,
    )
  }
  return touched.map(page => ({ ...page, blocks: blocksOf(page, image, address, family) }))
}

function refuseOutside(area: AddressRange, { name, flashSize, bankAt }: Family): void {
  const range = rangeText(area)
  if (area.from >= SYSTEM.from && area.from <= SYSTEM.to) {
    throw place(`${range} is system memory and option bytes, which are never written here.`)
  }
  const flash = { from: FLASH_BASE, to: FLASH_BASE + flashSize - 1 }
  if (area.from < flash.from || area.to > flash.to) {
    throw place(`${range} lies outside the main flash of ${name}, ${rangeText(flash)}.`)
  }
  if (bankAt !== undefined && area.to >= flash.from + bankAt) {
    const second = hex(flash.from + bankAt)
    throw place(
      `${range} reaches the second bank of ${name} at ${second}; how its pages are numbered has not been tried.`,
    )
  }
}

function blocksOf(page: Page, image: Bytes, address: number, { width, erased }: Family): Block[] {
  const size = Math.min(BLOCK, page.size)
  const end = Math.min(page.address + page.size, address + image.length)
  const blocks: Block[] = []
  for (let from = page.address; from < end; from += size) {
    const length = Math.min(size, end - from)
    const octets = new Uint8Array(Math.ceil(length / width) * width).fill(erased)
    octets.set(image.u8.subarray(from - address, from - address + length))
    blocks.push({ address: from, octets, length, isVerified: false })
  }
  return blocks
}

export function place(sentence: string): HanrigError {
  return hanrigError('HANRIG_IMAGE_PLACE', sentence)
}
