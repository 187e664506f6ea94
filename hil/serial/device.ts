// A serial device of this machine: opened with a lock, and when that fails, why: who holds it, which group may open it.

import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import type { Port } from '../line/port.ts'
import { openStream, type SerialOptions } from '../line/stream.ts'
import { groupName, holdersOf, holderText, nameOf } from './holder.ts'
import { lockOn } from './lock-file.ts'
import { refuseSerialBug } from './node-bug.ts'

/**
 * Opens a device.
 * @throws HanrigError PORT_NODE, PORT_NOT_FOUND, PORT_BUSY, PORT_DENIED, PORT_STALLED or PORT_UNUSABLE.
 */
export async function openDevice(address: string, options: SerialOptions): Promise<Port> {
  refuseSerialBug()
  if (process.platform !== 'win32') refuseUnopenable(options.path)
  // Loaded when it is wanted: virtual boards and sockets work where the native part does not load.
  const { autoDetect } = await import('@serialport/bindings-cpp')
  try {
    return await openStream(address, autoDetect(), options)
  } catch (error) {
    throw error instanceof HanrigError ? error : explained(options.path, error as Error)
  }
}

/**
 * What can be said before trying; the kernel's own lock decides what is left.
 * @throws HanrigError PORT_NOT_FOUND, PORT_BUSY or PORT_DENIED.
 */
export function refuseUnopenable(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })) throw notFound(path)
  const lock = lockOn(path)
  if (lock) {
    throw hanrigError(
      'HANRIG_PORT_BUSY',
      `${path} is in use by ${nameOf(lock.pid)} (process ${lock.pid}), says ${lock.path}.`,
    )
  }
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
  } catch {
    throw denied(path)
  }
  // What makes a pty keeps both its ends open: that is no sign of another user.
  if (realpathSync(path).startsWith('/dev/pts/')) return
  const holders = holdersOf(path)
  if (holders.length > 0) throw busy(path, holderText(holders))
}

/** The bindings' errors are texts; these are the ones of Linux, macOS and Windows. */
function explained(path: string, { message }: Error): HanrigError {
  if (
    /lock port|temporarily unavailable|access denied|resource busy|device or resource busy/i.test(
      message,
    )
  ) {
    const holders = holdersOf(path)
    return busy(path, holders.length > 0 ? holderText(holders) : 'another process, or this one')
  }
  if (/permission denied/i.test(message)) return denied(path)
  if (/no such file|file not found|no such device/i.test(message)) return notFound(path)
  return hanrigError('HANRIG_PORT_UNUSABLE', `${path}: ${message.replace(/\.$/, '')}.`)
}

function notFound(path: string): HanrigError {
  return hanrigError('HANRIG_PORT_NOT_FOUND', `There is no port ${path}.`)
}

function busy(path: string, by: string): HanrigError {
  return hanrigError('HANRIG_PORT_BUSY', `${path} is in use by ${by}.`)
}

function denied(path: string): HanrigError {
  const { gid, mode } = statSync(path)
  const group = (mode & 0o060) === 0o060 ? `, the group ${groupName(gid)} may` : ''
  return hanrigError('HANRIG_PORT_DENIED', `This user may not open ${path}${group}.`)
}
