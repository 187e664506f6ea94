// Progress of the downloads behind a stick: how many octets, blocks, how fast, how long still, how often asked again.

import { DOWNLOADING, WAITING } from '#core/ota/client'
import type { ZigbeeHome } from '#emulators/home/zigbee-home'
import { count, duration, octets } from '../output/format.ts'
import { StatusLine, TERMINAL_EVERY } from '../output/status-line.ts'

/** What of a device's download is looked at. */
type Node = Pick<ZigbeeHome['nodes'][number]['device']['client'], 'state' | 'offset' | 'size'> &
  Pick<ZigbeeHome['nodes'][number]['device']['client'], 'blocks' | 'retries'>

export class DownloadProgress {
  readonly #clients: () => readonly Node[]
  readonly #line: StatusLine
  #timer: NodeJS.Timeout | undefined
  #doneBefore = -1

  /** @param clients of the devices, as they are when it is called. */
  constructor(clients: () => readonly Node[], line = new StatusLine()) {
    this.#clients = clients
    this.#line = line
  }

  start(): void {
    this.#timer = setInterval(() => this.look(), TERMINAL_EVERY)
  }

  end(): void {
    clearInterval(this.#timer)
    this.#line.end()
  }

  /** Looks how far the devices are; called several times a second. */
  look(): void {
    let done = 0
    let size = 0
    let blocks = 0
    let retries = 0
    let under = 0
    for (const client of this.#clients()) {
      if (client.state !== DOWNLOADING && client.state !== WAITING) continue
      under++
      done += client.offset
      size += client.size
      blocks += client.blocks
      retries += client.retries
    }
    // One begins, the last one is over, or one of several is: the rate is counted from here.
    if (under === 0 || this.#doneBefore < 0 || done < this.#doneBefore) {
      this.#doneBefore = under === 0 ? -1 : done
      this.#line.end()
      return
    }
    this.#line.offer(elapsed => {
      const rate = ((done - this.#doneBefore) * 1000) / elapsed
      const left = rate > 0 ? duration(((size - done) / rate) * 1000) : 'unknown'
      const devices = under === 1 ? '' : `${under} devices, `
      return (
        `${devices}${octets(done)} of ${octets(size)}, block ${count(blocks)}, ` +
        `${octets(Math.round(rate))}/s, ${left} left, ${count(retries)} retries`
      )
    })
  }
}
