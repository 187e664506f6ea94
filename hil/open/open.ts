// Opens whatever an address names.

import { openVirtual } from '../board/virtual-ports.ts'
import type { Parity, Port } from '../line/port.ts'
import { parseAddress } from '../serial/address.ts'
import { openDevice } from '../serial/device.ts'
import { openRfc2217 } from '../serial/rfc2217.ts'
import { openTcp } from '../serial/tcp.ts'

/** How a line is driven. */
export interface PortOptions {
  /** Bits a second; of a device and of an RFC 2217 server. */
  readonly baudRate?: number
  /** RTS/CTS flow control; of a device. */
  readonly rtscts?: boolean
  /** Of a device and of an RFC 2217 server; tcp:// carries octets only, and its server has the parity that it has. */
  readonly parity?: Parity
}

/** The speed when none is asked for: what the board agent and most bootloaders start with. */
export const DEFAULT_BAUD_RATE = 115_200

/**
 * Opens a port by its address.
 * @throws HanrigError, all codes that start with HANRIG_PORT_.
 */
export async function openPort(address: string, options: PortOptions = {}): Promise<Port> {
  const { baudRate = DEFAULT_BAUD_RATE, rtscts = false, parity = 'none' } = options
  const parsed = parseAddress(address)
  switch (parsed.kind) {
    case 'device':
      return await openDevice(address, { path: parsed.path, baudRate, rtscts, parity })
    case 'tcp':
      return await openTcp(address, parsed.host, parsed.port)
    case 'rfc2217':
      return await openRfc2217(address, parsed.host, parsed.port, { baudRate, parity })
    case 'virtual':
      return await openVirtual(address, { baudRate, parity })
  }
}
