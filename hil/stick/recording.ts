// A session between a host and a stick, written down so that it can be played again: what the host sent and when, when
// time passed in between, and what the stick said. Lines: `> t hex` from the host, `. t` time moved on and something
// was due, `< hex` from the stick, `+ t` and `- t` a host came and went. The home is made again from the same scenario and seed; its answers must be the same.

import type { VirtualClock } from '#core/time/virtual-clock'
import type { Pinnable } from '../clock/pinned-clock.ts'
import type { StickFront } from './front.ts'

export class Recorder {
  readonly lines: string[] = []

  /** The clock, with the moments noted at which something was due. */
  clock(clock: VirtualClock): Pinnable {
    const note = (time: number): void => {
      if (clock.next <= time) this.lines.push(`. ${time}`)
    }
    return {
      get now() {
        return clock.now
      },
      get next() {
        return clock.next
      },
      advance(time) {
        note(time)
        clock.advance(time)
      },
    }
  }

  received(octets: Uint8Array, now: number): void {
    this.lines.push(`> ${now} ${Buffer.from(octets).toString('hex')}`)
  }

  opened(now: number): void {
    this.lines.push(`+ ${now}`)
  }

  closed(now: number): void {
    this.lines.push(`- ${now}`)
  }

  sent(octets: Uint8Array): void {
    this.lines.push(`< ${Buffer.from(octets).toString('hex')}`)
  }
}

/**
 * Plays a session again.
 * @returns what the stick says now, a line for each time that it speaks; to be compared with what it said.
 */
export function replay(lines: readonly string[], clock: VirtualClock, front: StickFront): string[] {
  const said: string[] = []
  const hear = (octets: Uint8Array): void => {
    said.push(`< ${Buffer.from(octets).toString('hex')}`)
  }
  for (const line of lines) {
    const [kind, first = '', second = ''] = line.split(' ')
    if (kind === '<') continue
    clock.advance(Number(first))
    if (kind === '+') front.opened()
    if (kind === '+' || kind === '-') front.send = kind === '+' ? hear : () => {}
    if (kind !== '>') continue
    const octets = Buffer.from(second, 'hex')
    front.receive(octets, 0, octets.length)
  }
  return said
}
