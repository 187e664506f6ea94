// STM32 by its ROM's boot loader, against the virtual one, which stm32flash judges in test/external/serial.

import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { sha256 } from '#emulators/crypto/crypto'
import { virtualPorts } from '#hil/board/virtual-ports'
import type { Flash, FlashOptions } from '#hil/flash/flash'
import type { FlashImage } from '#hil/flash/image'
import { parseSequence } from '#hil/line/sequence'
import { textToExpect } from '#hil/protocol/script'
import { FAMILIES, familyOf, pagesOf } from '#hil/protocol/stm32-families'
import { LINK_TIMES } from '#hil/protocol/stm32-link'
import { flashed, imageOf } from '../../helpers/flashing.ts'
import { seeded } from '../../helpers/octets.ts'

t.setTimeout(240_000)

const BASE = 0x0800_0000
/** Short enough for a test. */
const TIMES = {
  ...LINK_TIMES,
  syncWithin: 40,
  answerWithin: 60,
  echoWithin: 20,
  eraseWithin: 200,
}

let boards = 0
const fresh = (settings = '') => `virtual:stm32?${settings}#test${++boards}`

/** Code that a Cortex-M could start: stack and entry first. */
function firmware(size: number, seed = 1, address?: number): FlashImage {
  const u8 = Uint8Array.from(seeded(size, seed))
  new DataView(u8.buffer).setUint32(0, 0x2000_1000, true)
  new DataView(u8.buffer).setUint32(4, BASE + 0x101, true)
  return { ...imageOf(1), octets: new Bytes(u8), sha256: sha256(u8), address }
}

async function run(
  address: string,
  image: FlashImage,
  more: Partial<FlashOptions> = {},
): Promise<Flash> {
  const stm32 = { times: TIMES, ...more.stm32 }
  // The line has no rate, so what is sent takes no time on it.
  const line = { protocol: 'stm32', baudRate: 10_000_000 } as const
  return await flashed(address, image, { ...line, ...more, stm32 })
}

async function holds(address: string, image: FlashImage, at = 0): Promise<boolean> {
  const { flash } = await virtualPorts.board(address)
  const { u8 } = image.octets
  return Buffer.compare(flash.octets.subarray(at, at + u8.length), u8) === 0
}

t.test('a blank chip is written without an erasure, read back and started', async t => {
  const address = fresh()
  const image = firmware(10_001)
  const flash = await run(address, image, { leave: [textToExpect('application at 0x08000000')] })
  t.equal(flash.failure?.message, undefined)
  t.ok(flash.verified && !flash.already && (await holds(address, image)))
  t.match(flash.facts, {
    chip: 'STM32F10x medium-density',
    chipId: 0x410,
    loader: '3.1',
    pages: 10,
    pagesEqual: 0,
    pagesErased: 0,
    started: true,
  })
  t.match(flash.counts, { blocks: 40, doneBlocks: 40, sent: 40, resent: 0, doneOctets: 10_001 })
})

t.test('the same again: nothing is written; another image: what differs is erased', async t => {
  const address = fresh()
  const image = firmware(20_000)
  await run(address, image, { activate: false })
  const again = await run(address, image, { activate: false })
  t.ok(again.already && again.verified)
  t.match(again.counts, { sent: 0, heldBefore: again.counts.blocks })
  const octets = Uint8Array.from(image.octets.u8)
  octets[5_000] = (octets[5_000] ?? 0) ^ 0x55
  const changed = { ...image, octets: new Bytes(octets) }
  const other = await run(address, changed, { activate: false })
  t.equal(other.failure, undefined)
  t.match(other.facts, { pages: 20, pagesEqual: 19, pagesErased: 1 })
  t.equal(other.counts.sent, 4)
  t.ok(await holds(address, changed))
  const forced = await run(address, changed, { activate: false, force: true })
  t.match(forced.facts, { pagesErased: 20 })
})

t.test('sectors of an F4, zeros of an L0, double words of a G0, two banks', async t => {
  for (const [chip, size, pages] of [
    [0x413, 70_000, 5],
    [0x417, 5_001, 40],
    [0x460, 9_003, 5],
    [0x450, 140_001, 2],
  ] as const) {
    const address = fresh(`chip=${chip}`)
    const image = firmware(size, chip)
    t.equal((await run(address, firmware(size, 99))).failure?.message, undefined)
    const board = await virtualPorts.board(address)
    board.powerCut()
    board.powerOn()
    const flash = await run(address, image)
    t.equal(flash.failure?.message, undefined, chip.toString(16))
    t.match(flash.facts, { pages, pagesErased: pages })
    const again = await virtualPorts.board(address)
    again.powerCut()
    again.powerOn()
    t.ok((await run(address, image)).already)
  }
})

t.test('what must not be written is refused before anything is erased', async t => {
  const address = fresh()
  const big = imageOf(128 * 1024 + 4)
  for (const [image, chip, says] of [
    [big, 0x410, /0x08000000-0x08020003 lies outside the main flash of STM32F10x medium/],
    [{ ...big, address: 0x2000_0000 }, 0x410, /outside the main flash/],
    [{ ...imageOf(16), address: 0x1fff_f800 }, 0x410, /0x1ffff800-0x1ffff80f is system memory and/],
    [{ ...imageOf(512), address: BASE + 0x200 }, 0x410, /begins at 0x08000200, within a page that/],
    [{ ...imageOf(4_096), address: BASE + 0x3f000 + 0x800 }, 0x467, /second bank .* at 0x08040000/],
  ] as const) {
    const at = chip === 0x410 ? address : fresh(`chip=${chip}`)
    const flash = await run(at, image)
    t.equal(flash.failure?.code, 'HANRIG_IMAGE_PLACE')
    t.match(flash.failure?.message, says)
    t.equal(flash.counts.sent, 0)
  }
  const { flash } = await virtualPorts.board(address)
  t.equal(flash.operations, 0)
})

t.test('pages in a gap of the file are not touched', async t => {
  const address = fresh()
  const old = imageOf(8 * 1024, 3)
  await run(address, old)
  const octets = new Bytes(new Uint8Array(8 * 1024).fill(0xff))
  octets.u8.set(seeded(1_000, 4), 0)
  octets.u8.set(seeded(1_000, 5), 6 * 1024)
  const areas = [
    { from: BASE, to: BASE + 999 },
    { from: BASE + 6 * 1024, to: BASE + 7 * 1024 - 25 },
  ]
  const flash = await run(address, { ...old, octets, address: BASE, areas })
  t.equal(flash.failure, undefined)
  t.match(flash.facts, { pages: 2, pagesErased: 2 })
  const { octets: there } = (await virtualPorts.board(address)).flash
  t.ok(
    Buffer.compare(there.subarray(1_024, 6 * 1024), old.octets.u8.subarray(1_024, 6 * 1024)) === 0,
  )
})

t.test('protected: said; taken away when that is asked for, and said what it cost', async t => {
  const image = firmware(3_000)
  const read = fresh('protect=read')
  const refused = await run(read, image)
  t.match(refused.failure, { code: 'HANRIG_CHIP_PROTECTED', kind: 'refused' })
  t.match(refused.failure?.message, /erases it whole/)
  const taken = await run(read, image, { stm32: { unprotect: true } })
  t.equal(taken.failure?.message, undefined)
  t.ok(taken.verified && (await holds(read, image)))
  t.match(taken.notes.join(), /everything that was in its flash/)
  const write = fresh('protect=write')
  t.match((await run(write, image)).failure, { code: 'HANRIG_CHIP_PROTECTED' })
  t.ok((await run(write, image, { stm32: { unprotect: true } })).verified)
})

t.test('a flash that says yes and keeps nothing is found out', async t => {
  const flash = await run(fresh('fault=unwritable'), firmware(3_000))
  t.match(flash.failure, { code: 'HANRIG_CHIP_PROTECTED' })
  t.notOk(flash.verified)
})

t.test('a smaller chip than the largest of its family is told before it is erased', async t => {
  const address = fresh('chip=0x417')
  const flash = await run(address, imageOf(80_000), { stm32: { flashSize: 128 * 1024 } })
  t.match(flash.failure, { code: 'HANRIG_IMAGE_PLACE', message: /refuses to read at 0x0801387c/ })
})

t.test('no parity: it answers 7F, and nothing that has an even number of ones', async t => {
  const flash = await run(fresh(), firmware(1_000), { parity: 'none', wait: 0 })
  t.equal(flash.failure?.kind, 'timeout')
})

t.test('a zero before its first answer, and a board that is found running', async t => {
  const address = fresh('fault=glitch&boot=line')
  const image = firmware(2_000)
  const silent = await run(address, image)
  t.match(silent.failure, { code: 'HANRIG_BOARD_SILENT', message: /answered to 7F/ })
  const flash = await run(address, image, { reset: parseSequence('esp') })
  t.equal(flash.failure?.message, undefined)
  t.ok(flash.verified)
})

t.test('noise and losses cost what they hit', async t => {
  let retries = 0
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const address = fresh(`loss=0.0004&ber=0.00005&seed=${seed}`)
    const image = firmware(12_000, seed)
    const flash = await run(address, image)
    t.equal(flash.failure?.message, undefined, `seed ${seed}`)
    t.ok(flash.verified && (await holds(address, image)))
    retries += flash.counts.retries
  }
  t.ok(retries > 5, `${retries} retries`)
})

t.test('chips: every family has whole pages, up to the end of its flash', async t => {
  for (const [id, family] of Object.entries(FAMILIES)) {
    const pages = pagesOf(family)
    const { address, size } = pages.at(-1)!
    t.equal(address + size, BASE + family.flashSize, id)
  }
  t.equal(familyOf(0x999), undefined)
  t.equal(familyOf(0x999, { pageSize: 1_024 }), undefined)
  t.match(familyOf(0x999, { pageSize: 1_024, flashSize: 65_536 }), { width: 32, erased: 255 })
  t.equal(pagesOf(familyOf(0x413)!).length, 12)
})
