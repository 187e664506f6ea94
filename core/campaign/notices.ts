// What has to be said to a User: to agree a schedule, that its schedule was altered, what would fail or be late, and what
// is not accepted.

import { outlives } from './endings.ts'
import type { Job } from './job.ts'
import type { Batch, Notice, Refusal } from './plan.ts'
import type { Settings } from './settings.ts'

/** @param promised the last day that a request was promised when it came; undefined when that is not recalled. */
export function noticesOf(
  job: Job,
  batches: readonly Batch[],
  settings: Settings,
  promised: (job: Job) => number | undefined,
): Notice[] {
  const { index: request } = job
  const { deadline, contact, perDay, devices: asked, generation } = job.request
  const notices: Notice[] = []
  const last = batches.at(-1)
  if (job.needsServiceDesk && contact !== 'yes') {
    notices.push({ kind: 'service-desk', request, perDay: Math.min(asked, perDay) * job.weight })
  }
  if (!last) return notices
  // Only what was agreed can be altered.
  if (job.gaveWayTo.size > 0 && job.scheduled) {
    const by = [...job.gaveWayTo].sort((a, b) => a - b)
    const { gaveWaySince: from } = job
    const lastDayBefore = promised(job)
    notices.push({ kind: 'altered', request, from, lastDayBefore, lastDay: last.day, by })
  }
  if (outlives(generation, settings.dcoDays, settings.lifetime)) {
    const day = batches[0]!.loggedDay + settings.lifetime + 1
    notices.push({ kind: 'srv-11.1-expires', request, day, devices: devicesOf(batches) })
  }
  if (deadline !== undefined && last.dueDay > deadline) {
    const devices = devicesOf(batches.filter(({ dueDay }) => dueDay > deadline))
    notices.push({ kind: 'deadline-missed', request, deadline, dueDay: last.dueDay, devices })
  }
  const waited = batches.reduce((most, batch) => Math.max(most, batch.waited), 0)
  if (job.large && !job.scheduled && settings.rules === 'mp230' && waited > settings.trtDays) {
    notices.push({ kind: 'unscheduled-waits', request, days: waited })
  }
  const late = batches.filter(({ day, dueDay }) => day > dueDay)
  if (late.length > 0) notices.push({ kind: 'trt-missed', request, devices: devicesOf(late) })
  return notices
}

/** What of a request is not accepted. */
export function refusalsOf(job: Job): Refusal[] {
  const { index: request, remaining: devices } = job
  const refusals: Refusal[] = []
  const { contact, perDay } = job.request
  if (job.needsServiceDesk && contact === 'no' && Number.isFinite(perDay)) {
    refusals.push({ kind: 'unscheduled', request, devices: 0 })
  }
  if (job.isDeclined) refusals.push({ kind: 'declined', request, devices })
  else if (devices > 0) {
    refusals.push({ kind: job.isTooLarge ? 'too-large' : 'horizon', request, devices })
  }
  return refusals
}

function devicesOf(batches: readonly Batch[]): number {
  return batches.reduce((sum, { devices }) => sum + devices, 0)
}
