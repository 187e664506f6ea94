// A port is octets both ways plus a little control. What speaks over it knows a Duplex and these three calls, and
// nothing of serial devices, sockets or virtual boards.

import type { Duplex } from 'node:stream'

/** The ninth bit of an octet, if it has one. */
export const PARITIES = ['none', 'even', 'odd'] as const
/** The ninth bit of an octet: none, or one that makes the number of ones even or odd. */
export type Parity = (typeof PARITIES)[number]

/** Outputs of a serial port; one left out stays as it is. */
export interface ModemLines {
  /** DTR: true asserts it, which is low at the pin of an adapter of TTL level. */
  dtr?: boolean
  /** RTS, alike. */
  rts?: boolean
}

export interface Port {
  /** As the user named it. */
  readonly address: string
  /** Ends with 'close'; an 'error' listener is attached already. Its write callbacks prove nothing to the far side. */
  readonly stream: Duplex
  /** Sets modem lines; false when this port has none. */
  setLines(lines: ModemLines): Promise<boolean>
  /** Changes the speed; false when this port has none. */
  setBaudRate(baudRate: number): Promise<boolean>
  /** Ends the port and its lock, whatever state it is in; comes back within CLOSE_WITHIN. Any number of times. */
  close(): Promise<void>
}

/** Milliseconds that opening may take: a driver or a host that does not answer is not waited for longer. */
export const OPEN_WITHIN = 5_000
/** Milliseconds that closing may take before the port is left to the process's end: close(2) can wait for a dead line. */
export const CLOSE_WITHIN = 1_000

/** True when `work` ended, either way, within `ms`. */
export async function endedWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>(resolve => {
    timer = setTimeout(resolve, ms, false)
  })
  const ended = work.then(
    () => true,
    () => true,
  )
  const inTime = await Promise.race([ended, late])
  clearTimeout(timer)
  return inTime
}
