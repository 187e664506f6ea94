// Outputs that are named on the command line: each is looked at and opened before the work begins, and kept open. A regular
// file is replaced whole at the end; whatever else there is at the end of the name is written as it comes.

import { fstatSync } from 'node:fs'
import { hanrigError } from '../errors/errors.ts'
import type { Channel } from './channel.ts'
import { tellOnStderr } from './output.ts'
import { Pipe } from './pipe.ts'
import { isStdout, type Place, placeOf } from './place.ts'
import { SocketOutput } from './socket.ts'
import { WholeFile } from './whole-file.ts'

export class Output {
  /** As it was named. */
  readonly name: string
  readonly #to: WholeFile | Channel
  #failure: unknown
  #isClosed = false

  private constructor(name: string, to: WholeFile | Channel) {
    this.name = name
    this.#to = to
  }

  /**
   * @param signal ends the wait for somebody who reads a FIFO.
   * @throws HanrigError FILE_UNWRITABLE or FILE_IS_DIRECTORY; or the signal's reason.
   */
  static async open(name: string, signal?: AbortSignal): Promise<Output> {
    return new Output(name, await opened(name, placeOf(name), signal))
  }

  /** Takes what is to be written; octets must stay as they are. What goes wrong is said by ready() and close(). */
  write(chunk: Uint8Array | string): void {
    if (this.#failure !== undefined) return
    try {
      this.#to.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    } catch (error) {
      this.#failure = error
      // A disk that is full has room again.
      this.drop()
    }
  }

  /** Waits until there is room for more. @throws HanrigError FILE_UNWRITABLE. */
  async ready(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    if (!(this.#to instanceof WholeFile)) await this.#to.ready()
  }

  /** Everything is there: a file gets its name. @throws HanrigError FILE_UNWRITABLE. */
  async close(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#to.close()
  }

  /** The work broke down: of a file nothing is left. */
  drop(): void {
    if (!this.#isClosed) this.#to.drop()
    this.#isClosed = true
  }
}

async function opened(
  name: string,
  place: Place,
  signal: AbortSignal | undefined,
): Promise<WholeFile | Channel> {
  switch (place.kind) {
    case 'file':
      return new WholeFile(name, place.path, place.stat)
    case 'stream':
      return await Pipe.open(name, place.path, signal)
    case 'socket':
      return await SocketOutput.connect(name, place.path, signal)
    case 'descriptor':
      if (place.fd === 1) return SocketOutput.standard('stdout', process.stdout, signal)
      if (place.fd === 2) return SocketOutput.standard('stderr', process.stderr, signal)
      if (isSocket(place.fd)) return SocketOutput.given(name, place.fd, signal)
      return Pipe.given(name, place.fd, signal)
  }
}

function isSocket(fd: number): boolean {
  try {
    return fstatSync(fd).isSocket()
  } catch {
    // Not open: whoever writes to it says so.
    return false
  }
}

/** Names of outputs by what they are for; what was not asked for is undefined. */
type Names<K extends string> = Readonly<Record<K, string | undefined>>
type Opened<K extends string> = Readonly<Record<K, Output | undefined>>

/**
 * Opens outputs, has the work done, and closes them: all of them, also when one cannot be. Nothing is left in files of work
 * that throws.
 */
export async function withOutputs<K extends string, T>(
  names: Names<K>,
  signal: AbortSignal | undefined,
  work: (outputs: Opened<K>) => Promise<T> | T,
): Promise<T> {
  const outputs: Partial<Record<K, Output>> = {}
  const all = (): Output[] => Object.values(outputs)
  try {
    for (const what of Object.keys(names) as K[]) {
      const name = names[what]
      if (name !== undefined) outputs[what] = await Output.open(name, signal)
    }
    const done = await work(outputs as Opened<K>)
    const closed = await Promise.allSettled(all().map(output => output.close()))
    const failed = closed.find(each => each.status === 'rejected')
    if (failed) throw failed.reason
    return done
  } catch (error) {
    for (const output of all()) output.drop()
    throw error
  }
}

/** Writes all there is to an output. @throws HanrigError FILE_UNWRITABLE or FILE_IS_DIRECTORY. */
export async function writeOut(name: string, data: Uint8Array): Promise<void> {
  await withOutputs({ name }, undefined, outputs => outputs.name!.write(data))
}

/**
 * Leaves stdout to the one output that was named so: text for people goes to stderr then.
 * @param taken options that print on stdout themselves, such as --json, when they are given.
 * @param named options that name an output, with their names.
 * @throws HanrigError USAGE when two want it.
 */
export function shareStdout(
  taken: Readonly<Record<string, unknown>>,
  named: Readonly<Record<string, string | undefined>>,
): void {
  const wanting = [
    ...Object.keys(taken).filter(flag => taken[flag] === true),
    ...Object.keys(named).filter(flag => isStdout(named[flag])),
  ]
  const [first, second] = wanting
  if (second !== undefined) {
    throw hanrigError('HANRIG_USAGE', `${first} and ${second} both want stdout: choose one.`)
  }
  if (first !== undefined && !Object.hasOwn(taken, first)) tellOnStderr()
}
