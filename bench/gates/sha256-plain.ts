// The same in plain memory, without the kernel: it informs. JavaScript alone stays above the ceiling on older cores.

import { Bytes } from '../../core/bytes/bytes.ts'
import { acceptAndHash } from '../accept-and-hash.ts'

acceptAndHash('sha256-plain', null, length => Bytes.alloc(length))
