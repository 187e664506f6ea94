// 12,000 downloads event by event on the timer wheel, as a simulation plays them, against closures in a heap (tinyqueue);
// and, to inform, the wheel with all 12,000 at a time, as the heap has them.

import { Stream } from '#emulators/campaign/draws'
import { EventEngine, PLAYING } from '#emulators/campaign/events'
import { crowd, LOSS, RULES } from '../estate.ts'
import { measure } from '../measure.ts'
import { report } from '../result.ts'
import { playWithClosures } from '../rivals/closures.ts'

const DEVICES = 12_000
const BLOCKS = 200
/** The heap is given fewer, or a round would take seconds; an event costs it the same. */
const HEAP_BLOCKS = 8

const { roster, out } = crowd(DEVICES, BLOCKS)
const all = new EventEngine(RULES, new Stream(1, 'bench'), 1, DEVICES)
const some = new EventEngine(RULES, new Stream(1, 'bench'), 1, PLAYING)
const attempts = all.play(roster, out)
const heapAttempts = (DEVICES * HEAP_BLOCKS) / (1 - LOSS)

const timings = measure([
  {
    name: 'all at a time',
    per: attempts,
    run: n => {
      for (; n > 0; n--) all.play(roster, out)
    },
  },
  {
    name: 'wheel',
    per: attempts,
    run: n => {
      for (; n > 0; n--) some.play(roster, out)
    },
  },
  {
    name: 'closures',
    per: heapAttempts,
    run: n => {
      for (; n > 0; n--) playWithClosures(DEVICES, HEAP_BLOCKS, LOSS)
    },
  },
])
report('wheel', {
  ratios: [
    {
      name: 'closures / wheel',
      ratio: timings.ratio('closures', 'wheel'),
      floor: 15,
      usual: [28, 37],
      aim: 30,
    },
  ],
  informs: [
    { name: 'closures / all at a time', figure: timings.ratio('closures', 'all at a time') },
    { name: 'events a second, best', figure: 1_000 / timings.best('wheel'), unit: ' M', aim: 200 },
  ],
  detail: { wheelNs: timings.ns('wheel'), closuresNs: timings.ns('closures') },
})
