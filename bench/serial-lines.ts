// The lines on which serial protocols are compared, and our own transfer over one of them: a virtual board's, paced and
// late as configured. An image is as long as a line carries in some seconds; begin and verify are told apart from it.

import { randomBytes } from 'node:crypto'
import { Bytes } from '#core/bytes/bytes'
import { sha256 } from '#emulators/crypto/crypto'
import { Flash } from '#hil/flash/flash'
import { BEGINNING, SENDING, VERIFYING } from '#hil/protocol/agent-table'

export interface Line {
  /** Bits a second; 0: unpaced. */
  readonly baud: number
  /** Milliseconds each way. */
  readonly latency: number
  readonly size: number
}

export const LINES: readonly Line[] = [
  { baud: 115_200, latency: 1, size: 100_000 },
  { baud: 115_200, latency: 5, size: 100_000 },
  { baud: 921_600, latency: 1, size: 600_000 },
  { baud: 921_600, latency: 5, size: 600_000 },
]

export interface Ours {
  /** Milliseconds until every block was acknowledged. */
  readonly sendMs: number
  readonly beginMs: number
  readonly verifyMs: number
  readonly resent: number
}

/** Sends an image to a virtual board on that line. @throws what went wrong. */
export async function ours({ baud, latency, size }: Line): Promise<Ours> {
  const octets = new Bytes(new Uint8Array(randomBytes(size)))
  const image = {
    name: 'bench',
    octets,
    sha256: sha256(octets.u8),
    fileVersion: 1,
    hardware: undefined,
    manufacturerCode: undefined,
    imageType: undefined,
  }
  const flash = new Flash(
    `virtual:wasm?baud=${baud}&latency=${latency}#${randomBytes(6).toString('hex')}`,
    {
      image,
      protocol: 'agent',
      baudRate: baud || 10_000_000,
      activate: false,
      activationMs: 0,
      keepSupply: true,
      allowDowngrade: false,
      force: false,
      wait: 0,
    },
  )
  await flash.run(new AbortController().signal)
  if (flash.failure) throw flash.failure
  const { spent, counts } = flash
  return {
    sendMs: spent[SENDING]!,
    beginMs: spent[BEGINNING]!,
    verifyMs: spent[VERIFYING]!,
    resent: counts.resent,
  }
}

/** Payload over what the line carries in that time, 0..1. */
export function shareOf({ baud, size }: Line, ms: number): number {
  return (size * 1000) / ms / (baud / 10)
}

/** '115,200 baud, 5 ms'. */
export function lineName({ baud, latency }: Line): string {
  return `${baud.toLocaleString('en')} baud, ${latency} ms`
}
