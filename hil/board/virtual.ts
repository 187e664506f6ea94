// A virtual board's port: the same stream as a device's, over the binding of hil/board.

import { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import type { Port } from '../line/port.ts'
import { openStream } from '../line/stream.ts'
import { virtualPorts } from './virtual-ports.ts'

/**
 * Opens virtual:KIND.
 * @throws HanrigError BOARD_PATH, BOARD_NO_EMULATOR, PORT_BUSY or PORT_NOT_FOUND.
 */
export async function openVirtual(address: string, baudRate: number): Promise<Port> {
  try {
    return await openStream(address, virtualPorts, { path: address, baudRate })
  } catch (error) {
    if (error instanceof HanrigError) throw error
    const { message } = error as Error
    if (/lock port/i.test(message)) {
      throw hanrigError('HANRIG_PORT_BUSY', `${address} is in use by this process.`)
    }
    throw hanrigError('HANRIG_PORT_NOT_FOUND', `${address} is unplugged.`)
  }
}
