// Run in a process of its own with the flags of bench/heap.ts: weighs the home at work in its steady state, and prints
// what it found as one JSON line. Steady is the home while all its devices fetch blocks: what goes once an image
// (offers, verification, the answer to its end) comes between two weighings. Everything that goes with blocks is in:
// losses, retries, timers, checkpoints in flash. A stretch in which an event was traced is not counted, and another
// done instead: an event is an object for whoever looks on, ten for a device's progress in an image.

import { growth } from './heap.ts'
import { BusyHome } from './home.ts'

export interface HomeWeight {
  /** Exchanges in one stretch, about: some devices' checkpoints and dozens of retries are in each. */
  readonly exchanges: number
  readonly stretches: number
  /** Stretches that left the heap as large as it was, to the octet: an engine at work compiles in a few. */
  readonly clean: number
  /** Octets by which the heap grew in the middle one, were they sorted by that. */
  readonly median: number
}

const STRETCH = 500
/** Stretches before the weighing, twice: collecting what the first left behind throws code away. */
const WARM_UP = 2_000

/** Weighs `stretches` stretches; `also` is done in each of them, to see whether it is seen. */
function weighHome(home: BusyHome, stretches: number, also: () => void): HomeWeight {
  const bytes = new Float64Array(stretches)
  const stretch = (): void => {
    home.exchange(STRETCH)
    also()
  }
  for (let done = 0; done < stretches; ) {
    home.prepare(STRETCH)
    const { events } = home
    const grown = growth(stretch)
    if (home.events === events) bytes[done++] = grown.bytes
  }
  const clean = bytes.reduce((sum, each) => (each === 0 ? sum + 1 : sum), 0)
  return { exchanges: STRETCH, stretches, clean, median: bytes.toSorted()[stretches >>> 1]! }
}

const octets = new Uint8Array(1)
const views = [octets]
const ALSO: Record<string, () => void> = {
  /** The scales see one view in five hundred exchanges, or what they say means nothing. */
  wasteful: () => {
    views[0] = octets.subarray()
  },
  nothing: () => {},
}

const home = new BusyHome()
const also = ALSO[process.argv[3] ?? 'nothing']!
weighHome(home, WARM_UP, also)
globalThis.gc!()
weighHome(home, WARM_UP, also)
process.stdout.write(`${JSON.stringify(weighHome(home, Number(process.argv[2]), also))}\n`)
