// A device of a network, for people and as JSON.

import type { DeviceFacts } from '#hil/host/devices'
import { hexWord, utcTime } from '../output/format.ts'
import { print, printJson } from '../output/output.ts'
import { tableText } from '../output/text-table.ts'

/** One JSON line; what is not known is null. */
export function deviceJson(facts: DeviceFacts): Record<string, unknown> {
  const known = Object.entries(facts).map(([key, value]) => [key, value ?? null])
  return {
    name: 'device',
    ...Object.fromEntries(known),
    lastSeen: facts.lastSeen === undefined ? null : new Date(facts.lastSeen).toISOString(),
  }
}

const HEADINGS = ['device', 'short', 'type', 'model', 'manufacturer', 'version', 'OTA', 'last seen']

export function printDevices(devices: readonly DeviceFacts[], json: boolean): void {
  if (json) {
    for (const facts of devices) printJson(deviceJson(facts))
    return
  }
  if (devices.length === 0) {
    print('no devices\n')
    return
  }
  print(tableText({ head: HEADINGS, rows: devices.map(row) }))
}

function row(facts: DeviceFacts): string[] {
  const { softwareBuild, dateCode, applicationVersion, lastSeen, manufacturerCode } = facts
  const code = manufacturerCode === undefined ? undefined : hexWord(manufacturerCode, 4)
  const version = softwareBuild ?? dateCode ?? applicationVersion?.toString() ?? '-'
  return [
    facts.eui64,
    hexWord(facts.shortAddress, 4),
    facts.type,
    shown(facts.model) ?? (facts.interviewed ? '-' : 'not interviewed'),
    [shown(facts.manufacturer), code && `(${code})`].filter(Boolean).join(' ') || '-',
    shown(version)!,
    facts.hasOtaClient ? 'yes' : 'no',
    lastSeen === undefined ? '-' : utcTime(lastSeen),
  ]
}

/** A device's own text as far as a terminal may see it. */
function shown(text: string | undefined): string | undefined {
  return text?.replaceAll(/[^\x20-\x7e]/g, '.')
}
