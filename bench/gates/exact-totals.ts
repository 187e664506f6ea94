// A download of 18,000 blocks drawn as exact totals, against a loop that makes every attempt.

import { Stream } from '#emulators/campaign/draws'
import { ExactTotals } from '#emulators/campaign/totals'
import { Transfers } from '#emulators/campaign/transfer'
import { LOSS, RULES } from '../estate.ts'
import { measure } from '../measure.ts'
import { report } from '../result.ts'
import { playPerBlock } from '../rivals/per-block.ts'

const BLOCKS = 18_000
const DEVICES = 1_000

const engine = new ExactTotals(RULES, new Stream(1, 'bench'))
const out = new Transfers(1)

const timings = measure([
  {
    name: 'totals',
    per: DEVICES,
    run: n => {
      for (; n > 0; n--) {
        for (let device = 0; device < DEVICES; device++) engine.play(device, BLOCKS, out, 0)
      }
    },
  },
  { name: 'per block', run: n => void playPerBlock(n, BLOCKS, LOSS) },
])
report('exact-totals', {
  ratios: [
    {
      name: 'per block / totals',
      ratio: timings.ratio('per block', 'totals'),
      floor: 50,
      usual: [770, 900],
      aim: 200,
    },
  ],
  informs: [{ name: 'blocks a second, best', figure: BLOCKS / timings.best('totals'), unit: ' G' }],
  detail: { totalsNs: timings.ns('totals'), perBlockNs: timings.ns('per block') },
})
