// The part of the RP2040's boot ROM that the agent calls: a table of functions, the look-up, and the flash routines as
// breakpoints that the emulator's owner serves. Ours, written from the datasheet (2.8): the real ROM's licence binds
// some of it to the chip.

export const ROM_WORDS = 4096

/** By the number of their breakpoint; the first letter is the low octet of the code. */
export const ROM_FUNCTIONS = ['IF', 'EX', 'RE', 'RP', 'FC', 'CX', 'UB'] as const
export type RomFunction = (typeof ROM_FUNCTIONS)[number]

const AT_MAGIC = 0x10
const AT_TABLE_POINTER = 0x14
const AT_LOOKUP_POINTER = 0x18
const TABLE = 0x40
const LOOKUP = 0x80
const FUNCTIONS = 0xa0
const THUMB = 1

/** r0: table, r1: code; returns the function or 0. */
const LOOKUP_CODE = [
  0x8802, // 80: ldrh r2, [r0]
  0x2a00, // 82: cmp r2, #0
  0xd005, // 84: beq 92
  0x428a, // 86: cmp r2, r1
  0xd001, // 88: beq 8e
  0x3004, // 8a: adds r0, #4
  0xe7f8, // 8c: b 80
  0x8840, // 8e: ldrh r0, [r0, #2]
  0x4770, // 90: bx lr
  0x2000, // 92: movs r0, #0
  0x4770, // 94: bx lr
]
const BKPT = 0xbe00
const BX_LR = 0x4770

export function bootRom(): Uint32Array {
  const rom = new Uint32Array(ROM_WORDS)
  const dv = new DataView(rom.buffer)
  // "Mu" and a version that is no real ROM's.
  dv.setUint32(AT_MAGIC, 0x7f01_754d, true)
  dv.setUint16(AT_TABLE_POINTER, TABLE, true)
  dv.setUint16(AT_LOOKUP_POINTER, LOOKUP | THUMB, true)
  for (const [i, code] of LOOKUP_CODE.entries()) dv.setUint16(LOOKUP + 2 * i, code, true)
  for (const [i, name] of ROM_FUNCTIONS.entries()) {
    const at = FUNCTIONS + 4 * i
    dv.setUint16(at, BKPT | i, true)
    dv.setUint16(at + 2, BX_LR, true)
    dv.setUint16(TABLE + 4 * i, name.charCodeAt(0) | (name.charCodeAt(1) << 8), true)
    dv.setUint16(TABLE + 4 * i + 2, at | THUMB, true)
  }
  return rom
}
