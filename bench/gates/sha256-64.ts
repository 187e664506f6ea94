// The same at 64 octets a block, where the cost of a call counts most. It informs: the hash has instructions of its
// own in the processor and the CRC has not, so the figure says as much of the machine as of the code
// (1.8 on a Zen 5 for the kernel, 2.5 to 3.3 on a shared Zen 3).

import { Bytes } from '#core/bytes/bytes'
import { acceptAndHash } from '../accept-and-hash.ts'
import { report } from '../result.ts'

const { ratio, detail } = acceptAndHash(64, length => Bytes.alloc(length))
report('sha256-64', {
  informs: [{ name: 'accept and hash / hash', figure: ratio, aim: 1.9 }],
  detail,
})
