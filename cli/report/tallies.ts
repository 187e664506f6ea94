// What the links did to frames and what the receivers refused, counted from the trace.

import type { TraceEvent } from '../../emulators/trace.ts'
import { textOf } from './fields.ts'

/** The links of the built-in home; others in a trace follow them. */
export const LINK_NAMES: Readonly<Record<string, string>> = {
  'wan.up': 'Supplier to DCO',
  'wan.down': 'DCO to Supplier',
  'csp.down': 'DCO to hub',
  'csp.up': 'Hub to DCO',
  'han.down': 'Hub to ESME',
  'han.up': 'ESME to hub',
}

export interface LinkFaults {
  readonly link: string
  lost: number
  /** Damaged frames that a checked medium dropped, and those that went on. */
  dropped: number
  damaged: number
  duplicated: number
  reordered: number
  /** Frames for which the line had no room. */
  overflowed: number
}

export function countFaults(events: readonly TraceEvent[]): LinkFaults[] {
  const links = new Map(Object.keys(LINK_NAMES).map(link => [link, noFaults(link)]))
  for (const event of events) {
    if (!event.name.startsWith('frame-')) continue
    const faults = links.get(event.source) ?? noFaults(event.source)
    links.set(event.source, faults)
    if (event.name === 'frame-lost') faults.lost++
    else if (event.name === 'frame-duplicated') faults.duplicated++
    else if (event.name === 'frame-reordered') faults.reordered++
    else if (event.name === 'frame-overflow') faults.overflowed++
    else if (event.dropped === true) faults.dropped++
    else faults.damaged++
  }
  return [...links.values()]
}

function noFaults(link: string): LinkFaults {
  return { link, lost: 0, dropped: 0, damaged: 0, duplicated: 0, reordered: 0, overflowed: 0 }
}

/** Refused blocks: how many by box, by cause. */
export function countRefusals(events: readonly TraceEvent[]): Map<string, Map<string, number>> {
  const causes = new Map<string, Map<string, number>>()
  for (const event of events) {
    if (event.name !== 'block-refused') continue
    const cause = textOf(event, 'cause') || 'unknown'
    const boxes = causes.get(cause) ?? new Map<string, number>()
    boxes.set(event.source, (boxes.get(event.source) ?? 0) + 1)
    causes.set(cause, boxes)
  }
  return causes
}

/** Causes for people; the codes are core/block's. */
export const REFUSAL_NAMES: Readonly<Record<string, string>> = {
  duplicate: 'held already',
  conflict: 'held already with other octets',
  'bad-crc': 'CRC wrong',
  'wrong-image': 'of another image',
  'out-of-range': 'index beyond the image',
  'wrong-length': 'length wrong',
  'too-short': 'too short for a block',
}
