// One rule, one time, one supply: what two commands, or two parts, say of the same thing is the same.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hanrig, jsonLines } from '../helpers/hanrig.ts'

/** Each says how long 300 kB take in the HAN at this loss, seconds. */
function downloads(path: string, loss: string) {
  const [check] = jsonLines(hanrig('image', 'check', path, '--json', '--loss', loss).stdout)
  const medium = check.media.find(({ name }: { name: string }) => name === 'HAN 50')
  const portfolio = path.replace('fw.bin', 'one.csv')
  const simulated = jsonLines(
    hanrig('campaign', 'simulate', portfolio, '--json', '--loss', loss).stdout,
  ).at(-1)
  const run = jsonLines(hanrig('run', '--image', path, '--json', '--loss', loss).stdout)
  const at = (name: string) => run.find(each => each.name === name).t
  return {
    check: medium.withLoss / 1000,
    airTime: medium.airTime / 1000,
    simulate: simulated.downloadSeconds.median,
    run: (at('ota-whole') - at('ota-offered')) / 1000,
  }
}

t.test('one download time: check, simulate and run agree within 5 %', async t => {
  const dir = t.testdir({ 'one.csv': 'supplier,devices,image\nA,400,300 kB\n' })
  const path = join(dir, 'fw.bin')
  writeFileSync(path, new Uint8Array(300_000))
  for (const loss of ['0', '2%', '5%']) {
    const { check, simulate, run, airTime } = downloads(path, loss)
    for (const [name, seconds] of Object.entries({ simulate, run })) {
      t.ok(Math.abs(seconds - check) < 0.05 * check, `${name} ${seconds} s, check ${check} s`)
    }
    t.equal(airTime, 1_500, '6,000 blocks, four a second, without loss')
    if (loss === '0') t.equal(check, airTime)
  }
})

t.test(
  'a sleeper’s time too: 250 kB at 200 B/s, a minute awake in thirty, are ten hours',
  async t => {
    const dir = t.testdir({
      'gas.yaml': `name: Gas
images: { gas: { size: 250 kB, for: gsme, version: 2 } }
devices: { gsme: { profile: gsme } }
steps: [{ distribute: gas }]
`,
    })
    const path = join(dir, 'fw.bin')
    writeFileSync(path, new Uint8Array(250_000))
    const [check] = jsonLines(hanrig('image', 'check', path, '--json', '--loss', '0').stdout)
    t.equal(check.sleepy.airTime / 3_600_000, 1_250 / 3_600 / (1 / 30))
    const run = jsonLines(hanrig('run', join(dir, 'gas.yaml'), '--json').stdout)
    const at = (name: string) => run.find(each => each.name === name).t
    const took = at('ota-whole') - at('ota-offered')
    t.ok(Math.abs(took - check.sleepy.airTime) < 0.05 * check.sleepy.airTime, `${took} ms`)
  },
)

const AWAY = (generation: string) => `name: Away
generation: ${generation}
images: { meter: { size: 3 kB, for: esme, version: 2 } }
devices: { esme: { profile: esme, plugged: false } }
steps:
  - distribute: meter
${generation === 'smets1' ? '  - activate: meter\n' : ''}`

t.test('a device that is away ends the same way in a home and in a nation', async t => {
  for (const [generation, ending] of [
    ['smets1', 'srv-11.3-failed'],
    ['smets2', 'discarded'],
  ] as const) {
    const dir = t.testdir({
      'away.yaml': AWAY(generation),
      'away.csv': `supplier,devices,image,generation\nA,50,3 kB,${generation}\n`,
    })
    const run = jsonLines(hanrig('run', join(dir, 'away.yaml'), '--json').stdout)
    t.match(
      run.find(each => each.name === 'srv-response' && each.service === '11.1'),
      { ok: true },
    )
    t.equal(run.at(-1).devices[0].ending, ending)
    // Nobody comes back within a week.
    const absent = ['--absent', '100%', '--with', 'absentMean=99 d', '--with', 'retention=1 min']
    const simulated = ['campaign', 'simulate', join(dir, 'away.csv'), '--json', ...absent]
    const summary = jsonLines(hanrig(...simulated).stdout).at(-1)
    t.equal(summary.endings[ending], 50)
    t.equal(summary.expired, 50)
    t.equal(summary.endings['srv-11.1-failed'], 0, 'SRV 11.1 touches no device')
  }
})

t.test('an SRV 11.1 that was answered grows no older, however long SRV 11.3 waits', async t => {
  const plan = hanrig('campaign', 'plan', '--lead', '8')
  t.equal(plan.exit, 0)
  t.notMatch(plan.stdout, 'SRV 11.1')
  const slow = hanrig('campaign', 'plan', '--dco-takes', '8')
  t.equal(slow.exit, 5)
  t.match(slow.stdout, 'the DCO takes 8 days with an SRV 11.1, which may be open for 7')
  const args = ['--devices', '100', '--json']
  const simulated = jsonLines(hanrig('campaign', 'simulate', '--dco-takes', '8', ...args).stdout)
  t.equal(simulated.at(-1).endings['srv-11.1-failed'], 100, 'so it is when it is played')
})

/** What the boxes of a home say when its supply goes, as [time in ms, source, what]. */
function outage(hub: string, step: string): [number, string, string][] {
  const dir = t.testdir({
    'outage.yaml': `name: Outage
hub: ${hub}
devices: { esme: { profile: esme } }
steps: [{ ${step}, for: 10 min }]
`,
  })
  const events = jsonLines(hanrig('run', join(dir, 'outage.yaml'), '--json').stdout)
  return events.flatMap(({ t: at, source, name, code, alert }) => {
    const what = name === 'alert-raised' ? code : name === 'power-restored' ? alert : name
    const isTold = ['AD1', '8F36', 'supply-lost', 'supply-restored'].includes(what)
    return isTold ? [[at, source, what]] : []
  })
}

t.test('one supply: the hub goes with the mains of its ESME, or of the home', async t => {
  const whole = [
    [0, 'hub', 'supply-lost'],
    [180_001, 'hub', 'AD1'],
    [600_000, 'esme', '8F36'],
    [600_000, 'hub', 'supply-restored'],
  ]
  t.same(outage('{}', 'cut-power: [esme]'), whole)
  t.same(
    outage('{}', 'cut-mains: home').toSorted(),
    whole.toSorted(),
    'the home’s mains: all of it',
  )
  t.same(outage('{ fedBy: mains }', 'cut-power: [esme]'), [[600_000, 'esme', '8F36']])
  const late = outage('{ with: { alertJitter: 152 s } }', 'cut-power: [esme]').find(
    ([, , what]) => what === 'AD1',
  )!
  t.ok(late[0] > 180_001 && late[0] <= 332_001, 'jitter where a profile says so')
})

t.test('one recorded time: run and alerts judge alike, whichever reading is chosen', async t => {
  const dir = t.testdir({})
  const path = join(dir, 'fw.bin')
  writeFileSync(path, new Uint8Array(500_000))
  for (const recorded of ['processed', 'requested']) {
    for (const judgedBy of ['received', 'outage-start']) {
      const rules = ['--recorded', recorded, '--judged-by', judgedBy]
      const events = jsonLines(hanrig('run', '--image', path, '--json', ...rules).stdout)
      const of = (name: string, where: object = {}) =>
        events.find(
          each => each.name === name && Object.entries(where).every(([key, v]) => each[key] === v),
        )
      const requested = of('srv-sent', { service: '11.3' })
      const [began, raised, verdict] = [
        of('activation-began'),
        of('alert-raised', { code: 'AD1' }),
        of('ad1-verdict'),
      ]
      const rows = [
        'time,event,device,hub,requestTime,outageStart',
        `0,list-add,${requested.device},,,`,
        `${began.t},activation,${requested.device},${verdict.hub},${requested.t},`,
        `${verdict.t},ad1,,${verdict.hub},,${raised.t - raised.outage}`,
      ]
      const stream = join(dir, 'events.csv')
      writeFileSync(stream, `${rows.join('\n')}\n`)
      const [judged] = jsonLines(hanrig('alerts', stream, '--json', ...rules).stdout)
      const said = verdict.suppressed ? 'suppressed' : 'forwarded'
      t.equal(judged.verdict, said, `${recorded}, ${judgedBy}`)
      t.equal(verdict.suppressed, recorded === 'processed')
      // The download of an hour and more lies between the two.
      t.equal(verdict.otherwiseSuppressed, recorded === 'requested')
    }
  }
})
