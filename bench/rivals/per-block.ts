// A download block by block without any scheduler: the cheapest way that still makes every attempt.

/** Plays `devices` downloads of `blocks` blocks; returns retries and milliseconds, so that nothing can be left out. */
export function playPerBlock(devices: number, blocks: number, loss: number): number {
  let retries = 0
  let duration = 0
  for (let device = 0; device < devices; device++) {
    for (let block = 0; block < blocks; block++) {
      for (let level = 0; Math.random() < loss; level++) {
        retries++
        duration += Math.min(1_000 * 2 ** level, 8_000)
      }
      duration += 40 + Math.floor(Math.random() * 64)
    }
  }
  return retries + duration
}
