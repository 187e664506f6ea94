// Where a stream comes from on this machine: files, one after another, or stdin, read a megabyte at a time into the same
// memory; and how far it is, on stderr.

import { constants, openSync, statSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import { addAbortSignal } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { HanrigError } from '#core/errors/errors'
import type { Heed, Reached, TextFile } from '#emulators/dsp-stream/sources'
import { unreadable } from '#emulators/storage/input'
import { hanrigError } from '../errors/errors.ts'
import { count, duration, octets } from '../output/format.ts'
import { StatusLine } from '../output/status-line.ts'

const CHUNK = 1024 * 1024
/** ms of work after which signals are heard. */
const BREATHE_EVERY = 50
/** The name that means stdin. */
const STDIN = '-'

/**
 * Files by their names, as they are read.
 * @param signal ends the wait for whoever writes to a pipe.
 * @throws HanrigError FILE_UNREADABLE, when they are; or the signal's reason.
 */
export function textFile(file: string, signal: AbortSignal): TextFile {
  return { name: file === STDIN ? 'stdin' : file, chunks: chunksOf(file, signal) }
}

/** Octets of files together; undefined when that is not known: how much comes on a pipe nobody knows. */
export async function totalOf(files: readonly string[]): Promise<number | undefined> {
  const sizes = await Promise.all(files.map(sizeOf))
  return sizes.every(size => size > 0) ? sizes.reduce((sum, size) => sum + size, 0) : undefined
}

/** Shows how far a stream is while it is read or made. */
export class StreamProgress {
  readonly #line: StatusLine
  readonly #total: number | undefined
  readonly #ready: () => Promise<void>
  readonly #signal: AbortSignal | undefined
  #breathed = performance.now()

  /**
   * @param total octets of files; undefined when they are not known, or there are none.
   * @param ready awaited after every chunk.
   * @param signal ends the work.
   */
  constructor(
    total: number | undefined,
    ready: () => Promise<void>,
    line = new StatusLine(),
    signal?: AbortSignal,
  ) {
    this.#total = total
    this.#ready = ready
    this.#signal = signal
    this.#line = line
  }

  readonly heed: Heed = async reached => {
    this.#line.offer(elapsed => said(reached, this.#total, elapsed))
    await this.#ready()
    // What is made up waits for nothing: signals are heard now and then all the same.
    if (performance.now() - this.#breathed > BREATHE_EVERY) {
      await setImmediate()
      this.#breathed = performance.now()
    }
    this.#signal?.throwIfAborted()
  }

  end(): void {
    this.#line.end()
  }
}

function said({ events, octets: read, done }: Reached, total: number | undefined, elapsed: number) {
  const rate = `${count((events * 1000) / elapsed)} events/s`
  if (read === 0) {
    const left = done > 0 ? duration((elapsed * (1 - done)) / done) : 'unknown'
    return `${count(events)} events, ${rate}, ${left} left`
  }
  const of = total === undefined ? '' : ` of ${octets(total)}`
  const so = `${octets(read)}${of}, ${count(events)} events, ${rate}, ${octets(Math.round((read * 1000) / elapsed))}/s`
  if (total === undefined) return so
  return `${so}, ${duration((elapsed * Math.max(0, total - read)) / read)} left`
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

async function* chunksOf(file: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const pipe = file === STDIN ? process.stdin : fifoOf(file)
  if (pipe) {
    yield* addAbortSignal(signal, pipe)
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

/** A FIFO, which may be long without anybody who writes to it: opened so that no thread waits in vain. */
function fifoOf(file: string): Socket | undefined {
  try {
    if (!statSync(file, { throwIfNoEntry: false })?.isFIFO()) return undefined
    const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    return new Socket({ fd, readable: true, writable: false })
  } catch (error) {
    throw unreadable(file, error)
  }
}
