// `hanrig han list`: what is known of the network's devices, from the disk.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { HanrigError } from '../../core/errors.ts'
import { readDevices } from '../../hil/host/devices.ts'
import type { Json } from './command.ts'
import { printDevices } from './show.ts'

export function list({ data, json }: Json & { data: string }): void {
  if (!existsSync(join(data, 'network.json'))) {
    throw new HanrigError('HANRIG_HAN_NONE', `There is no network in ${data}.`)
  }
  printDevices(readDevices(join(data, 'devices.db')), json === true)
}
