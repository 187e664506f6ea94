// The transfer that the gates of an estate play: two lost in a hundred, waits of 1, 2, 4 and 8 s, a round trip of 40 to 103 ms.

import { Roster } from '#emulators/campaign/events'
import { Rules, Transfers } from '#emulators/campaign/transfer'

export const LOSS = 0.02

export const RULES = new Rules({
  loss: LOSS,
  roundTrip: 40,
  jitter: 64,
  backoff: 1_000,
  longestBackoff: 8_000,
  maxTries: 20,
  rest: 900_000,
  lifetime: 7 * 86_400_000,
  airTime: 20,
})

/** Devices that begin together, each alone on its bearer, and room for what becomes of them. */
export function crowd(devices: number, blocks: number): { roster: Roster; out: Transfers } {
  const roster = new Roster(devices)
  for (let device = 0; device < devices; device++) roster.add(device, blocks, 0, 1)
  return { roster, out: new Transfers(devices) }
}
