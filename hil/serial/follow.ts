// Follows a device that comes back under another name: a board in its loader is another USB device than the same board
// at work, and Linux numbers what comes. It is known by where it is plugged in, else by its serial number.

import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readText } from './list.ts'

/** Where the system tells of its devices. */
export interface DeviceTree {
  readonly sys: string
  readonly dev: string
}

export const DEVICES: DeviceTree = { sys: '/sys', dev: '/dev' }

/** Of a device behind USB. */
export interface UsbPlace {
  /** Name of its port on the hubs, such as 1-1.2. */
  readonly plug: string
  readonly serialNumber: string | undefined
  /** What the device is, and which of its interfaces the tty is. */
  readonly ids: string
  readonly face: string
}

export class Follower {
  readonly #path: string
  readonly #tree: DeviceTree
  #known: UsbPlace | undefined

  /** @param path of a device; what is none is never followed. */
  constructor(path: string, tree: DeviceTree = DEVICES) {
    this.#path = path
    this.#tree = tree
  }

  /** Remembers what is behind the name now; to be called when it is open. */
  note(path: string): void {
    this.#known = placeOf(path, this.#tree) ?? this.#known
  }

  /** True when where it is plugged in is known. */
  get follows(): boolean {
    return this.#known !== undefined
  }

  /** Under which name the device is there now; undefined while it is not. What is no USB device keeps its name. */
  find(): string | undefined {
    const known = this.#known
    if (!known || this.isStill(this.#path)) return this.#path
    const here = placesOf(this.#tree)
    const same = (found: UsbPlace) => found.plug === known.plug
    const alike = here.filter(([, found]) => same(found))
    const found =
      alike.find(([, { face }]) => face === known.face) ?? alike[0] ?? this.#bySerial(here, known)
    return found?.[0]
  }

  /** True while the very device is there that was noted last: same plug, same ids, same name. */
  isStill(path: string): boolean {
    const found = placeOf(path, this.#tree)
    return found !== undefined && found.plug === this.#known?.plug && found.ids === this.#known.ids
  }

  /** It was plugged in elsewhere; two devices with one number are none. */
  #bySerial(
    here: readonly (readonly [string, UsbPlace])[],
    { serialNumber, face }: UsbPlace,
  ): readonly [string, UsbPlace] | undefined {
    if (serialNumber === undefined) return undefined
    const alike = here.filter(([, found]) => found.serialNumber === serialNumber)
    if (new Set(alike.map(([, { plug }]) => plug)).size > 1) return undefined
    return alike.find(([, found]) => found.face === face) ?? alike[0]
  }
}

/** Every tty behind USB, by its path. */
function placesOf({ sys, dev }: DeviceTree): (readonly [string, UsbPlace])[] {
  return names(join(sys, 'class', 'tty')).flatMap(name => {
    const path = join(dev, name)
    const place = existsSync(path) ? placeOf(path, { sys, dev }) : undefined
    return place ? [[path, place] as const] : []
  })
}

/** Where a tty is plugged in; undefined when it is not behind USB. */
function placeOf(path: string, { sys }: DeviceTree): UsbPlace | undefined {
  let at: string
  try {
    at = realpathSync(join(sys, 'class', 'tty', basename(realpathSync(path)), 'device'))
  } catch {
    return undefined
  }
  let face = ''
  while (!existsSync(join(at, 'idVendor'))) {
    if (dirname(at) === at) return undefined
    if (existsSync(join(at, 'bInterfaceNumber'))) face = basename(at).replace(/^.*:/, '')
    at = dirname(at)
  }
  const ids = `${readText(join(at, 'idVendor'))}:${readText(join(at, 'idProduct'))}`
  return { plug: basename(at), serialNumber: readText(join(at, 'serial')), ids, face }
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  } catch {
    return []
  }
}
