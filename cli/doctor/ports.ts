// The ports of this machine: may they be opened, does somebody hold them, are there locks of the dead.

import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { groupName, holdersOf, holderText, processesNamed } from '#hil/serial/holder'
import { listPorts } from '#hil/serial/list'
import { LOCK_DIRECTORY, lockFiles } from '#hil/serial/lock-file'
import { type Finding, fail, ok, warn } from './finding.ts'

export async function checkPorts(): Promise<Finding[]> {
  const ports = await listPorts()
  if (ports.length === 0) {
    return [ok('ports', 'no serial device is plugged in; virtual:wasm needs none')]
  }
  return ports.map(({ path }) => checkPort(path))
}

export function checkPort(path: string): Finding {
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
  } catch {
    const { gid, mode } = statSync(path)
    const group = groupName(gid)
    return (mode & 0o060) === 0o060
      ? fail(
          path,
          `this user is not in the group ${group}`,
          `sudo usermod -aG ${group} $USER, then log in again`,
        )
      : fail(path, 'this user may not open it', `a udev rule: MODE="0660", GROUP="dialout"`)
  }
  const holders = holdersOf(path)
  if (holders.length === 0) return ok(path, 'may be opened')
  return warn(path, `is in use by ${holderText(holders)}`, 'end that program before you flash')
}

export function checkLocks(directory = LOCK_DIRECTORY): Finding[] {
  const dead = lockFiles(directory).filter(lock => !lock.live)
  if (dead.length === 0) return [ok('lock files', `none of a dead process in ${directory}`)]
  return dead.map(lock =>
    warn('lock files', `${lock.path} is of a process that has ended`, `sudo rm ${lock.path}`),
  )
}

/** It opens every new port and talks to it for seconds, because it could be a modem. */
export function checkModemManager(): Finding[] {
  const running = processesNamed('ModemManager').length > 0
  if (!running) return []
  return [
    warn(
      'ModemManager',
      'it speaks to every port that is plugged in',
      'sudo systemctl disable --now ModemManager, or a udev rule ENV{ID_MM_DEVICE_IGNORE}="1"',
    ),
  ]
}

export function checkPty(device = '/dev/ptmx'): Finding {
  if (process.platform === 'win32') return ok('ptys', 'Windows has none; nothing needs them there')
  return existsSync(device)
    ? ok('ptys', `${device} is there`)
    : warn('ptys', `${device} is missing`, 'mount devpts: mount -t devpts devpts /dev/pts')
}
