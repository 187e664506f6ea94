// The stream of events that everything shown is rendered from: terminal, JSON Lines, HTML. Nothing else is logged
// about a run. The list of events is closed: events/ declares each, docs/trace.schema.json publishes them. Virtual time
// only, so one seed gives one byte-identical trace.

import type { DeclaredFields } from './events/events.ts'

/** Names of all events; docs/trace.schema.json has a section for each. */
export type TraceName = keyof DeclaredFields

/** What every event has. */
interface Head {
  /** Virtual milliseconds since the run began. */
  readonly t: number
  /** The box or link that speaks, e.g. 'dco', 'han.down'. */
  readonly source: string
}

/** What nobody may change, all the way down. */
type Frozen<T> = { readonly [K in keyof T]: Frozen<T[K]> }
/** An event without fields is declared as a map that refuses every key. */
type IsBare<N extends TraceName> = string extends keyof DeclaredFields[N] ? true : false

/** The fields that an event of this name has beside t, source and name. */
export type FieldsOf<N extends TraceName> = {
  [K in N]: IsBare<K> extends true ? Record<never, never> : Frozen<DeclaredFields[K]>
}[N]

/** An event of this name. */
export type EventOf<N extends TraceName> = {
  [K in N]: Head & { readonly name: K } & FieldsOf<K>
}[N]

/** Any event; its name tells which, and a switch over it narrows the type. */
export type TraceEvent = EventOf<TraceName>

type SaidOf = {
  [N in TraceName]: IsBare<N> extends true
    ? []
    : object extends FieldsOf<N>
      ? [fields?: FieldsOf<N>]
      : [fields: FieldsOf<N>]
}

type Together<U> = (U extends unknown ? (fields: U) => void : never) extends (
  fields: infer All extends readonly [fields?: object],
) => void
  ? All
  : never

/**
 * What `emit` takes after the name: nothing, fields that may be left out, or fields. Of a name that may be one of several
 * the fields fit each.
 */
export type Said<N extends TraceName> = Together<SaidOf[N]>

/** Something to be made of the events of some names. */
export type ByName<R, More extends readonly unknown[] = []> = {
  readonly [N in TraceName]?: (event: EventOf<N>, ...more: More) => R
}

/** Takes events, one at a time, in the order in which they happen. */
export type TraceSink = (event: TraceEvent) => void

export class Trace {
  /** False where what happens to single frames is only counted: millions of them are run without a sink. */
  readonly frames: boolean
  readonly #clock: { readonly now: number }
  readonly #sink: TraceSink

  constructor(clock: { readonly now: number }, sink: TraceSink, frames = true) {
    this.#clock = clock
    this.#sink = sink
    this.frames = frames
  }

  emit<N extends TraceName>(source: string, name: N, ...[fields]: Said<N>): void {
    this.#sink(eventOf({ t: this.#clock.now, source, name }, fields))
  }
}

/** What is made of an event by its name; undefined when nothing is. */
export function byName<N extends TraceName, R, More extends readonly unknown[]>(
  makers: ByName<R, More>,
  event: EventOf<N>,
  ...more: More
): R | undefined {
  return makers[event.name]?.(event, ...more)
}

/** The head and the fields of one declaration are an event: `emit` has held them to it. */
function eventOf(head: Head & { readonly name: TraceName }, fields: object | undefined): TraceEvent
function eventOf(head: object, fields: object | undefined): object {
  return { ...head, ...fields }
}
