// The moments of a run that get a mark: requests, responses, alerts, verdicts and turning points. The same thing said
// over and over by one box is one mark with a count, so a run of many days stays readable.

import type { TraceEvent } from '../../emulators/trace.ts'
import { count, duration, hexWord, octets } from '../format.ts'
import { alertName } from './alerts.ts'
import { numberOf, textOf } from './fields.ts'

export type MarkKind =
  | 'request'
  | 'response'
  | 'raised'
  | 'received'
  | 'verdict'
  | 'trouble'
  | 'note'

export interface Mark {
  /** Virtual ms. */
  readonly t: number
  readonly lane: string
  readonly kind: MarkKind
  /** As short as a drawing needs it; empty when the drawing does well without. */
  readonly label: string
  /** The whole of it, for people. */
  readonly text: string
  /** How often it was said in a row, and when last. */
  readonly times: number
  readonly until: number
}

type Saying = Pick<Mark, 'kind' | 'label' | 'text'>

/** Names of CS06 response codes; 5 is hanrig's own for a NULL answer. */
const OUTCOMES: Readonly<Record<string, string>> = {
  0: 'success',
  1: 'no image held',
  2: 'hash does not match',
  3: 'failure',
  5: 'accepted, outcome follows by alert',
}

/** What a box says with an event; undefined for events that are counted or drawn as phases. */
const SAYINGS: Partial<Record<TraceEvent['name'], (event: TraceEvent) => Saying>> = {
  'srv-sent': event => {
    const service = textOf(event, 'service')
    const size = numberOf(event, 'size')
    const due = textOf(event, 'executionTime')
    const what =
      size === undefined
        ? `to activate ${due === '' ? 'at once' : `at ${due}`}`
        : `with ${octets(size)} in ${count(numberOf(event, 'blocks') ?? 0)} blocks`
    return { kind: 'request', label: `SRV ${service}`, text: `SRV ${service} sent ${what}` }
  },
  'srv-response': event => {
    const service = textOf(event, 'service')
    const code = textOf(event, 'result') || textOf(event, 'code')
    const isGood = code === '0' || code === '5'
    const meaning = service === '11.1' ? (isGood ? 'every block is held' : 'image damaged') : ''
    const text = `SRV ${service} answered: ${meaning || OUTCOMES[code] || 'unknown'} (code ${code})`
    return {
      kind: isGood ? 'response' : 'trouble',
      label: `${service} ${code === '0' ? 'OK' : code === '5' ? 'accepted' : `code ${code}`}`,
      text,
    }
  },
  'alert-raised': event => {
    const code = textOf(event, 'code')
    return { kind: 'raised', label: code, text: `Alert ${code} raised: ${alertName(code)}` }
  },
  'alert-received': event => {
    const code = textOf(event, 'code')
    return { kind: 'received', label: code, text: `Alert ${code} received` }
  },
  'ad1-verdict': event => {
    const verdict = event.suppressed === true ? 'suppressed' : 'forwarded'
    const text = `AD1 ${verdict}: ${textOf(event, 'reason')}`
    return { kind: 'verdict', label: `AD1 ${verdict}`, text }
  },
  'activation-recorded': event => ({
    kind: 'note',
    label: 'recorded',
    text: `Activation recorded; the suppression window begins at ${textOf(event, 'at')}`,
  }),
  'transfer-resumed': event => ({
    kind: 'note',
    label: 'resumed',
    text: `Transfer resumed with ${count(numberOf(event, 'held') ?? 0)} blocks held`,
  }),
  'transfer-failed': event => ({
    kind: 'trouble',
    label: 'gave up',
    text: `Transfer given up after ${count(numberOf(event, 'tries') ?? 0)} tries`,
  }),
  'image-notify': event => ({
    kind: 'note',
    label: 'notify',
    text: `Image Notify for version ${hexWord(numberOf(event, 'fileVersion') ?? 0)}`,
  }),
  'ota-offered': event => {
    const at = numberOf(event, 'resumedAt') ?? 0
    const text = `Download of ${octets(numberOf(event, 'size') ?? 0)} begins`
    return { kind: 'note', label: '', text: at > 0 ? `${text} again at ${octets(at)}` : text }
  },
  'ota-refused': event => ({
    kind: 'trouble',
    label: 'refused',
    text: `The server offers nothing (status ${textOf(event, 'status')})`,
  }),
  'ota-waits': () => ({ kind: 'note', label: '', text: 'Told to wait before the next block' }),
  'ota-whole': event => ({
    kind: 'note',
    label: '',
    text: `Image whole: ${count(numberOf(event, 'blocks') ?? 0)} blocks, ${count(numberOf(event, 'retries') ?? 0)} retries`,
  }),
  'ota-stopped': event => ({
    kind: 'trouble',
    label: 'stopped',
    text: `Download stopped at ${octets(numberOf(event, 'offset') ?? 0)} (status ${textOf(event, 'status')})`,
  }),
  'ota-held': event => ({
    kind: 'note',
    label: 'held',
    text: `Version ${hexWord(numberOf(event, 'fileVersion') ?? 0)} is held for activation`,
  }),
  'image-verified': event => ({
    kind: 'note',
    label: 'verified',
    text: `Image verified: ${textOf(event, 'reason')}`,
  }),
  'image-rejected': event => ({
    kind: 'trouble',
    label: 'rejected',
    text: `Image rejected: ${textOf(event, 'reason')}`,
  }),
  'activation-scheduled': event => ({
    kind: 'note',
    label: 'scheduled',
    text: `Activation scheduled for ${textOf(event, 'at')}`,
  }),
  'activation-cancelled': () => ({
    kind: 'note',
    label: 'cancelled',
    text: 'Scheduled activation cancelled',
  }),
  'activation-refused': event => {
    const code = textOf(event, 'code')
    const text = `Activation refused: ${OUTCOMES[code] ?? 'unknown'} (code ${code})`
    return { kind: 'trouble', label: 'refused', text }
  },
  'activation-began': event => ({
    kind: 'note',
    label: '',
    text: `Activation begins${event.cutsHubSupply === true ? '; it cuts the supply of the hub' : ''}`,
  }),
  'activation-ended': event => {
    const version = hexWord(numberOf(event, 'fileVersion') ?? 0)
    return { kind: 'note', label: '', text: `Activation ended; version ${version} runs` }
  },
  'supply-lost': () => ({ kind: 'note', label: '', text: 'Supply lost' }),
  'supply-restored': () => ({ kind: 'note', label: '', text: 'Supply restored' }),
  'hub-ready': () => ({ kind: 'note', label: '', text: 'Hub is ready again' }),
}

/** The marks of a run in order. */
export function findMarks(events: readonly TraceEvent[]): Mark[] {
  const marks: Mark[] = []
  for (const event of events) {
    const saying = SAYINGS[event.name]?.(event)
    if (!saying) continue
    const last = marks.at(-1)
    if (last && last.lane === event.source && last.text === saying.text) {
      marks[marks.length - 1] = { ...last, times: last.times + 1, until: event.t }
    } else {
      marks.push({ t: event.t, lane: event.source, ...saying, times: 1, until: event.t })
    }
  }
  return marks
}

/** A mark's text with its count. */
export function textOfMark(mark: Mark): string {
  if (mark.times === 1) return mark.text
  return `${mark.text} (${count(mark.times)} times in ${duration(mark.until - mark.t)})`
}
