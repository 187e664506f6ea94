// What took time in a run: the phases of each box, the DSP's suppression windows, and the stretch worth enlarging.
// Pure, from trace events. A phase that nothing ended lasts until the end of the run and says so.

import { SUPPRESSION_WINDOW } from '../../core/power/suppression.ts'
import type { TraceEvent } from '../../emulators/trace.ts'
import { numberOf, textOf } from './fields.ts'

export type PhaseKind =
  | 'wan-transfer'
  | 'forward'
  | 'download'
  | 'verification'
  | 'scheduled'
  | 'activation'
  | 'supply-off'
  | 'restart'

export interface Phase {
  readonly kind: PhaseKind
  /** The box that it is drawn at. */
  readonly lane: string
  /** Virtual ms. */
  readonly from: number
  readonly to: number
  /** 'open': nothing in the trace ended it. */
  readonly state: 'done' | 'failed' | 'open'
}

export const PHASE_NAMES: Readonly<Record<PhaseKind, string>> = {
  'wan-transfer': 'SRV 11.1 over the WAN',
  forward: 'Forward to the hub',
  download: 'HAN download',
  verification: 'Verification',
  scheduled: 'Waiting for its time',
  activation: 'Activation',
  'supply-off': 'Supply off',
  restart: 'Hub restart',
}

/** The boxes of the home and the services, from the Supplier down to the meter. */
export const LANES = ['supplier', 'dco', 'dsp', 'hub', 'esme'] as const

export interface Span {
  readonly from: number
  readonly to: number
}

/** Virtual time of the last event. */
export function endOf(events: readonly TraceEvent[]): number {
  return events.at(-1)?.t ?? 0
}

/** The phases of a run in the order in which they began. */
export function findPhases(events: readonly TraceEvent[], end = endOf(events)): Phase[] {
  const phases = new Phases()
  for (const event of events) note(phases, event)
  return phases.finish(end)
}

function note(phases: Phases, event: TraceEvent): void {
  const { t, source } = event
  switch (event.name) {
    case 'srv-sent':
      if (textOf(event, 'service') === '11.1') phases.open('wan-transfer', 'dco', t)
      break
    case 'transfer-opened':
    case 'transfer-resumed':
      phases.open(source === 'hub' ? 'forward' : 'wan-transfer', source, t)
      break
    case 'transfer-complete':
      phases.close(source === 'hub' ? 'forward' : 'wan-transfer', source, t)
      break
    // The sender gives up; its receiver hears nothing of it.
    case 'transfer-failed':
      if (source === 'supplier') phases.close('wan-transfer', 'dco', t, 'failed')
      else phases.close('forward', 'hub', t, 'failed')
      break
    case 'ota-offered':
      phases.open('download', source, t)
      break
    case 'ota-whole':
      phases.close('download', source, t)
      phases.open('verification', source, t)
      break
    case 'ota-stopped':
      phases.close('download', source, t, 'failed')
      break
    case 'image-verified':
      phases.close('verification', source, t)
      break
    case 'image-rejected':
      phases.close('verification', source, t, 'failed')
      break
    case 'activation-scheduled':
      phases.open('scheduled', source, t)
      break
    case 'activation-cancelled':
      phases.close('scheduled', source, t)
      break
    case 'activation-refused':
      phases.close('scheduled', source, t, 'failed')
      break
    case 'activation-began':
      phases.close('scheduled', source, t)
      phases.open('activation', source, t)
      break
    case 'activation-ended':
      phases.close('activation', source, t, numberOf(event, 'code') === 0 ? 'done' : 'failed')
      break
    case 'supply-lost':
      phases.close('restart', source, t, 'failed')
      phases.open('supply-off', source, t)
      break
    case 'supply-restored':
      phases.close('supply-off', source, t)
      phases.open('restart', source, t)
      break
    case 'hub-ready':
      phases.close('restart', source, t)
      break
  }
}

/** Phases by what and where; one of a kind is open at a box at a time. */
class Phases {
  readonly #closed: Phase[] = []
  readonly #open = new Map<string, { kind: PhaseKind; lane: string; from: number }>()

  /** Begins a phase; one that is open already goes on. */
  open(kind: PhaseKind, lane: string, from: number): void {
    const key = `${kind} ${lane}`
    if (!this.#open.has(key)) this.#open.set(key, { kind, lane, from })
  }

  /** Ends a phase; without one there is nothing to end. */
  close(kind: PhaseKind, lane: string, to: number, state: Phase['state'] = 'done'): void {
    const key = `${kind} ${lane}`
    const phase = this.#open.get(key)
    if (!phase) return
    this.#open.delete(key)
    this.#closed.push({ ...phase, to, state })
  }

  finish(end: number): Phase[] {
    for (const { kind, lane } of [...this.#open.values()]) this.close(kind, lane, end, 'open')
    return this.#closed.sort((a, b) => a.from - b.from || a.to - b.to)
  }
}

/** Phases of one kind, place and end that followed each other: one line of a list. */
export interface FoldedPhase extends Phase {
  readonly times: number
  /** Ms in all, without what lay between. */
  readonly spent: number
}

/** Folds repeats, such as the hundred downloads of a device that starts again and again. */
export function foldPhases(phases: readonly Phase[]): FoldedPhase[] {
  const folded: FoldedPhase[] = []
  for (const phase of phases) {
    const { kind, lane, state, from, to } = phase
    const last = folded.at(-1)
    if (last && last.kind === kind && last.lane === lane && last.state === state) {
      const spent = last.spent + to - from
      folded[folded.length - 1] = { ...last, to, times: last.times + 1, spent }
    } else {
      folded.push({ ...phase, times: 1, spent: to - from })
    }
  }
  return folded
}

/** The windows in which the DSP suppresses an AD1, one per activation that it recorded. */
export function findWindows(events: readonly TraceEvent[], startUnixMs: number): Span[] {
  const judged = events.find(event => event.name === 'ad1-verdict')
  const length = (judged && numberOf(judged, 'window')) ?? SUPPRESSION_WINDOW
  const windows: Span[] = []
  for (const event of events) {
    if (event.name !== 'activation-recorded') continue
    // Of a future-dated activation the recorded time is still to come.
    const from = Date.parse(textOf(event, 'at')) - startUnixMs
    if (Number.isFinite(from)) windows.push({ from, to: from + length })
  }
  return windows
}

const MINUTE = 60_000

/**
 * The stretch around activation and outage, which is minutes in a run of hours; undefined when there was neither.
 * @param moments virtual times of messages, taken in when they belong to it.
 */
export function zoomSpan(
  phases: readonly Phase[],
  windows: readonly Span[],
  moments: readonly number[],
): Span | undefined {
  const heart = phases.filter(
    ({ kind }) => kind === 'activation' || kind === 'supply-off' || kind === 'restart',
  )
  if (heart.length === 0) return undefined
  const begun = Math.min(...heart.map(phase => phase.from))
  const ended = heart.reduce((latest, phase) => Math.max(latest, phase.to), begun)
  let from = begun
  let to = ended
  for (const t of moments) if (t > ended && t <= ended + 5 * MINUTE) to = Math.max(to, t)
  // Without an outage there is no AD1, and the window would only make the activation small.
  const hasOutage = heart.some(({ kind }) => kind === 'supply-off')
  for (const window of hasOutage ? windows : []) {
    if (window.from > ended || window.to < begun) continue
    from = Math.min(from, window.from)
    to = Math.max(to, window.to)
  }
  for (const { kind, from: start, to: end } of phases) {
    const isJustBefore = end <= begun && end >= begun - 2 * MINUTE
    if (kind === 'verification' && isJustBefore) from = Math.min(from, start)
  }
  const margin = (to - from) * 0.03
  return { from: Math.max(0, from - margin), to: to + margin }
}
