// Memory belongs to the caller. A Bytes is one piece of it, seen as octets and as words at once,
// made when a session starts and reused for ever: making a view per block costs about 100 B and 30 ns.

import type { Kernel } from './kernel.ts'

/**
 * Memory of the caller, seen as octets and as words at once. It is made once and used again and again: whatever takes octets
 * in hot paths takes a Bytes, an offset and a length.
 * @example
 * const file = new Bytes(readFileSync('firmware.ota'))
 * const frame = Bytes.alloc(1_040)
 */
export class Bytes {
  /** The memory as octets. */
  readonly u8: Uint8Array
  /** The same memory as words of any size and order. */
  readonly dv: DataView
  /** Octets. */
  readonly length: number
  /** The kernel of the arena that it lies in; none for plain memory. */
  readonly kernel: Kernel | undefined
  /** Offset in the arena; 0 for plain memory. */
  readonly base: number

  /**
   * Wraps `u8` without copying; writes through either view are seen by both.
   * @param kernel that of an arena, and `base` where in it: Arena.alloc gives both.
   */
  constructor(u8: Uint8Array, kernel?: Kernel, base = 0) {
    this.u8 = u8
    this.dv = new DataView(u8.buffer, u8.byteOffset, u8.byteLength)
    this.length = u8.byteLength
    this.kernel = kernel
    this.base = base
  }

  /** New zeroed memory of `length` octets. */
  static alloc(length: number): Bytes {
    return new Bytes(new Uint8Array(length))
  }
}

// From V8 13 (Node 24) on a BigInt on its way from getBigInt64 to setBigInt64 stays in a register: 8 octets a
// step, exact by the language's own rule, as float64 would not be. Before, each would be made (24 B, 5 times
// slower on Node 22), and the engine can be told by nothing better than what else came with it.
const WIDE = 'Float16Array' in globalThis

/**
 * Copies `length` octets from `src` at `from` to `dst` at `to`. The two must not overlap.
 * Word by word: a 64 B copy takes 15 ns, and unlike set(subarray()) it makes no view (100 B each).
 */
export function copyBytes(dst: Bytes, to: number, src: Bytes, from: number, length: number): void {
  const d = dst.dv
  const s = src.dv
  const end = from + length
  if (WIDE) {
    for (const stop = end - 31; from < stop; from += 32, to += 32) {
      d.setBigInt64(to, s.getBigInt64(from, true), true)
      d.setBigInt64(to + 8, s.getBigInt64(from + 8, true), true)
      d.setBigInt64(to + 16, s.getBigInt64(from + 16, true), true)
      d.setBigInt64(to + 24, s.getBigInt64(from + 24, true), true)
    }
  }
  for (const stop = end - 15; from < stop; from += 16, to += 16) {
    d.setInt32(to, s.getInt32(from, true), true)
    d.setInt32(to + 4, s.getInt32(from + 4, true), true)
    d.setInt32(to + 8, s.getInt32(from + 8, true), true)
    d.setInt32(to + 12, s.getInt32(from + 12, true), true)
  }
  for (; from < end; from++, to++) d.setUint8(to, s.getUint8(from))
}

/** True when the `length` octets at `a[at]` and `b[bt]` are the same. */
export function sameBytes(a: Bytes, at: number, b: Bytes, bt: number, length: number): boolean {
  const x = a.dv
  const y = b.dv
  const end = at + length
  for (const stop = end - 3; at < stop; at += 4, bt += 4) {
    if (x.getInt32(at, true) !== y.getInt32(bt, true)) return false
  }
  for (; at < end; at++, bt++) if (x.getUint8(at) !== y.getUint8(bt)) return false
  return true
}
