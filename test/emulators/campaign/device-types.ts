// Campaigns by type of device: how a portfolio says it, who can raise AD1, and whom no image reaches.

import t from 'tap'
import { HanrigError } from '#core/errors/errors'
import { ENGINES } from '#emulators/campaign/engines'
import { readPortfolio } from '#emulators/campaign/portfolio/read'
import { summaryOf } from '#emulators/campaign/result'
import { plan } from '../../helpers/portfolio.ts'
import { CALM, simulated } from '../../helpers/simulated.ts'

const read = (text: string) => readPortfolio(text, 'p.csv', 'csv', undefined).portfolio.requests

t.test('a row says type, region, updates a year and pattern', async t => {
  const rows = read(
    'supplier,deviceType,region,updatesPerYear,pattern,devices,image,hubReady\n' +
      'A,PPMID,"North 30%, 4G South 70%",0.5,spread 2 months,1001,240 kB,90%\n' +
      'A,GSME,central,2,single,10,300 kB,\n',
  )
  t.match(rows, [
    {
      name: 'request 1, month 1 of 2',
      deviceType: 'PPMID',
      generation: 'smets2',
      devices: 501,
      regions: { North: 0.3, '4G South': 0.7 },
      updatesPerYear: 0.5,
      hubReady: 0.9,
    },
    { name: 'request 1, month 2 of 2', devices: 500, from: 30 },
    { deviceType: 'GSME', generation: 'smets1', regions: { Central: 1 }, updatesPerYear: 2 },
  ])
})

t.test('what is not said of a device is not there', async t => {
  t.strictSame(Object.keys(read('supplier,devices,image\nA,1,1\n')[0]!), [
    'name',
    'supplier',
    'generation',
    'devices',
    'octets',
    'from',
    'perDay',
    'deadline',
    'contact',
    'filed',
    'priority',
    'minute',
  ])
})

t.test('an IHD, an unknown region and an odd pattern are refused', async t => {
  try {
    read('supplier,deviceType,region,pattern,devices,image\nA,IHD,"North 30%",daily,1,1\n')
    t.fail('it is refused')
  } catch (error) {
    if (!(error instanceof HanrigError)) throw error
    t.match(error.message.split('\n'), [
      /^p.csv:2:2: deviceType cannot be IHD: the DCC has no way to an IHD/,
      /^p.csv:2:3: region must be one of North, Central/,
      /^p.csv:2:4: pattern must be single, staged, or spread/,
    ])
  }
})

t.test('a campaign of Communications Hubs says that it is the DCC’s own', async t => {
  const { notices } = plan([{ deviceType: 'CH', generation: 'smets2', devices: 7 }])
  t.match(notices, [{ kind: 'dcc-own', devices: 7 }])
})

t.test('only an ESME cuts its hub’s supply, whichever engine plays', async t => {
  const cutting = { ...CALM, cutsShare: 1, joinedShare: 1 }
  for (const engine of ENGINES) {
    for (const deviceType of ['PPMID', 'GSME', 'HCALCS', 'CH'] as const) {
      const { ad1, supplyCuts, updated } = summaryOf(
        simulated(plan([{ deviceType, octets: 20_000, devices: 300 }]), cutting, engine),
      )
      t.strictSame([ad1.raised, supplyCuts, updated], [0, 0, 300], `${deviceType}, ${engine}`)
    }
    const meters = summaryOf(simulated(plan([{ octets: 20_000, devices: 300 }]), cutting, engine))
    t.strictSame([meters.ad1.raised, meters.supplyCuts], [300, 300], engine)
  }
})

t.test('a PPMID that left its HAN, or whose hub is too old, gets nothing', async t => {
  const requests = [
    { deviceType: 'PPMID', octets: 20_000, devices: 20_000, hubReady: 0.9 } as const,
    { deviceType: 'HCALCS', octets: 20_000, devices: 20_000, hubReady: 0.5 } as const,
  ]
  const fields = { ...CALM, joinedShare: 0.8, sharedShare: 0.2 }
  const [totals, events, auto] = (['totals', 'events', 'auto'] as const).map(
    engine => summaryOf(simulated(plan(requests), fields, engine)).types,
  )
  t.strictSame(totals, events, 'the same devices in both engines')
  t.strictSame(totals, auto)
  for (const [type, share] of [
    ['PPMID', 0.72],
    ['HCALCS', 0.5],
  ] as const) {
    const { devices, updated, unreached } = totals![type]!
    t.equal(updated + unreached, devices)
    const deviation = Math.sqrt(devices * share * (1 - share))
    t.ok(Math.abs(updated - devices * share) < 4 * deviation, `${type}: ${updated}`)
  }
})

t.test('SRV 11.4 activates when the image is there, by no date', async t => {
  const byDate = {
    ...CALM,
    scheduledShare: 1,
    joinedShare: 1,
    releaseTime: 3_600_000,
    nightFrom: 0,
  }
  const onDay0 = (deviceType: 'PPMID' | 'GSME') =>
    simulated(plan([{ deviceType, octets: 20_000 }]), byDate).tally.onDay(0, 'updated')
  t.strictSame([onDay0('PPMID'), onDay0('GSME')], [1_000, 0])
})

t.test('a GSME gets its image wake by wake, whichever engine plays', async t => {
  const fields = { ...CALM, jitter: 1, roundTrip: 250, gsmeWakes: 1_800_000, gsmeAwake: 60_000 }
  for (const engine of ['totals', 'events'] as const) {
    const half = (deviceType: 'GSME' | 'ESME') =>
      summaryOf(simulated(plan([{ deviceType, octets: 250_000, devices: 50 }]), fields, engine))
        .downloadSeconds.median
    t.strictSame([half('ESME'), half('GSME')], [1_255, 20 * 1_800 + 55], engine)
  }
  const asleep = { ...fields, gsmeAwake: 1_000 }
  const { expired, updated } = summaryOf(simulated(plan([{ deviceType: 'GSME' }]), asleep))
  t.strictSame([expired, updated], [1_000, 0], 'a second a wake is too little for a week')
})

t.test(
  'steps that are missing go before an image, and a base that nothing leads from is refused',
  async t => {
    const head = 'supplier,request,devices,image,version,follows,base\n'
    const rows = read(
      `${head}A,three,10,300 kB,3.0,2.0;2.1,1.0\nA,two,5,200 kB,2.0,1.5,1.5\nA,middle,5,150 kB,1.5,1.0,\n`,
    )
    t.strictSame(
      rows.map(({ name, devices, octets, from }) => [name, devices, octets, from]),
      [
        ['three, first 1.5', 10, 150_000, 0],
        ['three, first 2.0', 10, 200_000, 5],
        ['three', 10, 300_000, 10],
        ['two', 5, 200_000, 0],
        ['middle', 5, 150_000, 0],
      ],
    )
    for (const rest of [
      'A,three,1,1,3,2,1\n',
      'A,three,1,1,3,2,1\nB,two,1,1,2,1,\n',
      'A,x,1,1,3,2,3\n',
    ]) {
      t.throws(() => read(head + rest), /no images here lead from/)
    }
  },
)

t.test('hubs that sleep are woken first: some never are, and the others begin later', async t => {
  const fields = { ...CALM, wakeSuccess: 0.9, wakeDelay: 3_600_000, releaseTime: 1 }
  const sleeping = [{ octets: 20_000, devices: 10_000, wake: 'sms' as const }]
  const settings = { capacity: 10_000 }
  const [totals, events] = (['totals', 'events'] as const).map(engine =>
    summaryOf(simulated(plan(sleeping, settings), { ...fields, sharedShare: 0.2 }, engine)),
  )
  t.strictSame(totals!.types, events!.types, 'the same in both engines')
  t.ok(Math.abs(totals!.unreached - 1_000) < 4 * 30, `${totals!.unreached}`)
  t.equal(totals!.updated + totals!.unreached, 10_000)
  const { unreached } = summaryOf(simulated(plan([{ devices: 1_000 }]), fields))
  t.equal(unreached, 0, 'nobody is woken who does not sleep')
})
