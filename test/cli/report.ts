import t, { type Test } from 'tap'
import * as format from '../../cli/format.ts'
import { findAlerts } from '../../cli/report/alerts.ts'
import { amountTicks, timeTicks } from '../../cli/report/axis.ts'
import { renderHtml } from '../../cli/report/html.ts'
import { findMarks, textOfMark } from '../../cli/report/marks.ts'
import { hanProgress, wanProgress } from '../../cli/report/progress.ts'
import type { RunReport } from '../../cli/report/run-report.ts'
import { countFaults, countRefusals } from '../../cli/report/tallies.ts'
import { findPhases, findWindows, foldPhases, zoomSpan } from '../../cli/report/timeline.ts'
import { openImage } from '../../core/image/open.ts'
import { IMMEDIATE } from '../../core/power/activation.ts'
import { TrustAnchor } from '../../emulators/crypto.ts'
import { playPremises } from '../../emulators/premises.ts'
import { DEFAULT_PROFILE, findProfile } from '../../emulators/profile/profiles.ts'
import { MemoryDisk } from '../../emulators/service/disk.ts'
import type { TraceEvent, TraceName } from '../../emulators/trace.ts'
import { gbFixture, testPublicKey } from '../../firmware-fixtures/gb-image.ts'

const START = Date.UTC(2026, 0, 5, 9)
const NO_FAULTS = { loss: 0, corruption: 0, duplication: 0, reordering: 0 }
const SOME_FAULTS = { loss: 0.02, corruption: 0.01, duplication: 0.01, reordering: 0.01 }

const event = (t: number, source: string, name: TraceName, fields = {}): TraceEvent => ({
  t,
  source,
  name,
  ...fields,
})

interface Wish {
  name?: string
  size?: number
  profile?: string
  faults?: typeof NO_FAULTS
  listed?: boolean
  activateIn?: number
}

/** Plays a run and gives what its report is made of. */
function play(wish: Wish = {}): RunReport {
  const image = openImage(gbFixture({ size: wish.size ?? 20_000 }))
  const profile = findProfile(wish.profile ?? DEFAULT_PROFILE.name)!
  const faults = wish.faults ?? SOME_FAULTS
  const events: TraceEvent[] = []
  const outcome = playPremises(
    {
      image,
      seed: 1,
      profile,
      faults,
      blockSize: 1024,
      anchor: TrustAnchor.ofPoint(testPublicKey()),
      listed: wish.listed ?? true,
      activateIn: wish.activateIn ?? IMMEDIATE,
      disk: new MemoryDisk(),
      startUnixMs: START,
    },
    each => events.push(each),
  )
  return {
    hanrig: '0.0.0',
    image: {
      name: wish.name ?? 'image.ota',
      format: image.format,
      size: image.octets.length,
      kind: image.ota?.kind,
    },
    sizeClass: { limit: 750_000, large: false, kb: 1000 },
    options: { seed: 1, ...faults, blockSize: 1024, profile: profile.name },
    outcome,
    startUnixMs: START,
    events,
  }
}

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
    event(200, 'esme', 'ota-whole'),
    event(210, 'esme', 'image-verified'),
    event(220, 'esme', 'activation-scheduled'),
    event(300, 'esme', 'activation-began'),
    event(300, 'hub', 'supply-lost'),
    event(400, 'esme', 'activation-ended', { code: 3 }),
    event(400, 'hub', 'supply-restored'),
  ]
  const phases = findPhases(trace, 420)
  const lines = phases.map(
    each => `${each.lane} ${each.kind} ${each.from}-${each.to} ${each.state}`,
  )
  t.same(lines, [
    'dco wan-transfer 0-50 done',
    'hub forward 70-90 done',
    'esme download 100-150 failed',
    'esme download 160-200 done',
    'esme verification 200-210 done',
    'esme scheduled 220-300 done',
    'esme activation 300-400 failed',
    'hub supply-off 300-400 done',
    'hub restart 400-420 open',
  ])
  t.same(findPhases([]), [])
  t.same(foldPhases([phases[0]!, phases[0]!]), [{ ...phases[0], times: 2, spent: 100 }])
})

t.test('a sender that gives up ends the phase of its receiver', async t => {
  const trace = [
    event(0, 'supplier', 'srv-sent', { service: '11.1' }),
    event(9, 'supplier', 'transfer-failed', { tries: 100 }),
    event(10, 'hub', 'transfer-opened', { size: 100, blockSize: 10 }),
    event(20, 'hub', 'transfer-progress', { held: 4 }),
    event(30, 'dco', 'transfer-failed'),
  ]
  t.match(findPhases(trace), [
    { kind: 'wan-transfer', lane: 'dco', to: 9, state: 'failed' },
    { kind: 'forward', lane: 'hub', to: 30, state: 'failed' },
  ])
  t.same(wanProgress(trace)[0]!.points, [
    { t: 10, octets: 0 },
    { t: 20, octets: 40 },
    { t: 30, octets: 40 },
  ])
})

t.test('marks that repeat are one with a count', async t => {
  const notify = (t: number) => event(t, 'hub', 'image-notify', { fileVersion: 1 })
  const marks = findMarks([
    notify(0),
    notify(60_000),
    notify(120_000),
    event(1, 'hub', 'hub-ready'),
  ])
  t.equal(marks.length, 2)
  t.equal(textOfMark(marks[0]!), 'Image Notify for version 0x00000001 (3 times in 2 min)')
})

t.test('alerts pair first to first, and the AD1 gets its verdict', async t => {
  const trace = [
    event(1, 'esme', 'alert-raised', { code: '8F72', detail: 0 }),
    event(2, 'hub', 'alert-raised', { code: 'AD1', detail: 0, outage: 180_001 }),
    event(3, 'dsp', 'alert-received', { code: 'AD1' }),
    event(3, 'dsp', 'ad1-verdict', { suppressed: false, reason: 'after the window' }),
    event(4, 'supplier', 'alert-received', { code: '8F1C' }),
  ]
  const [verified, outage, unraised] = findAlerts(trace)
  t.match(verified, { code: '8F72', raised: { t: 1, by: 'esme' }, received: undefined })
  t.match(outage, {
    received: { t: 3, by: 'dsp' },
    detail: '180.001 s without supply',
    verdict: { suppressed: false, reason: 'after the window' },
  })
  t.match(unraised, { code: '8F1C', raised: undefined, received: { t: 4 } })
})

t.test('faults and refusals are counted where they happened', async t => {
  const trace = [
    event(1, 'wan.up', 'frame-lost'),
    event(2, 'wan.up', 'frame-corrupted', { dropped: false }),
    event(3, 'han.up', 'frame-corrupted', { dropped: true }),
    event(4, 'gas.up', 'frame-overflow'),
    event(5, 'dco', 'block-refused', { cause: 'bad-crc' }),
    event(6, 'dco', 'block-refused', { cause: 'bad-crc' }),
  ]
  const faults = countFaults(trace)
  t.match(faults[0], { link: 'wan.up', lost: 1, damaged: 1, dropped: 0 })
  t.match(
    faults.find(({ link }) => link === 'han.up'),
    { damaged: 0, dropped: 1 },
  )
  t.match(faults.at(-1), { link: 'gas.up', overflowed: 1 })
  t.equal(countRefusals(trace).get('bad-crc')?.get('dco'), 2)
})

t.test('a real run has all phases in order, a window and a stretch to enlarge', async t => {
  const { events, outcome } = play()
  const phases = findPhases(events, outcome.duration)
  t.same(phases.map(({ kind }) => kind).sort(), [
    'activation',
    'download',
    'forward',
    'restart',
    'supply-off',
    'verification',
    'wan-transfer',
  ])
  t.ok(phases.every(({ state, from, to }) => state === 'done' && to > from))
  const windows = findWindows(events, START)
  t.equal(windows.length, 1)
  t.equal(windows[0]!.to - windows[0]!.from, 30 * 60_000)
  const outage = phases.find(({ kind }) => kind === 'supply-off')!
  const zoom = zoomSpan(phases, windows, [])!
  t.ok(zoom.from < outage.from && zoom.to > windows[0]!.to)
  t.equal(hanProgress(events)[0]!.points.at(-1)!.octets, 20_000)
  t.equal(wanProgress(events).length, 2)
})

t.test('the page of a run shows what happened', async t => {
  const report = play()
  const page = renderHtml(report)
  checkPage(t, page)
  for (const text of [
    '✓ Passed',
    'image.ota',
    'ZigBee OTA file, gb-signed',
    '(20,000 B)',
    report.outcome.sha256,
    '✓ identical',
    '0x01020303',
    '0x01020304',
    'esme-pre-mp102a',
    '180 s without supply',
    'suppression window, 30 min',
    'AD1 suppressed',
    'Supplier to DCO',
  ]) {
    t.ok(page.includes(text), text)
  }
})

t.test('names and trace fields cannot become tags', async t => {
  const evil = '<script>alert(1)</script>'
  const report = play({ name: `${evil}.bin` })
  const events = [
    ...report.events,
    event(1, `${evil}.up`, 'frame-lost'),
    event(1, evil, 'alert-raised', { code: `"'&${evil}` }),
    event(1, 'dco', 'block-refused', { cause: evil }),
    event(1, 'dsp', 'ad1-verdict', { reason: evil }),
  ].sort((a, b) => a.t - b.t)
  const options = { ...report.options, profile: evil, [evil]: evil }
  const outcome = { ...report.outcome, ok: false, failures: [evil], finding: evil }
  const page = renderHtml({ ...report, events, options, outcome, hanrig: evil })
  checkPage(t, page)
  t.ok(page.includes('&lt;script&gt;alert(1)&lt;/script&gt;.bin'))
})

t.test('a failed run says why', async t => {
  const report = play({ faults: { ...NO_FAULTS, loss: 1 } })
  const page = renderHtml(report)
  checkPage(t, page)
  t.equal(report.outcome.ok, false)
  t.ok(page.includes('✗ Failed'))
  for (const failure of report.outcome.failures) t.ok(page.includes(failure), failure)
  t.ok(page.includes('no whole image was rebuilt'))
  t.notOk(page.includes('enlarged</h3>'))
})

t.test('pages of other runs are whole, too', async t => {
  const quiet = play({ profile: 'esme', faults: NO_FAULTS })
  const quietPage = renderHtml(quiet)
  checkPage(t, quietPage)
  t.ok(quietPage.includes('no outage'))
  t.notOk(quietPage.includes('without supply</text>'))
  const later = renderHtml(play({ activateIn: 6 * 3_600_000 }))
  checkPage(t, later)
  t.ok(later.includes('Waiting for its time'))
  const unlisted = renderHtml(play({ listed: false }))
  checkPage(t, unlisted)
  t.ok(unlisted.includes('AD1 forwarded'))
  // A bad link: the download starts over and over, and the lists say so in few lines.
  const bad = play({ faults: { ...NO_FAULTS, loss: 0.6 }, size: 40_000 })
  const badPage = renderHtml(bad)
  checkPage(t, badPage)
  t.ok(bad.events.length > 5_000)
  t.ok(badPage.length < 300_000)
  t.ok(renderHtml({ ...bad, events: [] }).includes('Nothing arrived.'))
})

t.test('a trace that stops in the middle is drawn as far as it goes', async t => {
  const report = play()
  for (const part of [0.002, 0.2, 0.5, 0.9]) {
    const events = report.events.slice(0, Math.ceil(report.events.length * part))
    const end = events.at(-1)!.t
    const outcome = { ...report.outcome, ok: false, failures: ['stopped'], duration: end }
    checkPage(t, renderHtml({ ...report, events, outcome }))
  }
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
