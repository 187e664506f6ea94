// A home, a stick's front and wall time put together: whoever carries the serial line hands octets in and gets octets
// back. The home lives by its virtual clock alone, so what a host did can be played again octet by octet.

import type { ZigbeeHome } from '#emulators/home/zigbee-home'
import type { TraceSink } from '#emulators/trace/trace'
import { PinnedClock, WALL_TIME, type WallTime } from '../clock/pinned-clock.ts'
import type { StickFront } from './front.ts'
import type { Recorder } from './recording.ts'
import type { Refusal, Wire } from './server.ts'

/** What is due at once comes with the event loop's next turn: a timer would take a millisecond for it. */
export const PROMPT_TIME: WallTime = {
  now: WALL_TIME.now,
  after(delay, wake) {
    if (delay > 0) return WALL_TIME.after(delay, wake)
    const turn = setImmediate(wake)
    return () => clearImmediate(turn)
  },
}

export class VirtualStick implements Wire {
  readonly home: ZigbeeHome
  readonly front: StickFront
  readonly #clock: PinnedClock
  readonly #recorder: Recorder | undefined

  constructor(
    home: ZigbeeHome,
    front: StickFront,
    recorder?: Recorder | undefined,
    wall: WallTime = PROMPT_TIME,
  ) {
    this.home = home
    this.front = front
    this.#recorder = recorder
    this.#clock = new PinnedClock(recorder ? recorder.clock(home.clock) : home.clock, wall)
  }

  get frames(): number {
    return this.front.frames
  }

  start(): void {
    this.home.begin()
    this.#clock.start()
  }

  stop(): void {
    this.#clock.stop()
  }

  /** Does something to the home at the present. */
  enter(work: () => void): void {
    this.#clock.enter(work)
  }

  opened(from: string, send: (octets: Uint8Array) => void): void {
    this.#clock.enterApart(() => {
      this.home.trace.emit('stick', 'host-connected', { from })
      const recorder = this.#recorder
      recorder?.opened(this.home.clock.now)
      this.front.opened()
      this.front.send = recorder
        ? octets => {
            recorder.sent(octets)
            send(octets)
          }
        : send
    })
  }

  received(octets: Uint8Array): void {
    this.#clock.enterApart(() => {
      this.#recorder?.received(octets, this.home.clock.now)
      this.front.receive(octets, 0, octets.length)
    })
  }

  closed(): void {
    this.#clock.enterApart(() => {
      const { frames, malformed, noise } = this.front
      this.front.send = () => {}
      this.#recorder?.closed(this.home.clock.now)
      this.home.trace.emit('stick', 'host-gone', { frames, malformed, noise })
    })
  }

  refused(from: string, why: Refusal): void {
    this.#clock.enterApart(() => this.home.trace.emit('stick', 'host-refused', { from, why }))
  }
}

/** A sink that hands each event to several. */
export function each(...sinks: TraceSink[]): TraceSink {
  return event => {
    for (const sink of sinks) sink(event)
  }
}
