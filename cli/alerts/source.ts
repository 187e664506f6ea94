// Where a stream comes from: files, one after another, or stdin. Read a megabyte at a time into the same memory, with
// progress on stderr.

import { open, stat } from 'node:fs/promises'
import { HanrigError } from '#core/errors/errors'
import type { Synthetic } from '#emulators/dsp-stream/synthetic'
import { hanrigError } from '../errors/errors.ts'
import { unreadable } from '../output/files.ts'
import { count, duration, octets } from '../output/format.ts'
import { StatusLine } from '../output/status-line.ts'

const CHUNK = 1024 * 1024
/** The name that means stdin. */
export const STDIN = '-'

/** Whoever takes octets of a file; they are only theirs until they return. */
export interface Taker {
  begin(name: string): void
  feed(octets: Uint8Array): void
  end(): void
  readonly events: number
}

/**
 * Feeds files to `taker`.
 * @param between awaited after every chunk.
 * @throws HanrigError FILE_NOT_FOUND, FILE_IS_DIRECTORY or FILE_UNREADABLE, and what `taker` throws.
 */
export async function readAll(
  files: readonly string[],
  taker: Taker,
  between: () => Promise<void>,
): Promise<void> {
  const sizes = await Promise.all(files.map(sizeOf))
  // How much comes on a pipe is not known.
  const total = sizes.every(size => size > 0)
    ? sizes.reduce((sum, size) => sum + size, 0)
    : undefined
  const line = new StatusLine()
  let done = 0
  try {
    for (const file of files) {
      taker.begin(file === STDIN ? 'stdin' : file)
      for await (const chunk of chunksOf(file)) {
        taker.feed(chunk)
        done += chunk.length
        const elapsed = line.due
        if (elapsed !== undefined) line.show(elapsed, progress(done, total, taker.events, elapsed))
        await between()
      }
      taker.end()
    }
  } finally {
    line.end()
  }
}

/** Plays a made-up stream to its end, with progress. @param between awaited after every batch. */
export async function playAll(stream: Synthetic, between: () => Promise<void>): Promise<void> {
  const line = new StatusLine()
  for (const _ of stream.run()) {
    const elapsed = line.due
    if (elapsed !== undefined) {
      const { events, done } = stream
      const left = done > 0 ? duration((elapsed * (1 - done)) / done) : 'unknown'
      line.show(
        elapsed,
        `${count(events)} events, ${count((events * 1000) / elapsed)} events/s, ${left} left`,
      )
    }
    await between()
  }
  line.end()
}

function progress(
  done: number,
  total: number | undefined,
  events: number,
  elapsed: number,
): string {
  const rate = `${count((events * 1000) / elapsed)} events/s, ${octets(Math.round((done * 1000) / elapsed))}/s`
  const so = `${octets(done)}${total === undefined ? '' : ` of ${octets(total)}`}, ${count(events)} events`
  if (total === undefined) return `${so}, ${rate}`
  return `${so}, ${rate}, ${duration((elapsed * Math.max(0, total - done)) / done)} left`
}

/** Octets of a file; 0 when it is not known. @throws HanrigError. */
export async function sizeOf(file: string): Promise<number> {
  if (file === STDIN) return 0
  try {
    const found = await stat(file)
    if (found.isDirectory())
      throw hanrigError('HANRIG_FILE_IS_DIRECTORY', `${file} is a directory.`)
    return found.size
  } catch (error) {
    throw error instanceof HanrigError ? error : unreadable(file, error)
  }
}

async function* chunksOf(file: string): AsyncGenerator<Uint8Array> {
  if (file === STDIN) {
    yield* process.stdin
    return
  }
  let handle: Awaited<ReturnType<typeof open>> | undefined
  try {
    handle = await open(file, 'r')
    const memory = new Uint8Array(CHUNK)
    for (;;) {
      const { bytesRead } = await handle.read(memory, 0, CHUNK)
      if (bytesRead === 0) return
      yield memory.subarray(0, bytesRead)
    }
  } catch (error) {
    throw error instanceof HanrigError ? error : unreadable(file, error)
  } finally {
    await handle?.close()
  }
}
