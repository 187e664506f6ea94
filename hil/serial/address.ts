// What a user may write as a port: a device of the system, a socket, a serial server, a virtual board.

import type { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'

export type Address =
  | { readonly kind: 'device'; readonly path: string }
  | { readonly kind: 'tcp' | 'rfc2217'; readonly host: string; readonly port: number }
  | { readonly kind: 'virtual'; readonly board: string }

const SOCKET = /^(tcp|rfc2217):\/\/(\[[0-9a-f:.]+\]|[^/:[\]]+):(\d{1,5})\/?$/i
const SCHEME = /^([a-z][a-z0-9]+):/i
/** Windows names its ports COM1, COM2, … */
const WINDOWS_PORT = /^(\\\\\.\\)?com\d+$/i

/**
 * Reads an address: /dev/ttyUSB0, COM3, serial:/dev/ttyUSB0, tcp://host:port, rfc2217://host:port, virtual:wasm.
 * @throws HanrigError PORT_ADDRESS.
 */
export function parseAddress(text: string): Address {
  const socket = SOCKET.exec(text)
  if (socket) {
    const port = Number(socket[3])
    if (port < 1 || port > 65_535) throw unknown(text)
    const host = socket[2]!.replace(/^\[|\]$/g, '')
    return { kind: socket[1]!.toLowerCase() as 'tcp' | 'rfc2217', host, port }
  }
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase()
  const rest = scheme === undefined ? text : text.slice(scheme.length + 1)
  if (scheme === 'virtual' && rest !== '') return { kind: 'virtual', board: rest }
  const path = scheme === 'serial' ? rest : text
  const isDevice = path.startsWith('/') || path.startsWith('.') || WINDOWS_PORT.test(path)
  if (!isDevice || path.includes('\0')) throw unknown(text)
  return { kind: 'device', path }
}

function unknown(text: string): HanrigError {
  return hanrigError('HANRIG_PORT_ADDRESS', `${JSON.stringify(text)} is no port's address.`)
}
