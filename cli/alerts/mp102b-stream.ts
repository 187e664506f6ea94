// A judged stream as the facts of the sheet for MP102B.

import { AD1_THRESHOLD } from '#core/power/supply-monitor'
import { BY_ACTIVATION, GENUINE } from '#emulators/dsp-stream/event-batch'
import { SYNTHETIC } from '#emulators/dsp-stream/synthetic'
import type { Count } from '#emulators/dsp-stream/tally'
import { duration } from '../output/format.ts'
import type { Mp102bFacts, RuleCount } from './mp102b.ts'
import { type AlertSummary, alertsOf } from './summary.ts'

const DAY = 86_400_000

export function streamFacts({ desk, tally, options, madeUp }: AlertSummary): Mp102bFacts {
  const { main, windows, thresholds } = tally
  const rules = [
    ruleOf(`window ${duration(main.config.window)}, AD1 after ${duration(AD1_THRESHOLD)}`, main),
    ...windows
      .filter(each => each.config.window !== main.config.window)
      .map(each => ruleOf(`window ${duration(each.config.window)}`, each)),
    ...thresholds
      .filter(each => each.threshold !== AD1_THRESHOLD)
      .map(each => ruleOf(`AD1 after ${duration(each.threshold)}`, each.count)),
  ]
  return {
    name: madeUp ? 'a made-up estate' : 'recorded AD1s',
    days: madeUp ? options.days : (desk.to - desk.from) / DAY || 0,
    activations: desk.activations,
    tracked: desk.tracked,
    listed: desk.listed,
    homes: madeUp ? options.devices : desk.listed,
    peakAll: desk.heldAll.most,
    peakListed: desk.heldListed.most,
    peakFrom: 'counted by the minute',
    caused: alertsOf(main, BY_ACTIVATION),
    genuine: alertsOf(main, GENUINE),
    rules,
    window: main.config.window,
    outagesPerYear: SYNTHETIC.outagesPerYear,
  }
}

/** Where causes are not told, errors are those that are probable. */
function ruleOf(rule: string, each: Count): RuleCount {
  return {
    rule,
    alerts: each.alerts,
    forwarded: each.forwarded(),
    falseThrough: each.falseThrough + each.probablyFalse,
    hidden: each.genuineHidden + each.probablyHidden,
  }
}
