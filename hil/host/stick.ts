// Where a stick is attached and what drives it, checked before zigbee-herdsman opens it: it tells causes by words only.

import { hanrigError } from '../errors/errors.ts'
import { parseAddress } from '../serial/address.ts'
import { refuseUnopenable } from '../serial/device.ts'
import { refuseSerialBug } from '../serial/node-bug.ts'

/** zigbee-herdsman's adapters; without one it tells a USB stick by its identification. */
export const ADAPTERS = ['zstack', 'ember', 'deconz', 'zboss', 'zigate', 'zoh', 'ezsp'] as const
export type AdapterName = (typeof ADAPTERS)[number]

export interface StickPort {
  /** A device file, tcp://HOST:PORT or mdns://SERVICE. */
  readonly path: string
  readonly adapter: AdapterName | undefined
  readonly baudRate: number | undefined
}

/** A stick behind TCP cannot be told by USB; hanrig's own virtual one speaks Z-Stack's protocol. */
const TCP_ADAPTER: AdapterName = 'zstack'

/**
 * @param port device file, tcp://HOST:PORT (tcp:HOST:PORT, too, as `hanrig stick --listen` has it), mdns://SERVICE.
 * @throws HanrigError PORT_ADDRESS, PORT_NODE, PORT_NOT_FOUND, PORT_BUSY or PORT_DENIED.
 */
export function stickPort(
  port: string,
  adapter: AdapterName | undefined,
  baudRate: number | undefined,
): StickPort {
  if (port.startsWith('mdns://')) return { path: port, adapter, baudRate }
  const address = parseAddress(port.replace(/^tcp:(?!\/\/)/i, 'tcp://'))
  if (address.kind === 'tcp') {
    const path = `tcp://${address.host}:${address.port}`
    return { path, adapter: adapter ?? TCP_ADAPTER, baudRate }
  }
  if (address.kind === 'device') {
    refuseSerialBug()
    if (process.platform !== 'win32') refuseUnopenable(address.path)
    return { path: address.path, adapter, baudRate }
  }
  // What else hanrig can open, zigbee-herdsman cannot.
  throw hanrigError('HANRIG_PORT_ADDRESS', `A stick cannot be reached by ${port}.`)
}
