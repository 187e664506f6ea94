// A plan for a person at a terminal: when it ends, who has to speak to the Service Desk, what binds; then the batches.

import type { Lever } from '#core/campaign/levers'
import { BINDINGS, type CampaignPlan, isAccepted } from '#core/campaign/plan'
import { count, percent } from '../../output/format.ts'
import { oneLine } from '../../output/harmless.ts'
import { type Cell, tableLines } from '../../output/text-table.ts'
import { type FoldedBatches, foldBatches } from '../words/fold.ts'
import { boundText, daysText, requestWords } from '../words/rows.ts'
import {
  BINDING_NAMES,
  countedText,
  dateOf,
  leverText,
  noticeText,
  refusalText,
  requestName,
  serviceDeskText,
  trtText,
  weekdayAndDate,
} from '../words/words.ts'

/** Lines of a list beyond which only their number is told, unless all are wanted. */
const MOST_LINES = 24
/** Columns of the widest label. */
const LABEL = 14

export function planText(
  name: string,
  plan: CampaignPlan,
  levers: readonly Lever[],
  all: boolean,
): string {
  const most = all ? Number.POSITIVE_INFINITY : MOST_LINES
  const requests = plan.outcomes.map(each => requestRow(plan, each))
  const batches = foldBatches(plan.batches).map(each => batchRow(plan, each))
  return `${[
    oneLine(`${name}: ${portfolioText(plan)}`),
    ...tableLines({ rows: summary(plan, levers), least: [LABEL], gap: 1 }),
    '',
    ...table(REQUEST_HEAD, requests, most, 'requests'),
    '',
    ...table(BATCH_HEAD, batches, most, 'lines of batches'),
    ...told(plan, most),
  ].join('\n')}\n`
}

function portfolioText({ portfolio }: CampaignPlan): string {
  const { suppliers, requests } = portfolio
  const devices = requests.reduce((sum, each) => sum + each.devices, 0)
  return `${many(devices, 'device')}, ${many(suppliers.length, 'Supplier')}, ${many(requests.length, 'request')}`
}

function many(n: number, what: string): string {
  return `${count(n)} ${what}${n === 1 ? '' : 's'}`
}

function summary(plan: CampaignPlan, levers: readonly Lever[]): Cell[][] {
  const { days, settings, lastDay, dueDay } = plan
  return [
    ['day 0', `${weekdayAndDate(plan, 0)}, UTC`],
    [
      'last release',
      lastDay < 0
        ? 'none'
        : `${weekdayAndDate(plan, lastDay)}, after ${many(days.length, 'day')}; every TRT has run out on ${dateOf(plan, dueDay)}`,
    ],
    ['capacity', capacityText(plan)],
    ['Service Desk', serviceDeskText(plan)],
    ['binding', bindingText(plan)],
    ['to end earlier', leverText(plan, levers)],
    [
      'second User',
      settings.secondUser === 'next-window'
        ? 'gets the next window; --second-user alter-first is as lawful'
        : 'the first one’s schedule is altered; --second-user next-window is as lawful',
    ],
    ['verdict', verdictText(plan)],
  ]
}

/** How much of what the days until the last one could carry is used. */
function capacityText({ days, settings }: CampaignPlan): string {
  const could = days.reduce((sum, { capacity }) => sum + capacity, 0)
  const used = days.reduce((sum, { counted }) => sum + counted, 0)
  const full = days.filter(({ counted, capacity }) => capacity > 0 && counted >= capacity).length
  const share = could === 0 ? '' : `, ${percent(used / could)} of it used`
  return `${count(settings.capacity)} ${countedText(settings)} a day${share}; ${count(full)} of ${count(days.length)} days are full`
}

/** What bound how many devices. */
function bindingText({ batches }: CampaignPlan): string {
  const said = BINDINGS.filter(each => each !== 'none').flatMap(binding => {
    const bound = batches.filter(batch => batch.binding === binding)
    const devices = bound.reduce((sum, batch) => sum + batch.devices, 0)
    return bound.length === 0
      ? []
      : [
          `${BINDING_NAMES[binding]} (${count(bound.length)} ${bound.length === 1 ? 'batch' : 'batches'}, ${count(devices)} devices)`,
        ]
  })
  return said.length === 0 ? 'nothing binds' : said.join('; ')
}

function verdictText(plan: CampaignPlan): Cell {
  return isAccepted(plan)
    ? { colour: 'green', words: 'ok' }
    : {
        colour: 'red',
        words: 'NOT OK',
        rest: ': something is refused, late or would fail; see below',
      }
}

const REQUEST_HEAD = [
  'request',
  'devices',
  'image',
  'Service Desk',
  'first',
  'last',
  'due',
  'waits',
  'deadline',
]

function requestRow(plan: CampaignPlan, outcome: CampaignPlan['outcomes'][number]): string[] {
  const { cells, deadline, isMissed } = requestWords(plan, outcome)
  return [...cells, `${deadline}${isMissed ? ' MISSED' : ''}`]
}

const BATCH_HEAD = ['days', 'from', 'to', 'devices a day', 'request', 'due', 'bound by']

function batchRow(plan: CampaignPlan, folded: FoldedBatches): string[] {
  const { first, last } = folded
  const isOne = first.day === last.day
  return [
    daysText(folded),
    dateOf(plan, first.day),
    dateOf(plan, last.day),
    count(first.devices),
    requestName(plan, first.request),
    isOne ? dateOf(plan, first.dueDay) : `${trtText(plan)} after each`,
    boundText(folded),
  ]
}

/** The first rows of a table, and the number of the others; numbers stand to the right. Its columns have room for all. */
function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  most: number,
  what: string,
): string[] {
  const least = head.map((_, i) => Math.max(0, ...rows.map(row => row[i]!.length)))
  const numbers = head.flatMap((_, i) => (rows.every(row => /^[\d,–]+$/.test(row[i]!)) ? [i] : []))
  const lines = tableLines({ head, rows: rows.slice(0, most), numbers, least })
  return [...lines, ...others(rows.length - most, what)]
}

/** That there are more than were told. */
function others(left: number, what: string): string[] {
  return left > 0 ? [`… and ${count(left)} more ${what}; --all lists them`] : []
}

function told(plan: CampaignPlan, most: number): string[] {
  const refusals = plan.refusals.map(
    each => `refused  ${requestName(plan, each.request)}: ${refusalText(plan, each)}`,
  )
  const notices = plan.notices.map(
    each => `notice   ${requestName(plan, each.request)}: ${noticeText(plan, each)}`,
  )
  const lines = [...refusals, ...notices].map(oneLine)
  return lines.length === 0
    ? []
    : ['', ...lines.slice(0, most + 1), ...others(lines.length - most - 1, 'notices')]
}
