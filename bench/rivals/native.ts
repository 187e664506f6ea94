// The native functions of node:zlib and node:crypto that a gate is held against.

import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** CRC-32 of a view, by zlib. */
export function zlibCrc32(octets: Buffer): number {
  return crc32(octets)
}

/** SHA-256 of a view, one shot. */
export function sha256(octets: Uint8Array): Buffer {
  return hash('sha256', octets, 'buffer')
}
