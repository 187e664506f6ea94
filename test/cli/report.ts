// The report of a run: what is found in a trace, and that the page shows it whole, whatever was played.

import t, { type Test } from 'tap'
import { amountTicks, timeTicks } from '#cli/drawing/axis'
import * as format from '#cli/output/format'
import { findAlerts } from '#cli/run/report/alerts'
import { drawBlockMaps } from '#cli/run/report/block-map'
import {
  arrivals,
  hanDownloads,
  retriesByPart,
  spanOf,
  wanTransfers,
} from '#cli/run/report/downloads'
import { renderHtml } from '#cli/run/report/html'
import { findMarks, textOfMark } from '#cli/run/report/marks'
import type { RunReport } from '#cli/run/report/run-report'
import { findScene, imageOf } from '#cli/run/report/scene'
import { countFaults, countRefusals } from '#cli/run/report/tallies'
import {
  findPhases,
  findSleeps,
  findWindows,
  foldPhases,
  workSpan,
  zoomSpans,
} from '#cli/run/report/timeline'
import { NO_FAULTS } from '../helpers/home.ts'
import { event, FULL_HOME, mainReport, namesOf, stored, yamlReport } from '../helpers/run-report.ts'

const START = Date.UTC(2026, 0, 5, 9)
const MINUTE = 60_000
const FULL = yamlReport(FULL_HOME)
const MAIN = mainReport()

const VOID = new Set(['meta', 'br', 'hr', 'img', 'input', 'link', 'col'])

/** The first tag that does not balance; undefined when all do. Text must have its '<' escaped. */
function imbalance(page: string): string | undefined {
  const body = page.replace(/^<!doctype html>/, '').replace(/<style>[^<]*<\/style>/, '')
  const open: string[] = []
  let rest = 0
  for (const match of body.matchAll(
    /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[\w:-]+="[^"<>]*")*)(\/?)>/g,
  )) {
    if (/[<>]/.test(body.slice(rest, match.index))) return body.slice(rest, match.index + 20)
    rest = match.index + match[0].length
    const [, isEnd, name, , isEmpty] = match
    if (isEmpty || VOID.has(name!)) continue
    if (!isEnd) open.push(name!)
    else if (open.pop() !== name) return match[0]
  }
  return open.at(-1)
}

/** Fails unless the page is balanced, has each id once and reaches for nothing outside itself. */
function checkPage(t: Test, page: string): void {
  t.equal(imbalance(page), undefined, 'tags balance')
  t.notMatch(page, /https?:\/\/|\bsrc=|\bhref=|@import|url\((?!#)|<script/i, 'nothing from outside')
  t.notMatch(page, /NaN|undefined|Infinity|\[object/, 'no value is missing')
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!)
  t.equal(new Set(ids).size, ids.length, 'each id is there once')
  for (const [, used] of page.matchAll(/(?:url\(#|aria-labelledby=")([^)" ]+)/g)) {
    t.ok(ids.includes(used!), `#${used} is there`)
  }
}

const lines = (phases: ReturnType<typeof findPhases>): string[] =>
  phases.map(each => `${each.lane} ${each.kind} ${each.from}-${each.to} ${each.state}`)

t.test('phases of a small trace', async t => {
  const trace = [
    event(0, 'supplier', 'srv-sent', { service: '11.1' }),
    event(5, 'dco', 'transfer-opened'),
    event(50, 'dco', 'transfer-complete'),
    event(60, 'supplier', 'srv-sent', { service: '11.3' }),
    event(70, 'hub', 'transfer-opened'),
    event(90, 'hub', 'transfer-complete'),
    event(100, 'esme', 'ota-offered'),
    event(150, 'esme', 'ota-stopped'),
    event(160, 'esme', 'ota-offered'),
    event(170, 'esme', 'power-lost'),
    event(180, 'esme', 'power-restored'),
    event(200, 'esme', 'ota-whole'),
    event(210, 'esme', 'image-verified'),
    event(220, 'esme', 'activation-scheduled'),
    event(230, 'esme', 'activation-cancelled'),
    event(240, 'esme', 'activation-scheduled'),
    event(300, 'esme', 'activation-began'),
    event(300, 'hub', 'supply-lost'),
    event(400, 'esme', 'activation-ended', { code: 3 }),
    event(400, 'hub', 'supply-restored'),
    event(410, 'gsme', 'image-verified'),
  ]
  const phases = findPhases(trace, 'dco', 420)
  t.same(lines(phases), [
    'dco wan-transfer 0-50 done',
    'hub forward 70-90 done',
    'esme download 100-150 failed',
    'esme download 160-200 done',
    'esme power-off 170-180 done',
    'esme verification 200-210 done',
    'esme held 210-220 done',
    'esme scheduled 220-230 done',
    'esme held 230-240 done',
    'esme scheduled 240-300 done',
    'esme activation 300-400 failed',
    'hub supply-off 300-400 done',
    'hub restart 400-420 open',
    'gsme held 410-420 done',
  ])
  t.same(findPhases([], 'hub'), [])
  t.same(foldPhases([phases[0]!, phases[0]!]), [{ ...phases[0], times: 2, spent: 100 }])
})

t.test('without a DCO the blocks come straight to the hub', async t => {
  const trace = [
    event(0, 'supplier', 'srv-sent', { service: '11.4' }),
    event(9, 'hub', 'transfer-opened'),
    event(20, 'supplier', 'srv-response', { service: '11.4', result: 2 }),
    event(30, 'ppmid', 'power-restored'),
  ]
  t.same(lines(findPhases(trace, 'hub')), [
    'hub wan-transfer 0-20 failed',
    'ppmid power-off 0-30 done',
  ])
})

t.test('a sender that gives up ends the phase of its receiver', async t => {
  const trace = [
    event(0, 'supplier', 'srv-sent', { service: '11.1' }),
    event(9, 'supplier', 'transfer-failed', { tries: 100 }),
    event(10, 'hub', 'transfer-opened', { size: 100, blocks: 10, held: 0, blockSize: 10 }),
    event(15, 'csp.down', 'frame-lost'),
    event(20, 'hub', 'transfer-progress', { held: 4, blocks: 10 }),
    event(30, 'dco', 'transfer-failed'),
    event(31, 'csp.down', 'frame-lost'),
  ]
  t.match(findPhases(trace, 'dco'), [
    { kind: 'wan-transfer', lane: 'dco', to: 9, state: 'failed' },
    { kind: 'forward', lane: 'hub', to: 30, state: 'failed' },
  ])
  const [stuck] = wanTransfers(trace, 'dco')
  t.same(stuck!.points, [
    { t: 10, octets: 0 },
    { t: 20, octets: 40 },
    { t: 30, octets: 40 },
  ])
  t.same([stuck!.state, stuck!.losses], ['stopped', [15]])
})

t.test('a download goes on after sleep, a loss of power and a stop', async t => {
  const trace = [
    event(0, 'gsme', 'ota-offered', { fileVersion: 5, size: 1_000, resumedAt: 0 }),
    event(10, 'han.gsme.up', 'frame-lost'),
    event(11, 'han.esme.up', 'frame-lost'),
    event(20, 'gsme', 'ota-retry', { offset: 200 }),
    event(40, 'gsme', 'device-slept', { offset: 400 }),
    event(1_000, 'gsme', 'device-woke'),
    event(1_010, 'gsme', 'power-lost'),
    event(1_500, 'gsme', 'power-restored'),
    event(1_510, 'gsme', 'ota-offered', { fileVersion: 5, size: 1_000, resumedAt: 300 }),
    event(1_600, 'gsme', 'ota-stopped', { status: 0x95, offset: 500 }),
    event(2_000, 'gsme', 'ota-offered', { fileVersion: 5, size: 1_000, resumedAt: 500 }),
    event(2_100, 'gsme', 'ota-whole', { size: 1_000 }),
    event(2_200, 'gsme', 'ota-offered', { fileVersion: 6, size: 1_000, resumedAt: 0 }),
  ]
  const [download, other, ...more] = hanDownloads(trace)
  t.same(more, [])
  t.match(other, { fileVersion: 6, state: 'open' })
  t.match(download, { box: 'gsme', fileVersion: 5, state: 'whole', losses: [10] })
  t.same(download!.gaps, [
    { from: 40, to: 1_000 },
    { from: 1_010, to: 1_500 },
  ])
  t.same(download!.points, [
    { t: 0, octets: 0 },
    { t: 20, octets: 200 },
    { t: 40, octets: 400 },
    { t: 1_000, octets: 400 },
    { t: 1_010, octets: 400 },
    { t: 1_500, octets: 400 },
    { t: 1_510, octets: 400 },
    { t: 1_510, octets: 300 },
    { t: 1_600, octets: 500 },
    { t: 2_000, octets: 500 },
    { t: 2_000, octets: 500 },
    { t: 2_100, octets: 1_000 },
  ])
  // What was lost with the power counts from when it came again.
  t.same(arrivals(download!, 10), [10, 20, 30, 1_555, 1_600, 2_020, 2_040, 2_060, 2_080, 2_100])
  t.same(retriesByPart(download!, 10), [0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
  t.same(arrivals(other!, 2), [undefined, undefined])
  t.same(spanOf([download!, other!]), { from: 0, to: 2_200 })
  t.equal(spanOf([]), undefined)
  t.same(findSleeps(trace, 9_000), new Map([['gsme', [{ from: 40, to: 1_000 }]]]))
  t.same(findSleeps(trace.slice(0, 5), 99), new Map([['gsme', [{ from: 40, to: 99 }]]]))
})

t.test('what a download lost counts while it goes on', async t => {
  const offered = (t: number, resumedAt: number) =>
    event(t, 'esme', 'ota-offered', { fileVersion: 5, size: 100, resumedAt })
  const [download] = hanDownloads([
    offered(0, 0),
    event(1, 'han.esme.up', 'frame-corrupted', { dropped: true }),
    event(2, 'han.esme.up', 'frame-corrupted', { dropped: false }),
    event(3, 'esme', 'ota-stopped', { offset: 50 }),
    event(4, 'han.esme.up', 'frame-lost'),
    offered(5, 50),
    event(6, 'han.esme.down', 'frame-lost'),
    event(7, 'esme', 'ota-progress', { offset: 60 }),
  ])
  t.same([download!.losses, download!.state], [[1, 6], 'open'])
  const wan = [
    event(0, 'dco', 'transfer-opened', { size: 100, blocks: 10, held: 0 }),
    event(1, 'wan.up', 'frame-lost'),
    event(2, 'wan.down', 'frame-lost'),
    event(3, 'csp.down', 'frame-lost'),
    event(4, 'dco', 'transfer-complete', { blocks: 10 }),
    event(5, 'hub', 'transfer-opened', { size: 100, blocks: 10, held: 0 }),
    event(6, 'csp.down', 'frame-lost'),
    event(7, 'wan.up', 'frame-lost'),
  ]
  t.same(
    wanTransfers(wan, 'dco').map(({ box, losses }) => [box, losses]),
    [
      ['dco', [1]],
      ['hub', [6]],
    ],
  )
  t.same(
    wanTransfers(wan, 'hub').map(({ losses }) => losses),
    [[], [6, 7]],
    'without a DCO both hops lead to the hub',
  )
})

t.test('a download is of the image with its size and its version', async t => {
  const [image] = MAIN.images
  const images = [
    { ...image!, name: 'old', fileVersion: 1, size: 9 },
    { ...image!, name: 'new', fileVersion: 2, size: 9 },
  ]
  const report = { ...MAIN, images }
  const download = { ...hanDownloads(MAIN.events)[0]!, size: 9 }
  t.equal(imageOf(report, { ...download, fileVersion: 2 })?.name, 'new')
  t.equal(imageOf(report, { ...download, fileVersion: undefined })?.name, 'old')
  t.equal(imageOf(report, { ...download, fileVersion: 2, size: 8 }), undefined)
})

t.test('a block map has a cell for each part, darker the later it came', async t => {
  const whole = hanDownloads([
    event(0, 'esme', 'ota-offered', { fileVersion: 5, size: 1_000, resumedAt: 0 }),
    event(50, 'esme', 'ota-progress', { offset: 900 }),
    event(1_000, 'esme', 'ota-whole', { size: 1_000 }),
  ])
  const stopped = hanDownloads([
    event(0, 'esme', 'ota-offered', { fileVersion: 5, size: 1_000, resumedAt: 0 }),
    event(10, 'esme', 'ota-stopped', { offset: 300 }),
  ])
  const draw = ([download]: typeof whole): string =>
    drawBlockMaps({ id: 'm', width: 500, rows: [{ download: download!, image: 'fw' }] }).text
  const cells = (text: string, name: string): number =>
    (text.match(new RegExp(`class="${name}" d="([^"]*)"`))?.[1]?.match(/M/g) ?? []).length
  t.equal(cells(draw(whole), 'part shade-0'), 90)
  t.equal(cells(draw(whole), 'part shade-9'), 1 + 1)
  t.equal(cells(draw(whole), 'missing'), 0)
  t.equal(cells(draw(stopped), 'missing'), 70)
  t.match(draw(stopped), 'stopped at 30 %')
  const edges = [...draw(stopped).matchAll(/M(-?[\d.]+) (-?[\d.]+)h([\d.]+)v16h/g)].map(
    ([, x, y, width]) => [Number(x), Number(y), Number(width)],
  )
  t.same(
    edges.map(([x]) => x).sort((a, b) => a! - b!),
    Array.from({ length: 100 }, (_, i) => i * 5),
    'side by side',
  )
  t.ok(edges.every(([, y, width]) => y === 34 && width! > 4 && width! < 5))
  t.match(draw(whole), 'whole after 1 s')
})

t.test('marks that repeat are one with a count', async t => {
  const notify = (t: number) => event(t, 'hub', 'image-notify', { fileVersion: 1, target: 'id' })
  const marks = findMarks(
    [notify(0), notify(60_000), notify(120_000), event(1, 'hub', 'hub-ready')],
    new Map([['id', 'gsme']]),
  )
  t.equal(marks.length, 2)
  const text = 'Image Notify for version 0x00000001 to GSME (3 times in 2 min)'
  t.equal(textOfMark(marks[0]!), text)
})

t.test('marks say which device they are about', async t => {
  const names = new Map([['id', 'gsme-2']])
  const said = [
    event(0, 'supplier', 'srv-sent', { service: '11.1', size: 5_000, blocks: 5, targets: ['id'] }),
    event(0, 'supplier', 'srv-sent', { service: '11.3', device: 'id', cancels: true }),
    event(0, 'supplier', 'srv-response', { service: '11.1', result: 2, targets: ['id'] }),
    event(0, 'supplier', 'srv-response', { service: '11.3', code: 5, device: 'id' }),
    event(0, 'supplier', 'srv-response', { service: '11.3', code: 2, device: 'id' }),
    event(0, 'gsme-2', 'ota-refused', { status: 0x98 }),
    event(0, 'gsme-2', 'ota-refused', { status: 0x7e }),
    event(0, 'run', 'step', { kind: 'cut-power', line: 9, on: ['esme'] }),
    event(0, 'esme', 'activation-ended', { code: 0, fileVersion: 9 }),
    event(0, 'esme', 'activation-ended', { code: 3, fileVersion: 8 }),
  ]
  t.same(
    findMarks(said, names).map(({ kind, label, text }) => [kind, label, text]),
    [
      ['request', 'SRV 11.1', 'SRV 11.1 sent with 5 kB in 5 blocks, for gsme-2'],
      ['request', 'SRV 11.3', 'SRV 11.3 sent to cancel the activation, for gsme-2'],
      [
        'trouble',
        '11.1 code 2',
        'SRV 11.1 answered: refused, or never answered on the way (code 2), for gsme-2',
      ],
      [
        'response',
        '11.3 accepted',
        'SRV 11.3 answered: accepted, outcome follows by alert (code 5), for gsme-2',
      ],
      ['trouble', '11.3 code 2', 'SRV 11.3 answered: hash mismatch (code 2), for gsme-2'],
      ['note', 'no image', 'The server has no image for it'],
      ['trouble', 'refused', 'The server refuses (status 0x7e)'],
      ['step', 'cut-power', 'Step: cut-power ESME, line 9'],
      ['note', '', 'Activation ended; version 0x00000009 runs'],
      ['trouble', 'not activated', 'Activation failed; version 0x00000008 goes on'],
    ],
  )
})

t.test('alerts pair by code and box, first to first, and the AD1 gets its verdict', async t => {
  const names = new Map([
    ['E', 'esme'],
    ['G', 'gsme'],
    ['H', 'hub'],
  ])
  const trace = [
    event(1, 'esme', 'alert-raised', { code: '8F72', detail: 0 }),
    event(1, 'gsme', 'alert-raised', { code: '8F72', detail: 0 }),
    event(2, 'supplier', 'alert-received', { code: '8F72', device: 'G' }),
    event(2, 'hub', 'alert-raised', { code: 'AD1', detail: 0, outage: 180_001 }),
    event(3, 'dsp', 'alert-received', { code: 'AD1', device: 'H' }),
    event(3, 'dsp', 'ad1-verdict', { suppressed: false, reason: 'after the window' }),
    event(4, 'supplier', 'alert-received', { code: '8F1C', device: 'E' }),
    event(5, 'hub', 'alert-raised', {
      code: '8F8A',
      detail: 0,
      transfer: 'delivered',
      target: 'G',
    }),
  ]
  const [esme, gsme, outage, unraised, delivered] = findAlerts(trace, names)
  t.match(esme, { code: '8F72', raised: { t: 1, by: 'esme' }, received: undefined })
  t.match(gsme, { raised: { by: 'gsme' }, received: { t: 2, by: 'supplier' } })
  t.match(outage, {
    received: { t: 3, by: 'dsp' },
    detail: '180.001 s without supply',
    verdict: { suppressed: false, reason: 'after the window' },
  })
  t.match(unraised, { code: '8F1C', raised: undefined, received: { t: 4 } })
  t.equal(delivered!.detail, 'GSME: delivered')
})

t.test('faults and refusals are counted where they happened', async t => {
  const trace = [
    event(1, 'wan.up', 'frame-lost'),
    event(2, 'wan.up', 'frame-corrupted', { dropped: false }),
    event(3, 'han.esme.up', 'frame-corrupted', { dropped: true }),
    event(4, 'gas.up', 'frame-overflow'),
    event(4, 'esme', 'frame-unheard'),
    event(4, 'han.esme.up', 'frame-deaf'),
    event(4, 'han.esme.up', 'frame-rewritten'),
    event(5, 'dco', 'block-refused', { cause: 'bad-crc' }),
    event(6, 'dco', 'block-refused', { cause: 'bad-crc' }),
  ]
  const faults = countFaults(trace, ['wan.up', 'han.esme.up', 'han.esme.down'])
  const of = (name: string) => faults.find(({ link }) => link === name)?.counts
  t.match(of('wan.up'), { lost: 1, damaged: 1, dropped: 0 })
  t.match(of('han.esme.up'), { damaged: 0, dropped: 1, deaf: 1, rewritten: 1, unheard: 0 })
  t.match(of('han.esme.down'), { unheard: 1 }, 'on its way down')
  t.match(faults.at(-1), { link: 'gas.up', counts: { overflowed: 1 } })
  t.equal(countRefusals(trace).get('bad-crc')?.get('dco'), 2)
})

t.test('a real run has all phases in order, a window and a stretch to enlarge', async t => {
  const { events, outcome } = MAIN
  const phases = findPhases(events, 'dco', outcome.duration)
  t.same(phases.map(({ kind }) => kind).sort(), [
    'activation',
    'download',
    'forward',
    'held',
    'restart',
    'supply-off',
    'verification',
    'wan-transfer',
  ])
  t.ok(phases.every(({ state, from, to }) => state === 'done' && to > from))
  const windows = findWindows(events, START)
  t.equal(windows.length, 1)
  t.equal(windows[0]!.to - windows[0]!.from, 30 * MINUTE)
  const outage = phases.find(({ kind }) => kind === 'supply-off')!
  const [zoom, ...others] = zoomSpans(phases, windows, [])
  t.same(others, [])
  t.ok(zoom!.from < outage.from && zoom!.to > windows[0]!.to)
  t.equal(hanDownloads(events)[0]!.points.at(-1)!.octets, 20_000)
  t.equal(wanTransfers(events, 'dco').length, 2)
})

t.test('outages far apart are enlarged apart, and long idleness is left out', async t => {
  const phase = (kind: 'supply-off' | 'activation' | 'download', from: number, to: number) => ({
    kind,
    lane: 'hub',
    from: from * MINUTE,
    to: to * MINUTE,
    state: 'done' as const,
  })
  const outages = [0, 30, 300, 900, 1_500].map(at => phase('supply-off', at, at + 5))
  const starts = zoomSpans(outages, [], []).map(({ from }) => Math.round(from / MINUTE))
  t.same(starts, [0, 300, 900], 'the first two together, the last not at all')
  const activations = [phase('activation', 10, 11), phase('activation', 500, 501)]
  t.equal(zoomSpans(activations, [], []).length, 0)
  t.equal(zoomSpans(activations.slice(1), [], []).length, 1)
  const until = (moment: number) => zoomSpans(activations.slice(1), [], [moment * MINUTE])[0]!.to
  t.ok(until(505) > 505 * MINUTE, 'what is said soon after belongs to it')
  t.equal(until(507), until(400), 'what is said later does not')
  t.match(workSpan([phase('download', 0, 100)], 300 * MINUTE), { from: 0, to: 103 * MINUTE })
  t.equal(workSpan([phase('download', 0, 100)], 150 * MINUTE), undefined)
  t.equal(workSpan([], 150 * MINUTE), undefined)
})

t.test('the page of a run shows what happened', async t => {
  const page = renderHtml(MAIN)
  checkPage(t, page)
  for (const text of [
    '<h1>SMETS1 firmware distribution</h1>',
    '✓ Passed',
    '8\u00A0of 8',
    'ZigBee OTA file, gb-signed',
    MAIN.images[0]!.sha256,
    '✓ identical',
    '0x01020303',
    '0x01020304',
    'esme-pre-mp102a',
    '180 s without supply',
    'suppression window, 30 min',
    'AD1 suppressed',
    'Supplier to DCO',
    'Hub to ESME',
    'loss 2\u00A0%',
  ]) {
    t.ok(page.includes(text), text)
  }
})

t.test('the page of a full home has every device, and what failed first', async t => {
  const page = renderHtml(FULL)
  checkPage(t, page)
  t.ok(page.length < 700_000, `${page.length} characters`)
  const scene = findScene(FULL)
  t.same(scene.lanes, ['run', 'supplier', 'dsp', ...FULL.devices.map(({ name }) => name)])
  const boxes = new Set(scene.han.map(({ box }) => box))
  const downloading = FULL.devices.filter(({ name }) => name !== 'hub' && name !== 'hcalcs-3')
  t.same(
    [...boxes],
    downloading.map(({ name }) => name),
    'in the order of the lanes',
  )
  t.ok(scene.sleeps.get('gsme')!.length > 0)
  t.equal(page.match(/<figure class="han">/g)!.length, downloading.length)
  const failed = FULL.outcome.checks.filter(({ ok }) => !ok)
  t.ok(failed.length > 1)
  const table = page.slice(page.indexOf('<h2>Checks</h2>'), page.indexOf('<h2>Timeline</h2>'))
  const rows = [...table.matchAll(/<span class="(yes|no)">(✓|✗)/g)].map(([, , mark]) => mark)
  t.equal(rows.lastIndexOf('✗'), failed.length - 1, 'failures first')
  t.ok(rows.length < FULL.outcome.checks.length, 'and what is checked of every box in one row')
  for (const { name } of FULL.outcome.checks) t.ok(table.includes(name), name)
  for (const text of ['Until the work was done', 'esme-of-the-garage-upstairs', 'Asleep or off']) {
    t.ok(page.includes(text), text)
  }
  t.notOk(page.includes('Receiver deaf'), 'a column for nothing is left out')
})

t.test('names and trace fields cannot become tags', async t => {
  const evil = '<script>alert(1)</script>'
  const events = [
    ...MAIN.events,
    event(1, `${evil}.up`, 'frame-lost'),
    stored(1, evil, 'alert-raised', { code: `"'&${evil}`, detail: 0 }),
    event(1, evil, 'ota-offered', { size: 5, fileVersion: 1, resumedAt: 0 }),
    event(2, evil, 'ota-progress', { offset: 5 }),
    stored(1, 'run', 'step', { kind: evil, line: 0, on: [evil], image: evil }),
    stored(1, 'run', 'step-failed', { kind: evil, line: 0, reason: evil }),
    stored(1, 'dco', 'block-refused', { cause: evil }),
    event(1, 'dsp', 'ad1-verdict', { reason: evil, suppressed: false, window: 0 }),
    event(1, 'dsp', 'list-replaced', { devices: [evil] }),
    stored(1, 'supplier', 'srv-sent', { service: evil, targets: [evil], size: 1, blocks: 1 }),
  ].sort((a, b) => a.t - b.t)
  const check = { name: evil, ok: false, expected: evil, actual: evil, line: 3 }
  const [device] = MAIN.outcome.devices
  const page = renderHtml({
    ...MAIN,
    events,
    name: evil,
    file: evil,
    description: evil,
    images: [{ ...MAIN.images[0]!, name: evil, file: evil, notes: [evil] }],
    devices: [...MAIN.devices, { ...MAIN.devices[1]!, name: evil, profile: evil, id: evil }],
    outcome: {
      ...MAIN.outcome,
      ok: false,
      checks: [check, { ...check, ok: true }],
      devices: [device!, { ...device!, name: evil, finding: evil, sha256: evil }],
    },
    hanrig: evil,
  })
  checkPage(t, page)
  t.ok(page.includes('<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>'))
})

t.test('a failed run says why', async t => {
  const report = mainReport({ faults: { ...NO_FAULTS, loss: 1 } })
  const page = renderHtml(report)
  checkPage(t, page)
  t.equal(report.outcome.ok, false)
  t.ok(page.includes('✗ Failed'))
  const banner = page.slice(page.indexOf('class="banner fail"'), page.indexOf('class="tiles"'))
  for (const { name } of report.outcome.checks.filter(({ ok }) => !ok)) {
    t.ok(banner.includes(name), name)
  }
  t.ok(page.includes('✗ no whole image'))
  t.ok(page.includes('No download began.'))
  t.notOk(page.includes('enlarged</h3>'))
})

t.test('pages of other runs are whole, too', async t => {
  const quietPage = renderHtml(mainReport({ profile: 'esme', faults: NO_FAULTS }))
  checkPage(t, quietPage)
  t.ok(quietPage.includes('no outage'))
  t.ok(quietPage.includes('No link did anything to a frame.'))
  t.notOk(quietPage.includes('without supply</text>'))
  const later = renderHtml(mainReport({ activateIn: 360 * MINUTE }))
  checkPage(t, later)
  t.ok(later.includes('Waiting for its time'))
  const unlisted = renderHtml(mainReport({ listed: false }))
  checkPage(t, unlisted)
  t.ok(unlisted.includes('AD1 forwarded'))
  // A bad link: the download starts over and over, and the lists say so in few lines.
  const bad = mainReport({ faults: { ...NO_FAULTS, loss: 0.6 }, size: 40_000 })
  const badPage = renderHtml(bad)
  checkPage(t, badPage)
  t.ok(bad.events.length > 5_000)
  t.ok(badPage.length < 300_000)
  t.ok(renderHtml({ ...bad, events: [] }).includes('Nothing arrived.'))
})

t.test('a trace that stops in the middle is drawn as far as it goes', async t => {
  const cut = (report: RunReport, part: number): RunReport => {
    const events = report.events.slice(0, Math.ceil(report.events.length * part))
    return { ...report, events, outcome: { ...report.outcome, duration: events.at(-1)!.t } }
  }
  for (const part of [0.002, 0.2, 0.5, 0.9]) {
    checkPage(t, renderHtml(cut(MAIN, part)))
    checkPage(t, renderHtml(cut(FULL, part)))
  }
})

t.test('a report that was stored makes the same page', async t => {
  t.equal(renderHtml(JSON.parse(JSON.stringify(FULL))), renderHtml(FULL))
  t.equal(namesOf(FULL).size, 16)
})

t.test('ticks are round and do not crowd', async t => {
  const run = timeTicks(0, 9_794_643, 0, 900, 12).map(({ label }) => label)
  t.same(run.slice(0, 3), ['0', '15 min', '30 min'])
  t.same(
    timeTicks(-30_000, 120_000, 0, 600, 12).map(({ label }) => label),
    ['-30 s', '0', '30 s', '1 min', '1 min 30 s', '2 min'],
  )
  t.same(timeTicks(0, 12 * 86_400_000, 0, 300, 12).length, 7)
  t.same(amountTicks(1_200_000, 4), [0, 500_000, 1_000_000])
  t.same(amountTicks(0, 4), [0])
})

t.test('numbers for people', async t => {
  const { duration, octets, count, clockTime } = format
  const durations: [number, string][] = [
    [0, '0 s'],
    [0.2, '1 ms'],
    [238, '238 ms'],
    [999.6, '1 s'],
    [5_240, '5.2 s'],
    [9_960, '10 s'],
    [59_600, '1 min'],
    [192_978, '3 min 13 s'],
    [3_599_700, '1 h'],
    [8_580_000, '2 h 23 min'],
    [86_399_999, '1 d'],
    [5 * 86_400_000 + 3 * 3_600_000, '5 d 3 h'],
    [-30_000, '-30 s'],
  ]
  for (const [ms, text] of durations) t.equal(duration(ms), text)
  const sizes: [number, string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1_024, '1.02 kB'],
    [750_000, '750 kB'],
    [999_600, '1 MB'],
    [1_200_000, '1.2 MB'],
    [12_345_678, '12.3 MB'],
    [1_500_000_000, '1.5 GB'],
  ]
  for (const [n, text] of sizes) t.equal(octets(n), text)
  t.same([0, 999, 1_000, 1_234_567].map(count), ['0', '999', '1,000', '1,234,567'])
  t.same([0, 9_094_626, 100 * 3_600_000].map(clockTime), ['00:00:00', '02:31:34', '100:00:00'])
  t.equal(format.exactClockTime(9_094_626), '02:31:34.626')
  t.equal(format.exactSeconds(180_001), '180.001 s')
  t.equal(format.percent(0.002), '0.2 %')
  t.equal(format.utcTime(START), '2026-01-05 09:00:00 UTC')
  t.equal(format.hexWord(0xffffffff), '0xffffffff')
})
