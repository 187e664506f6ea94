// The story of a run on a terminal, and its progress.

import t from 'tap'
import { expectedOctets, RunProgress } from '#cli/run/run-progress'
import { Story, tellVerdict } from '#cli/run/story/story'
import type { FieldsOf, TraceEvent } from '#emulators/trace/trace'
import { finish, optionsOf } from '../helpers/home.ts'
import { event, FULL_HOME, mainReport, namesOf, stored, yamlReport } from '../helpers/run-report.ts'

const FULL = yamlReport(FULL_HOME)
const ONE = new Map([
  ['H', 'hub'],
  ['E', 'esme'],
])
const TWO = new Map([...ONE, ['G', 'gsme-2']])

/** Lines that these events are told in. */
function told(ids: ReadonlyMap<string, string>, ...events: readonly TraceEvent[]): string[] {
  let text = ''
  const story = new Story(piece => {
    text += piece
  }, ids)
  for (const each of events) story.tell(each)
  story.end()
  return text.split('\n').slice(0, -1)
}

t.test('the main job is told as ever', async t => {
  const report = mainReport()
  const opening = [
    event(0, 'run', 'start', { hanrig: '1.0.0', seed: 1, generation: 'smets1', scenario: 'S' }),
    event(0, 'run', 'image', {
      image: 'image',
      format: 'ota',
      kind: 'gb-signed',
      size: 1_200_000,
      large: true,
      limit: 750_000,
      notes: ['odd'],
    }),
  ]
  const lines = told(namesOf(report), ...opening, ...report.events)
  t.same(lines.slice(0, 5), [
    'hanrig 1.0.0: S, seed 1',
    'image      generated image: ZigBee OTA file, gb-signed, 1,200,000 B',
    '           large: 450,000 B above the limit of 750 kB (MP230)',
    '           note: odd',
    '',
  ])
  const verbs = lines.slice(5).map(line => line.slice(10, 21).trimEnd())
  t.same(verbs, [
    'SRV 11.1',
    'complete',
    'response',
    'SRV 11.3',
    'forward',
    'complete',
    'HAN',
    'HAN',
    'verified',
    'alert',
    ...['alert', 'DSP'],
    'activation',
    'alert',
    'AD1',
    'otherwise',
    'activation',
    'supply',
    'response',
  ])
  const text = lines.join('\n')
  for (const piece of [
    'SRV 11.1   Supplier sends 20 blocks of up to 1,024 B to the DCO\n',
    'response   11.1 Response to the Supplier: every block is stored\n',
    'SRV 11.3   Supplier asks for activation now; only now the Device is touched\n',
    'forward    DCO sends the image on to the Communications Hub\n',
    'HAN        ESME downloads version 0x01020304 from the hub, block by block\n',
    'verified   signature is right; hash ',
    'activation ESME restarts into the new image; the hub loses its supply\n',
    'alert      hub raises AD1, Power Outage Alert after 180.001 s without supply\n',
    'AD1        suppressed by the DSP: within the window of a recorded activation (3 min after it, window 30 min)\n',
    'activation ended: version 0x01020303 -> 0x01020304\n',
    'response   11.3 Response to the Supplier: success, version 0x01020304 runs',
  ]) {
    t.ok(text.includes(piece), piece)
  }
})

t.test('with several devices each is called by its name', async t => {
  const start = event(0, 'run', 'start', { generation: 'smets2' })
  const [, ...lines] = told(
    TWO,
    start,
    event(0, 'supplier', 'srv-sent', { service: '11.1', blocks: 5, blockSize: 9, targets: ['G'] }),
    event(0, 'hub', 'transfer-opened', { size: 45, blocks: 5, held: 0 }),
    event(0, 'supplier', 'srv-response', { service: '11.1', result: 1, targets: ['E', 'G'] }),
    event(0, 'supplier', 'srv-sent', { service: '11.3', device: 'G' }),
    event(0, 'supplier', 'srv-sent', { service: '11.3', device: 'G', cancels: true }),
    event(0, 'gsme-2', 'image-rejected', { reason: 'signature is wrong' }),
    event(0, 'hub', 'image-verified', { reason: 'fits', hash: 'ab' }),
    event(0, 'hub', 'alert-raised', { code: '8F8A', target: 'G' }),
    event(0, 'gsme-2', 'activation-refused', { code: 2 }),
    event(0, 'dsp', 'activation-recorded', { device: 'E', at: 'T' }),
    event(0, 'dsp', 'list-replaced', { devices: ['E', 'G'] }),
    event(0, 'dsp', 'list-replaced', { devices: [] }),
  )
  t.same(
    lines.map(line => line.replace('00:00:00  ', '')),
    [
      '',
      'SRV 11.1   Supplier sends 5 blocks of up to 9 B to the Communications Hub for gsme-2',
      'response   11.1 Response to the Supplier for ESME, gsme-2: the blocks are not the image announced',
      'SRV 11.3   Supplier asks for activation now for gsme-2',
      'SRV 11.3   Supplier cancels the activation for gsme-2',
      'rejected   gsme-2: signature is wrong',
      'verified   Hub: fits; hash ab…',
      'alert      hub raises 8F8A, transfer to the device successful for gsme-2',
      '          heard      goes to the ACB (Access Control Broker); its User hears a DCC Alert, N60 or N61 of ESME and GSME',
      'refused    gsme-2: activation: hash mismatch',
      'DSP        records the activation of listed ESME at T',
      'DSP        has a new list: ESME, gsme-2',
      'DSP        has a new list: nobody',
    ],
  )
})

t.test('an activation and what it does to the hub are one line', async t => {
  const began = event(5_000, 'esme', 'activation-began', { duration: 1 })
  const whole = '00:00:05  activation ESME restarts into the new image'
  const taken = event(5_000, 'hub', 'supply-lost')
  t.same(told(ONE, began, taken), [`${whole}; the hub loses its supply`])
  const later = event(6_000, 'hub', 'supply-lost')
  t.same(told(ONE, began, later), [whole, '00:00:06  supply     the hub loses its supply'])
  t.same(told(ONE, began), [whole], 'the last line is told, too')
  t.same(told(ONE, began, event(5_000, 'hub', 'image-notify')), [whole])
})

t.test('faults are those on the way to the box that is told of', async t => {
  const lost = (link: string) => event(0, link, 'frame-lost')
  const whole = (box: string) => event(0, box, 'transfer-complete', { blocks: 9 })
  const smets2 = event(0, 'run', 'start', { generation: 'smets2' })
  const ways = [lost('wan.up'), lost('csp.down'), lost('csp.down'), lost('han.esme.up')]
  t.match(told(TWO, ...ways, whole('dco')).at(-1), /on the way: 1 frame lost$/)
  t.match(told(TWO, ...ways, whole('hub')).at(-1), /on the way: 2 frames lost$/)
  t.match(told(TWO, smets2, ...ways, whole('hub')).at(-1), /on the way: 3 frames lost$/)
  const download = (name: string) => [
    event(0, name, 'ota-offered', { fileVersion: 1, size: 9, resumedAt: 0 }),
    lost(`han.${name}.down`),
    event(0, `han.${name}.down`, 'frame-reordered'),
    event(0, `han.${name}.down`, 'frame-reordered'),
    event(60_000, name, 'ota-whole', { size: 9, blocks: 3, retries: 1 }),
  ]
  t.equal(
    told(TWO, ...ways, ...download('esme')).at(-1),
    '00:01:00  HAN        ESME: 3 blocks in 1 min, 1 asked for again; 2 reordered, 1 frame lost',
    'counted from its beginning',
  )
  t.match(told(TWO, ...download('esme'), ...download('gsme-2')).at(-1), '2 reordered, 1 frame lost')
  t.match(told(ONE, whole('hub')).at(-1), 'no frame was lost or damaged')
})

t.test('what is said again and again is told now and then', async t => {
  const refused = Array.from({ length: 250 }, () =>
    event(0, 'esme', 'ota-refused', { status: 0x98 }),
  )
  t.same(
    told(ONE, ...refused).map(line => line.slice(21)),
    [
      'the hub has no image for ESME: status 0x98',
      'the hub has no image for ESME: status 0x98 (10 times by now)',
      'the hub has no image for ESME: status 0x98 (100 times by now)',
    ],
  )
  const cuts = Array.from({ length: 12 }, () => event(0, 'esme', 'power-lost'))
  t.equal(told(ONE, ...cuts).length, 4)
  t.equal(told(TWO, ...cuts, event(0, 'gsme-2', 'power-lost')).length, 5, 'each box for itself')
})

t.test('a sleepy download is told when it first sleeps, then by quarters', async t => {
  const sleeps = [5, 10, 24, 26, 30, 60, 70, 76, 99].map((offset, i) =>
    event(i * 60_000, 'gsme-2', 'device-slept', { offset }),
  )
  const offered = event(0, 'gsme-2', 'ota-offered', { fileVersion: 1, size: 100, resumedAt: 0 })
  const whole = event(600_000, 'gsme-2', 'ota-whole', { blocks: 9, retries: 0 })
  const lines = told(TWO, offered, ...sleeps, whole).slice(1)
  t.same(
    lines.map(line => line.slice(10)),
    [
      'asleep     gsme-2 sleeps with 5 of 100 B; it goes on at each wake',
      'asleep     gsme-2 with 26 of 100 B, after 4 wakes',
      'asleep     gsme-2 with 60 of 100 B, after 6 wakes',
      'asleep     gsme-2 with 76 of 100 B, after 8 wakes',
      'HAN        gsme-2: 9 blocks in 10 min, with 9 sleeps, 0 asked for again; no frame was lost or damaged',
    ],
  )
})

t.test('steps that nothing else speaks of are told', async t => {
  const step = (kind: FieldsOf<'step'>['kind'], fields: object) =>
    stored(0, 'run', 'step', { kind, line: 3, ...fields })
  const lines = told(
    TWO,
    step('distribute', { image: 'fw', on: ['esme'], via: 'dcc' }),
    step('distribute', { image: 'fw', on: ['esme'], via: 'han' }),
    step('activate', { image: 'fw', on: ['esme'] }),
    step('cut-power', { on: ['esme', 'gsme-2'] }),
    step('wait', { for: 90_000 }),
    step('wait-event', { event: 'ota-held' }),
    step('discard', { image: 'fw' }),
    event(0, 'run', 'step-failed', { kind: 'activate', line: 12, reason: 'why' }),
  )
  t.same(
    lines.map(line => line.slice(10)),
    [
      "step       the Supplier's server in the home gets fw for ESME; nothing of it reaches the DCC",
      'step       cut-power ESME, gsme-2',
      'step       wait 1 min 30 s',
      'step       wait for ota-held',
      'step       discard fw',
      'FAILED     step activate of line 12: why',
    ],
  )
})

t.test('a story goes on from what it recalls', async t => {
  const { events } = FULL
  const names = namesOf(FULL)
  const start = event(0, 'run', 'start', { generation: 'smets2', hanrig: '1', seed: 7 })
  const at = Math.floor(events.length / 3)
  let whole = ''
  const first = new Story(text => {
    whole += text
  }, names)
  let rest = ''
  const second = new Story(text => {
    rest += text
  }, names)
  second.recall(start)
  first.tell(start)
  for (const [i, each] of events.entries()) {
    if (i === at) whole = ''
    first.tell(each)
    if (i < at) second.recall(each)
    else second.tell(each)
  }
  t.ok(rest.length > 2_000)
  t.equal(rest, whole)
})

t.test('the story of a full home is short and whole', async t => {
  const lines = told(namesOf(FULL), ...FULL.events)
  t.ok(FULL.events.length > 2_000)
  t.ok(lines.length < 250, `${lines.length} lines`)
  t.notMatch(lines.join('\n'), /undefined|NaN|Infinity|\[object|00-DB/)
  for (const { name } of FULL.devices) {
    const isNamed = lines.some(line => line.toLowerCase().includes(name))
    t.equal(isNamed, name !== 'hcalcs-3', name)
  }
})

t.test('the verdict says what each device has', async t => {
  const say = (outcome: typeof FULL.outcome): string => {
    let text = ''
    tellVerdict(outcome, { notices: [], boards: [] }, piece => {
      text += piece
    })
    return text
  }
  const { outcome } = mainReport()
  const [esme] = outcome.devices
  t.match(say(outcome), `\nrebuilt    sha256 ${esme!.sha256}, equal to the file\nblocks     WAN `)
  t.match(say(outcome), /\nverdict {4}ok: version 0x01020304 runs after [^\n]* of virtual time\n$/)
  const other = { ...esme!, expectedSha256: 'x' }
  t.match(say({ ...outcome, devices: [other] }), 'NOT equal to the file')
  const none = { ...esme!, sha256: '' }
  t.match(say({ ...outcome, devices: [none] }), 'sha256 none: no whole image arrived\n')
  const full = say(FULL.outcome)
  const { checks } = FULL.outcome
  const failed = checks.filter(({ ok }) => !ok)
  t.match(full, /\nESME {24}runs 0x01020304, rebuilt sha256 [0-9a-f]{16}…, equal to the file\n/)
  t.match(full, /\nhcalcs-3 {20}runs 0x00000001, rebuilt nothing\n/)
  t.match(full, `NOT OK: ${checks.length - failed.length} of ${checks.length} checks passed`)
  for (const { name, line, expected, actual } of failed) {
    const where = line > 0 ? `line ${line}: ` : ''
    t.ok(full.includes(`           ${where}${name}: expected ${expected}, found ${actual}\n`), name)
  }
})

t.test('progress counts each transfer once, whatever is repeated', async t => {
  const progress = new RunProgress(1_000)
  const heed = (...events: readonly TraceEvent[]): number => {
    for (const each of events) progress.heed(each)
    return progress.done
  }
  t.equal(heed(event(0, 'hub', 'transfer-opened', { size: 100, blocks: 10, held: 0 })), 0)
  t.equal(heed(event(0, 'hub', 'transfer-progress', { held: 5, blocks: 10 })), 50)
  t.equal(heed(event(0, 'hub', 'transfer-complete', { blocks: 10 })), 100)
  t.equal(heed(event(0, 'hub', 'transfer-opened', { size: 200, blocks: 20, held: 0 })), 100)
  t.equal(heed(event(0, 'hub', 'transfer-progress', { held: 5, blocks: 20 })), 150)
  t.equal(heed(event(0, 'esme', 'ota-offered', { size: 100, resumedAt: 0 })), 150)
  t.equal(heed(event(0, 'esme', 'ota-progress', { size: 100, offset: 60 })), 210)
  t.equal(heed(event(0, 'esme', 'ota-offered', { size: 100, resumedAt: 40 })), 190, 'less is there')
  t.equal(heed(event(0, 'gsme', 'ota-offered', { size: 100, resumedAt: 0 })), 190)
  t.equal(heed(event(0, 'esme', 'ota-whole', { size: 100 })), 250)
  t.equal(heed(event(0, 'esme', 'ota-offered', { size: 900, resumedAt: 0 })), 250)
  t.equal(heed(event(0, 'esme', 'ota-whole', { size: 900 })), 1_000, 'never more than all')
})

t.test('what is expected is what a run without faults carries', async t => {
  const home = (generation: string) => `
name: Two meters and a display
generation: ${generation}
images:
  meter: { size: 6 kB, for: esme }
  display: { size: 2 kB, for: ihd }
devices: { esme: { profile: esme }, esme-2: { profile: esme }, ihd: { profile: ihd } }
steps:
  - distribute: meter
  - distribute: display
    via: han
  - query: [ihd]
  - activate: meter
`
  for (const [generation, octets] of [
    // Once over the WAN, twice over the HAN; the display's only over the HAN; from a DCO on to the hub for each device.
    ['smets2', 3 * 6_000 + 2_000],
    ['smets1', 5 * 6_000 + 2_000],
  ] as const) {
    const options = optionsOf(home(generation))
    t.equal(expectedOctets(options.scenario, options.cargo), octets)
    const progress = new RunProgress(octets)
    const { outcome } = finish(options, each => progress.heed(each))
    t.same(outcome.failures, [])
    t.equal(progress.done, octets, generation)
  }
  const { scenario, cargo } = optionsOf(FULL_HOME)
  t.equal(expectedOctets(scenario, cargo), 10_000 + 60_000 + 90_000 + 90_000 + 30_000)
})
