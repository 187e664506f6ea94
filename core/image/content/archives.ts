// Archives and compressed files: the firmware is one of the files in them. Signatures: PKWARE APPNOTE 4.3.7 and 4.3.16,
// RFC 1952 2.3.1, RFC 8878 3.1.1, the xz file format 2.1.1.1, bzip2's and 7-Zip's format texts, POSIX ustar.

import type { Bytes } from '../../bytes/bytes.ts'
import type { Content } from './found.ts'
import { hasAt } from './octets.ts'

interface Signature {
  readonly code: string
  readonly name: string
  readonly at: number
  readonly octets: readonly number[]
  readonly unpack: string
}

const SIGNATURES: readonly Signature[] = [
  {
    code: 'zip',
    name: 'a ZIP archive',
    at: 0,
    octets: [0x50, 0x4b, 3, 4],
    unpack: 'unzip it and give the file inside',
  },
  {
    code: 'zip',
    name: 'an empty ZIP archive',
    at: 0,
    octets: [0x50, 0x4b, 5, 6],
    unpack: 'there is no file inside',
  },
  // Method 8, deflate, is the only one that there is.
  {
    code: 'gzip',
    name: 'a gzip file',
    at: 0,
    octets: [0x1f, 0x8b, 8],
    unpack: 'gunzip it and give the file inside',
  },
  {
    code: 'xz',
    name: 'an xz file',
    at: 0,
    octets: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0],
    unpack: 'unxz it and give the file inside',
  },
  {
    code: 'zstd',
    name: 'a Zstandard file',
    at: 0,
    octets: [0x28, 0xb5, 0x2f, 0xfd],
    unpack: 'unzstd it and give the file inside',
  },
  {
    code: 'bzip2',
    name: 'a bzip2 file',
    at: 4,
    octets: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
    unpack: 'bunzip2 it and give the file inside',
  },
  {
    code: '7z',
    name: 'a 7-Zip archive',
    at: 0,
    octets: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c],
    unpack: 'unpack it and give the file inside',
  },
  {
    code: 'tar',
    name: 'a tar archive',
    at: 257,
    octets: [0x75, 0x73, 0x74, 0x61, 0x72],
    unpack: 'unpack it and give the file inside',
  },
]

export function findArchive(file: Bytes): Content | undefined {
  const found = SIGNATURES.find(({ at, octets }) => hasAt(file, at, ...octets))
  if (!found) return undefined
  const { code, name, unpack: advice } = found
  return { code, name, standing: 'no-firmware', advice }
}
