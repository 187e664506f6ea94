// What tells whether draws have the distribution that they should: chi-square against exact probabilities, and the
// two-sample Kolmogorov-Smirnov distance. Seeds are fixed, so a test passes always or never.

/** Chi-square of counts against probabilities, as standard deviations of it from its mean; cells below 5 are joined. */
export function chiSquareZ(counts: readonly number[], probabilities: readonly number[]): number {
  const total = counts.reduce((sum, n) => sum + n, 0)
  let statistic = 0
  let cells = 0
  let seen = 0
  let wanted = 0
  const close = (): void => {
    statistic += (seen - wanted) ** 2 / wanted
    cells++
    seen = 0
    wanted = 0
  }
  let restSeen = total
  let restWanted = total
  for (const [i, p] of probabilities.entries()) {
    seen += counts[i] ?? 0
    wanted += p * total
    restSeen -= counts[i] ?? 0
    restWanted -= p * total
    if (wanted >= 5 && restWanted >= 5) close()
  }
  seen += restSeen
  wanted += restWanted
  if (wanted > 0) close()
  const freedom = cells - 1
  return freedom < 1 ? 0 : (statistic - freedom) / Math.sqrt(2 * freedom)
}

/** Kolmogorov-Smirnov distance of two samples times √(nm / (n + m)): above 1.63 once in a hundred, were they alike. */
export function kolmogorovSmirnov(one: Int32Array, two: Int32Array): number {
  const a = one.toSorted()
  const b = two.toSorted()
  let i = 0
  let j = 0
  let distance = 0
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!)
    while (i < a.length && a[i] === value) i++
    while (j < b.length && b[j] === value) j++
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length))
  }
  return distance * Math.sqrt((a.length * b.length) / (a.length + b.length))
}

/** Probabilities of 0..n successes in n trials. */
export function binomialProbabilities(n: number, p: number): number[] {
  const logs = new Float64Array(n + 1)
  for (let i = 1; i <= n; i++) logs[i] = logs[i - 1]! + Math.log(i)
  return Array.from({ length: n + 1 }, (_, k) => {
    const ways = logs[n]! - logs[k]! - logs[n - k]!
    return Math.exp(ways + k * Math.log(p) + (n - k) * Math.log1p(-p))
  })
}

export function mean(values: Int32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
