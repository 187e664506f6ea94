// A simulation for a person at a terminal: when it ends, who was late, what the DSP did with the AD1s.

import { SUPPRESSION_REASONS } from '#core/power/suppression'
import { ad1Of, type Played, summaryOf } from '#emulators/campaign/result'
import { endingsText } from '../../output/endings.ts'
import { count, duration, percent } from '../../output/format.ts'
import { expansions } from '../../output/glossary.ts'
import { tableText } from '../../output/text-table.ts'
import { weekdayAndDate } from '../words/words.ts'

/** Columns of the widest label. */
const LABEL = 14

export function simulationText(played: Played): string {
  const { name, plan, simulation, tally } = played
  const s = summaryOf(played)
  const ad1 = ad1Of(tally)
  const of = (n: number, all: number) => `${count(n)} (${all === 0 ? '–' : percent(n / all)})`
  const seconds = (n: number | undefined) => (n === undefined ? '–' : duration(n * 1000))
  const shared =
    s.shared > 0
      ? `; ${count(s.shared)} behind shared bearers, half of them within ${seconds(s.downloadSeconds.sharedMedian)}`
      : ''
  const rows: [string, string][] = [
    ['simulation', `${name}, seed ${simulation.seed}, engine ${simulation.engine}`],
    ['devices', `${count(s.devices)} of ${count(plan.portfolio.suppliers.length)} Suppliers`],
    [
      'release',
      plan.lastDay < 0
        ? 'nothing'
        : `${count(s.days)} days, the last on ${weekdayAndDate(plan, plan.lastDay)}`,
    ],
    ['updated', of(s.updated, s.devices)],
    ['not updated', endingsText(s.endings)],
    ['TRT', `${of(s.inTime, s.devices)} in time, ${count(s.late)} late`],
    [
      'download',
      `half within ${seconds(s.downloadSeconds.median)}, 99 of 100 within ${seconds(s.downloadSeconds.p99)}${shared}`,
    ],
    [
      'blocks',
      `${count(s.blocks)} and ${of(s.retries, s.blocks)} retries${s.rests > 0 ? `; ${count(s.rests)} rests` : ''}`,
    ],
    ['AD1', `${count(ad1.raised)} raised, ${count(ad1.genuine)} of them for genuine outages`],
    ['  suppressed', of(ad1.suppressed, ad1.raised)],
    ['  forwarded', of(ad1.forwarded, ad1.raised)],
    [
      '  hidden',
      `${count(ad1.hiddenGenuine)} of ${count(ad1.genuine)} for genuine outages were suppressed`,
    ],
    [
      '  let through',
      `${count(ad1.falseForwarded)} of ${count(ad1.raised - ad1.genuine)} for activations were forwarded`,
    ],
    ...SUPPRESSION_REASONS.flatMap((reason, i): [string, string][] =>
      tally.verdicts[i]! > 0 ? [['', `${count(tally.verdicts[i]!).padStart(9)}  ${reason}`]] : [],
    ),
  ]
  const said = rows.map(([label, text]) => `${label} ${text}`).join('\n')
  rows.push(['words', expansions(said)])
  return tableText({ rows, least: [LABEL], gap: 1 })
}
