// The two published GB sample images, rebuilt: a signed one for an ESME, an unsigned one for a PPMID.

import { Bytes } from '#core/bytes/bytes'
import { fromHex } from './octets.ts'

export const MANUFACTURER_IMAGE = Buffer.from(
  `${'CriticalSoftware sample firmware image_'.repeat(6)}\n`,
  'latin1',
)
export const MANUFACTURER_IMAGE_SHA256 =
  '7542f475e3f12eae887d81e32c46d313741d67076b13caec2f82e00ba5e1bb36'

const ESME_HEADER = fromHex(
  '1ef1ee0b 0001 3c00 0400 1d12 0000 dcacdcac 0200',
  '4920616d2061204746492045534d455b5d206669726d7761726520696d616765',
  '69010000 1111 1112',
)
const ESME_TRAILER = fromHex(
  '00 40',
  '0eb4a9c72102790d5692ec352bfcb497df520613fe1dae484165d92071b52a1c',
  'c9b469f51c3c94931aff4bac8d402f89c141390cd1fbd0b941aa4e13b25fbe22',
)
/** The public key of the test Supplier who signed it. */
export const SUPPLIER_KEY = fromHex(
  '04',
  '30c2ab5a0d131726ffbda80e79294cc37534432a3e424405b97a3aba0ffc79dc',
  'e729b2517563cb7d95827e4c50b48cba3d87d5893c51b96d87c345e3717f8c1e',
).u8

/** The ESME sample, 361 octets. */
export function esmeSample(): Bytes {
  return new Bytes(
    new Uint8Array(Buffer.concat([ESME_HEADER.u8, MANUFACTURER_IMAGE, ESME_TRAILER.u8])),
  )
}

/** The PPMID sample, 295 octets: another type, name and size, and no trailer. */
export function ppmidSample(): Bytes {
  const file = new Bytes(new Uint8Array(Buffer.concat([ESME_HEADER.u8, MANUFACTURER_IMAGE])))
  file.dv.setUint16(12, 0x0084, true)
  file.u8.set(Buffer.from('I am a GFI PPMID firmware image ', 'latin1'), 20)
  file.dv.setUint32(52, 295, true)
  return file
}

/** Makes the header state the size that the file has. */
export function resize(file: Bytes): Bytes {
  file.dv.setUint32(52, file.length, true)
  return file
}
