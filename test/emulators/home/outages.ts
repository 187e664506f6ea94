// MP102B from end to end: an activation that takes the hub's supply, the AD1 that it causes, and what the DSP makes of it;
// and a SMETS1 home whose images go through the DCO side by side.

import t from 'tap'
import { all, has, MINUTE, type Played, playYaml } from '../../helpers/home.ts'

function home(parts: { device?: string; steps: string; more?: string; hub?: string }): Played {
  const { device = 'listed: yes', steps, more = '', hub = '{}' } = parts
  return playYaml(`
name: an outage
generation: smets1
images: { new: { size: 2 kB, for: esme } }
hub: ${hub.replace('{', '{ ad1: assumed, ')}
devices:
  esme: { profile: esme-pre-mp102a, ${device} }
${more}
steps:
  - distribute: new
${steps}
`)
}

const NOW = '  - activate: new\n'

/** Verdicts as 'suppressed: reason', in order. */
const verdicts = ({ events }: Played): string[] =>
  all(events, { name: 'ad1-verdict' }).map(
    ({ suppressed, reason }) => `${suppressed ? 'suppressed' : 'forwarded'}: ${reason}`,
  )

t.test(
  'A7, B1: the AD1 of a listed ESME is suppressed, and does not reach the Supplier',
  async t => {
    const played = home({ steps: NOW })
    t.equal(verdicts(played).length, 1)
    t.match(verdicts(played)[0], /^suppressed/)
    t.same(played.outcome.ad1, { suppressed: 1, forwarded: 0 })
    t.equal(all(played.events, { source: 'supplier', code: 'AD1' }).length, 0)
    t.equal(all(played.events, { source: 'dsp', name: 'alert-received', code: 'AD1' }).length, 1)
  },
)

t.test('A3, B2: that of one that is not listed is forwarded', async t => {
  const played = home({ device: 'listed: no', steps: NOW })
  t.match(verdicts(played)[0], /^forwarded/)
  t.equal(all(played.events, { name: 'activation-recorded' }).length, 0)
})

t.test(
  'a list that is replaced forgets who left it, and keeps the record of who stays',
  async t => {
    const relist = (names: string) =>
      home({ steps: `  - { relist: [${names}], at: 20 s }\n${NOW}` })
    t.match(verdicts(relist(''))[0], /^forwarded/)
    t.match(verdicts(relist('esme'))[0], /^suppressed/)
    const late = (names: string) => {
      const first = home({ steps: NOW })
      const at = Math.round((all(first.events, { name: 'supply-lost' })[0]!.t + MINUTE) / 1_000)
      return home({ steps: `  - { relist: [${names}], at: ${at} s }\n${NOW}` })
    }
    t.match(verdicts(late('esme'))[0], /^suppressed/, 'recorded, and still on it')
    t.match(verdicts(late(''))[0], /^forwarded/, 'recorded, and off it by then')
  },
)

t.test('an outage within 30 minutes of the activation is hidden, a later one is not', async t => {
  // The activation takes two minutes: no AD1 of its own.
  const device = 'listed: yes, with: { activationShortest: 2 min, activationLongest: 2 min }'
  const outage = (minutes: number) => {
    const first = home({ device, steps: NOW })
    const recorded = all(first.events, { name: 'activation-recorded' })[0]!.t
    const at = Math.round((recorded + minutes * MINUTE) / 1_000)
    return verdicts(
      home({ device, steps: `  - { cut-power: [hub], for: 4 min, at: ${at} s }\n${NOW}` }),
    )
  }
  for (const [minutes, verdict] of [
    [5, /^suppressed/],
    [26, /^suppressed/],
    [28, /^forwarded/],
    [60, /^forwarded/],
  ] as const) {
    const said = outage(minutes)
    t.equal(said.length, 1, `${minutes} min`)
    t.match(said[0], verdict, `${minutes} min`)
  }
})

t.test('an outage of three minutes raises none, one of a millisecond more does', async t => {
  for (const [length, count] of [
    ['3 min', 0],
    ['180001 ms', 1],
  ] as const) {
    const steps = `  - { cut-power: [hub], for: ${length} }\n  - wait: 1 h\n`
    const played = home({ steps })
    t.equal(verdicts(played).length, count, length)
    if (count > 0) t.match(verdicts(played)[0], /^forwarded/, 'a genuine one')
  }
})

t.test('an outage during an activation ends when both have ended', async t => {
  const first = home({ steps: NOW })
  const lost = all(first.events, { name: 'supply-lost' })[0]!.t
  const { duration } = first.events.find(has({ name: 'activation-began' }))!
  const at = Math.round((lost + MINUTE) / 1_000)
  const long = home({ steps: `  - { cut-power: [hub], for: 1 h, at: ${at} s }\n${NOW}` })
  const short = home({ steps: `  - { cut-power: [hub], for: 1 min, at: ${at} s }\n${NOW}` })
  const restored = ({ events }: Played) => all(events, { name: 'supply-restored' }).map(e => e.t)
  t.same(restored(short), [lost + Number(duration)], 'the meter keeps it longer')
  t.same(restored(long), [at * 1_000 + 60 * MINUTE], 'the outage does')
})

t.test(
  'a meter that restarts while it activates keeps the hub without supply to the end',
  async t => {
    const first = home({ steps: NOW })
    const at = Math.round((all(first.events, { name: 'supply-lost' })[0]!.t + MINUTE) / 1_000)
    const { events } = home({ steps: `  - { cut-power: [esme], for: 1 min, at: ${at} s }\n${NOW}` })
    t.equal(all(events, { name: 'activation-began' }).length, 2, 'it begins anew')
    const ended = all(events, { name: 'activation-ended' }).map(event => event.t)
    t.equal(ended.length, 1)
    t.same(
      all(events, { name: 'supply-restored' }).map(event => event.t),
      ended,
    )
  },
)

t.test('what ends a record is a field of the service', async t => {
  const first = home({ steps: NOW })
  const restored = all(first.events, { name: 'supply-restored' })[0]!.t
  const at = Math.round((restored + MINUTE) / 1_000)
  const genuine = `  - { cut-power: [hub], for: 4 min, at: ${at} s }\n${NOW}`
  const twice = (more: string) => verdicts(home({ steps: genuine, more }))
  t.same(
    twice('').map(said => said.split(':')[0]),
    ['suppressed', 'suppressed'],
    'a genuine outage within the window is hidden',
  )
  t.same(
    twice('service: { suppressionUsedUp: yes }').map(said => said.split(':')[0]),
    ['suppressed', 'forwarded'],
    'unless the first AD1 uses the record up',
  )
  const leaves = Math.round((all(first.events, { name: 'supply-lost' })[0]!.t + MINUTE) / 1_000)
  const off = `  - { relist: [], at: ${leaves} s }\n${NOW}`
  t.match(verdicts(home({ steps: off }))[0], /^forwarded/)
  const kept = home({ steps: off, more: 'service: { suppressionKeepUnlisted: yes }' })
  t.match(verdicts(kept)[0], /^suppressed/)
})

t.test(
  'A2: the meter feeds the hub: without it the hub is dead, and comes back with it',
  async t => {
    const played = home({ steps: NOW })
    const began = all(played.events, { name: 'activation-began' })[0]!
    const lost = all(played.events, { name: 'supply-lost' })[0]!
    const back = all(played.events, { name: 'supply-restored' })[0]!
    t.equal(lost.t, began.t)
    t.equal(back.t, began.t + Number(began.duration))
  },
)

t.test('A6: the meter itself reports the return of its mains, not of the hub’s supply', async t => {
  const restored = (steps: string, device?: string) =>
    all(home({ steps, ...(device && { device }) }).events, {
      name: 'power-restored',
      source: 'esme',
    })
  t.equal(restored(NOW).length, 0, 'an activation takes the hub’s supply alone')
  const cut = (time: string) => `  - { cut-power: [esme], for: ${time} }\n  - wait: 1 h\n`
  for (const [time, outage, alert] of [
    ['179999 ms', 179_999, '8F35'],
    ['3 min', 180_000, '8F36'],
    ['180001 ms', 180_001, '8F36'],
  ] as const) {
    t.match(restored(cut(time)), [{ outage, alert }], time)
  }
  const [silent] = restored(cut('3 min'), 'with: { reportsOutages: no }')
  t.equal(silent!.alert, undefined)
  const unplugged = restored('  - { plug: [esme] }\n  - wait: 1 h\n', 'plugged: no')
  t.equal(unplugged[0]?.alert, undefined, 'one that was never on has lost nothing')
})

t.test('a cancelled activation leaves no window', async t => {
  const steps = `
  - { activate: new, in: 10 min }
  - cancel: [esme]
  - wait: 12 min
  - { cut-power: [hub], for: 4 min }
  - wait: 1 h`
  const played = home({ steps })
  t.match(verdicts(played)[0], /^forwarded/)
  t.equal(all(played.events, { name: 'activation-recorded' }).length, 1)
  t.equal(all(played.events, { name: 'activation-began' }).length, 0)
})

t.test(
  'two devices of a SMETS1 home: images side by side, each forwarded when it is asked for',
  async t => {
    const { events, outcome } = playYaml(`
name: side by side
generation: smets1
images:
  meter: { size: 4 kB, for: esme }
  load: { size: 3 kB, for: hcalcs }
devices:
  esme: { profile: esme }
  second: { profile: esme }
  hcalcs: { profile: hcalcs }
steps:
  - distribute: meter
  - distribute: load
  - { activate: meter, at: 1 min }
  - { activate: load, at: 1 min }
expect:
  - { device: esme, runs: meter }
  - { device: second, runs: meter }
  - { device: hcalcs, runs: load }
  - { response: 11.1, code: 0, count: 2 }
  - { response: 11.3, code: 0, count: 3 }
  - { alert: 8F72, count: 2 } # an HCALCS sends no receipt
  - { alert: 8F8A, from: hub, count: 3 }
  - { alert: 8F89, count: 0 }
`)
    t.same(outcome.failures, [])
    const loaded = all(events, { name: 'slot-loaded' })
    t.equal(loaded.length, 3, 'one transfer for each device')
    t.ok(
      loaded.every(({ t: time }) => time >= MINUTE),
      'the Device sees nothing before its 11.3',
    )
    const begun = all(events, { name: 'ota-offered' }).map(({ t: time }) => time)
    const done = all(events, { name: 'ota-whole' }).map(({ t: time }) => time)
    t.ok(Math.max(...begun) < Math.min(...done), 'all three download at a time')
  },
)

t.test(
  'an image that is sent again to a device that runs it is answered, and not wanted',
  async t => {
    const played = home({ steps: `${NOW}  - distribute: new\n  - activate: new\n` })
    const { events, outcome } = played
    t.same(outcome.failures, [])
    t.same(
      all(events, { name: 'srv-response', service: '11.1' }).map(each => [
        each.request,
        each.service !== '11.3' && each.ok,
      ]),
      [
        [0, true],
        [1, true],
      ],
    )
    t.same(
      all(events, { name: 'srv-response' }).flatMap(each =>
        each.service === '11.3' ? [each.code] : [],
      ),
      [0, 3],
    )
    t.ok(events.some(has({ name: 'alert-received', code: '8F89', detail: 1 })))
  },
)
