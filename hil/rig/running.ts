// What a board says that it runs.

import type { Board } from '../protocol/agent-messages.ts'

export function hexOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex')
}

/** Whether a board runs the image with this SHA-256. */
export function runs({ runningSha256 }: Board, sha256: Uint8Array): boolean {
  return Buffer.compare(runningSha256, sha256) === 0
}
