// What one box puts on the air for one payload: MAC, NWK and APS around it, in as many frames as it takes. Each box
// counts its frames and payloads itself, from 0; two boxes on one medium know nothing of each other here.

import { Bytes } from '#core/bytes/bytes'
import { type ApsRoute, MAX_BLOCK, MAX_WHOLE, writeAps, writeApsBlock } from './aps.ts'
import { closeMac, MAC_BROADCAST, MAX_PSDU, writeMac } from './mac.ts'
import { NWK_BROADCAST, writeNwk } from './nwk.ts'

export interface Route extends ApsRoute {
  /** Short address of the receiver; of a broadcast it is not looked at. */
  readonly to: number
  /** The sender's EUI-64 as it is on the air, where frames are to name it; such a payload has at most 92 octets. */
  readonly source?: Bytes
}

/** Takes the first `length` octets of a frame; they are its own until it returns. `last`: the payload ends with it. */
export type FrameSink = (psdu: Bytes, length: number, last: boolean) => void

export class Transmitter {
  readonly #from: number
  readonly #sink: FrameSink
  readonly #psdu = Bytes.alloc(MAX_PSDU)
  #macSequence = 0
  #nwkSequence = 0
  #apsCounter = 0

  /** @param from the box's short address. */
  constructor(from: number, sink: FrameSink) {
    this.#from = from
    this.#sink = sink
  }

  /**
   * Sends `length` octets of `src` at `at` to a cluster.
   * @throws RangeError when a broadcast does not fit one frame (APS allows it no blocks), or anything 255 blocks.
   */
  send(route: Route, cluster: number, src: Bytes, at: number, length: number): void {
    const counter = this.#apsCounter++ & 255
    const out = this.#psdu
    if (length <= MAX_WHOLE) {
      const begin = writeAps(out, this.#begin(route), route, cluster, counter)
      this.#end(begin, src, at, length, true)
      return
    }
    const count = Math.ceil(length / MAX_BLOCK)
    if (route.broadcast || count > 255) throw new RangeError(`a payload of ${length} B`)
    for (let index = 0; index < count; index++) {
      const begin = writeApsBlock(out, this.#begin(route), route, cluster, counter, index, count)
      const size = Math.min(MAX_BLOCK, length - index * MAX_BLOCK)
      this.#end(begin, src, at + index * MAX_BLOCK, size, index === count - 1)
    }
  }

  /** Writes the headers up to the NWK's; returns where the APS header goes. */
  #begin({ broadcast, to, source }: Route): number {
    const out = this.#psdu
    writeMac(out, this.#macSequence++ & 255, broadcast ? MAC_BROADCAST : to, this.#from)
    const receiver = broadcast ? NWK_BROADCAST : to
    return writeNwk(out, this.#nwkSequence++ & 255, receiver, this.#from, source)
  }

  /** Writes the payload at `begin` and the FCS, and sends the frame. */
  #end(begin: number, src: Bytes, at: number, length: number, last: boolean): void {
    const out = this.#psdu
    out.u8.set(src.u8.subarray(at, at + length), begin)
    this.#sink(out, closeMac(out, begin + length), last)
  }
}
