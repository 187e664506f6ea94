import fc from 'fast-check'
import t from 'tap'
import {
  AD1_THRESHOLD,
  DEFAULT_SUPPLY_MONITOR,
  QUIET,
  RAISE_AD1,
  SupplyMonitor,
} from '#core/power/supply-monitor'

const STRICT = DEFAULT_SUPPLY_MONITOR
const LENIENT = { threshold: AD1_THRESHOLD, strict: false }

/** What a hub hears of an outage of `length` ms: of its timer if that comes first, of the restoration. */
function outage(length: number, config = STRICT, from = 5000): [number, number] {
  const monitor = new SupplyMonitor(config)
  monitor.lost(from)
  const ticked = monitor.deadline < from + length ? monitor.tick(monitor.deadline) : QUIET
  return [ticked, monitor.restored(from + length)]
}

t.test('A1: an outage must last longer than three minutes', async t => {
  t.strictSame(STRICT, { threshold: 180_000, strict: true })
  for (const from of [0, 5000]) {
    t.strictSame(outage(0, STRICT, from), [QUIET, QUIET])
    t.strictSame(outage(179_999, STRICT, from), [QUIET, QUIET])
    t.strictSame(outage(180_000, STRICT, from), [QUIET, QUIET])
    t.strictSame(outage(180_001, STRICT, from), [QUIET, RAISE_AD1])
    t.strictSame(outage(180_002, STRICT, from), [RAISE_AD1, QUIET])
    t.strictSame(outage(900_000, STRICT, from), [RAISE_AD1, QUIET])
  }
})

t.test('A5: read the other way, three minutes are enough', async t => {
  t.strictSame(outage(179_999, LENIENT), [QUIET, QUIET])
  t.strictSame(outage(180_000, LENIENT), [QUIET, RAISE_AD1])
  t.strictSame(outage(180_001, LENIENT), [RAISE_AD1, QUIET])
})

t.test('at one instant the order of tick and restoration decides nothing', async t => {
  for (const config of [STRICT, LENIENT]) {
    for (const length of [179_999, 180_000, 180_001]) {
      const calls = ['tick', 'restored'] as const
      const raised = [calls, calls.toReversed()].map(order => {
        const monitor = new SupplyMonitor(config)
        monitor.lost(7)
        return order.filter(call => monitor[call](7 + length) === RAISE_AD1).length
      })
      t.equal(raised[0], raised[1], `${length} ms`)
      t.equal(raised[0], length > 180_000 || (length === 180_000 && !config.strict) ? 1 : 0)
    }
  }
})

t.test('a repeated loss is the same outage and does not begin anew', async t => {
  const monitor = new SupplyMonitor()
  monitor.lost(1000)
  monitor.lost(100_000)
  t.match(monitor, { lostAt: 1000, deadline: 181_001 })
  t.equal(monitor.tick(181_000), QUIET)
  t.equal(monitor.tick(181_001), RAISE_AD1)
  monitor.lost(181_002)
  t.match(monitor, { lostAt: 1000, deadline: Number.POSITIVE_INFINITY })
  t.equal(monitor.tick(1e9), QUIET)

  const first = new SupplyMonitor()
  t.equal(first.lostAt, -1)
  first.lost(0)
  first.lost(50)
  t.match(first, { lostAt: 0, deadline: 180_001 }, 'time 0 is a time')
})

t.test('a short return of the supply begins the count anew', async t => {
  const monitor = new SupplyMonitor()
  monitor.lost(0)
  t.equal(monitor.restored(179_000), QUIET)
  t.equal(monitor.deadline, Number.POSITIVE_INFINITY)
  monitor.lost(179_001)
  t.match(monitor, { lostAt: 179_001, deadline: 359_002 })
  t.equal(monitor.tick(200_000), QUIET)
  t.equal(monitor.tick(359_002), RAISE_AD1)
  t.equal(monitor.lostAt, 179_001, 'the start of the outage can be read with the alert')
})

t.test('the start of an outage is there to read with the alert that its end brings', async t => {
  const monitor = new SupplyMonitor()
  monitor.lost(1_000)
  t.equal(monitor.restored(181_001), RAISE_AD1)
  t.equal(monitor.lostAt, 1_000)
})

t.test('without an outage nothing is raised', async t => {
  const monitor = new SupplyMonitor()
  t.equal(monitor.tick(1e12), QUIET)
  t.equal(monitor.restored(1e12), QUIET)
})

t.test('one AD1 for each long outage and none for another, whatever happens', async () => {
  const step = fc.tuple(fc.constantFrom('lost', 'restored', 'tick'), fc.nat(250_000))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), fc.boolean(), (steps, strict) => {
      const monitor = new SupplyMonitor({ threshold: AD1_THRESHOLD, strict })
      let now = 0
      let since: number | undefined
      let raised = 0
      for (const [call, pause] of steps) {
        now += pause
        if (call === 'lost') {
          since ??= now
          monitor.lost(now)
        } else if (monitor[call as 'tick'](now) === RAISE_AD1) raised++
        const length = since === undefined ? 0 : now - since
        const long = strict ? length > AD1_THRESHOLD : length >= AD1_THRESHOLD
        // A loss reported again tells nobody the time: only tick() and restored() may raise.
        if (call !== 'lost' && raised !== (long ? 1 : 0)) return false
        if (raised > 1) return false
        if (call === 'restored') {
          since = undefined
          raised = 0
        }
      }
      return true
    }),
  )
})
