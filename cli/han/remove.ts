// `hanrig han remove`: a device leaves, or is forgotten.

import { requireListed } from '#hil/host/devices'
import { remove } from '#hil/host/membership'
import { print, printJson } from '../output/output.ts'
import type { RemoveCommand } from './command.ts'
import { deviceList, withHost } from './options.ts'
import { deviceJson } from './show.ts'
import { warnUnlessResumed } from './warn.ts'

export async function removeDevice(eui64: string, options: RemoveCommand): Promise<void> {
  const force = options.force === true
  requireListed(deviceList(options.data), eui64)
  const facts = await withHost(options, {}, async (host, signal) => {
    warnUnlessResumed(host)
    return await remove(host, eui64, force, signal)
  })
  if (options.json) printJson({ ...deviceJson(facts), name: 'removed', force })
  else print(`${eui64} ${force ? 'forgotten' : 'left'}\n`)
}
