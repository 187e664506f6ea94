// One schedule of a lossy transfer, drawn once and then played by every side alike: 5 % of the frames are
// lost and sent again, 2 % arrive twice, and any of the last 64 may arrive next.

import { Random } from '#core/time/random'

export const WINDOW = 64
const LOSS = 0.05
const DUPLICATES = 0.02

/** Step i encodes block `block[i]` into slot `slot[i]`; when block[i] is -1 it delivers that slot. */
export interface Schedule {
  readonly block: Int32Array
  readonly slot: Int32Array
}

/** A schedule after which each of `count` blocks has arrived. */
export function lossySchedule(count: number): Schedule {
  const random = new Random(1, 'bench.lossy')
  const block: number[] = []
  const slot: number[] = []
  const queue = Array.from({ length: count }, (_, i) => i)
  const free = Array.from({ length: WINDOW }, (_, i) => i)
  const flying: { block: number; slot: number }[] = []

  const land = (): void => {
    const [frame] = flying.splice(random.between(0, flying.length - 1), 1)
    free.push(frame!.slot)
    if (random.chance(LOSS)) {
      queue.push(frame!.block)
      return
    }
    const times = random.chance(DUPLICATES) ? 2 : 1
    for (let n = 0; n < times; n++) {
      block.push(-1)
      slot.push(frame!.slot)
    }
  }

  for (let next = 0; next < queue.length || flying.length > 0; ) {
    if (next < queue.length && free.length > 0) {
      const frame = { block: queue[next++]!, slot: free.pop()! }
      block.push(frame.block)
      slot.push(frame.slot)
      flying.push(frame)
    } else land()
  }
  return { block: Int32Array.from(block), slot: Int32Array.from(slot) }
}
