// What the links did to frames and what the receivers refused, counted from the trace.

import type { TraceEvent } from '#emulators/trace/trace'

export const FAULTS = [
  'lost',
  'damaged',
  'dropped',
  'duplicated',
  'reordered',
  'overflowed',
  'deaf',
  'unheard',
  'rewritten',
] as const
export type Fault = (typeof FAULTS)[number]

export interface LinkFaults {
  readonly link: string
  readonly counts: Record<Fault, number>
}

const FAULT_OF: Partial<Record<TraceEvent['name'], Fault>> = {
  'frame-lost': 'lost',
  'frame-duplicated': 'duplicated',
  'frame-reordered': 'reordered',
  'frame-overflow': 'overflowed',
  'frame-deaf': 'deaf',
  'frame-unheard': 'unheard',
  'frame-rewritten': 'rewritten',
}

/**
 * What happened to frames, by link.
 * @param names the links of the home; others in a trace follow them.
 */
export function countFaults(events: readonly TraceEvent[], names: readonly string[]): LinkFaults[] {
  const links = new Map(names.map(link => [link, noFaults(link)]))
  for (const event of events) {
    const fault = faultOf(event)
    if (!fault) continue
    // What a device did not hear was on its way down to it.
    const link = fault === 'unheard' ? `han.${event.source}.down` : event.source
    const faults = links.get(link) ?? noFaults(link)
    links.set(link, faults)
    faults.counts[fault]++
  }
  return [...links.values()]
}

function faultOf(event: TraceEvent): Fault | undefined {
  if (event.name !== 'frame-corrupted') return FAULT_OF[event.name]
  return event.dropped ? 'dropped' : 'damaged'
}

function noFaults(link: string): LinkFaults {
  const counts = Object.fromEntries(FAULTS.map(fault => [fault, 0])) as Record<Fault, number>
  return { link, counts }
}

/** Refused blocks: how many by box, by cause. */
export function countRefusals(events: readonly TraceEvent[]): Map<string, Map<string, number>> {
  const causes = new Map<string, Map<string, number>>()
  for (const event of events) {
    if (event.name !== 'block-refused') continue
    const { cause } = event
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
