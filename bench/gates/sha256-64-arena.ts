// The same at 64 octets a block in an arena, with the CRC kernel. It informs, as sha256-64 does.

import { Arena } from '#core/bytes/arena'
import { acceptAndHash, MEGABYTE } from '../accept-and-hash.ts'

const arena = new Arena(4 * MEGABYTE)
acceptAndHash('sha256-64-arena', 64, null, length => arena.alloc(length))
