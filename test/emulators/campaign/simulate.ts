// A campaign by the library alone: a portfolio is read, planned and played; no command, no terminal.

import t from 'tap'
import { DEFAULTS } from '#core/campaign/defaults'
import { planCampaign } from '#core/campaign/planner'
import { estate } from '#core/campaign/portfolio'
import { readPortfolio } from '#emulators/campaign/portfolio/read'
import { ad1Of, fates, summaryOf } from '#emulators/campaign/result'
import { scaled, simulate } from '#emulators/campaign/simulate'
import { usefulThreads } from '#emulators/campaign/work'

const CSV = `supplier,request,devices,image,from
Northern Energy,ESME 5.3,900,1.2 MB,2026-01-06
Severn Power,GSME 2.4,600,420 kB,2026-01-05
`

/** The plan of a portfolio in CSV. */
function planOf(csv: string) {
  const { name, portfolio, startDay } = readPortfolio(csv, 'portfolio.csv', 'csv', undefined)
  return { name, plan: planCampaign(portfolio, { ...DEFAULTS, startDay }) }
}

t.test('a portfolio is read, planned and played', async t => {
  const played = await simulate({ ...planOf(CSV), seed: 1 })
  const { devices, updated, days, engine } = summaryOf(played)
  t.match({ devices, days, engine }, { devices: 1_500, days: 2, engine: 'auto' })
  t.ok(updated > 1_400 && updated <= 1_500, `${updated} updated`)
  t.ok(ad1Of(played.tally).raised > 0)
  t.same(
    fates(played).map(cells => cells.map(cell => cell?.devices)),
    [
      [undefined, 900],
      [600, undefined],
    ],
  )
})

t.test('a signal ends it; one that does not come changes nothing', async t => {
  const { signal } = new AbortController()
  const [alone, heard] = await Promise.all([
    simulate({ ...planOf(CSV), seed: 1, engine: 'events', threads: 2 }),
    simulate({ ...planOf(CSV), seed: 1, engine: 'events', threads: 2, signal }),
  ])
  t.same(summaryOf(heard), summaryOf(alone))
  const large = CSV.replace('900', '900000')
  const told = new AbortController()
  const why = new Error('enough')
  setTimeout(() => told.abort(why), 200)
  await t.rejects(
    simulate({ ...planOf(large), seed: 1, engine: 'events', threads: 2, signal: told.signal }),
    why,
  )
  await t.rejects(
    simulate({ ...planOf(large), seed: 1, engine: 'events', signal: AbortSignal.abort(why) }),
    why,
  )
})

t.test('fields that are given stand in for the defaults, and threads change nothing', async t => {
  const planned = planOf(CSV)
  const calm = await simulate({
    ...planned,
    seed: 1,
    fields: { loss: 0, cutsShare: 0 },
    threads: 1,
  })
  t.equal(summaryOf(calm).retries, 0)
  t.equal(calm.simulation.fields.cutsShare, 0)
  const apart = { ...planned, seed: 3, engine: 'events' as const }
  const [one, two] = [
    await simulate({ ...apart, threads: 1 }),
    await simulate({ ...apart, threads: 2 }),
  ]
  t.same(two.tally, one.tally)
})

t.test('a watcher hears of it from beginning to end', async t => {
  const heard: string[] = []
  await simulate({
    ...planOf(CSV),
    seed: 1,
    threads: 1,
    watcher: {
      begin: ({ devices }) => void heard.push(`begin ${devices}`),
      tick: () => void heard.push('tick'),
      end: () => void heard.push('end'),
    },
  })
  t.equal(heard[0], 'begin 1500')
  t.equal(heard.at(-1), 'end')
  t.ok(heard.includes('tick'))
})

t.test('an estate can be played smaller, in its own shares', async t => {
  const portfolio = estate()
  const small = scaled(portfolio, 1_000)
  t.equal(
    small.requests.reduce((sum, each) => sum + each.devices, 0),
    1_000,
  )
  const total = portfolio.requests.reduce((sum, each) => sum + each.devices, 0)
  for (const [i, { devices }] of small.requests.entries()) {
    t.ok(Math.abs(devices - (portfolio.requests[i]!.devices * 1_000) / total) <= 1)
  }
  t.equal(usefulThreads(1, 8), 1)
  t.equal(usefulThreads(1e12, 8), 8)
})
