// A request that does not go out as one: spread over months, or in stages that grow. It becomes requests of its own that
// follow each other, so that everything else plans and plays them as any.

import type { CampaignRequest } from './portfolio.ts'

const MONTH_DAYS = 365.25 / 12
/** Shares up to the end of each stage, and days from one to the next: inferred, for a fault to show before many have it. */
const STAGES = [0.01, 0.11, 1]
export const STAGE_DAYS = 14

/** The requests that a request becomes, none of them empty. */
export function partsOf(request: CampaignRequest): CampaignRequest[] {
  const { pattern = { kind: 'single' }, devices, name, from } = request
  if (pattern.kind === 'single') return [request]
  const [word, ends, days] =
    pattern.kind === 'staged'
      ? (['stage', STAGES, STAGE_DAYS] as const)
      : ([
          'month',
          Array.from({ length: pattern.months }, (_, i) => (i + 1) / pattern.months),
          MONTH_DAYS,
        ] as const)
  let given = 0
  return ends.flatMap((end, i) => {
    const own = Math.ceil(devices * end) - given
    given += own
    const part = `${name}, ${word} ${i + 1} of ${ends.length}`
    return own === 0
      ? []
      : [{ ...request, name: part, devices: own, from: from + Math.floor(i * days) }]
  })
}
