// The columns of an event, and how the text of one gets into a batch: CSV and JSON Lines name them alike.
// A field that cannot be read is a sentence, made only then.

import { parseEui64 } from '#core/eui64/eui64'
import { CANCEL_TIME } from '#core/power/activation'
import {
  ACTIVATION,
  AD1,
  CAUSE_NAMES,
  EVENT_NAMES,
  type EventBatch,
  FAILED,
  JOIN,
  LIST_ADD,
  LIST_REMOVE,
  SUCCEEDED,
} from './event-batch.ts'
import { parseTime } from './time-text.ts'

export const FIELDS = [
  'time',
  'event',
  'device',
  'hub',
  'requestTime',
  'executionTime',
  'outageStart',
  'outageEnd',
  'cause',
] as const

export type Field = (typeof FIELDS)[number]

/** Without these a row says nothing. */
export const REQUIRED: readonly Field[] = ['time', 'event']

const CANCEL = words(['cancel'])
const EVENTS = words(EVENT_NAMES)
const CAUSE_WORDS = words(CAUSE_NAMES)
const id = new Int32Array(2)

/** Events that are about a device, and those about a hub's HAN. */
const OF_DEVICE = new Set([ACTIVATION, SUCCEEDED, FAILED, JOIN, LIST_ADD, LIST_REMOVE])
const OF_HUB = new Set([AD1, JOIN])

/**
 * Puts the text from..to into field `field` of row `i`. An empty text leaves it as it is.
 * @returns what is wrong with it, or undefined.
 */
export function readField(
  batch: EventBatch,
  i: number,
  field: number,
  src: Uint8Array,
  from: number,
  to: number,
): string | undefined {
  if (from === to) return undefined
  switch (FIELDS[field]) {
    case 'time':
      return timeProblem(parseTime(src, from, to, batch.time, i), src, from, to)
    case 'event': {
      const kind = wordAt(EVENTS, src, from, to)
      batch.kind[i] = Math.max(0, kind)
      return kind < 0
        ? `${shown(src, from, to)} is no event: there are ${EVENT_NAMES.join(', ')}.`
        : undefined
    }
    case 'device':
      return readId(batch.device, i, src, from, to)
    case 'hub':
      return readId(batch.hub, i, src, from, to)
    case 'requestTime':
      return timeProblem(parseTime(src, from, to, batch.requestTime, i), src, from, to)
    case 'executionTime':
      if (wordAt(CANCEL, src, from, to) === 0) {
        batch.executionTime[i] = CANCEL_TIME
        return undefined
      }
      return timeProblem(parseTime(src, from, to, batch.executionTime, i), src, from, to)
    case 'outageStart':
      return timeProblem(parseTime(src, from, to, batch.outageStart, i), src, from, to)
    case 'outageEnd':
      return timeProblem(parseTime(src, from, to, batch.outageEnd, i), src, from, to)
    default: {
      const cause = wordAt(CAUSE_WORDS, src, from, to)
      batch.cause[i] = Math.max(0, cause)
      return cause < 0
        ? `${shown(src, from, to)} is no cause: activation or genuine, or nothing.`
        : undefined
    }
  }
}

/** What row `i` lacks: a field's number and the sentence; undefined when it is whole. */
export function lackOf(
  batch: EventBatch,
  i: number,
): { field: Field; sentence: string } | undefined {
  const kind = batch.kind[i]!
  const name = EVENT_NAMES[kind]
  if (Number.isNaN(batch.time[i])) return { field: 'time', sentence: 'the time is missing.' }
  if (OF_DEVICE.has(kind) && isZero(batch.device, i)) {
    return { field: 'device', sentence: `${name} needs the device.` }
  }
  if (OF_HUB.has(kind) && isZero(batch.hub, i)) {
    return { field: 'hub', sentence: `${name} needs the hub.` }
  }
  if (batch.outageEnd[i]! < batch.outageStart[i]!) {
    return { field: 'outageEnd', sentence: 'the outage ends before it starts.' }
  }
  return undefined
}

function isZero(ids: Int32Array, i: number): boolean {
  return (ids[2 * i]! | ids[2 * i + 1]!) === 0
}

function readId(
  ids: Int32Array,
  i: number,
  src: Uint8Array,
  from: number,
  to: number,
): string | undefined {
  if (!parseEui64(src, from, to - from, id)) {
    return `${shown(src, from, to)} is no EUI-64: 16 hex digits, or eight pairs with hyphens or colons.`
  }
  ids[2 * i] = id[0]!
  ids[2 * i + 1] = id[1]!
  return undefined
}

function timeProblem(
  isTime: boolean,
  src: Uint8Array,
  from: number,
  to: number,
): string | undefined {
  if (isTime) return undefined
  return `${shown(src, from, to)} is no time: ISO 8601 in UTC (2026-01-05T09:00:00.000Z) or Unix milliseconds.`
}

/** Text as it was, for a sentence: short, and nothing that a terminal would act on. */
export function shown(src: Uint8Array, from: number, to: number): string {
  const text = new TextDecoder().decode(src.subarray(from, Math.min(to, from + 40)))
  return JSON.stringify(to - from > 40 ? `${text}…` : text)
}

function words(texts: readonly string[]): Uint8Array[] {
  return texts.map(text => new TextEncoder().encode(text))
}

/** Which of the words stands there, or -1. */
function wordAt(all: readonly Uint8Array[], src: Uint8Array, from: number, to: number): number {
  for (let n = 0; n < all.length; n++) {
    const word = all[n]!
    let i = 0
    if (word.length !== to - from) continue
    while (i < word.length && word[i] === src[from + i]) i++
    if (i === word.length) return n
  }
  return -1
}
