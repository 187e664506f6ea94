// Which rooms are mutated, and which tests are to notice: those of the room's own folder, and some of its neighbours.

import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'

/** Rooms that are mutated unless one is named, or floors of which every room counts. */
const MUTATED = ['core', 'emulators/link', 'emulators/service', 'emulators/device']

/** Tests of other folders that a room's work shows in. Folders or files below test/, without the extension. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  'core/campaign': ['core/image/size-class'],
  'core/errors': ['core/campaign/planner'],
  'core/eui64': ['core/power/activation-tracker', 'core/power/guid-list'],
  'core/gbcs': ['emulators/gbcs'],
  'core/ota': ['emulators/device'],
  'core/state': ['core/ota/states', 'core/power/activation'],
  'emulators/device': ['emulators/home', 'emulators/play/snapshot'],
  'emulators/link': ['emulators/device/devices', 'emulators/home/premises'],
  'emulators/service': ['emulators/device/devices', 'emulators/home', 'emulators/play/snapshot'],
}

/** Tests that weigh the heap fail now and then on a busy machine, which is no verdict on a mutant. */
const WEIGHS_HEAP = /\/allocation\.ts$/

/** Files to be mutated, as paths from `root` with slashes: those of `room`, a folder or a file, or of all when it is ''. */
export function sources(root: string, room: string): string[] {
  if (room.endsWith('.ts')) return globSync(room, { cwd: root })
  const floors = room === '' ? MUTATED : [room]
  return floors.flatMap(floor => globSync(`${floor}/**/*.ts`, { cwd: root })).sort()
}

/**
 * Test files that are to notice a mutant in `file`, the one of its name first.
 * @throws RangeError when there are none.
 */
export function testsOf(root: string, file: string): string[] {
  const room = file.split('/').slice(0, 2).join('/')
  const beside = (BESIDE[room] ?? []).flatMap(place => {
    const found = testsIn(root, place)
    if (found.length === 0) throw new RangeError(`test/${place}, named in rooms.ts, is not there`)
    return found
  })
  const tests = [...testsIn(root, room), ...beside]
  if (tests.length === 0) throw new RangeError(`nothing tests ${room}: name what does in rooms.ts`)
  const own = `test/${file}`
  return [...new Set(tests.includes(own) ? [own, ...tests] : tests)]
}

function testsIn(root: string, place: string): string[] {
  if (existsSync(join(root, 'test', `${place}.ts`))) return [`test/${place}.ts`]
  const files = globSync(`test/${place}/**/*.ts`, { cwd: root })
  return files.filter(file => !WEIGHS_HEAP.test(file)).sort()
}
