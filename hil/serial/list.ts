// Which serial devices this machine has. On Linux from /sys, for the bindings' own list() starts udevadm, which
// containers lack, and offers 32 ttyS that are not there; elsewhere from the bindings. Ptys are in no list.

import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A serial device of this machine. */
export interface ListedPort {
  /** What it is opened by: '/dev/ttyUSB0', 'COM3'. */
  readonly path: string
  /** Who made it, as it says itself; of a USB device. */
  readonly vendor?: string
  /** What it is, as it says itself. */
  readonly product?: string
  /** Its serial number. */
  readonly serialNumber?: string
  /** USB id of the vendor, four hexadecimal digits. */
  readonly vendorId?: string
  /** USB id of the product, four hexadecimal digits. */
  readonly productId?: string
}

/**
 * Lists the serial devices of this machine, sorted by path. Nothing is opened; pseudo terminals and virtual boards are not
 * among them.
 * @param platform as process.platform has it.
 * @example
 * for (const { path, product } of await listPorts()) console.log(path, product)
 */
export async function listPorts(platform = process.platform): Promise<ListedPort[]> {
  if (platform === 'linux') return listSysfs()
  const { autoDetect } = await import('@serialport/bindings-cpp')
  const ports = await autoDetect().list()
  return ports
    .map(port => ({
      path: port.path,
      ...given('vendor', port.manufacturer),
      ...given('serialNumber', port.serialNumber),
      ...given('vendorId', port.vendorId),
      ...given('productId', port.productId),
    }))
    .sort(byPath)
}

/** Linux: every tty that hangs on a real device. */
export function listSysfs(sys = '/sys', dev = '/dev'): ListedPort[] {
  const root = join(sys, 'class', 'tty')
  let names: string[]
  try {
    names = readdirSync(root)
  } catch {
    return []
  }
  return names
    .filter(name => isSerial(join(root, name)))
    .map(name => ({ path: join(dev, name), ...usbFacts(join(root, name, 'device')) }))
    .sort(byPath)
}

/** A driver stands behind it, and an 8250 that found no chip is none: its type is 0. */
function isSerial(tty: string): boolean {
  if (!existsSync(join(tty, 'device'))) return false
  return readText(join(tty, 'type')) !== '0'
}

/** Of the nearest directory above the device that describes a USB device. */
function usbFacts(device: string): Omit<ListedPort, 'path'> {
  let at: string
  try {
    at = realpathSync(device)
  } catch {
    return {}
  }
  while (!existsSync(join(at, 'idVendor'))) {
    if (dirname(at) === at) return {}
    at = dirname(at)
  }
  return {
    ...given('vendor', readText(join(at, 'manufacturer'))),
    ...given('product', readText(join(at, 'product'))),
    ...given('serialNumber', readText(join(at, 'serial'))),
    ...given('vendorId', readText(join(at, 'idVendor'))),
    ...given('productId', readText(join(at, 'idProduct'))),
  }
}

/** The text of a file of /sys; undefined when there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

function given<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value ? ({ [key]: value } as Record<K, string>) : {}
}

/** ttyUSB2 before ttyUSB10. */
function byPath(a: ListedPort, b: ListedPort): number {
  return a.path.localeCompare(b.path, 'en', { numeric: true })
}
