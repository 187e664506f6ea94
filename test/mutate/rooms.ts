// Which rooms are mutated, and which tests are to notice: those of the room's own folder, and some of its neighbours.

import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'

/** Rooms, or floors of which every room counts. */
const MUTATED = ['core', 'emulators/link', 'emulators/service', 'emulators/device']

/** Tests of other folders that a room's work shows in. Folders or files below test/, without the extension. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  'core/errors': ['core/campaign/planner'],
  'core/eui64': ['core/power/activation-tracker', 'core/power/guid-list'],
  'core/ota': ['emulators/device'],
  'core/state': ['core/ota/states', 'core/power/activation'],
  'emulators/device': ['emulators/home', 'emulators/play/snapshot'],
  'emulators/link': ['emulators/device/devices', 'emulators/home/premises'],
  'emulators/service': ['emulators/device/devices', 'emulators/home', 'emulators/play/snapshot'],
}

/** Files of the rooms that are mutated, as paths from `root` with slashes, those that begin with `only`. */
export function sources(root: string, only: string): string[] {
  return MUTATED.flatMap(floor => globSync(`${floor}/**/*.ts`, { cwd: root }))
    .filter(file => file.startsWith(only) && !file.endsWith('.d.ts'))
    .sort()
}

/** Test files that are to notice a mutant in `file`: first the one of its name, then in the order of the folders. */
export function testsOf(root: string, file: string): string[] {
  const room = file.split('/').slice(0, 2).join('/')
  const places = [room, ...(BESIDE[room] ?? [])]
  const tests = places.flatMap(place => {
    if (existsSync(join(root, 'test', `${place}.ts`))) return [`test/${place}.ts`]
    return globSync(`test/${place}/**/*.ts`, { cwd: root }).sort()
  })
  const own = `test/${file}`
  return [...new Set(tests.includes(own) ? [own, ...tests] : tests)]
}
