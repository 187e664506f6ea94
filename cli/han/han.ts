// What `hanrig han` does with a network: makes it, lets devices join, lists them, has one leave. What happens goes to
// stderr while it happens, what came of it to stdout.

import { fromIeee } from '#core/eui64/text'
import { readDevices, requireListed } from '#hil/host/devices'
import { type JoinEvent, join, remove } from '#hil/host/membership'
import { hexWord } from '../output/format.ts'
import { oneLine } from '../output/harmless.ts'
import { note, print, printJson } from '../output/output.ts'
import {
  deviceList,
  type FormOptions,
  type JoinOptions,
  type ListOptions,
  type RemoveOptions,
  withHost,
} from './options.ts'
import { deviceJson, printDevices } from './show.ts'
import { warnUnlessResumed } from './warn.ts'

/** Makes a network, keeps it in a directory, and has the stick run it. */
export async function formNetwork(options: FormOptions): Promise<void> {
  await withHost(options, { form: options.channel }, async host => {
    const { panID, channel, extendedPanID } = await host.controller.getNetworkParameters()
    const [coordinator] = host.controller.getDevicesByType('Coordinator')
    const facts = {
      start: host.start,
      panId: hexWord(panID, 4),
      extendedPanId: extendedPanID,
      channel,
      coordinator: fromIeee(coordinator!.ieeeAddr),
      data: options.data,
    }
    if (options.json) printJson({ name: 'network', ...facts })
    else {
      print(
        `network ${facts.panId} ${host.start} on channel ${channel}, coordinator ${facts.coordinator}\n` +
          `kept in ${oneLine(options.data)}; its key is in network.json, for you only\n`,
      )
    }
  })
}

/** Prints the devices that joined. */
export async function joinDevices(options: JoinOptions): Promise<void> {
  const { seconds, device, count } = options
  const accepts = (eui64: string) => device === undefined || device === eui64
  const joined = await withHost(options, { accepts }, async (host, signal) => {
    warnUnlessResumed(host)
    return await join(host, { seconds: seconds / 1_000, device, count, signal, heed: tell })
  })
  printDevices(joined, options.json === true)
}

function tell(event: JoinEvent): void {
  note(said(event))
}

function said(event: JoinEvent): string {
  switch (event.name) {
    case 'present':
      return `${event.facts.eui64} is on the network already and answers`
    case 'open':
      return `open for ${event.seconds} s`
    case 'joined':
      return `${event.device} joined as ${hexWord(event.shortAddress, 4)}`
    case 'interviewed':
      return `${event.facts.eui64} interviewed`
    case 'interview-failed':
      return `${event.device} did not say what it is`
  }
}

/** What is known of the network's devices, from the disk. */
export function listDevices({ data, json }: ListOptions): void {
  printDevices(readDevices(deviceList(data)), json === true)
}

/** A device leaves, or is forgotten. */
export async function removeDevice(eui64: string, options: RemoveOptions): Promise<void> {
  const force = options.force === true
  requireListed(deviceList(options.data), eui64)
  const facts = await withHost(options, {}, async (host, signal) => {
    warnUnlessResumed(host)
    return await remove(host, eui64, force, signal)
  })
  if (options.json) printJson({ ...deviceJson(facts), name: 'removed', force })
  else print(`${eui64} ${force ? 'forgotten' : 'left'}\n`)
}
