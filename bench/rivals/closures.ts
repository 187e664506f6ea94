// The usual discrete-event scheduler: closures in a heap. A device is an object, an event a closure over it.

import TinyQueue from 'tinyqueue'

interface Event {
  readonly at: number
  readonly run: () => void
}

interface Device {
  left: number
  level: number
}

/** Plays `devices` downloads of `blocks` blocks; returns the attempts made. */
export function playWithClosures(devices: number, blocks: number, loss: number): number {
  const queue = new TinyQueue<Event>([], (a, b) => a.at - b.at)
  let now = 0
  let attempts = 0
  const schedule = (delay: number, run: () => void): void => {
    queue.push({ at: now + delay, run })
  }
  const attempt = (device: Device): void => {
    attempts++
    if (Math.random() < loss) {
      schedule(Math.min(1_000 * 2 ** device.level, 8_000), () => attempt(device))
      device.level++
      return
    }
    device.level = 0
    device.left--
    if (device.left > 0) schedule(40 + Math.floor(Math.random() * 64), () => attempt(device))
  }
  for (let i = 0; i < devices; i++) {
    const device = { left: blocks, level: 0 }
    schedule(1, () => attempt(device))
  }
  for (let event = queue.pop(); event; event = queue.pop()) {
    now = event.at
    event.run()
  }
  return attempts
}
