// Progress of the downloads behind a stick: one line on stderr, rewritten on a terminal, repeated every few seconds
// elsewhere. How many octets, blocks, how fast, how long still, how often asked again.

import { DOWNLOADING, WAITING } from '#core/ota/client'
import type { ZigbeeHome } from '#emulators/home/zigbee-home'
import { count, duration, octets } from '../output/format.ts'

const TERMINAL_EVERY = 200
const ELSEWHERE_EVERY = 5_000

export class Downloads {
  readonly #home: ZigbeeHome
  readonly #live = process.stderr.isTTY && process.env.CI === undefined
  #timer: NodeJS.Timeout | undefined
  #began = 0
  #doneBefore = 0
  #shown = false

  constructor(home: ZigbeeHome) {
    this.#home = home
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), this.#live ? TERMINAL_EVERY : ELSEWHERE_EVERY)
  }

  end(): void {
    clearInterval(this.#timer)
    this.#clear()
  }

  #look(): void {
    let done = 0
    let size = 0
    let blocks = 0
    let retries = 0
    let under = 0
    for (const { device } of this.#home.nodes) {
      const { client } = device
      if (client.state !== DOWNLOADING && client.state !== WAITING) continue
      under++
      done += client.offset
      size += client.size
      blocks += client.blocks
      retries += client.retries
    }
    const now = performance.now()
    if (under === 0 || this.#began === 0 || done < this.#doneBefore) {
      this.#began = under === 0 ? 0 : now
      this.#doneBefore = done
      this.#clear()
      return
    }
    const rate = ((done - this.#doneBefore) * 1000) / (now - this.#began)
    const left = rate > 0 ? duration(((size - done) / rate) * 1000) : 'unknown'
    const devices = under === 1 ? '' : `${under} devices, `
    const line =
      `${devices}${octets(done)} of ${octets(size)}, block ${count(blocks)}, ` +
      `${octets(Math.round(rate))}/s, ${left} left, ${count(retries)} retries`
    process.stderr.write(this.#live ? `\r\x1b[K${line}` : `${line}\n`)
    this.#shown = true
  }

  #clear(): void {
    if (this.#shown && this.#live) process.stderr.write('\r\x1b[K')
    this.#shown = false
  }
}
