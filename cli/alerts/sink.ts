// Where a long text goes: a file, which gets its name when it is whole, or stdout, which is waited for when its reader is
// slow. One memory is filled again and again, so what is handed on is a copy. All of it is ASCII.

import { once } from 'node:events'
import { FileSink } from '../output/files.ts'
import { print } from '../output/output.ts'

export class Sink {
  readonly #file: FileSink | undefined
  readonly #drop = (): void => {
    this.drop()
    process.exit(130)
  }

  /** @param path of the file; stdout when there is none. @throws HanrigError FILE_UNWRITABLE. */
  constructor(path: string | undefined) {
    this.#file = path === undefined ? undefined : new FileSink(path)
    if (this.#file) process.once('SIGINT', this.#drop)
  }

  readonly write = (octets: Uint8Array): void => {
    if (this.#file) this.#file.write(octets.slice())
    else print(Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1'))
  }

  /** Waits until there is room for more. */
  async ready(): Promise<void> {
    if (!this.#file && process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
  }

  close(): void {
    process.off('SIGINT', this.#drop)
    this.#file?.close()
  }

  /** The work broke down: no half a file is left. */
  drop(): void {
    process.off('SIGINT', this.#drop)
    this.#file?.drop()
  }
}
