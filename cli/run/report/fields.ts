// Fields of trace events, read without trust: a trace may come from a file, and a report shows what is there
// instead of failing on what is not.

import type { TraceEvent } from '#emulators/trace/trace'

/** The field when it is a finite number. */
export function numberOf(event: TraceEvent, field: string): number | undefined {
  const value = event[field]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The field as text; empty when there is none. */
export function textOf(event: TraceEvent, field: string): string {
  const value = event[field]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
