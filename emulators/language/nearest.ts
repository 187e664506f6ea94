// The word that was probably meant: the known one that is the fewest slips of the hand away.

/** '; did you mean "x"?' when one of the known words is near. */
export function orNearest(word: string, known: readonly string[]): string {
  const nearest = nearestTo(word, known)
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`
}

/** The same, or all known words when none is near. */
export function orKnown(word: string, known: readonly string[]): string {
  return orNearest(word, known) || `; there are ${known.join(', ') || 'none'}.`
}

/** The nearest known word, at most a third of the letters away; the first of several. */
export function nearestTo(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let fewest = Math.max(1, Math.floor(word.length / 3)) + 1
  if (word.length > 64) return undefined
  for (const candidate of known) {
    const slips = slipsBetween(word.toLowerCase(), candidate.toLowerCase())
    if (slips < fewest) {
      fewest = slips
      best = candidate
    }
  }
  return best
}

/** Letters put in, left out, exchanged or swapped with their neighbour. */
function slipsBetween(a: string, b: string): number {
  let older: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, older[j - 2]! + 1)
      }
      row.push(least)
    }
    older = above
    above = row
  }
  return above[b.length]!
}
