// A 1 MB image taken in at the WAN's block size, in an arena, and hashed, against its SHA-256 alone. A ceiling.

import { Arena } from '#core/bytes/arena'
import { SERVICE } from '#emulators/profile/profiles'
import { acceptAndHash, MEGABYTE } from '../accept-and-hash.ts'
import { report } from '../result.ts'

const arena = new Arena(4 * MEGABYTE)
const { ratio, detail } = acceptAndHash(SERVICE.wanBlockSize, length => arena.alloc(length))
report('sha256', {
  ratios: [
    {
      name: 'accept and hash / hash',
      ratio,
      better: 'less',
      floor: 3.5,
      usual: [1.89, 2.21],
      aim: 1.9,
    },
  ],
  detail,
})
