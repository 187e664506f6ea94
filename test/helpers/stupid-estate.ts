// An estate played in the plainest way: an object for each device, a list of what is due, searched from end to end for
// what comes first. It has the engine's rules and the engine's draws, and nothing else of it.

import { Stream } from '#emulators/campaign/draws'
import { AFTER_REST, fate } from '#emulators/campaign/events'
import type { TransferConfig } from '#emulators/campaign/transfer'

interface Device {
  readonly number: number
  readonly key: number
  second: number
  readonly began: number
  left: number
  level: number
  due: number
  /** Of two that are due together the one that was armed last goes first. */
  armed: number
  retries: number
  stops: number
  duration: number
}

export interface Played {
  readonly retries: number
  readonly stops: number
  readonly duration: number
}

/**
 * Plays devices that share one bearer, or a single one alone.
 * @param starts when each begins, ms.
 */
export function playStupidly(
  config: TransferConfig,
  seed: number,
  first: number,
  blocks: number,
  starts: readonly number[],
): Played[] {
  const shares = starts.length > 1
  const stream = new Stream(seed, 'estate.transfer')
  let orders = 0
  const devices = starts.map((start, i): Device => {
    stream.begin(first + i)
    const [key, second] = [stream.bits(), stream.bits()]
    const begun = { began: start, due: start, left: blocks, level: 0, armed: orders++ }
    return { number: first + i, key, second, ...begun, retries: 0, stops: 0, duration: -1 }
  })
  const jitterOf = (bits: number): number => (bits >>> 0) % config.jitter
  const limit = Math.round((config.loss * 2 ** 32) / config.jitter) * config.jitter
  let free = 0
  for (;;) {
    const waiting = devices.filter(({ left }) => left > 0)
    if (waiting.length === 0) return devices
    const device = waiting.reduce((a, b) =>
      b.due < a.due || (b.due === a.due && b.armed > a.armed) ? b : a,
    )
    const now = device.due
    const goes = shares ? Math.max(now, free) : now
    if (shares) free = goes + config.airTime
    // The attempt as the engine writes it: blocks left, whether the bearer is shared, attempts lost in a row.
    const attempt = device.left * 64 + (shares ? 32 : 0) + device.level
    const bits = fate(attempt, device.key, device.second)
    if (bits >>> 0 < limit) {
      device.retries++
      device.level++
      if (now - device.began > config.lifetime) {
        device.left = 0
      } else if (device.level === config.maxTries) {
        device.level = 0
        device.stops++
        device.second = (device.second + AFTER_REST) | 0
        device.due = goes + config.rest
      } else {
        device.due =
          goes + Math.min(config.backoff * 2 ** (device.level - 1), config.longestBackoff)
      }
    } else {
      device.left--
      device.level = 0
      device.due = goes + config.roundTrip + jitterOf(bits)
      if (device.left === 0) {
        const duration = device.due - device.began
        device.duration = duration > config.lifetime ? -1 : duration
      }
    }
    device.armed = orders++
  }
}
