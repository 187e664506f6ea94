// Payload over the line's rate when an image goes to a virtual board, framing, acknowledgements and latency included; the
// worst of the lines decides. And, to inform, how much of an image of the board's whole slot is carried in a second when it
// is not paced: by the clock on the wall, and by the processor's time, host and board on one thread.

import { report } from '../result.ts'
import { LINES, lineName, ours, shareOf } from '../serial-lines.ts'

const UNPACED = { baud: 0, latency: 0, size: 2_000_000 }
const TRIES = 5

// Lines are waited for, not worked on: they can run beside each other.
const paced = await Promise.all(LINES.map(async line => ({ line, result: await ours(line) })))
const shares = paced.map(({ line, result }) => 100 * shareOf(line, result.sendMs))
let worked = 0
let byTheWall = 0
for (let i = 0; i < TRIES; i++) {
  const before = process.cpuUsage()
  const { sendMs } = await ours(UNPACED)
  const { user, system } = process.cpuUsage(before)
  worked = Math.max(worked, UNPACED.size / (user + system))
  byTheWall = Math.max(byTheWall, UNPACED.size / 1000 / sendMs)
}

report('serial-share', {
  ratios: [
    {
      name: 'share of the worst line',
      ratio: Math.min(...shares),
      unit: ' %',
      floor: 98,
      usual: [98.86, 98.89],
      aim: 99,
    },
  ],
  informs: [
    ...paced.map(({ line }, i) => ({ name: lineName(line), figure: shares[i]!, unit: ' %' })),
    { name: 'unpaced, a second', figure: byTheWall, unit: ' MB', aim: 20 },
    { name: 'unpaced, a second of processor time', figure: worked, unit: ' MB' },
  ],
  detail: Object.fromEntries(
    paced.flatMap(({ line, result }) => [
      [`${lineName(line)}: begin ms`, result.beginMs],
      [`${lineName(line)}: verify ms`, result.verifyMs],
      [`${lineName(line)}: blocks sent again`, result.resent],
    ]),
  ),
})
