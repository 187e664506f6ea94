// MP230 rule by rule: R1 to R20 of the Modification Report and the second Refinement Consultation, each by what a plan does.
// R14 and R18 change nothing that a plan could show; docs/SPEC.md says so.

import t from 'tap'
import { DEFAULTS } from '#core/campaign/defaults'
import { planCampaign } from '#core/campaign/planner'
import { estate } from '#core/campaign/portfolio'
import { batchesOf, LARGE, plan, SMALL } from '../../helpers/portfolio.ts'

t.test('R1: large is strictly more than 750 kB, by both readings of a kB', async t => {
  for (const [octets, decimal, binary] of [
    [750_000, false, false],
    [750_001, true, false],
    [768_000, true, false],
    [768_001, true, true],
  ] as const) {
    const large = ([1000, 1024] as const).map(kb => plan([{ octets }], { kb }).outcomes[0]!.large)
    t.strictSame(large, [decimal, binary], `${octets} B`)
  }
})

t.test('R2: the same image for SMETS2 Devices falls under no rule', async t => {
  const { outcomes, batches, days, notices } = plan([{ generation: 'smets2', devices: 50_000 }])
  t.match(outcomes[0], { large: false, needsServiceDesk: false, scheduled: false })
  t.strictSame(batches.length, 1, 'all on one day')
  t.match(days[0], { counted: 0, other: 50_000 })
  t.strictSame(notices, [])
})

t.test('R3: 501 small need no schedule, 500 large need none, 501 large need one', async t => {
  const needs = (devices: number, octets: number) =>
    plan([{ devices, octets }]).outcomes[0]!.needsServiceDesk
  t.strictSame([needs(501, SMALL), needs(500, LARGE), needs(501, LARGE)], [false, false, true])
})

t.test(
  'R4: who wants the 501st a day must contact the Service Desk; without it, it is refused',
  async t => {
    const asNeeded = plan([{ devices: 501 }])
    t.match(asNeeded.notices, [{ kind: 'service-desk', perDay: 501 }])
    t.strictSame(batchesOf(asNeeded, 0), [[0, 501]])
    const never = plan([{ devices: 501, perDay: 501, contact: 'no' }])
    t.strictSame(never.refusals, [{ kind: 'unscheduled', request: 0, devices: 0 }])
    t.strictSame(batchesOf(never, 0), [
      [0, 500],
      [1, 1],
    ])
    t.equal(never.batches[0]!.binding, 'unscheduled')
    const contacted = plan([{ devices: 501, contact: 'yes' }])
    t.strictSame(contacted.notices, [], 'it has spoken to the Service Desk')
  },
)

t.test('R5: batches of at most 500 a day have their TRT without any contact', async t => {
  const { batches, notices } = plan([{ devices: 1_500, perDay: 500 }])
  t.strictSame(
    batches.map(({ day, devices, dueDay, scheduled }) => [day, devices, dueDay, scheduled]),
    [
      [0, 500, 5, false],
      [1, 500, 6, false],
      [2, 500, 7, false],
    ],
  )
  t.strictSame(notices, [])
})

t.test('R6: the TRT of a batch runs from its release: that of day 3 is due on day 8', async t => {
  const { batches } = plan([{ devices: 48_000, contact: 'yes' }])
  t.match(batches[3], { day: 3, dueDay: 8 })
  // Day 0 is a Monday: day 3 is a Thursday, and its fifth working day the Thursday after.
  t.equal(plan([{ devices: 48_000 }], { trt: 'working' }).batches[3]!.dueDay, 10)
  const holidays = new Set([DEFAULTS.startDay + 4])
  t.equal(plan([{ devices: 48_000 }], { trt: 'working', holidays }).batches[3]!.dueDay, 11)
})

t.test('R7: before MP230 every TRT ran from the request, and nobody agreed a schedule', async t => {
  const before = plan([{ devices: 96_000 }], { rules: 'before' })
  t.equal(before.outcomes[0]!.needsServiceDesk, false)
  t.ok(before.batches.every(({ dueDay }) => dueDay === 5))
  t.strictSame(before.notices, [{ kind: 'trt-missed', request: 0, devices: 24_000 }])
  t.strictSame(plan([{ devices: 96_000, contact: 'yes' }]).notices, [])
})

t.test('R8: 5 x 3,000 in a day are 12,000 and then 3,000', async t => {
  const five = [0, 1, 2, 3, 4].map(supplier => ({ supplier, devices: 3_000 }))
  for (const secondUser of ['next-window', 'alter-first'] as const) {
    const { days } = plan(five, { secondUser })
    t.strictSame(
      days.map(({ counted }) => counted),
      [12_000, 3_000],
      secondUser,
    )
  }
})

t.test('R9: a User may send every day', async t => {
  const days = plan([{ devices: 10_000, perDay: 1_000 }]).batches.map(({ day }) => day)
  t.strictSame(days, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

t.test('R10: first come, first served: by the day of filing, then by the list', async t => {
  const two = plan([
    { devices: 12_000, filed: 1 },
    { devices: 24_000, supplier: 1, filed: 0 },
  ])
  t.strictSame(batchesOf(two, 1), [
    [0, 12_000],
    [1, 12_000],
  ])
  t.strictSame(batchesOf(two, 0), [[2, 12_000]])
  const same = plan([{ devices: 12_000 }, { devices: 12_000, supplier: 1 }])
  t.strictSame([batchesOf(same, 0), batchesOf(same, 1)], [[[0, 12_000]], [[1, 12_000]]])
})

t.test('R11: a second User gets the next window, or the first is altered and told', async t => {
  const requests = [{ devices: 36_000 }, { devices: 12_000, supplier: 1, filed: 1 }]
  const next = plan(requests, { secondUser: 'next-window' })
  t.strictSame(batchesOf(next, 0), [
    [0, 12_000],
    [1, 12_000],
    [2, 12_000],
  ])
  t.strictSame(batchesOf(next, 1), [[3, 12_000]])
  t.notOk(next.notices.some(({ kind }) => kind === 'altered'))
  const altered = plan(requests, { secondUser: 'alter-first' })
  t.strictSame(batchesOf(altered, 0), [
    [0, 12_000],
    [1, 6_000],
    [2, 6_000],
    [3, 12_000],
  ])
  t.strictSame(batchesOf(altered, 1), [
    [1, 6_000],
    [2, 6_000],
  ])
  t.strictSame(
    altered.notices.filter(({ kind }) => kind === 'altered'),
    [{ kind: 'altered', request: 0, from: 1, lastDayBefore: 2, lastDay: 3, by: [1] }],
  )
})

t.test('R12: an SRV 11.1 that the DCO is at for more than seven days fails', async t => {
  const weeks = { devices: 108_000, contact: 'yes' as const }
  t.strictSame(plan([weeks], { dcoDays: 7 }).notices, [], 'the seventh day is in time')
  const slow = plan([weeks], { dcoDays: 8 })
  t.strictSame(slow.notices, [{ kind: 'srv-11.1-expires', request: 0, day: 8, devices: 108_000 }])
  t.equal(slow.batches[0]!.day, 8, 'SRV 11.3 is not sent before SRV 11.1 is answered')
  // It is answered when the DCO has the blocks: how long SRV 11.3 waits after it ages nothing.
  t.strictSame(plan([weeks], { lead: 8 }).notices, [])
  t.strictSame(plan([weeks], { srv111: 'at-once' }).notices, [])
  t.strictSame(plan([{ ...weeks, generation: 'smets2' }], { dcoDays: 8 }).notices, [])
})

t.test('R13: the Supplier makes the batches: one a day each, none carried over for it', async t => {
  const { batches } = plan([
    { devices: 30_000, perDay: 4_000 },
    { devices: 30_000, supplier: 1 },
  ])
  const keys = batches.map(({ request, day }) => `${request} ${day}`)
  t.equal(new Set(keys).size, keys.length)
  t.ok(batches.every(({ request, devices }) => request === 1 || devices <= 4_000))
})

t.test('R15: the DCC may decline what would be late, and its room is free for others', async t => {
  const requests = [
    { devices: 12_000 },
    { devices: 24_000, supplier: 1, deadline: 6 },
    { devices: 12_000, supplier: 2, deadline: 6 },
  ]
  const kept = plan(requests)
  t.match(
    kept.notices.filter(({ kind }) => kind === 'deadline-missed'),
    [
      { request: 1, deadline: 6, dueDay: 7, devices: 12_000 },
      { request: 2, deadline: 6, dueDay: 8, devices: 12_000 },
    ],
  )
  for (const secondUser of ['next-window', 'alter-first'] as const) {
    const { refusals, outcomes } = plan(requests, { declineLate: true, secondUser })
    t.strictSame(refusals, [{ kind: 'declined', request: 1, devices: 24_000 }], secondUser)
    t.strictSame(
      outcomes.map(({ placed }) => placed),
      [12_000, 0, 12_000],
    )
  }
})

t.test('R16: only what is spare beside scheduled traffic carries large images', async t => {
  const half = plan([{ devices: 12_000 }], { spare: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5] })
  t.strictSame(batchesOf(half, 0), [
    [0, 6_000],
    [1, 6_000],
  ])
  // From Monday, day 0, to Friday; not at the weekend.
  const weekdays = plan([{ devices: 72_000 }], { spare: [1, 1, 1, 1, 1, 0, 0] })
  t.strictSame(
    batchesOf(weekdays, 0).map(([day]) => day),
    [0, 1, 2, 3, 4, 7],
  )
  t.equal(weekdays.batches[5]!.waited, 2)
  t.equal(weekdays.batches[5]!.binding, 'capacity')
})

t.test(
  'R17: a batch counts on the day of its SRV 11.3 and is logged on that of its SRV 11.1',
  async t => {
    const requests = [{ devices: 24_000, contact: 'yes' as const }]
    const days = (settings: object) => {
      const { batches, days } = plan(requests, { lead: 2, ...settings })
      return {
        batches: batches.map(({ loggedDay, day }) => [loggedDay, day]),
        counted: days.map(({ counted }) => counted),
      }
    }
    t.strictSame(days({}), {
      batches: [
        [0, 2],
        [1, 3],
      ],
      counted: [0, 0, 12_000, 12_000],
    })
    t.strictSame(days({ countAt: '11.1' }), {
      batches: [
        [0, 2],
        [1, 3],
      ],
      counted: [12_000, 12_000, 0, 0],
    })
    t.throws(() => days({ countAt: '11.1', srv111: 'at-once' }), RangeError)
  },
)

t.test('R19: no User starves: it waits no longer than what came before it takes', async t => {
  const { outcomes } = planCampaign(estate(), DEFAULTS)
  t.strictSame(
    outcomes.map(({ longestWait }) => longestWait),
    [0, 11, 22, 33, 44],
  )
  const shared = planCampaign(estate(), { ...DEFAULTS, secondUser: 'alter-first' })
  t.ok(shared.outcomes.every(({ longestWait }) => longestWait === 0))
  t.strictSame(shared.days[0]!.devices, [2_400, 2_400, 2_400, 2_400, 2_400])
})

t.test(
  'R20: where precedence is on, an urgent request goes first and who gave way is told',
  async t => {
    const requests = [{ devices: 36_000 }, { devices: 12_000, supplier: 1, filed: 1, priority: 1 }]
    t.strictSame(batchesOf(plan(requests), 1), [[3, 12_000]], 'off by default')
    for (const secondUser of ['next-window', 'alter-first'] as const) {
      const urgent = plan(requests, { precedence: true, secondUser })
      t.strictSame(batchesOf(urgent, 1), [[1, 12_000]])
      t.strictSame(batchesOf(urgent, 0), [
        [0, 12_000],
        [2, 12_000],
        [3, 12_000],
      ])
      t.equal(urgent.batches.find(({ day }) => day === 2)!.waited, 1)
      t.match(
        urgent.notices.filter(({ kind }) => kind === 'altered'),
        [{ request: 0, from: 1, lastDayBefore: 2, lastDay: 3, by: [1] }],
      )
    }
  },
)

t.test('670,000 at 12,000 a day take 56 days', async t => {
  const { days, batches } = planCampaign(estate(), DEFAULTS)
  t.equal(days.length, 56)
  t.equal(days.at(-1)!.counted, 670_000 - 55 * 12_000)
  t.equal(
    batches.reduce((sum, { devices }) => sum + devices, 0),
    670_000,
  )
})

t.test('five Suppliers with 500 a day each and no schedule take 268 days', async t => {
  const { suppliers, requests } = estate()
  const unscheduled = requests.map(each => ({ ...each, contact: 'no' as const }))
  const { days, notices } = planCampaign({ suppliers, requests: unscheduled }, DEFAULTS)
  t.equal(days.length, 268)
  t.ok(days.every(({ counted }) => counted <= 2_500))
  t.equal(notices.filter(({ kind }) => kind === 'service-desk').length, 5)
})
