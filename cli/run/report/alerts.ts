// The alerts of a run: who raised each, when it was heard and, for AD1, what the DSP made of it. Alerts carry no
// number, so raised and received ones pair by code and box, first to first.

import type { EventOf, TraceEvent } from '#emulators/trace/trace'
import { exactSeconds } from '../../output/format.ts'
import { boxName } from './words.ts'

export interface Alert {
  readonly code: string
  /** Undefined when the trace has only its arrival. */
  raised: { readonly t: number; readonly by: string } | undefined
  /** Undefined when it never arrived. */
  received: { readonly t: number; readonly by: string } | undefined
  /** What is known beyond the code. */
  detail: string
  verdict: { readonly suppressed: boolean; readonly reason: string } | undefined
}

/**
 * The alerts of a run in the order in which they were raised.
 * @param names of the boxes, by EUI-64.
 */
export function findAlerts(
  events: readonly TraceEvent[],
  names: ReadonlyMap<string, string>,
): Alert[] {
  const alerts: Alert[] = []
  for (const event of events) {
    const { t, source } = event
    if (event.name === 'alert-raised') {
      alerts.push({
        code: event.code,
        raised: { t, by: source },
        received: undefined,
        detail: detailOf(event, names),
        verdict: undefined,
      })
    } else if (event.name === 'alert-received') {
      const { code } = event
      const by = names.get(event.device)
      const alert = alerts.find(
        each => each.code === code && !each.received && each.raised?.by === by,
      )
      const received = { t, by: source }
      if (alert) alert.received = received
      else alerts.push({ code, raised: undefined, received, detail: '', verdict: undefined })
    } else if (event.name === 'ad1-verdict') {
      const alert = alerts.find(each => each.code === 'AD1' && each.received && !each.verdict)
      const { suppressed } = event
      if (alert) alert.verdict = { suppressed, reason: reasonOf(event) }
    }
  }
  return alerts
}

function detailOf(
  { detail, outage, transfer, target }: EventOf<'alert-raised'>,
  names: ReadonlyMap<string, string>,
): string {
  if (outage !== undefined) return `${exactSeconds(outage)} without supply`
  const box = target === undefined ? '' : `${boxName(names.get(target) ?? target)}: `
  return `${box}${transfer ?? (detail === 0 ? '' : `code ${detail}`)}`
}

function reasonOf({ reason, afterActivation: after }: EventOf<'ad1-verdict'>): string {
  return after === undefined ? reason : `${reason}, ${exactSeconds(after)} after it`
}
