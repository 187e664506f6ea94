// A campaign is planned under MP230, and its devices are played in virtual time.

import { DEFAULTS, isAccepted, planCampaign } from 'hanrig/core'
import { readPortfolio, simulate, summaryOf } from 'hanrig/emulators'

const text = `supplier,devices,image,from,generation
A,9000,900 kB,2026-01-05,smets1
B,4000,900 kB,2026-01-05,smets1
`
const { name, portfolio, startDay } = readPortfolio(text, 'two-suppliers.csv', 'csv', undefined)
const plan = planCampaign(portfolio, { ...DEFAULTS, startDay })
console.log(
  `${plan.batches.length} batches on ${plan.days.length} days, accepted: ${isAccepted(plan)}`,
)
for (const { request, kind } of plan.notices) {
  console.log(`${portfolio.suppliers[portfolio.requests[request].supplier]}: ${kind}`)
}

const { updated, inTime, ad1 } = summaryOf(
  await simulate({ name, plan, seed: 1, fields: { loss: 0.05 } }),
)
console.log(
  `${updated} updated, ${inTime} in time; AD1s: ${ad1.suppressed} suppressed, ${ad1.hiddenGenuine} hidden`,
)
