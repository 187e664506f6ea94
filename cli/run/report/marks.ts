// The moments of a run that get a mark: requests, responses, alerts, verdicts and turning points. The same thing said
// over and over by one box is one mark with a count, so a run of many days stays readable.

import { NO_IMAGE_AVAILABLE } from '#core/ota/codes'
import { type ByName, byName, type EventOf, type TraceEvent } from '#emulators/trace/trace'
import { count, duration, hexWord, octets } from '../../output/format.ts'
import { BOARD_SAYINGS } from './board-marks.ts'
import type { Mark, Saying } from './mark.ts'
import { alertName, boxName, outcomeName, resultName } from './words.ts'

/** Calls a box by its name, given its EUI-64. */
type NameOf = (id: string) => string

/** What a box says with an event; undefined for events that are counted or drawn as phases. */
const SAYINGS: ByName<Saying, [nameOf: NameOf]> = {
  ...BOARD_SAYINGS,
  step: event => {
    const { kind, line } = event
    const boxes = 'on' in event ? event.on.map(name => boxName(name)) : []
    const image = 'image' in event ? event.image : ''
    const about = [image, boxes.join(', ')].filter(text => text !== '').join(' for ')
    const where = line > 0 ? `, line ${line}` : ''
    return {
      kind: 'step',
      label: kind,
      text: `Step: ${kind}${about === '' ? '' : ` ${about}`}${where}`,
    }
  },
  'step-failed': event => ({
    kind: 'trouble',
    label: 'failed',
    text: `Step ${event.kind} failed: ${event.reason}`,
  }),
  'srv-sent': (event, nameOf) => {
    const { service } = event
    const what =
      event.service !== '11.3'
        ? `with ${octets(event.size)} in ${count(event.blocks)} blocks`
        : event.cancels
          ? 'to cancel the activation'
          : `to activate ${event.executionTime === undefined ? 'at once' : `at ${event.executionTime}`}`
    const text = `SRV ${service} sent ${what}, for ${targetsOf(event, nameOf)}`
    return { kind: 'request', label: `SRV ${service}`, text }
  },
  'srv-response': (event, nameOf) => {
    const { service } = event
    const isCommand = event.service === '11.3'
    const code = isCommand ? event.code : event.result
    const isGood = code === 0 || (isCommand && code === 5)
    const meaning = isCommand ? outcomeName(code) : resultName(code)
    const again = !isCommand && event.again ? ' again' : ''
    return {
      kind: isGood ? 'response' : 'trouble',
      label: `${service} ${code === 0 ? 'OK' : isGood ? 'accepted' : `code ${code}`}`,
      text: `SRV ${service} answered${again}: ${meaning} (code ${code}), for ${targetsOf(event, nameOf)}`,
    }
  },
  'alert-raised': event => {
    const code = event.code
    return { kind: 'raised', label: code, text: `Alert ${code} raised: ${alertName(code)}` }
  },
  'alert-received': (event, nameOf) => {
    const code = event.code
    const text = `Alert ${code} received, about ${nameOf(event.about)}`
    return { kind: 'received', label: code, text }
  },
  'ad1-verdict': event => {
    const verdict = event.suppressed ? 'suppressed' : 'forwarded'
    const text = `AD1 ${verdict}: ${event.reason}`
    return { kind: 'verdict', label: `AD1 ${verdict}`, text }
  },
  'activation-recorded': (event, nameOf) => ({
    kind: 'note',
    label: 'recorded',
    text: `Activation of ${nameOf(event.device)} recorded; the suppression window begins at ${event.at}`,
  }),
  'list-replaced': (event, nameOf) => {
    const names = event.devices.map(nameOf).join(', ')
    return { kind: 'note', label: 'list', text: `List replaced: ${names || 'nobody'}` }
  },
  'slot-refused': ({ destination, fileVersion }, nameOf) => ({
    kind: 'trouble',
    label: destination === undefined ? 'no slot' : 'refused',
    text:
      destination === undefined
        ? `No slot for version ${hexWord(fileVersion)}`
        : `Version ${hexWord(fileVersion)} is meant for ${nameOf(destination)} alone`,
  }),
  'slot-emptied': event => ({
    kind: 'note',
    label: 'emptied',
    text: `Version ${hexWord(event.fileVersion)} is dropped`,
  }),
  'transfer-resumed': event => ({
    kind: 'note',
    label: 'resumed',
    text: `Transfer resumed with ${count(event.held)} blocks held`,
  }),
  'transfer-failed': (event, nameOf) => ({
    kind: 'trouble',
    label: 'gave up',
    text:
      'tries' in event
        ? `Transfer given up after ${count(event.tries)} tries`
        : `Version ${hexWord(event.fileVersion)} not delivered to ${nameOf(event.target)}: ${event.transfer}`,
  }),
  'image-notify': (event, nameOf) => ({
    kind: 'note',
    label: '',
    text: `Image Notify for version ${hexWord(event.fileVersion)} to ${nameOf(event.target)}`,
  }),
  'ota-offered': event => {
    const at = event.resumedAt
    const text = `Download of ${octets(event.size)} begins`
    return { kind: 'note', label: '', text: at > 0 ? `${text} again at ${octets(at)}` : text }
  },
  'ota-refused': event => {
    const status = event.status
    if (status === NO_IMAGE_AVAILABLE) {
      return { kind: 'note', label: 'no image', text: 'The server has no image for it' }
    }
    const text = `The server refuses (status ${hexWord(status, 2)})`
    return { kind: 'trouble', label: 'refused', text }
  },
  'ota-waits': () => ({ kind: 'note', label: '', text: 'Told to wait before the next block' }),
  'ota-whole': event => ({
    kind: 'note',
    label: '',
    text: `Image whole: ${count(event.blocks)} blocks, ${count(event.retries)} retries`,
  }),
  'ota-stopped': event => ({
    kind: 'trouble',
    label: 'stopped',
    text: `Download stopped at ${octets(event.offset)} (status ${hexWord(event.status, 2)})`,
  }),
  'ota-held': event => ({
    kind: 'note',
    label: 'held',
    text: `Version ${hexWord(event.fileVersion)} is held for activation`,
  }),
  'image-verified': event => ({
    kind: 'note',
    label: 'verified',
    text: `Image verified: ${event.reason}`,
  }),
  'image-rejected': event => ({
    kind: 'trouble',
    label: 'rejected',
    text: `Image rejected: ${event.reason}`,
  }),
  'activation-scheduled': event => ({
    kind: 'note',
    label: 'scheduled',
    text: `Activation scheduled for ${event.at}`,
  }),
  'activation-cancelled': () => ({
    kind: 'note',
    label: 'cancelled',
    text: 'Scheduled activation cancelled',
  }),
  'activation-refused': event => {
    const code = event.code
    const text = `Activation refused: ${outcomeName(code)} (code ${code})`
    return { kind: 'trouble', label: 'refused', text }
  },
  'activation-began': event => ({
    kind: 'note',
    label: '',
    text: `Activation begins; it takes ${duration(event.duration)}`,
  }),
  'activation-ended': event => {
    const version = hexWord(event.fileVersion)
    if (event.code === 0) {
      return { kind: 'note', label: '', text: `Activation ended; version ${version} runs` }
    }
    const text = `Activation failed; version ${version} goes on`
    return { kind: 'trouble', label: 'not activated', text }
  },
  'power-lost': () => ({ kind: 'note', label: '', text: 'Power lost' }),
  booted: event => {
    const isSound = event.sound
    const version = hexWord(event.fileVersion)
    const text = isSound
      ? `Started again; version ${version} runs`
      : 'Started; its image is damaged'
    return { kind: isSound ? 'note' : 'trouble', label: isSound ? '' : 'damaged', text }
  },
  'supply-lost': () => ({ kind: 'note', label: '', text: 'Supply lost' }),
  'supply-restored': () => ({ kind: 'note', label: '', text: 'Supply restored' }),
  'hub-ready': () => ({ kind: 'note', label: '', text: 'Hub is ready again' }),
}

function targetsOf(event: EventOf<'srv-sent' | 'srv-response'>, nameOf: NameOf): string {
  const targets = event.service === '11.3' ? [event.device] : event.targets
  return targets.map(nameOf).join(', ')
}

/**
 * The marks of a run in order.
 * @param names of the boxes, by EUI-64.
 */
export function findMarks(
  events: readonly TraceEvent[],
  names: ReadonlyMap<string, string>,
): Mark[] {
  const nameOf = (id: string): string => boxName(names.get(id) ?? id)
  const marks: Mark[] = []
  for (const event of events) {
    const saying = byName(SAYINGS, event, nameOf)
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
