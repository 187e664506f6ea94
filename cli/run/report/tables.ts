// The tables of the page: everything that a drawing shows, in figures, for those who quote it and for those who do
// not see the drawing.

import { FORMAT_NAMES } from '#core/image/open'
import type { Check } from '#emulators/play/checks'
import type { DeviceOutcome } from '#emulators/play/play'
import type { TraceEvent } from '#emulators/trace/trace'
import { type Markup, markup, type Piece, tied } from '../../drawing/markup.ts'
import { table } from '../../drawing/table.ts'
import { ENDING_NAMES } from '../../output/endings.ts'
import { count, duration, exactClockTime, hexWord, octets, percent } from '../../output/format.ts'
import type { Alert } from './alerts.ts'
import { sizeText } from './facts.ts'
import type { Mark } from './mark.ts'
import { textOfMark } from './marks.ts'
import type { RunReport } from './run-report.ts'
import { countFaults, countRefusals, FAULTS, type Fault, REFUSAL_NAMES } from './tallies.ts'
import { type FoldedPhase, PHASE_NAMES } from './timeline.ts'
import { alertName, boxName } from './words.ts'

/** Rows beyond which a list refers to the trace; an even number. */
const MOST_ROWS = 160

const NUMBER = 'number'
const TIME = 'time'

/** A number, and nothing to be seen where there was nothing. */
function amount(n: number): Markup {
  return n === 0 ? markup`<span class="nil">0</span>` : markup`${count(n)}`
}

/** What was expected and what was found; what failed comes first. */
export function checkTable({ outcome }: RunReport): Markup {
  const { checks } = outcome
  const failed = checks.filter(({ ok }) => !ok)
  const wanted = checks.filter(({ ok, line }) => ok && line > 0)
  const always = checks.filter(({ ok, line }) => ok && line === 0)
  const groups = [...[...failed, ...wanted].map(check => [check]), ...together(always)]
  const row = (group: readonly Check[]): readonly Piece[] => {
    const { name, ok, expected, actual, line } = group[0]!
    const others = group.slice(1).map(each => each.name)
    const like = others.length > 0 ? markup`<small>and ${others.join(', ')}</small>` : undefined
    return [
      ok
        ? markup`<span class="yes">✓</span> ${name}${like}`
        : markup`<span class="no">✗ ${name}</span>`,
      expected,
      ok && actual === expected ? markup`<span class="dim">the same</span>` : actual,
      line > 0 ? String(line) : markup`<span class="dim">always</span>`,
    ]
  }
  return table(
    'Checks',
    [
      { name: 'Check' },
      { name: 'Expected', className: 'words' },
      { name: 'Found', className: 'words' },
      { name: 'Line', className: NUMBER },
    ],
    groups.map(row),
    undefined,
    'checks',
  )
}

/** The same check of several boxes, with the same result, as one: every box of a home is checked alike. */
function together(checks: readonly Check[]): Check[][] {
  const alike = new Map<string, Check[]>()
  for (const check of checks) {
    const { name, expected, actual } = check
    const ofBox = name.slice(name.indexOf(' '))
    const key = JSON.stringify([ofBox, expected, actual])
    alike.set(key, [...(alike.get(key) ?? []), check])
  }
  return [...alike.values()]
}

export function imageTable({ images, generation }: RunReport): Markup {
  return table(
    'Images',
    [
      { name: 'Image' },
      { name: 'For' },
      { name: 'Format' },
      { name: 'Size', className: NUMBER },
      { name: 'Size class (MP230)' },
      { name: 'Version' },
      { name: 'SHA-256', className: 'words' },
    ],
    images.map(image => [
      markup`${image.name}${image.file === undefined ? undefined : markup`<small>${image.file}</small>`}${image.notes.map(
        note => markup`<small>${note}</small>`,
      )}`,
      boxName(image.for),
      `${FORMAT_NAMES[image.format] ?? image.format}${image.kind ? `, ${image.kind}` : ''}`,
      markup`${tied(octets(image.size))}<small>${tied(`${count(image.size)} B`)}</small>`,
      markup`${sizeText(generation, image.large)}<small>${image.large ? 'more' : 'not more'} than ${tied(octets(image.limit))}</small>`,
      word(image.fileVersion),
      markup`<code>${image.sha256}</code>`,
    ]),
  )
}

export function deviceTable(report: RunReport): Markup {
  const { devices, outcome, events } = report
  const before = versionsBefore(events)
  return table(
    'Devices',
    [
      { name: 'Box' },
      { name: 'Profile' },
      { name: 'EUI-64' },
      { name: 'Version' },
      { name: 'Rebuilt' },
      { name: 'Verification' },
      { name: 'HAN blocks', className: NUMBER },
    ],
    devices.map(({ name, type, id, profile, listed }) => {
      const became = outcome.devices.find(each => each.name === name)
      const label = boxName(name)
      const kind = type === name ? undefined : markup`<small>${boxName(type)}</small>`
      return [
        markup`${label}${kind}`,
        markup`${profile}${listed ? markup`<small>listed at the DSP</small>` : undefined}`,
        markup`<span class="time">${id}</span>`,
        became && versionText(became.fileVersion, before.get(name)),
        became && rebuiltText(became.sha256, became.expectedSha256),
        became && findingText(became),
        became && blocksText(became.blocks, became.retries),
      ]
    }),
  )
}

/** What verification found; of a box that was sent an image and has none, what became of that. */
function findingText({ finding, ending, expectedSha256 }: DeviceOutcome): string {
  return finding === '' && expectedSha256 !== '' ? ENDING_NAMES[ending] : finding
}

function blocksText(blocks: number, retries: number): Markup {
  return markup`${amount(blocks)}${retries > 0 ? markup`<small>${tied(`${count(retries)} retries`)}</small>` : undefined}`
}

function versionText(running: number, before: number | undefined): Markup {
  if (before === undefined) return markup`${word(running)}<small>unchanged</small>`
  return markup`${word(running)}<small>before ${hexWord(before)}</small>`
}

/** The file that a box put together, held against the one that it was sent last. */
function rebuiltText(sha256: string, expected: string): Markup {
  if (sha256 === '') {
    return expected === ''
      ? markup`<span class="dim">nothing was sent</span>`
      : markup`<span class="no">✗ no whole image</span>`
  }
  const start = markup`<small><code>${sha256.slice(0, 16)}…</code></small>`
  if (expected === '') return markup`an image${start}`
  return sha256 === expected
    ? markup`<span class="yes">✓ identical</span>${start}`
    : markup`<span class="no">✗ differs</span>${start}`
}

function versionsBefore(events: readonly TraceEvent[]): Map<string, number> {
  const versions = new Map<string, number>()
  for (const event of events) {
    if (event.name !== 'activation-ended' || event.code !== 0) continue
    if (!versions.has(event.source)) versions.set(event.source, event.before)
  }
  return versions
}

function word(version: number): Markup {
  return markup`<code class="word">${hexWord(version)}</code>`
}

const FAULT_NAMES: Readonly<Record<Fault, string>> = {
  lost: 'Lost',
  damaged: 'Delivered damaged',
  dropped: 'Dropped by the medium',
  duplicated: 'Duplicated',
  reordered: 'Reordered',
  overflowed: 'No room',
  deaf: 'Receiver deaf',
  unheard: 'Asleep or off',
  rewritten: 'Wrong on purpose',
}

/** What the links were to do to frames, and what they did; columns and links without anything are left out. */
export function faultTable({ events, links, generation }: RunReport): Markup {
  const all = countFaults(events, Object.keys(links))
  const total = (fault: Fault) => all.reduce((sum, { counts }) => sum + counts[fault], 0)
  const shown = FAULTS.filter(fault => fault === 'lost' || total(fault) > 0)
  const busy = all.filter(
    ({ link, counts }) => ratesOf(links[link]) !== '' || FAULTS.some(fault => counts[fault] > 0),
  )
  if (busy.length === 0) return markup`<p class="dim">No link did anything to a frame.</p>`
  return table(
    'Faults on the links',
    [
      { name: 'Link' },
      { name: 'To be expected' },
      ...shown.map(fault => ({ name: FAULT_NAMES[fault], className: NUMBER })),
    ],
    busy.map(({ link, counts }) => [
      markup`${linkName(link, generation)} <span class="dim">${link}</span>`,
      tied(ratesOf(links[link]) || 'no faults'),
      ...shown.map(fault => amount(counts[fault])),
    ]),
    ['All links', undefined, ...shown.map(fault => amount(total(fault)))],
  )
}

function ratesOf(link: RunReport['links'][string] | undefined): string {
  if (!link) return ''
  const rates = (['loss', 'corruption', 'duplication', 'reordering'] as const)
    .filter(rate => link[rate] > 0)
    .map(rate => `${rate} ${percent(link[rate])}`)
  const { bursts, deaf } = link
  if (bursts) rates.push(`in bursts ${percent(bursts.loss)}`)
  if (deaf) rates.push(`deaf ${duration(deaf.for)} every ${duration(deaf.every)}`)
  return rates.join(', ')
}

function linkName(link: string, generation: RunReport['generation']): string {
  const dcc = generation === 'smets1' ? 'DCO' : 'DSP'
  const names: Readonly<Record<string, string>> = {
    'wan.up': `Supplier to ${dcc}`,
    'wan.down': `${dcc} to Supplier`,
    'csp.down': `${dcc} to Hub`,
    'csp.up': `Hub to ${dcc}`,
  }
  const [, device, way] = /^han\.(.+)\.(up|down)$/.exec(link) ?? []
  if (device === undefined) return names[link] ?? link
  return way === 'down' ? `Hub to ${boxName(device)}` : `${boxName(device)} to Hub`
}

export function refusalTable({ events }: RunReport): Markup {
  const causes = countRefusals(events)
  if (causes.size === 0) return markup`<p class="dim">No block was refused.</p>`
  const boxes = [...new Set([...causes.values()].flatMap(each => [...each.keys()]))].sort()
  return table(
    'Refused blocks by cause',
    [{ name: 'Cause' }, ...boxes.map(box => ({ name: `At ${boxName(box)}`, className: NUMBER }))],
    [...causes].map(([cause, counts]) => [
      markup`${REFUSAL_NAMES[cause] ?? cause} <span class="dim">${REFUSAL_NAMES[cause] ? cause : ''}</span>`,
      ...boxes.map(box => amount(counts.get(box) ?? 0)),
    ]),
  )
}

export function alertTable(alerts: readonly Alert[]): Markup {
  if (alerts.length === 0) return markup`<p class="dim">No alert was raised.</p>`
  const rows = alerts.map(({ code, raised, received, detail, verdict }) => [
    code,
    alertName(code),
    raised
      ? markup`<span class="time">${exactClockTime(raised.t)}</span> by ${boxName(raised.by)}`
      : 'not in the trace',
    received
      ? markup`<span class="time">${exactClockTime(received.t)}</span> by ${boxName(received.by)}`
      : markup`<span class="no">never</span>`,
    verdict
      ? markup`${detail}${detail ? '; ' : ''}<strong>${verdict.suppressed ? 'suppressed' : 'forwarded'}</strong>: ${verdict.reason}`
      : detail,
  ])
  return table(
    'Alerts',
    [
      { name: 'Code' },
      { name: 'Meaning' },
      { name: 'Raised' },
      { name: 'Received' },
      { name: 'Detail and verdict' },
    ],
    excerpt(rows),
  )
}

export function phaseTable(phases: readonly FoldedPhase[]): Markup {
  const rows = phases.map(({ kind, lane, from, to, state, times, spent }) => [
    times > 1 ? `${PHASE_NAMES[kind]}, ${count(times)} times` : PHASE_NAMES[kind],
    boxName(lane),
    exactClockTime(from),
    state === 'open' ? markup`<span class="no">not ended</span>` : exactClockTime(to),
    duration(spent),
    state === 'failed'
      ? markup`<span class="no">failed</span>`
      : state === 'open'
        ? undefined
        : 'done',
  ])
  return table(
    'Phases',
    [
      { name: 'Phase' },
      { name: 'Where' },
      { name: 'From', className: NUMBER },
      { name: 'To', className: NUMBER },
      { name: 'Duration', className: NUMBER },
      { name: 'End' },
    ],
    excerpt(rows),
  )
}

export function sequenceTable(marks: readonly Mark[]): Markup {
  const rows = marks.map(mark => [exactClockTime(mark.t), boxName(mark.lane), textOfMark(mark)])
  return table(
    'Sequence of events',
    [{ name: 'Time', className: TIME }, { name: 'Box' }, { name: 'Event' }],
    excerpt(rows),
  )
}

/** The first and the last rows of many: how it began and how it ended. */
function excerpt(rows: readonly (readonly Piece[])[]): (readonly Piece[])[] {
  if (rows.length <= MOST_ROWS) return [...rows]
  const half = MOST_ROWS / 2
  const gap = markup`<span class="dim">${count(rows.length - MOST_ROWS)} more in the trace</span>`
  const empty = rows[0]!.slice(1).map(() => undefined)
  return [...rows.slice(0, half), [gap, ...empty], ...rows.slice(-half)]
}
