// A plan for a person at a terminal: when it ends, who has to speak to the Service Desk, what binds; then the batches.

import type { Lever } from '#core/campaign/levers'
import { BINDINGS, type CampaignPlan, isAccepted } from '#core/campaign/plan'
import { count, percent } from '../../output/format.ts'
import { style } from '../../output/output.ts'
import { type FoldedBatches, foldBatches } from '../words/fold.ts'
import { boundText, daysText, requestWords } from '../words/rows.ts'
import {
  BINDING_NAMES,
  dateOf,
  leverText,
  noticeText,
  refusalText,
  requestName,
  serviceDeskText,
  weekdayAndDate,
} from '../words/words.ts'

/** Lines of a list beyond which only their number is told, unless all are wanted. */
const MOST_LINES = 24
const LABEL = 15

export function planText(
  name: string,
  plan: CampaignPlan,
  levers: readonly Lever[],
  all: boolean,
): string {
  const most = all ? Number.POSITIVE_INFINITY : MOST_LINES
  return `${[
    ...summary(name, plan, levers),
    '',
    ...cut(
      table(
        REQUEST_HEAD,
        plan.outcomes.map(each => requestRow(plan, each)),
      ),
      most,
      'requests',
    ),
    '',
    ...cut(
      table(
        BATCH_HEAD,
        foldBatches(plan.batches).map(each => batchRow(plan, each)),
      ),
      most,
      'lines of batches',
    ),
    ...told(plan, most),
  ].join('\n')}\n`
}

function summary(name: string, plan: CampaignPlan, levers: readonly Lever[]): string[] {
  const { portfolio, days, settings, lastDay, dueDay } = plan
  const { suppliers, requests } = portfolio
  const devices = requests.reduce((sum, each) => sum + each.devices, 0)
  const many = (n: number, what: string) => `${count(n)} ${what}${n === 1 ? '' : 's'}`
  return [
    `${name}: ${many(devices, 'device')}, ${many(suppliers.length, 'Supplier')}, ${many(requests.length, 'request')}`,
    line('day 0', `${weekdayAndDate(plan, 0)}, UTC`),
    line(
      'last release',
      lastDay < 0
        ? 'none'
        : `${weekdayAndDate(plan, lastDay)}, after ${many(days.length, 'day')}; every TRT has run out on ${dateOf(plan, dueDay)}`,
    ),
    line('capacity', capacityText(plan)),
    line('Service Desk', serviceDeskText(plan)),
    line('binding', bindingText(plan)),
    line('to end earlier', leverText(plan, levers)),
    line(
      'second User',
      settings.secondUser === 'next-window'
        ? 'gets the next window; --second-user alter-first is as lawful'
        : 'the first one’s schedule is altered; --second-user next-window is as lawful',
    ),
    line('verdict', verdictText(plan)),
  ]
}

function line(label: string, text: string): string {
  return `${label.padEnd(LABEL)}${text}`
}

/** How much of what the days until the last one could carry is used. */
function capacityText({ days, settings }: CampaignPlan): string {
  const could = days.reduce((sum, { capacity }) => sum + capacity, 0)
  const used = days.reduce((sum, { counted }) => sum + counted, 0)
  const full = days.filter(({ counted, capacity }) => capacity > 0 && counted >= capacity).length
  const share = could === 0 ? '' : `, ${percent(used / could)} of it used`
  return `${count(settings.capacity)} large images a day${share}; ${count(full)} of ${count(days.length)} days are full`
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

function verdictText(plan: CampaignPlan): string {
  return isAccepted(plan)
    ? style('green', 'ok', process.stdout)
    : `${style('red', 'NOT OK', process.stdout)}: something is refused, late or would fail; see below`
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
    isOne ? dateOf(plan, first.dueDay) : `${plan.settings.trtDays} days after each`,
    boundText(folded),
  ]
}

/** Columns that are as wide as their widest cell; numbers stand to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows]
  const widths = head.map((_, i) => Math.max(...all.map(row => row[i]!.length)))
  const isNumber = head.map((_, i) => rows.every(row => /^[\d,–]+$/.test(row[i]!)))
  return all.map(row =>
    row
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  )
}

/** A list with its first lines; of the others their number. */
function cut(lines: readonly string[], most: number, what: string): string[] {
  if (lines.length <= most + 1) return [...lines]
  const left = lines.length - most - 1
  return [...lines.slice(0, most + 1), `… and ${count(left)} more ${what}; --all lists them`]
}

function told(plan: CampaignPlan, most: number): string[] {
  const refusals = plan.refusals.map(
    each => `refused  ${requestName(plan, each.request)}: ${refusalText(plan, each)}`,
  )
  const notices = plan.notices.map(
    each => `notice   ${requestName(plan, each.request)}: ${noticeText(plan, each)}`,
  )
  const lines = [...refusals, ...notices]
  return lines.length === 0 ? [] : ['', ...cut(lines, most, 'notices')]
}
