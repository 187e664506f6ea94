// Node 26.4 and later deliver a serial port's data only when something else wakes the event loop: node-serialport#3148,
// caused by nodejs/node#62969. A flash would stall for no visible reason, so such a Node is refused for serial devices.
// Sockets and virtual boards do not go through the native binding and work.

import { hanrigError } from '../errors/errors.ts'

const FIRST_BROKEN = [26, 4] as const

/** True when this Node has the bug. */
export function hasSerialBug(version = process.versions.node): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > FIRST_BROKEN[0] || (major === FIRST_BROKEN[0] && minor >= FIRST_BROKEN[1])
}

/** @throws HanrigError PORT_NODE when serial devices do not work with this Node. */
export function refuseSerialBug(version = process.versions.node): void {
  if (!hasSerialBug(version)) return
  throw hanrigError(
    'HANRIG_PORT_NODE',
    `Serial devices do not work with Node ${version}: its event loop does not wake up for their data.`,
  )
}
