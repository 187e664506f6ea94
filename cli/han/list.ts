// `hanrig han list`: what is known of the network's devices, from the disk.

import { readDevices } from '#hil/host/devices'
import type { Json } from './command.ts'
import { deviceList } from './options.ts'
import { printDevices } from './show.ts'

export function list({ data, json }: Json & { data: string }): void {
  printDevices(readDevices(deviceList(data)), json === true)
}
