// CRC-32 in plain JavaScript against the native one of node:zlib. Informs only: below about 1 kB the call
// into native code costs more than the work, above it nothing beats native code.

import { equal } from 'node:assert/strict'
import { crc32 } from '#core/bytes/crc32'
import { type Case, measure } from '../measure.ts'
import { report } from '../result.ts'
import { zlibCrc32 } from '../rivals/native.ts'
import { asBuffer, sampleImage } from '../sample.ts'

const MEGABYTE = 1024 * 1024
const image = sampleImage(MEGABYTE)

/** Both over every piece of `size` octets of the image. */
function sides(size: number): Case[] {
  const count = MEGABYTE / size
  const views = Array.from({ length: count }, (_, i) =>
    asBuffer(image).subarray(i * size, (i + 1) * size),
  )
  for (let i = 0; i < count; i++) {
    equal(crc32(image, i * size, size) >>> 0, zlibCrc32(views[i]!), 'the same CRC-32')
  }
  // Both fold their results and return them, or the compiler would leave out ours.
  return [
    {
      name: 'ours',
      per: count,
      run: n => {
        let folded = 0
        for (; n > 0; n--) {
          for (let i = 0; i < count; i++) folded ^= crc32(image, i * size, size)
        }
        return folded
      },
    },
    {
      name: 'zlib',
      per: count,
      run: n => {
        let folded = 0
        for (; n > 0; n--) for (let i = 0; i < count; i++) folded ^= zlibCrc32(views[i]!)
        return folded
      },
    },
  ]
}

const at64 = measure(sides(64))
const atMegabyte = measure(sides(MEGABYTE))
report('crc32', {
  informs: [
    { name: 'zlib / ours, 64 B', figure: at64.ratio('zlib', 'ours'), aim: 5 },
    { name: 'zlib / ours, 1 MB', figure: atMegabyte.ratio('zlib', 'ours') },
  ],
  detail: { oursNs: at64.ns('ours'), zlibNs: at64.ns('zlib') },
})
