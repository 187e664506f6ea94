// Programs as linkers write them: sections with addresses, symbols and what a debugger wants. No loader takes them so.
// ELF: System V ABI, chapter 4, e_ident. PE: Microsoft's PE format, MS-DOS stub and signature.

import type { Bytes } from '../../bytes/bytes.ts'
import type { Content } from './found.ts'
import { hasAt } from './octets.ts'

const AT_PE_OFFSET = 0x3c

export function findProgram(file: Bytes): Content | undefined {
  if (isElf(file)) {
    return {
      code: 'elf',
      name: 'an ELF program',
      standing: 'to-take-apart',
      advice: 'take the image out of it with objcopy -O binary or -O ihex',
    }
  }
  if (isPe(file)) {
    return {
      code: 'pe',
      name: 'a Windows program (PE)',
      standing: 'to-take-apart',
      advice: 'it runs on a PC; give the firmware that it installs',
    }
  }
  return undefined
}

/** The magic alone is text that a raw image may hold; class, octet order and version are one of two values each. */
function isElf(file: Bytes): boolean {
  const [bits, order, version] = file.u8.subarray(4, 7)
  return (
    hasAt(file, 0, 0x7f, 0x45, 0x4c, 0x46) &&
    (bits === 1 || bits === 2) &&
    (order === 1 || order === 2) &&
    version === 1
  )
}

function isPe(file: Bytes): boolean {
  if (!hasAt(file, 0, 0x4d, 0x5a) || file.length < AT_PE_OFFSET + 4) return false
  return hasAt(file, file.dv.getUint32(AT_PE_OFFSET, true), 0x50, 0x45, 0, 0)
}
