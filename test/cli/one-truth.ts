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

t.test(
  'one rule of size: large is said of SMETS1, DUIS judges SMETS2, in every command',
  async t => {
    const dir = t.testdir({})
    const path = join(dir, 'fw.bin')
    writeFileSync(path, new Uint8Array(900_000))
    const check = (...args: string[]) => hanrig('image', 'check', path, '--json', ...args)
    for (const generation of ['smets1', 'smets2'] as const) {
      const isLarge = generation === 'smets1'
      const [checked] = jsonLines(check('--generation', generation).stdout)
      t.match(checked, { large: isLarge, rule: isLarge ? 'MP230' : 'DUIS' })
      const scenario = join(dir, `${generation}.yaml`)
      writeFileSync(
        scenario,
        `name: size\ngeneration: ${generation}\nimages: { big: { size: 900 kB, for: esme } }\ndevices: { esme: { profile: esme } }\n`,
      )
      const image = jsonLines(hanrig('run', scenario, '--json').stdout).find(
        ({ name }) => name === 'image',
      )
      t.match(image, { large: isLarge, limit: checked.limit })
      const portfolio = join(dir, `${generation}.csv`)
      writeFileSync(portfolio, `supplier,devices,image,generation\nA,10,900 kB,${generation}\n`)
      const batch = jsonLines(hanrig('campaign', 'plan', portfolio, '--json').stdout).find(
        ({ name }) => name === 'batch',
      )
      t.equal(batch.large, isLarge)
    }
    t.equal(check().exit, 5, 'without a generation as SMETS1')
    t.equal(check('--generation', 'smets2').exit, 0)
    writeFileSync(path, new Uint8Array(10_240_001))
    t.equal(check('--generation', 'smets2').exit, 5)
  },
)

const HOME = (generation: string, more: string) => `name: Home
generation: ${generation}
images: { meter: { size: 3 kB, for: esme, version: 2 }, display: { size: 3 kB, for: ppmid, version: 2 } }
devices:
  esme: { profile: esme-pre-mp102a, listed: yes }
  ppmid: { profile: ppmid }
${more}steps:
  - distribute: meter
  - distribute: display
  - activate: meter
`

t.test('AD1 is SMETS2’s; of a SMETS1 hub it is assumed, and the story says so once', async t => {
  const dir = t.testdir({
    's2.yaml': HOME('smets2', ''),
    's1.yaml': HOME('smets1', ''),
    'assumed.yaml': HOME('smets1', 'hub: { ad1: assumed }\n'),
  })
  const ad1s = (name: string) =>
    jsonLines(hanrig('run', join(dir, name), '--json').stdout).filter(
      each => each.name === 'alert-raised' && each.code === 'AD1',
    ).length
  t.same([ad1s('s2.yaml'), ad1s('s1.yaml'), ad1s('assumed.yaml')], [1, 0, 1])
  const told = hanrig('run', join(dir, 'assumed.yaml')).stdout
  t.equal(told.split('no source tells whether a SMETS1 hub raises AD1').length, 2)
  const builtIn = hanrig('run').stdout
  t.equal(builtIn.split('no source tells whether a SMETS1 hub raises AD1').length, 2)
})

t.test(
  'who hears what: the ACB of transfers, the User by DCC Alerts, the S1SP of SMETS1',
  async t => {
    const dir = t.testdir({ 's2.yaml': HOME('smets2', ''), 's1.yaml': HOME('smets1', '') })
    const heard = (name: string) =>
      jsonLines(hanrig('run', join(dir, name), '--json').stdout)
        .filter(each => each.name === 'alert-received' && each.source === 'supplier')
        .map(each => `${each.code} ${each.as ?? 'its own message'}`)
        .toSorted()
    t.same(heard('s2.yaml'), [
      '8F72 its own message',
      '8F8A DCC Alert',
      '8F8A N60/N61',
      '8F8B DCC Alert',
    ])
    t.ok(heard('s1.yaml').every(each => each.endsWith('S1SPAlert')))
    const home = hanrig('run', 'ihd-home-server')
    t.match(home.stdout, 'nothing of it reaches the DCC')
    t.match(home.stdout, 'from the server in the home')
    t.notMatch(home.stdout, / alert /, 'an IHD raises nothing')
  },
)

t.test('what is short is expanded once, service names beside their numbers', async t => {
  for (const args of [['run'], ['campaign', 'simulate', '--devices', '50']]) {
    const { stdout } = hanrig(...args)
    t.equal(stdout.split('AD1 Power Outage Alert').length, 2, args.join(' '))
  }
  const { stdout } = hanrig('run')
  t.match(stdout, 'SRV 11.3 Activate Firmware; DCO Dual Control Organisation; S1SP SMETS1 Service')
  const plan = hanrig('campaign', 'plan', '--trt-in', 'working', '--split-counts', 'pieces')
  t.match(plan.stdout, '5 working days after each')
  t.match(plan.stdout, '12,000 pieces of large images a day')
})
