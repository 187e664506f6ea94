// The alerts of a run: who raised each, when it was heard and, for AD1, what the DSP made of it. Alerts carry no
// number, so raised and received ones pair by code, first to first.

import type { TraceEvent } from '../../emulators/trace.ts'
import { exactSeconds } from '../format.ts'
import { numberOf, textOf } from './fields.ts'

export interface AlertStory {
  readonly code: string
  /** Undefined when the trace has only its arrival. */
  raised: { readonly t: number; readonly by: string } | undefined
  /** Undefined when it never arrived. */
  received: { readonly t: number; readonly by: string } | undefined
  /** What is known beyond the code. */
  detail: string
  verdict: { readonly suppressed: boolean; readonly reason: string } | undefined
}

/** What hanrig's boxes mean by a code. */
const NAMES: Readonly<Record<string, string>> = {
  AD1: 'power outage at the hub',
  '8F72': 'image verified',
  '8F1C': 'image not verified',
  '8F66': 'future-dated activation succeeded',
  '8F67': 'future-dated activation failed',
  '8F89': 'image not delivered to the device',
  '8F8A': 'image delivered to the device',
}

export function alertName(code: string): string {
  return NAMES[code] ?? 'a code unknown to hanrig'
}

/** The alerts of a run in the order in which they were raised. */
export function findAlerts(events: readonly TraceEvent[]): AlertStory[] {
  const alerts: AlertStory[] = []
  for (const event of events) {
    const { t, source } = event
    if (event.name === 'alert-raised') {
      alerts.push({
        code: textOf(event, 'code'),
        raised: { t, by: source },
        received: undefined,
        detail: detailOf(event),
        verdict: undefined,
      })
    } else if (event.name === 'alert-received') {
      const code = textOf(event, 'code')
      const alert = alerts.find(each => each.code === code && !each.received)
      const received = { t, by: source }
      if (alert) alert.received = received
      else alerts.push({ code, raised: undefined, received, detail: '', verdict: undefined })
    } else if (event.name === 'ad1-verdict') {
      const alert = alerts.find(each => each.code === 'AD1' && each.received && !each.verdict)
      const suppressed = event.suppressed === true
      if (alert) alert.verdict = { suppressed, reason: reasonOf(event) }
    }
  }
  return alerts
}

function detailOf(event: TraceEvent): string {
  const outage = numberOf(event, 'outage')
  if (outage !== undefined) return `${exactSeconds(outage)} without supply`
  const transfer = textOf(event, 'transfer')
  const code = numberOf(event, 'detail') ?? 0
  return transfer || (code === 0 ? '' : `code ${code}`)
}

function reasonOf(event: TraceEvent): string {
  const after = numberOf(event, 'afterActivation')
  const reason = textOf(event, 'reason')
  return after === undefined ? reason : `${reason}, ${exactSeconds(after)} after it`
}
