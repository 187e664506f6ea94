// Progress of an update over the air, on stderr: one line, rewritten on a terminal, repeated every few seconds
// elsewhere. With --json what happens goes to stdout as events, a share of the progress among them.

import type { BlockCount } from '../../hil/host/progress.ts'
import type { UpdateEvent } from '../../hil/host/update.ts'
import { count, duration, hexWord, octets } from '../format.ts'
import { printJson } from '../output.ts'

const TERMINAL_EVERY = 200
const ELSEWHERE_EVERY = 5_000
const JSON_EVERY = 1_000

export class AirProgress {
  readonly #size: number
  readonly #json: boolean
  readonly #live = process.stderr.isTTY && process.env.CI === undefined
  #began = performance.now()
  // What is over within a second needs no progress.
  #next = 1_000
  #isShown = false

  constructor(size: number, json: boolean) {
    this.#size = size
    this.#json = json
  }

  heed(event: UpdateEvent): void {
    switch (event.name) {
      case 'asked': {
        this.#began = performance.now()
        const { manufacturerCode, imageType, fileVersion } = event.query
        if (this.#json)
          printJson(
            event.query.hardwareVersion === undefined
              ? { name: 'asked', manufacturerCode, imageType, fileVersion }
              : { name: 'asked', ...event.query },
          )
        else this.#say(`the device runs ${hexWord(fileVersion)} and asks for its next image`)
        break
      }
      case 'progress':
        this.#show(event.count)
        break
      case 'carried':
        if (this.#json)
          printJson({ name: 'carried', ...progressJson(event.count), ms: Math.round(event.ms) })
        else this.#say('the device has the whole image; it restarts')
        break
      case 'heard-again':
        if (this.#json) printJson({ name: 'heard-again', ms: Math.round(event.ms) })
        else this.#say('the device is heard again')
        break
      case 'runs':
        if (this.#json) printJson({ name: 'runs', fileVersion: event.fileVersion })
        break
    }
  }

  end(): void {
    if (this.#isShown && this.#live) process.stderr.write('\r\x1b[K')
    this.#isShown = false
  }

  #say(text: string): void {
    this.end()
    process.stderr.write(`${text}\n`)
  }

  #show(blocks: BlockCount): void {
    const elapsed = performance.now() - this.#began
    if (elapsed < this.#next) return
    const every = this.#json ? JSON_EVERY : this.#live ? TERMINAL_EVERY : ELSEWHERE_EVERY
    this.#next = elapsed + every
    if (this.#json) {
      printJson({
        name: 'progress',
        ...progressJson(blocks),
        size: this.#size,
        ms: Math.round(elapsed),
      })
      return
    }
    this.#isShown = true
    const sent = blocks.octets - blocks.resumedAt
    const rate = (sent * 1000) / elapsed
    const left = rate > 0 ? duration((1000 * (this.#size - blocks.octets)) / rate) : 'unknown'
    const line =
      `${octets(blocks.octets)} of ${octets(this.#size)}, block ${count(blocks.blocks)}, ` +
      `${octets(Math.round(rate))}/s, ${left} left, ${count(blocks.retries)} retries`
    process.stderr.write(this.#live ? `\r\x1b[K${line}` : `${line}\n`)
  }
}

function progressJson(blocks: BlockCount): Record<string, number> {
  return { octets: blocks.octets, blocks: blocks.blocks, retries: blocks.retries }
}
