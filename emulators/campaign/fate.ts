// The fate of one attempt at a block: 32 bits that are a function of the device's keys and of which attempt it is, so
// nothing has to be kept between attempts, and the order in which devices play decides nothing.
// Mixing: two rounds of multiply and shift with constants by C. Wellons (lowbias32), a key added before each.

/**
 * @param attempt which block and which of its attempts.
 * @param key,second the device's keys, any int32s.
 */
export function fate(attempt: number, key: number, second: number): number {
  let x = (attempt + key) | 0
  x = (Math.imul(x ^ (x >>> 16), 0x7feb352d) + second) | 0
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return x ^ (x >>> 16)
}

/** What is added to the second key when a download goes on after a rest: the same attempts get another fate. */
export const AFTER_REST = 0x9e3779b9 | 0
