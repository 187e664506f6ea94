// What codes and short names are called when people read them; the same in a story, on a page and in a table.

import { DEVICE_TYPES } from '#emulators/profile/types'
import { NOT_DELIVERED } from '#emulators/service/messages'

/** What hanrig's boxes mean by an alert code. */
const ALERTS: Readonly<Record<string, string>> = {
  AD1: 'Power Outage Alert',
  '8F1B': 'running image corrupt',
  '8F1C': 'firmware verification failed',
  '8F66': 'future-dated activation actioned',
  '8F67': 'future-dated activation not actioned',
  '8F72': 'firmware verification successful',
  '8F89': 'transfer to the device failed',
  '8F8A': 'transfer to the device successful',
  '8F8B': 'outcome of the update in one step',
}

export function alertName(code: string): string {
  return ALERTS[code] ?? 'unknown'
}

/** CS06 response codes. */
const OUTCOMES = ['success', 'no image held', 'hash mismatch', 'activation failure'] as const

/** What an activation command was answered; 5 is hanrig's own for a NULL answer, 8 for one that was never delivered. */
export function outcomeName(code: number): string {
  if (code === NOT_DELIVERED) return 'the device never took the command'
  return OUTCOMES[code] ?? 'accepted, outcome follows by alert'
}

/** What SRV 11.1 and 11.4 were answered. */
const RESULTS = [
  'every block is stored',
  'the blocks are not the image announced',
  'refused, or never answered on the way',
] as const

export function resultName(code: number): string {
  return RESULTS[code] ?? `unknown result ${code}`
}

const BOXES: Readonly<Record<string, string>> = {
  run: 'Scenario',
  supplier: 'Supplier',
  dco: 'DCO',
  dsp: 'DSP',
  hub: 'Hub',
}

/** A box as people write it: abbreviations in capitals, a scenario's own names as they are. */
export function boxName(box: string): string {
  const isType = (DEVICE_TYPES as readonly string[]).includes(box)
  return isType ? box.toUpperCase() : (BOXES[box] ?? box)
}
