// What took time in a run: the phases of each box, the DSP's suppression windows, and the stretches worth enlarging.
// Pure, from trace events. A phase that nothing ended lasts until the end of the run and says so.

import { SUPPRESSION_WINDOW } from '#core/power/suppression'
import type { TraceEvent } from '#emulators/trace/trace'

export type PhaseKind =
  | 'wan-transfer'
  | 'forward'
  | 'download'
  | 'verification'
  | 'held'
  | 'scheduled'
  | 'activation'
  | 'power-off'
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
  'wan-transfer': 'Blocks over the WAN',
  forward: 'Forward to the hub',
  download: 'HAN download',
  verification: 'Verification',
  held: 'Held',
  scheduled: 'Waiting for its time',
  activation: 'Activation',
  'power-off': 'Power off',
  'supply-off': 'Supply off',
  restart: 'Hub restart',
}

export interface Span {
  readonly from: number
  readonly to: number
}

/** Virtual time of the last event. */
export function endOf(events: readonly TraceEvent[]): number {
  return events.at(-1)?.t ?? 0
}

/**
 * The phases of a run in the order in which they began.
 * @param firstHop the box that a Supplier's blocks go to: the DCO, or without one the hub.
 */
export function findPhases(
  events: readonly TraceEvent[],
  firstHop: 'dco' | 'hub',
  end = endOf(events),
): Phase[] {
  const phases = new Phases()
  for (const event of events) note(phases, event, firstHop)
  return phases.finish(end)
}

function note(phases: Phases, event: TraceEvent, firstHop: string): void {
  const { t, source } = event
  const transfer = source === firstHop ? 'wan-transfer' : 'forward'
  switch (event.name) {
    case 'srv-sent':
      if (event.service !== '11.3') phases.open('wan-transfer', firstHop, t)
      break
    case 'srv-response':
      if (event.service === '11.3') break
      phases.close('wan-transfer', firstHop, t, event.result === 0 ? 'done' : 'failed')
      break
    case 'transfer-opened':
    case 'transfer-resumed':
      phases.open(transfer, source, t)
      break
    case 'transfer-complete':
      phases.close(transfer, source, t)
      break
    // The sender gives up; its receiver hears nothing of it.
    case 'transfer-failed':
      if (source === 'supplier') phases.close('wan-transfer', firstHop, t, 'failed')
      else if (source === 'dco') phases.close('forward', 'hub', t, 'failed')
      break
    case 'ota-offered':
      phases.close('held', source, t)
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
      phases.open('held', source, t)
      break
    case 'image-rejected':
      phases.close('verification', source, t, 'failed')
      break
    case 'activation-scheduled':
      phases.close('held', source, t)
      phases.open('scheduled', source, t)
      break
    case 'activation-cancelled':
      if (phases.close('scheduled', source, t)) phases.open('held', source, t)
      break
    case 'activation-refused':
      phases.close('scheduled', source, t, 'failed')
      break
    case 'activation-began':
      phases.close('held', source, t)
      phases.close('scheduled', source, t)
      phases.open('activation', source, t)
      break
    case 'activation-ended':
      phases.close('activation', source, t, event.code === 0 ? 'done' : 'failed')
      break
    case 'power-lost':
      phases.open('power-off', source, t)
      break
    case 'power-restored':
      // Nothing says that a device had no power at the start.
      phases.open('power-off', source, 0)
      phases.close('power-off', source, t)
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

  /** Ends a phase; false without one. */
  close(kind: PhaseKind, lane: string, to: number, state: Phase['state'] = 'done'): boolean {
    const key = `${kind} ${lane}`
    const phase = this.#open.get(key)
    if (!phase) return false
    this.#open.delete(key)
    this.#closed.push({ ...phase, to, state })
    return true
  }

  finish(end: number): Phase[] {
    for (const { kind, lane } of [...this.#open.values()]) {
      // To hold an image is not something that must end.
      this.close(kind, lane, end, kind === 'held' ? 'done' : 'open')
    }
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
  const length = judged?.window ?? SUPPRESSION_WINDOW
  const windows: Span[] = []
  for (const event of events) {
    if (event.name !== 'activation-recorded') continue
    // Of a future-dated activation the recorded time is still to come.
    const from = Date.parse(event.at) - startUnixMs
    windows.push({ from, to: from + length })
  }
  return windows
}

/** When devices slept in the middle of a download, by box. */
export function findSleeps(events: readonly TraceEvent[], end: number): Map<string, Span[]> {
  const sleeps = new Map<string, Span[]>()
  const asleep = new Map<string, number>()
  const wake = (source: string, t: number): void => {
    const from = asleep.get(source)
    if (from === undefined) return
    asleep.delete(source)
    sleeps.set(source, [...(sleeps.get(source) ?? []), { from, to: t }])
  }
  for (const { name, source, t } of events) {
    if (name === 'device-slept') asleep.set(source, t)
    else if (name === 'device-woke' || name === 'power-lost') wake(source, t)
  }
  for (const source of [...asleep.keys()]) wake(source, end)
  return sleeps
}

const MINUTE = 60_000
/** Outages closer than this are enlarged together. */
const TOGETHER = 60 * MINUTE
const MOST_ENLARGED = 3

const WORK: ReadonlySet<PhaseKind> = new Set([
  'wan-transfer',
  'forward',
  'download',
  'verification',
  'activation',
])

/** The stretch in which everything was done, when the run went on for much longer than that. */
export function workSpan(phases: readonly Phase[], end: number): Span | undefined {
  const ends = phases
    .filter(({ kind, state }) => WORK.has(kind) && state !== 'open')
    .map(({ to }) => to)
  const to = Math.max(0, ...ends) * 1.03
  return to > 0 && to < end / 2 ? { from: 0, to } : undefined
}

/**
 * The stretches around outages of the hub, which are minutes in a run of hours; without one, the only activation.
 * @param moments virtual times of messages, taken in when they belong to it.
 */
export function zoomSpans(
  phases: readonly Phase[],
  windows: readonly Span[],
  moments: readonly number[],
): Span[] {
  const outages = phases.filter(({ kind }) => kind === 'supply-off' || kind === 'restart')
  const activations = phases.filter(({ kind }) => kind === 'activation')
  if (outages.length === 0 && activations.length !== 1) return []
  const hearts = outages.length > 0 ? outages : activations
  const joined: { from: number; to: number }[] = []
  for (const { from, to } of hearts) {
    const last = joined.at(-1)
    if (last && from <= last.to + TOGETHER) last.to = Math.max(last.to, to)
    else joined.push({ from, to })
  }
  const stretches = joined.slice(0, MOST_ENLARGED)
  return stretches.map(heart => around(heart, outages.length > 0 ? windows : [], phases, moments))
}

/** What belongs to an outage or an activation: what caused it, its windows, what was said of it. */
function around(
  heart: Span,
  windows: readonly Span[],
  phases: readonly Phase[],
  moments: readonly number[],
): Span {
  let { from, to } = heart
  for (const { kind, from: start, to: end } of phases) {
    const isAbout = kind === 'activation' && start <= heart.to && end >= heart.from
    const isJustBefore =
      kind === 'verification' && end <= heart.from && end >= heart.from - 2 * MINUTE
    if (isAbout || isJustBefore) from = Math.min(from, start)
    if (isAbout) to = Math.max(to, end)
  }
  const ended = to
  for (const t of moments) if (t > ended && t <= ended + 5 * MINUTE) to = Math.max(to, t)
  for (const window of windows) {
    if (window.from > ended || window.to < heart.from) continue
    from = Math.min(from, window.from)
    to = Math.max(to, window.to)
  }
  const margin = (to - from) * 0.03
  return { from: Math.max(0, from - margin), to: to + margin }
}
