// The tables of a plan's page: everything that is drawn, in figures.

import type { CampaignPlan } from '#core/campaign/plan'
import { type Markup, markup } from '../../../drawing/markup.ts'
import { factTable, table } from '../../../drawing/table.ts'
import { count } from '../../../output/format.ts'
import { foldBatches } from '../../words/fold.ts'
import { boundText, daysText, requestWords } from '../../words/rows.ts'
import { dateOf, noticeText, refusalText, requestName } from '../../words/words.ts'

/** Rows beyond which a table refers to the CSV. */
const MOST_ROWS = 200
const NUMBER = 'number'
const TIME = 'time'

function more(rows: number, what: string): Markup | undefined {
  if (rows <= MOST_ROWS) return undefined
  return markup`<p class="dim">And ${count(rows - MOST_ROWS)} more ${what}: --json and --csv have all.</p>`
}

export function noticeList(plan: CampaignPlan): Markup {
  const said = [
    ...plan.refusals.map(each => ['refused', each.request, refusalText(plan, each)] as const),
    ...plan.notices.map(each => ['notice', each.request, noticeText(plan, each)] as const),
  ]
  if (said.length === 0) return markup`<p class="dim">Nobody has to be told anything.</p>`
  return markup`<ul>${said
    .slice(0, MOST_ROWS)
    .map(
      ([what, request, text]) =>
        markup`<li><strong class="${what === 'refused' ? 'no' : 'words'}">${requestName(plan, request)}</strong>: ${text}</li>\n`,
    )}</ul>${more(said.length, 'notices')}`
}

export function requestTable(plan: CampaignPlan): Markup {
  const rows = plan.outcomes.slice(0, MOST_ROWS).map(outcome => {
    const { cells, deadline, isMissed } = requestWords(plan, outcome)
    const said = deadline === '–' ? 'nil' : isMissed ? 'no' : 'yes'
    return [...cells, markup`<span class="${said}">${deadline}${isMissed ? ' missed' : ''}</span>`]
  })
  const columns = [
    { name: 'Request' },
    { name: 'Devices', className: NUMBER },
    { name: 'Image', className: TIME },
    { name: 'Schedule', className: TIME },
    { name: 'First', className: TIME },
    { name: 'Last', className: TIME },
    { name: 'Due', className: TIME },
    { name: 'Waits', className: NUMBER },
    { name: 'Deadline', className: TIME },
  ]
  return markup`${table('Requests', columns, rows)}${more(plan.outcomes.length, 'requests')}`
}

export function batchTable(plan: CampaignPlan): Markup {
  const folded = foldBatches(plan.batches)
  const rows = folded.slice(0, MOST_ROWS).map(each => {
    const { first, last } = each
    const from = dateOf(plan, first.day)
    return [
      daysText(each),
      first.day === last.day ? from : `${from} to ${dateOf(plan, last.day)}`,
      requestName(plan, first.request),
      count(first.devices),
      dateOf(plan, last.dueDay),
      boundText(each),
    ]
  })
  const columns = [
    { name: 'Days', className: TIME },
    { name: 'Dates', className: TIME },
    { name: 'Request' },
    { name: 'Devices a day', className: NUMBER },
    { name: 'Last due', className: TIME },
    { name: 'Bound by' },
  ]
  return markup`${table('Batches', columns, rows)}${more(folded.length, 'lines')}`
}

export function answerTable({ settings }: CampaignPlan): Markup {
  const { startDay: _, holidays, spare, ...rest } = settings
  const rows: (readonly [string, string])[] = [
    ...Object.entries(rest).map(([name, value]) => [name, String(value)] as const),
    ['spare', spare.map(share => `${Math.round(share * 1000) / 10} %`).join(', ')],
    ['holidays', String(holidays.size)],
  ]
  return factTable(rows)
}
