// What holds of every plan, whatever is asked for and however the open questions are answered; and the answers themselves,
// one by one.

import fc from 'fast-check'
import t from 'tap'
import { weekdayOf } from '#core/campaign/calendar'
import { DEFAULTS } from '#core/campaign/defaults'
import { leversOf } from '#core/campaign/levers'
import { capacityOf, weightOf } from '#core/campaign/mp230'
import type { CampaignPlan } from '#core/campaign/plan'
import { MOST_RECALLED, planCampaign } from '#core/campaign/planner'
import { type CampaignRequest, estate, type Portfolio } from '#core/campaign/portfolio'
import { DAY_BOUNDARIES, SECOND_USER, type Settings } from '#core/campaign/settings'
import { batchesOf, LARGE, plan, portfolio, request, SMALL } from '../../helpers/portfolio.ts'

const anyRequest = (suppliers: number): fc.Arbitrary<CampaignRequest> =>
  fc
    .record({
      supplier: fc.nat(suppliers - 1),
      generation: fc.constantFrom('smets1', 'smets1', 'smets1', 'smets2'),
      devices: fc.integer({ min: 1, max: 4_000 }),
      octets: fc.constantFrom(SMALL, LARGE, LARGE, 1_600_000),
      from: fc.nat(12),
      perDay: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 900 })),
      deadline: fc.option(fc.nat(40), { nil: undefined }),
      contact: fc.constantFrom('yes', 'as-needed', 'no'),
      filed: fc.nat(12),
      priority: fc.nat(2),
      minute: fc.constantFrom(0, 360, 1_410),
    })
    .map(request)

const anyPortfolio: fc.Arbitrary<Portfolio> = fc.integer({ min: 1, max: 5 }).chain(suppliers =>
  fc.array(anyRequest(suppliers), { minLength: 1, maxLength: 14 }).map(requests => ({
    suppliers: Array.from({ length: suppliers }, (_, i) => `S${i}`),
    requests,
  })),
)

const anySettings: fc.Arbitrary<Settings> = fc
  .record({
    // In March, so that London's clocks change in the middle.
    startDay: fc.constantFrom(DEFAULTS.startDay, Date.UTC(2026, 2, 20) / 86_400_000),
    rules: fc.constantFrom('mp230' as const, 'mp230' as const, 'before' as const),
    kb: fc.constantFrom(1000 as const, 1024 as const),
    capacity: fc.integer({ min: 400, max: 3_000 }),
    reserve: fc.constantFrom(0, 0, 200),
    unscheduled: fc.constantFrom(150, 500),
    spare: fc.constantFrom([1, 1, 1, 1, 1, 1, 1], [1, 0.5, 1, 1, 1, 0.9, 0.9]),
    unscheduledPer: fc.constantFrom('user-day' as const, 'batch' as const),
    splitCounts: fc.constantFrom('device' as const, 'pieces' as const),
    mixed: fc.constantFrom('large-only' as const, 'all' as const),
    dayBoundary: fc.constantFrom(...DAY_BOUNDARIES),
    trt: fc.constantFrom('calendar' as const, 'working' as const),
    lead: fc.nat(3),
    countAt: fc.constantFrom('11.3' as const, '11.1' as const),
    secondUser: fc.constantFrom(...SECOND_USER),
    precedence: fc.boolean(),
    declineLate: fc.boolean(),
  })
  .map(over => ({ ...DEFAULTS, ...over }))

/** Moments at which each batch counts, in minutes from day 0, and as what. */
function countedOf({ batches, portfolio: { requests }, settings }: CampaignPlan) {
  return batches
    .filter(({ large }) => large)
    .map(batch => {
      const day = settings.countAt === '11.3' ? batch.day : batch.loggedDay
      const weight = weightOf(requests[batch.request]!.octets, settings)
      return {
        ...batch,
        counted: day,
        at: day * 1_440 + batch.minute,
        images: batch.devices * weight,
      }
    })
}

t.test('whatever is asked for, every plan keeps what MP230 says and what was wished', async () => {
  fc.assert(
    fc.property(anyPortfolio, anySettings, (asked, settings) => {
      const made = planCampaign(asked, settings)
      const counted = countedOf(made)
      // Every device exactly once, but for what is refused.
      for (const [i, { devices }] of asked.requests.entries()) {
        const placed = batchesOf(made, i).reduce((sum, [, n]) => sum + n!, 0)
        const refused = made.refusals
          .filter(refusal => refusal.request === i)
          .reduce((sum, refusal) => sum + refusal.devices, 0)
        if (placed + refused !== devices) throw new Error(`request ${i}: ${placed} + ${refused}`)
      }
      // No day above its capacity, whatever a day is.
      for (const day of made.days) {
        if (day.counted > day.capacity) throw new Error(`day ${day.day} has ${day.counted}`)
      }
      if (settings.dayBoundary === 'rolling') {
        for (const { at, counted: day } of counted) {
          const window = counted.filter(other => other.at <= at && other.at > at - 1_440)
          const sum = window.reduce((total, { images }) => total + images, 0)
          const most = capacityOf(weekdayOf(settings.startDay + day), settings)
          if (sum > most) throw new Error(`${sum} in the 24 hours to ${at}`)
        }
      }
      // No User without a schedule above the limit of a UTC day, and no batch above that of a batch.
      if (settings.rules === 'mp230') {
        const users = new Map<string, number>()
        for (const { supplier, counted: day, images, scheduled } of counted) {
          if (scheduled) continue
          const key = settings.unscheduledPer === 'batch' ? `${users.size}` : `${supplier} ${day}`
          users.set(key, (users.get(key) ?? 0) + images)
        }
        const isByDate = settings.dayBoundary !== 'local' || settings.unscheduledPer === 'batch'
        for (const [key, images] of users) {
          if (isByDate && images > settings.unscheduled) throw new Error(`${key}: ${images}`)
        }
      }
      // No day of a request above its wish, none before it was wanted or filed.
      const wishes = new Map<string, number>()
      for (const { request: index, day, devices, loggedDay, waited } of made.batches) {
        const { perDay, from, filed } = asked.requests[index]!
        const key = `${index} ${day}`
        wishes.set(key, (wishes.get(key) ?? 0) + devices)
        if (wishes.get(key)! > perDay) throw new Error(`request ${key} above ${perDay}`)
        if (day < from || loggedDay < filed || waited < 0) throw new Error(`request ${key}`)
      }
    }),
    { numRuns: 400 },
  )
})

t.test('one portfolio and one set of answers give one plan', async () => {
  fc.assert(
    fc.property(anyPortfolio, anySettings, (asked, settings) => {
      const first = JSON.stringify(planCampaign(asked, settings))
      return JSON.stringify(planCampaign(structuredClone(asked), settings)) === first
    }),
    { numRuns: 50 },
  )
})

t.test(
  'first come, first served: what comes later changes nothing of what came before',
  async () => {
    fc.assert(
      fc.property(anyPortfolio, anySettings, fc.nat(13), (asked, over, cut) => {
        const settings = { ...over, secondUser: 'next-window', precedence: false } as const
        const order = asked.requests.map((_, i) => i)
        order.sort((a, b) => asked.requests[a]!.filed - asked.requests[b]!.filed || a - b)
        const requests = order.map(i => asked.requests[i]!)
        const all = planCampaign({ ...asked, requests }, settings)
        const some = planCampaign({ ...asked, requests: requests.slice(0, cut + 1) }, settings)
        // Of a mixed batch the large images go first, whenever they came.
        const isEarly = (each: { request: number; large: boolean }) =>
          each.request <= cut && each.large
        const early = all.batches.filter(isEarly)
        return JSON.stringify(early) === JSON.stringify(some.batches.filter(isEarly))
      }),
      { numRuns: 300 },
    )
  },
)

t.test('nobody starves in turn: a wait is no longer than what came before fills', async () => {
  fc.assert(
    fc.property(anyPortfolio, fc.integer({ min: 400, max: 3_000 }), (asked, capacity) => {
      const made = planCampaign(asked, { ...DEFAULTS, capacity })
      const rank = (i: number) => asked.requests[i]!.filed * 1_000 + i
      const large = made.outcomes.filter(outcome => outcome.large)
      for (const { request: own, longestWait } of large) {
        const before = large.filter(({ request: other }) => rank(other) < rank(own))
        const images = (of: typeof before) =>
          of.reduce((sum, { request: other }) => sum + asked.requests[other]!.devices, 0)
        const sameUser = before.filter(
          ({ request: other }) => asked.requests[other]!.supplier === asked.requests[own]!.supplier,
        )
        const most = Math.floor(images(before) / capacity) + Math.floor(images(sameUser) / 500)
        if (longestWait > most) throw new Error(`request ${own} waits ${longestWait}, not ${most}`)
      }
    }),
    { numRuns: 200 },
  )
})

t.test(
  'nobody starves in shares: of a day every User that wants it gets an equal part',
  async () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 9, max: 3_000 }),
        (sizes, capacity) => {
          const asked = sizes.map((devices, supplier) => ({
            supplier,
            devices,
            contact: 'yes' as const,
          }))
          const made = plan(asked, { capacity, secondUser: 'alter-first' })
          const left = [...sizes]
          for (const { devices, counted } of made.days) {
            const waiting = left.filter(n => n > 0).length
            const part = Math.floor(capacity / waiting)
            for (const [i, n] of devices.entries()) {
              const least = Math.min(left[i]!, part)
              if (n < least) throw new Error(`S${i} gets ${n} of ${least}`)
              // More than its part by more than one only where others want no more.
              const others = left.some((rest, j) => j !== i && rest > devices[j]!)
              if (others && n > Math.max(...devices.filter((_, j) => left[j]! > devices[j]!)) + 1) {
                throw new Error(`S${i} gets ${n}`)
              }
            }
            for (const [i, n] of devices.entries()) left[i]! -= n
            if (counted < capacity && left.some(n => n > 0)) throw new Error('room is left')
          }
        },
      ),
      { numRuns: 100 },
    )
  },
)

t.test('the limit without a schedule is one of a User’s day, or of every batch', async t => {
  const two = [
    { devices: 400, contact: 'no' as const },
    { devices: 400, contact: 'no' as const },
  ]
  const byDay = plan(two)
  t.strictSame(
    [batchesOf(byDay, 0), batchesOf(byDay, 1)],
    [
      [[0, 400]],
      [
        [0, 100],
        [1, 300],
      ],
    ],
  )
  const byBatch = plan([...two, { devices: 1_200, contact: 'as-needed' }], {
    unscheduledPer: 'batch',
  })
  t.strictSame([batchesOf(byBatch, 0), batchesOf(byBatch, 1)], [[[0, 400]], [[0, 400]]])
  t.strictSame(batchesOf(byBatch, 2), [
    [0, 500],
    [0, 500],
    [0, 200],
  ])
  t.strictSame(byBatch.notices, [], 'small batches need no contact')
})

t.test(
  'what bounds each batch is named: the wish, the limit without a schedule, the capacity',
  async t => {
    const bindings = (...of: Parameters<typeof plan>) =>
      plan(...of).batches.map(each => each.binding)
    const two = { devices: 1_000, perDay: 500 }
    t.strictSame(bindings([{ ...two, contact: 'yes' }]), ['wish', 'none'])
    t.strictSame(
      bindings([{ ...two, contact: 'no' }]),
      ['wish', 'none'],
      'it wants no more than that',
    )
    t.strictSame(bindings([{ ...two, perDay: 501, contact: 'no' }]), ['unscheduled', 'none'])
    const full = { devices: 24_000, contact: 'yes' as const }
    t.strictSame(bindings([{ ...full, perDay: 12_000 }]), ['wish', 'none'], 'all that there is')
    t.strictSame(bindings([{ ...full, perDay: 12_001 }]), ['capacity', 'none'])
    t.strictSame(bindings([{ ...two, octets: SMALL }]), ['wish', 'none'], 'one that is not large')
  },
)

t.test('a split image counts once for its device, or for each piece', async t => {
  const asked = [{ devices: 12_000, octets: 1_600_000, contact: 'yes' as const }]
  t.equal(plan(asked).days.length, 1)
  const pieces = plan(asked, { splitCounts: 'pieces' })
  t.strictSame(batchesOf(pieces, 0), [
    [0, 4_000],
    [1, 4_000],
    [2, 4_000],
  ])
  t.equal(pieces.days[0]!.counted, 12_000)
  t.ok(
    plan([{ devices: 200, octets: 1_600_000 }], { splitCounts: 'pieces' }).outcomes[0]!
      .needsServiceDesk,
  )
  const never = plan(asked, { splitCounts: 'pieces', capacity: 2 })
  t.strictSame(never.refusals, [{ kind: 'too-large', request: 0, devices: 12_000 }])
})

t.test('in a mixed batch only the large images count, or all do', async t => {
  const asked = [
    { devices: 300, contact: 'no' as const },
    { devices: 400, octets: SMALL },
  ]
  t.strictSame(batchesOf(plan(asked), 1), [[0, 400]])
  const all = plan(asked, { mixed: 'all' })
  t.strictSame(batchesOf(all, 1), [
    [0, 200],
    [1, 200],
  ])
  t.equal(all.batches.find(each => each.request === 1)!.binding, 'unscheduled')
  t.strictSame(
    batchesOf(plan([{ devices: 4_000, octets: SMALL }], { mixed: 'all' }), 0),
    [[0, 4_000]],
    'none of them is large',
  )
  const full = plan([{ ...asked[0]!, devices: 500 }, asked[1]!], { mixed: 'all' })
  t.strictSame(batchesOf(full, 1), [[1, 400]], 'a day that has no room is no batch')
  t.match(full.batches[1], { waited: 1, heldBy: 'unscheduled' })
  const other = [asked[0]!, { ...asked[1]!, generation: 'smets2' as const }]
  t.strictSame(batchesOf(plan(other, { mixed: 'all' }), 1), [[0, 400]], 'SMETS2 mixes with nothing')
})

t.test('a day is the UTC date, the London date, or any 24 hours', async t => {
  // At 23:30 UTC in summer it is the next day in London; the clocks go back on 25 October 2026.
  const startDay = Date.UTC(2026, 9, 23) / 86_400_000
  const late = [{ devices: 48_000, contact: 'yes' as const, minute: 1_410 }]
  t.strictSame(
    batchesOf(plan(late, { startDay }), 0).map(([day]) => day),
    [0, 1, 2, 3],
  )
  // Saturday's and Sunday's 23:30 UTC are both on London's Sunday.
  const london = plan(late, { startDay, dayBoundary: 'local' })
  t.strictSame(
    batchesOf(london, 0).map(([day]) => day),
    [0, 1, 3, 4],
  )
  t.equal(london.batches.find(({ day }) => day === 3)!.waited, 1)
  const apart = [
    { devices: 12_000, contact: 'yes' as const, minute: 1_200 },
    { devices: 12_000, contact: 'yes' as const, supplier: 1, minute: 600, from: 1 },
  ]
  t.strictSame(batchesOf(plan(apart), 1), [[1, 12_000]])
  const rolling = plan(apart, { dayBoundary: 'rolling' })
  t.strictSame(batchesOf(rolling, 1), [[2, 12_000]], '14 hours after the first is within 24')
  t.match(rolling.batches.at(-1), { waited: 1, binding: 'day-boundary' })
})

t.test('what is kept for Users without a schedule is theirs', async t => {
  const asked = [
    { devices: 120_000, contact: 'yes' as const },
    { devices: 1_000, supplier: 1, perDay: 500, contact: 'no' as const },
  ]
  const none = plan(asked)
  t.equal(none.outcomes[1]!.longestWait, 10)
  t.match(none.notices, [{ kind: 'unscheduled-waits', request: 1, days: 10 }])
  const kept = plan(asked, { reserve: 500 })
  t.strictSame(batchesOf(kept, 1), [
    [0, 500],
    [1, 500],
  ])
  t.equal(kept.days[0]!.counted, 12_000)
  t.strictSame(kept.notices, [])
})

t.test('of more altered schedules than are recalled, what was promised is left out', async t => {
  const many = Array.from({ length: MOST_RECALLED + 2 }, (_, supplier) => ({
    supplier,
    devices: 12_000,
  }))
  const altered = plan(many, { secondUser: 'alter-first' }).notices.filter(
    each => each.kind === 'altered',
  )
  t.equal(altered.length, MOST_RECALLED + 1, 'the last one gave way to nobody')
  t.equal(altered.filter(each => each.lastDayBefore === undefined).length, 1)
  t.match(altered[0], { request: 0, lastDayBefore: 0, lastDay: MOST_RECALLED + 1 })
})

t.test('what finds no place within the horizon is refused', async t => {
  const { refusals, days } = plan([{ devices: 100_000 }], { horizon: 5 })
  t.strictSame(refusals, [{ kind: 'horizon', request: 0, devices: 40_000 }])
  t.equal(days.length, 5)
  const tenYears = plan([{ devices: 4_000, perDay: 1 }])
  t.equal(tenYears.days.length, 3_653)
  t.strictSame(tenYears.refusals, [{ kind: 'horizon', request: 0, devices: 347 }])
})

t.test('levers name what would have to move, the strongest first', async t => {
  const kinds = (...of: Parameters<typeof plan>) =>
    leversOf(plan(...of)).map(({ kind, lastDay }) => [kind, lastDay])
  t.strictSame(kinds([{ devices: 48_000, contact: 'yes' }]), [['capacity', 1]])
  t.strictSame(kinds([{ devices: 5_000, contact: 'no' }]), [['schedule', 0]])
  t.strictSame(kinds([{ devices: 5_000, perDay: 1_000 }]), [['wish', 0]])
  t.strictSame(kinds([{ devices: 5_000, from: 4 }]), [['from', 0]])
  t.strictSame(kinds([{ devices: 5_000 }]), [])
  t.strictSame(kinds([{ devices: 5_000, contact: 'no' }], { horizon: 3 }), [['schedule', 0]])
  const late = { contact: 'yes' as const, from: 2 }
  t.strictSame(
    kinds([{ ...late, devices: 36_000 }]),
    [
      ['from', 2],
      ['capacity', 3],
    ],
    'what ends it earliest comes first',
  )
  t.strictSame(
    kinds([{ ...late, devices: 48_000 }], { horizon: 3 }).map(([kind]) => kind),
    ['from', 'capacity'],
    'but before that, what places most',
  )
  const rolling = portfolio(
    { devices: 12_000, contact: 'yes', minute: 1_200 },
    { devices: 12_000, contact: 'yes', supplier: 1, minute: 600, from: 1 },
  )
  const made = planCampaign(rolling, { ...DEFAULTS, dayBoundary: 'rolling' })
  t.ok(leversOf(made).some(({ kind, lastDay }) => kind === 'day-boundary' && lastDay === 1))
})

t.test('a plan of more than 500,000 batches is refused before memory ends', async t => {
  const many = (octets: number) =>
    Array.from({ length: 150 }, (_, supplier) => ({
      supplier,
      octets,
      perDay: 1,
      devices: 100_000,
    }))
  t.throws(() => plan(many(SMALL)), { code: 'HANRIG_PLAN_TOO_LARGE' })
  t.throws(() => plan(many(LARGE)), { code: 'HANRIG_PLAN_TOO_LARGE' })
})

t.test('nothing asked for is a plan of no days', async t => {
  const { days, lastDay, dueDay } = planCampaign({ suppliers: [], requests: [] }, DEFAULTS)
  t.strictSame([days, lastDay, dueDay], [[], -1, -1])
})

t.test('the estate is that of the report', async t => {
  const { suppliers, requests } = estate()
  t.equal(suppliers.length, 5)
  t.equal(
    requests.reduce((sum, { devices }) => sum + devices, 0),
    670_000,
  )
})

t.test('what the plan ends before is late, though all of it so far is in time', async t => {
  const asked = [{ devices: 1_000, perDay: 100, deadline: 300 }]
  const settings = { horizon: 5, declineLate: true }
  const { batches, refusals } = plan(asked, settings)
  t.strictSame(batches, [])
  t.strictSame(refusals, [{ kind: 'declined', request: 0, devices: 1_000 }])
  t.equal(plan([{ ...asked[0]!, devices: 500 }], settings).batches.length, 5, 'all of it is')
})
