// Where events come from: files of them, recorded by somebody, or a made-up estate. Whoever judges or writes them takes
// batches and need not know which it is.

import type { EventBatch } from './event-batch.ts'
import { EventReader } from './event-reader.ts'
import type { GrowingList } from './growing.ts'
import { ListReader } from './list-reader.ts'
import { Synthetic, type SyntheticOptions } from './synthetic.ts'

/** What was read: how many events, rows left out, columns that mean nothing here. */
export interface Read {
  /** Events taken. */
  readonly events: number
  /** Rows that were left out, for they could not be read. */
  readonly bad: number
  /** Names of columns that mean nothing here. */
  readonly ignored: readonly string[]
}

/** Hands over all events in the order of their time, batch by batch; a batch is only the taker's until it returns. */
export type Events = (take: (batch: EventBatch) => void) => Promise<Read>

/** A text that is read: its name is for sentences. A chunk may be written over once the next one is asked for. */
export interface TextFile {
  /** For sentences: what the file is called. */
  readonly name: string
  /** Its octets in order, UTF-8, in pieces of any size. A chunk may be written over once the next one is asked for. */
  readonly chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** How far a stream is. */
export interface Reached {
  /** Events so far. */
  readonly events: number
  /** Octets read; 0 of a made-up stream. */
  readonly octets: number
  /** Share of a made-up stream that is done, 0 to 1; 0 of files. */
  readonly done: number
}

/** Called and awaited after every chunk or batch: to tell how far it is, or to wait for whoever writes. */
export type Heed = (reached: Reached) => Promise<void> | void

/**
 * Events of files in CSV or JSON Lines, read one after another.
 * @param skipBad bad rows are counted and left out; else they end the reading.
 * @returns a source that throws HanrigError EVENTS_INVALID or EVENTS_UNORDERED, and what reading a chunk throws.
 */
export function eventsOf(files: readonly TextFile[], skipBad = false, heed?: Heed): Events {
  return async take => {
    const reader = new EventReader({ skipBad, take })
    await readAll(files, reader, heed)
    return { events: reader.events, bad: reader.bad, ignored: [...reader.ignored] }
  }
}

/** Events of a made-up estate: one seed, one stream. */
export function madeUpEvents(options: SyntheticOptions, heed?: Heed): Events {
  return async take => {
    const stream = new Synthetic(options, take)
    for (const _ of stream.run()) {
      await heed?.({ events: stream.events, octets: 0, done: stream.done })
    }
    return { events: stream.events, bad: 0, ignored: [] }
  }
}

/**
 * The list of ESMEs in a file: an EUI-64 a line.
 * @param octets of the file, from which its devices are reckoned; 0 when it is not known.
 * @throws HanrigError EVENTS_INVALID.
 */
export async function listOf(file: TextFile, octets = 0, heed?: Heed): Promise<GrowingList> {
  const reader = new ListReader(octets)
  await readAll([file], reader, heed)
  return reader.list
}

/** Whoever takes the octets of files. */
interface Taker {
  begin(name: string): void
  feed(octets: Uint8Array): void
  end(): void
  readonly events: number
}

async function readAll(
  files: readonly TextFile[],
  taker: Taker,
  heed: Heed | undefined,
): Promise<void> {
  let octets = 0
  for (const { name, chunks } of files) {
    taker.begin(name)
    for await (const chunk of chunks) {
      taker.feed(chunk)
      octets += chunk.length
      await heed?.({ events: taker.events, octets, done: 0 })
    }
    taker.end()
  }
}
