// What the recorded session was made of; whoever plays it again makes the same.

export const RECORDED = {
  file: 'test/fixtures/stick-session.txt',
  /** Octets of the image. */
  size: 4_000,
  options: { values: { turnaround: 5, maxDataSize: 200 } },
} as const

export const RECORDED_ZIGPY_ZNP = {
  file: 'test/fixtures/zigpy-znp-session.txt',
  /** Octets of the standard image. */
  size: 1_000,
  options: { values: { turnaround: 5 } },
} as const
