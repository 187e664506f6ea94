// What of a file is flashed, and what no loader at the other end can take: refused before an octet of it is sent.

import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { buildStandardImage } from '#core/image/build'
import { openImage } from '#core/image/open'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { flashImage, refuseForLoader } from '#hil/flash/image'
import { PROTOCOLS } from '#hil/flash/loaders'
import { flashed, type flashOptions } from '../../helpers/flashing.ts'
import { seeded } from '../../helpers/octets.ts'

const FIELDS = {
  manufacturerCode: 0x1135,
  imageType: 1,
  fileVersion: 9,
  stackVersion: 2,
  headerString: 'lamp',
  hardware: undefined,
}
const from = (...start: number[]) => new Bytes(Uint8Array.of(...start, ...seeded(600)))
const GBL = from(0xeb, 0x17, 0xa6, 0x03, 8, 0, 0, 0)
const EBL = from(0, 0, 0, 0x8c, 2, 1, 0xe3, 0x50)
const MCUBOOT = from(0x3d, 0xb8, 0xf3, 0x96)
const DFUSE = from(0x44, 0x66, 0x75, 0x53, 0x65, 1)
const UF2 = new Bytes(new Uint8Array(512))
UF2.dv.setUint32(0, 0x0a324655, true)
UF2.dv.setUint32(4, 0x9e5d5157, true)
UF2.dv.setUint32(508, 0x0ab16f30, true)

/** The protocols with which the image is refused. */
const refusedBy = (file: Bytes, format?: 'raw') => {
  const image = flashImage(openImage(file, { format }), { name: 'fw.bin' }, 'file')
  return PROTOCOLS.filter(protocol => {
    try {
      refuseForLoader(image, protocol)
      return false
    } catch (error) {
      t.match(error, { code: 'HANRIG_IMAGE_OTHER_LOADER', kind: 'refused' })
      return true
    }
  })
}

t.test('each loader is sent what it can take', async t => {
  t.same(refusedBy(GBL), [])
  t.same(refusedBy(EBL), [])
  t.same(refusedBy(MCUBOOT), ['gecko'])
  t.same(refusedBy(UF2), PROTOCOLS)
  t.same(refusedBy(DFUSE), PROTOCOLS)
  t.same(refusedBy(UF2, 'raw'), [], 'said to be raw, nothing is known of it')
  t.same(refusedBy(new Bytes(seeded(600))), [])
  t.same(refusedBy(gbFixture({ size: 600 })), [])
})

t.test('a flash ends with the refusal before anything is sent', async t => {
  const image = flashImage(openImage(MCUBOOT), { name: 'fw.bin' }, 'file')
  const sent: string[] = []
  const port = {
    close: async () => {},
    write: () => sent.push('octets'),
  }
  const open = (async () => port) as unknown as NonNullable<ReturnType<typeof flashOptions>['open']>
  const flash = await flashed('/dev/ttyX', image, { protocol: 'gecko', open })
  t.equal(flash.failure?.code, 'HANRIG_IMAGE_OTHER_LOADER')
  t.same(sent, [])
})

t.test(
  'the upgrade image of a standard file for a Gecko Bootloader is the file in its sub-element',
  async t => {
    const elements = (data: Uint8Array) => [
      { tag: 0x0100, data: seeded(40) },
      { tag: 0, data },
    ]
    const inside = (data: Uint8Array) =>
      flashImage(
        openImage(buildStandardImage(FIELDS, elements(data))),
        { name: 'fw.ota' },
        'upgrade-image',
      )
    t.equal(Buffer.compare(inside(GBL.u8).octets.u8, GBL.u8), 0)
    t.match(inside(GBL.u8), { contains: { code: 'gbl' }, fileVersion: 9 })
    t.equal(Buffer.compare(inside(EBL.u8).octets.u8, EBL.u8), 0)
    t.equal(
      inside(seeded(90)).octets.length,
      40 + 90 + 12,
      'of others all that comes after the header',
    )
    const whole = openImage(buildStandardImage(FIELDS, elements(GBL.u8)))
    t.equal(flashImage(whole, { name: 'fw.ota' }, 'file').octets, whole.octets)
  },
)
