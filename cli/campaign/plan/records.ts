// A plan for programs: JSON Lines whose last line sums up, and its batches as CSV.

import { requestsOf, uploadOctets } from '#core/campaign/device-lists'
import { serviceOf } from '#core/campaign/device-type'
import type { Lever } from '#core/campaign/levers'
import { type Batch, type CampaignPlan, isAccepted } from '#core/campaign/plan'
import { csvLine } from '../../output/csv-line.ts'
import type { JsonLines } from '../../output/output.ts'
import { dateOf, noticeText, refusalText } from '../words/words.ts'

/** One record for each batch, day, request, notice and refusal; the last is the plan itself. */
export function writeRecords(
  name: string,
  plan: CampaignPlan,
  levers: readonly Lever[],
  lines: JsonLines,
): void {
  const { portfolio, settings, lastDay, dueDay } = plan
  const { suppliers, requests } = portfolio
  const date = (day: number) => (day < 0 ? undefined : dateOf(plan, day))
  const of = (index: number) => {
    const { supplier, name: request } = requests[index]!
    return { supplier: suppliers[supplier], request }
  }
  const { startDay: _, holidays, ...answers } = settings
  lines.write({
    name: 'campaign',
    portfolio: name,
    start: dateOf(plan, 0),
    suppliers,
    settings: {
      ...answers,
      holidays: [...holidays].map(day => dateOf(plan, day - settings.startDay)),
    },
  })
  for (const batch of plan.batches) lines.write({ name: 'batch', ...batchRecord(plan, batch) })
  for (const { day, devices, ...total } of plan.days) {
    lines.write({ name: 'day', day, date: date(day), ...total, devices })
  }
  for (const outcome of plan.outcomes) {
    const { request, firstDay, lastDay, dueDay, ...rest } = outcome
    const { devices, octets, deadline } = requests[request]!
    lines.write({
      name: 'request',
      ...of(request),
      devices,
      octets,
      ...rest,
      first: date(firstDay),
      last: date(lastDay),
      due: date(dueDay),
      deadline: deadline === undefined ? undefined : dateOf(plan, deadline),
    })
  }
  for (const notice of plan.notices) {
    lines.write({
      name: 'notice',
      kind: notice.kind,
      ...of(notice.request),
      text: noticeText(plan, notice),
    })
  }
  for (const refusal of plan.refusals) {
    const { kind, request, devices } = refusal
    lines.write({
      name: 'refusal',
      kind,
      ...of(request),
      devices,
      text: refusalText(plan, refusal),
    })
  }
  lines.write({
    name: 'plan',
    ok: isAccepted(plan),
    devices: requests.reduce((sum, each) => sum + each.devices, 0),
    placed: plan.outcomes.reduce((sum, each) => sum + each.placed, 0),
    suppliers: suppliers.length,
    requests: requests.length,
    batches: plan.batches.length,
    serviceRequests: plan.batches.reduce((sum, each) => sum + requestsOf(each.devices), 0),
    uploadOctets: plan.batches.reduce(
      (sum, { devices, octets }) => sum + uploadOctets(devices, octets),
      0,
    ),
    days: plan.days.length,
    last: date(lastDay),
    due: date(dueDay),
    serviceDesk: plan.outcomes.filter(({ needsServiceDesk }) => needsServiceDesk).length,
    notices: plan.notices.length,
    refusals: plan.refusals.length,
    earlier: levers.map(({ kind, lastDay: day }) => ({ with: kind, last: date(day) })),
  })
}

function batchRecord(plan: CampaignPlan, batch: Batch) {
  const { suppliers, requests } = plan.portfolio
  const { supplier, request, day, minute, devices, octets, large, scheduled } = batch
  const two = (n: number) => String(n).padStart(2, '0')
  return {
    day,
    date: dateOf(plan, day),
    at: `${two(Math.floor(minute / 60))}:${two(minute % 60)}`,
    supplier: suppliers[supplier]!,
    request: requests[request]!.name,
    deviceType: requests[request]!.deviceType ?? 'ESME',
    service: serviceOf(requests[request]!.deviceType ?? 'ESME'),
    devices,
    lists: requestsOf(devices),
    octets,
    large,
    scheduled,
    srv111: dateOf(plan, batch.loggedDay),
    due: dateOf(plan, batch.dueDay),
    binding: batch.binding,
    waited: batch.waited,
    heldBy: batch.heldBy,
  }
}

/** The batches, a row each under a header. */
export function batchesCsv(plan: CampaignPlan): string {
  const records = plan.batches.map(batch => batchRecord(plan, batch))
  const head = [
    'day',
    'date',
    'at',
    'supplier',
    'request',
    'devices',
    'octets',
    'large',
    'scheduled',
  ]
  const columns = [
    ...head,
    'srv111',
    'due',
    'binding',
    'waited',
    'heldBy',
    'deviceType',
    'service',
    'lists',
  ] as (keyof (typeof records)[number])[]
  return [columns, ...records.map(record => columns.map(column => record[column]))]
    .map(csvLine)
    .join('')
}
