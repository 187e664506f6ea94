// A 1 MB image taken in at the WAN's block size, in an arena, and hashed, against its SHA-256 alone. A ceiling.

import { Arena } from '#core/bytes/arena'
import { SERVICE } from '#emulators/profile/profiles'
import { acceptAndHash, MEGABYTE } from '../accept-and-hash.ts'

const arena = new Arena(4 * MEGABYTE)
acceptAndHash('sha256', SERVICE.wanBlockSize, 2.6, length => arena.alloc(length))
