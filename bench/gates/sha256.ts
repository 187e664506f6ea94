// A 1 MB image in an arena, taken in and hashed, against its SHA-256 alone. A ceiling.

import { Arena } from '../../core/bytes/arena.ts'
import { acceptAndHash, MEGABYTE } from '../accept-and-hash.ts'

const arena = new Arena(4 * MEGABYTE)
acceptAndHash('sha256', 2.6, length => arena.alloc(length))
