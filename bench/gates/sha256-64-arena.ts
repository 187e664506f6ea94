// The same at 64 octets a block in an arena, with the CRC kernel. It informs, as sha256-64 does.

import { Arena } from '#core/bytes/arena'
import { acceptAndHash, MEGABYTE } from '../accept-and-hash.ts'
import { report } from '../result.ts'

const arena = new Arena(4 * MEGABYTE)
const { ratio, detail } = acceptAndHash(64, length => arena.alloc(length))
report('sha256-64-arena', {
  informs: [{ name: 'accept and hash / hash', figure: ratio, aim: 1.9 }],
  detail,
})
