// Payload over the line's rate when an image goes to a virtual board, framing, acknowledgements and latency included; the
// worst of the lines decides. And, unpaced, how much of an image of the board's whole slot is carried in a second, by the
// clock on the wall; by the processor's time, host and board on one thread, to inform.

import { report } from '../result.ts'
import { LINES, lineName, ours, shareOf } from '../serial-lines.ts'

const UNPACED = { baud: 0, latency: 0, size: 2_000_000 }
const TRIES = 5
/** MB/s. */
const UNPACED_FLOOR = 10

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
  ratio: Math.min(...shares),
  unit: ' %',
  floor: 98,
  aim: 99,
  sound: byTheWall >= UNPACED_FLOOR,
  also: [
    ...paced.map(({ line }, i) => ({ name: lineName(line), ratio: shares[i]! })),
    { name: 'unpaced', ratio: byTheWall, unit: ' MB/s', floor: UNPACED_FLOOR, aim: 20 },
    { name: 'unpaced, of processor time', ratio: worked, unit: ' MB/s' },
  ],
  detail: Object.fromEntries(
    paced.flatMap(({ line, result }) => [
      [`${lineName(line)}: begin ms`, result.beginMs],
      [`${lineName(line)}: verify ms`, result.verifyMs],
      [`${lineName(line)}: blocks sent again`, result.resent],
    ]),
  ),
})
