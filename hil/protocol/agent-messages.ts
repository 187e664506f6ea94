// The messages of board.proto as TypeScript sees them, and protobufjs between them and octets.
// For everything but DATA on its way to the board: that is written by data-frame.ts, without a copy or an object.

import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'

export const PROTOCOL_VERSION = 1

/** Enumerations of board.proto, by number. */
export const STATES = ['idle', 'preparing', 'receiving', 'verifying', 'held', 'activating'] as const
export const CODES = [
  'none',
  'unsupported',
  'protocol',
  'busy',
  'malformed',
  'too-large',
  'block-size',
  'hardware',
  'wrong-type',
  'downgrade',
  'no-transfer',
  'incomplete',
  'hash',
  'nothing-held',
  'flash',
] as const
export const RESET_REASONS = ['unknown', 'power-on', 'requested', 'pin', 'watchdog'] as const
export const ACTIVATIONS = ['never', 'success', 'reverted'] as const

export type State = (typeof STATES)[number]
export type Code = (typeof CODES)[number]
/** The name of an enumeration's value; one that a newer board sends is told by its number. */
export function nameOf(names: readonly string[], value: number): string {
  return names[value] ?? `value-${value}`
}

export interface Hello {
  protocolMin: number
  protocolMax: number
}

/** The answer to HELLO. Sizes are octets, versions u32. */
export interface Board {
  /** Version of the protocol that is spoken: the highest in common. */
  protocol: number
  /** Version of the agent. */
  agent: string
  /** What the board is. */
  name: string
  /** Hardware version word. */
  hardwareVersion: number
  /** Manufacturer code that it takes images of; undefined where it takes any. */
  manufacturerCode?: number
  /** Image type that it takes; undefined where it takes any. */
  imageType?: number
  /** Octets of the largest image that it takes. */
  slotSize: number
  /** Octets of the smallest block that it takes. */
  blockMin: number
  /** Octets of the largest. */
  blockMax: number
  /** Octets on the line that may be unacknowledged at a time. */
  credit: number
  /** File version that runs; 0 as it left the factory. */
  runningVersion: number
  /** SHA-256 of the image that runs, 32 octets. */
  runningSha256: Uint8Array
  /** Octets of the image that runs. */
  runningSize: number
  /** What it is at, by its number in STATES: idle, preparing, receiving, verifying, held, activating. */
  state: number
  /** The image that it is receiving, or holds. */
  pending?: Pending
  /** Another number after each start. */
  boot: number
  /** Why it started: 0 unknown, 1 power on, 2 requested, 3 reset pin, 4 watchdog. */
  resetReason: number
  /** How the last activation went: 0 there was none, 1 success, 2 reverted. */
  lastActivation: number
  /** Unique to the board, hex digits; empty when it has none. */
  serial: string
  /** Highest rate that its line can be set to; 0 when the rate is fixed. */
  baudMax: number
}

/** An image that a board is receiving or holds. */
export interface Pending {
  /** SHA-256 that it is to have, 32 octets. */
  sha256: Uint8Array
  /** Its octets. */
  size: number
  /** Its file version. */
  fileVersion: number
  /** Octets of its blocks but the last. */
  blockSize: number
  /** Blocks that are in flash and verified there. */
  received: number
}

export interface Begin {
  size: number
  sha256: Uint8Array
  fileVersion: number
  blockSize: number
  hardwareMin?: number
  hardwareMax?: number
  manufacturerCode?: number
  imageType?: number
  ackEvery?: number
  allowDowngrade?: boolean
  restart?: boolean
}

export interface Begun {
  transfer: number
  blockSize: number
  received: number
  /** Bit (i & 7) of octet (i >> 3): block i is held; zero octets at the end are left out. */
  map: Uint8Array
}

export interface Data {
  transfer: number
  index: number
  payload: Uint8Array
  ackNow?: boolean
}

export interface Ack {
  transfer: number
  base: number
  received: number
  /** Bit (i & 7) of octet (i >> 3): block base + 1 + i is held. */
  above: Uint8Array
}

export interface Digest {
  sha256: Uint8Array
  size: number
}

export interface Activate {
  sha256: Uint8Array
  durationMs: number
  keepSupply?: boolean
}

export interface Status {
  state: number
  uptimeMs: number
  boot: number
  supplyOn: boolean
  runningVersion: number
  ack?: Ack
  badFrames: number
  overruns: number
}

/** What the host says; exactly one besides `request` is there. */
export interface ToBoard {
  request?: number
  data?: Data
  hello?: Hello
  begin?: Begin
  end?: { transfer: number }
  verify?: { running?: boolean }
  activate?: Activate
  status?: Record<string, never>
  supply?: { offMs: number }
  reset?: { bootloader?: boolean }
  baud?: { rate: number }
}

/** What the board says; at most one besides `request` is there: none is a message that this host does not know. */
export interface ToHost {
  request: number
  ack?: Ack
  board?: Board
  begun?: Begun
  ended?: Digest
  verified?: Digest
  activating?: { durationMs: number }
  status?: Status
  supply?: { on: boolean; uptimeMs: number }
  resetting?: Record<string, never>
  baud?: { rate: number }
  progress?: { state: number; done: number; total: number }
  log?: { uptimeMs: number; text: string }
  error?: { code: number; text: string }
}

/** Zeros are left out on the line and come back here; a message that is not there is null to protobufjs. */
const READ = { defaults: true, arrays: false, objects: false } as const

const root = protobuf.parse(readFileSync(new URL('board.proto', import.meta.url), 'utf8')).root
const ToBoardType = root.lookupType('hanrig.board.ToBoard')
const ToHostType = root.lookupType('hanrig.board.ToHost')

function decode(type: protobuf.Type, octets: Uint8Array): object | undefined {
  try {
    return withoutNulls(type.toObject(type.decode(octets), READ))
  } catch {
    return undefined
  }
}

function withoutNulls(value: Record<string, unknown>): object {
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null) delete value[key]
    else if (typeof inner === 'object' && !(inner instanceof Uint8Array)) {
      withoutNulls(inner as Record<string, unknown>)
    }
  }
  return value
}

export function encodeToBoard(message: ToBoard): Uint8Array {
  return ToBoardType.encode(ToBoardType.create(message)).finish()
}

export function encodeToHost(message: ToHost): Uint8Array {
  return ToHostType.encode(ToHostType.create(message)).finish()
}

/** Undefined when the octets are no message of the schema. */
export function decodeToHost(octets: Uint8Array): ToHost | undefined {
  return decode(ToHostType, octets) as ToHost | undefined
}

/** Undefined when the octets are no message of the schema. */
export function decodeToBoard(octets: Uint8Array): ToBoard | undefined {
  return decode(ToBoardType, octets) as ToBoard | undefined
}
