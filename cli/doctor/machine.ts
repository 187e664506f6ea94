// Disk and clock.

import { existsSync, statfsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '#emulators/storage/version'
import { octets, utcTime } from '../output/format.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

/** Room for an image of the largest size with its store and a report; and for a day's campaign. */
const LEAST = 64e6
const COMFORTABLE = 1e9

export function checkDisk(directories = [process.cwd(), tmpdir()]): Finding[] {
  return [...new Set(directories)].map(directory => {
    const { bavail, bsize } = statfsSync(directory)
    const free = bavail * bsize
    const found = `${octets(free)} free in ${directory}`
    if (free < LEAST)
      return fail('disk', found, 'make room: reports and stores could not be written')
    return free < COMFORTABLE
      ? warn('disk', found, 'make room before long runs')
      : ok('disk', found)
  })
}

/** systemd-timesyncd makes it when the clock was set from the network. */
const SYNCHRONISED = '/run/systemd/timesync/synchronized'

export function checkClock(now = Date.now(), synchronised = existsSync(SYNCHRONISED)): Finding {
  // A board computer without a battery wakes up in the past: then hanrig was installed in the future.
  const installed = statSync(join(packageRoot(), 'package.json')).mtimeMs
  if (now < installed) {
    return fail(
      'clock',
      `it says ${utcTime(now)}, before hanrig was installed`,
      'set it: sudo timedatectl set-ntp true',
    )
  }
  return ok('clock', `${utcTime(now)}${synchronised ? ', set from the network' : ''}`)
}
