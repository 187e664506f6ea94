// Where a long text goes: an output that was named, or stdout, which is waited for when its reader is slow. One memory is
// filled again and again, so what is handed on is a copy. All of it is ASCII.

import { once } from 'node:events'
import { print } from '../output/output.ts'
import type { Output } from '../output/outputs.ts'

export class Sink {
  readonly #output: Output | undefined
  readonly #signal: AbortSignal

  /** @param output stdout when there is none. @param signal ends the wait for a reader. */
  constructor(output: Output | undefined, signal: AbortSignal) {
    this.#output = output
    this.#signal = signal
  }

  readonly write = (octets: Uint8Array): void => {
    if (this.#output) this.#output.write(octets.slice())
    else print(Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1'))
  }

  /** Waits until there is room for more. @throws HanrigError FILE_UNWRITABLE. */
  async ready(): Promise<void> {
    if (this.#output) await this.#output.ready()
    else if (process.stdout.writableNeedDrain) {
      await once(process.stdout, 'drain', { signal: this.#signal })
    }
  }
}
