// How the open questions of MP230 are answered unless somebody says otherwise.

import { CAPACITY_PER_DAY, SRV_11_1_LIFETIME_DAYS, TRT_DAYS, UNSCHEDULED_PER_DAY } from './mp230.ts'
import type { Settings } from './settings.ts'

/** Ten years: the least that a SMETS1 Device lives, by the report. */
const HORIZON = 3_653

/** Every open question answered; only the numbers are MP230's, the other answers are chosen (docs/SPEC.md). */
export const DEFAULTS: Settings = {
  startDay: Date.UTC(2026, 0, 5) / 86_400_000,
  rules: 'mp230',
  kb: 1000,
  capacity: CAPACITY_PER_DAY,
  spare: [1, 1, 1, 1, 1, 1, 1],
  reserve: 0,
  unscheduled: UNSCHEDULED_PER_DAY,
  unscheduledPer: 'user-day',
  splitCounts: 'device',
  mixed: 'large-only',
  dayBoundary: 'utc',
  trtDays: TRT_DAYS,
  trt: 'calendar',
  holidays: new Set(),
  dcoDays: 0,
  lifetime: SRV_11_1_LIFETIME_DAYS,
  srv111: 'per-batch',
  lead: 0,
  countAt: '11.3',
  secondUser: 'next-window',
  precedence: false,
  declineLate: false,
  horizon: HORIZON,
}
