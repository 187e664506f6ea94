// A request and a line of batches in words, the same in a terminal's table and in a page's.

import type { CampaignPlan, RequestOutcome } from '#core/campaign/plan'
import { count, octets } from '../../output/format.ts'
import type { FoldedBatches } from './fold.ts'
import { BINDING_NAMES, dateOf, deskText, requestName } from './words.ts'

export interface RequestWords {
  /** Name, devices, image, schedule, first, last and due day, longest wait. */
  readonly cells: readonly string[]
  readonly deadline: string
  readonly isMissed: boolean
}

export function requestWords(plan: CampaignPlan, outcome: RequestOutcome): RequestWords {
  const { devices, octets: size, deadline } = plan.portfolio.requests[outcome.request]!
  const { large, firstDay, lastDay, dueDay, longestWait } = outcome
  const day = (each: number) => (each < 0 ? '–' : dateOf(plan, each))
  return {
    cells: [
      requestName(plan, outcome.request),
      count(devices),
      `${octets(size)}${large ? ', large' : ''}`,
      deskText(outcome),
      day(firstDay),
      day(lastDay),
      day(dueDay),
      longestWait > 0 ? `${count(longestWait)} d` : '–',
    ],
    deadline: deadline === undefined ? '–' : dateOf(plan, deadline),
    isMissed: deadline !== undefined && dueDay > deadline,
  }
}

/** '0–10', or one day. */
export function daysText({ first, last }: FoldedBatches): string {
  return first.day === last.day ? String(first.day) : `${first.day}–${last.day}`
}

/** What bound a line of batches, and what its first one waited for. */
export function boundText({ first: { binding, waited, heldBy } }: FoldedBatches): string {
  if (waited === 0) return BINDING_NAMES[binding]
  const wait = `waited ${count(waited)} d`
  return binding === heldBy
    ? `${BINDING_NAMES[binding]}; ${wait}`
    : `${BINDING_NAMES[binding]}; ${wait} (${BINDING_NAMES[heldBy]})`
}
