// Other ends that misbehave, in virtual time: what a sender or a greeter says comes in, what they say goes out, each
// piece at its own moment. And servers on a socket that have no board to give.

import { createServer, type Server, type Socket } from 'node:net'
import { Bytes } from '#core/bytes/bytes'
import type { Talk } from '#hil/protocol/talk'

export interface Piece {
  /** ms. */
  readonly at: number
  readonly octets: Uint8Array
}

/** Gets what was said to it, and says pieces back; called with nothing at the start. */
export type Peer = (octets: Uint8Array, now: number) => readonly Piece[]

export const piece = (at: number, text: string): Piece => ({
  at,
  octets: Buffer.from(text, 'latin1'),
})

/** Lets a talk and a peer talk until the talk is over; returns when that was, ms. */
export function confer(talk: Talk, peer: Peer, until = 1_000_000): number {
  const out = Bytes.alloc(16_384)
  let coming = [...peer(new Uint8Array(0), 0)]
  let now = 0
  while (!talk.over && now < until) {
    const length = talk.transmit(out, now)
    if (length > 0) coming.push(...peer(out.u8.slice(0, length), now))
    else if (!talk.over) {
      const next = Math.min(talk.deadline, ...coming.map(({ at }) => at))
      now = Math.max(now, next)
      const due = coming.filter(({ at }) => at <= now)
      coming = coming.filter(({ at }) => at > now)
      for (const { octets } of due) talk.receive(octets, now)
      talk.tick(now)
    }
  }
  return now
}

/** Says the same again and again, whatever is said to it. */
export function endless(said: (time: number) => Uint8Array, every: number, until: number): Peer {
  return octets =>
    octets.length > 0
      ? []
      : Array.from({ length: Math.floor(until / every) }, (_, i) => ({
          at: (i + 1) * every,
          octets: said(i),
        }))
}

/** Gives back what it gets. */
export const echo: Peer = (octets, now) => (octets.length > 0 ? [{ at: now + 1, octets }] : [])

/**
 * A receiver that takes whatever it can, to be told what else it does.
 * @param more is told the number of the packet that came, from 1, and its octets; undefined: it answers as usual.
 */
export function receiver(
  start: readonly Piece[],
  more: (number: number, packet: Uint8Array) => readonly string[] | undefined = () => undefined,
): Peer {
  let packets = 0
  return (octets, now) => {
    if (octets.length === 0) return start
    if (octets[0] === 0x18) return []
    const said = more(++packets, octets) ?? ['\x06']
    return said.map((text, i) => piece(now + 20 + i * 200, text))
  }
}

/** A server on this machine; every connection is handed over. It ends with the test. */
export async function serverOf(
  test: { teardown(end: () => void): void },
  serve: (socket: Socket) => void,
  port = 0,
): Promise<{ server: Server; port: number }> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  test.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port: bound } = server.address() as { port: number }
  return { server, port: bound }
}
