// A played campaign as the facts of the sheet for MP102B.

import { ad1Of, type Played } from '#emulators/campaign/result'
import type { Mp102bFacts } from '../../../alerts/mp102b.ts'
import { duration } from '../../../output/format.ts'

const DAY = 86_400_000

export function campaignFacts({ name, plan, simulation, tally }: Played): Mp102bFacts {
  const { fields } = simulation
  const ad1 = ad1Of(tally)
  const isMeter = (request: number) =>
    (plan.portfolio.requests[request]!.deviceType ?? 'ESME') === 'ESME'
  const meters = plan.batches.reduce(
    (sum, { request, devices }) => sum + (isMeter(request) ? devices : 0),
    0,
  )
  const activations = plan.batches.reduce((sum, { request }, i) => {
    if (!isMeter(request)) return sum
    return sum + tally.ofBatch(i, 'updated') + tally.ofBatch(i, 'notActivated')
  }, 0)
  const tracked = tally.total('tracked')
  const share = activations === 0 ? 0 : tracked / activations
  const aDay = plan.days.map(() => 0)
  for (const { request, day, devices } of plan.batches) {
    if (isMeter(request)) aDay[day]! += devices
  }
  // Those by date wait for their night together; those at once for their window.
  const { scheduledShare, suppressionWindow } = fields
  const ofDay = scheduledShare + ((1 - scheduledShare) * suppressionWindow) / DAY
  const peak = aDay.reduce((most, each) => Math.max(most, each), 0) * ofDay
  return {
    name,
    days: tally.size.days,
    activations,
    tracked,
    listed: Math.round(meters * share),
    homes: meters,
    peakAll: Math.round(peak),
    peakListed: Math.round(peak * share),
    peakFrom: 'reckoned: a day’s dates wait for their night together',
    caused: ad1.raised - ad1.genuine,
    genuine: ad1.genuine,
    rules: [
      {
        rule: `window ${duration(suppressionWindow)}, AD1 after ${duration(fields.ad1Threshold)}`,
        alerts: ad1.raised,
        forwarded: ad1.forwarded,
        falseThrough: ad1.falseForwarded,
        hidden: ad1.hiddenGenuine,
      },
    ],
    window: suppressionWindow,
    outagesPerYear: fields.outagesPerYear,
  }
}
