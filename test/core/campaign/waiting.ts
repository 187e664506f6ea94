// Who waited for whom, on plans whose answer is known.

import t from 'tap'
import { waitsOf } from '#core/campaign/waiting'
import { plan } from '../../helpers/portfolio.ts'

t.test('the second User waits while the first one fills the days', async t => {
  const made = plan([{ devices: 36_000 }, { supplier: 1, devices: 5_000 }])
  t.strictSame(waitsOf(made), [{ supplier: 1, other: 0, days: 3, images: 36_000 }])
})

t.test('nobody waits where there is room, or for its own wish', async t => {
  t.strictSame(waitsOf(plan([{ devices: 6_000 }, { supplier: 1, devices: 6_000 }])), [])
  t.strictSame(waitsOf(plan([{ devices: 6_000, perDay: 500, from: 3 }])), [])
})
