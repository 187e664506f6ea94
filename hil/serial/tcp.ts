// A remote port as a raw TCP connection: ser2net's raw mode, a QEMU chardev, socat. Octets only: speed and modem lines
// belong to the far end.

import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { hanrigError } from '../errors/errors.ts'
import { CLOSE_WITHIN, endedWithin, OPEN_WITHIN, type Port } from '../line/port.ts'

/** Milliseconds after which a silent connection is probed by the kernel; a dead host is then found in minutes. */
const KEEP_ALIVE = 10_000

/**
 * Connects.
 * @throws HanrigError PORT_UNREACHABLE.
 */
export async function openTcp(address: string, host: string, port: number): Promise<Port> {
  const socket = await connected(address, host, port)
  return socketPort(address, socket, socket)
}

/** The connection itself, for whatever speaks over it. @throws HanrigError PORT_UNREACHABLE. */
export async function connected(address: string, host: string, port: number): Promise<Socket> {
  const socket = connect({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE,
  })
  const fault = new Promise<Error | undefined>(resolve => {
    socket.once('connect', () => resolve(undefined))
    socket.on('error', resolve)
  })
  const inTime = await endedWithin(fault, OPEN_WITHIN)
  const error = inTime ? await fault : new Error(`no answer within ${OPEN_WITHIN / 1000} s`)
  if (!error) return socket
  socket.destroy()
  throw hanrigError('HANRIG_PORT_UNREACHABLE', `${address}: ${reason(error)}.`)
}

/** A Port around a stream that ends with `socket`. */
export function socketPort(address: string, socket: Socket, stream: Duplex): Port {
  return {
    address,
    stream,
    setLines: async () => false,
    setBaudRate: async () => false,
    close: async () => {
      if (socket.closed) return
      const closed = new Promise<void>(resolve => socket.once('close', () => resolve()))
      socket.destroy()
      await endedWithin(closed, CLOSE_WITHIN)
    },
  }
}

function reason(error: Error): string {
  // Node tries every address of a name and gathers the failures.
  const { errors } = error as AggregateError
  return (errors?.[0] ?? error).message.replace(/\.$/, '')
}
