// The sheet for MP102B: what tracking takes in memory with a list and without one, what Network Operators get under which
// rules, what is hidden, and what that is for the nation. Made from a judged stream, or from a campaign that was played.

import { CAPACITY_PER_DAY } from '#core/campaign/mp230'
import { ESTATE_DEVICES } from '#core/campaign/portfolio'
import { YEAR } from '#core/power/incidents'
import { breakEven, held, LISTED, memoryOf, RECORD } from '#core/power/tracking-memory'
import type { Section, Sheet, SheetColumn } from '../drawing/sheet.ts'
import { count, duration, octets } from '../output/format.ts'

const DAY = 86_400_000
/** Premises on the DCC’s network in January 2025 (metercorp), each with a hub. Their generations are not told apart. */
const NATION = 20_000_000
/** Interruptions a home and year: GB 2016, as the NAO quoted them. */
const OUTAGES = 0.5

/** AD1s under some rule. */
export interface RuleCount {
  readonly rule: string
  readonly alerts: number
  readonly forwarded: number
  readonly falseThrough: number
  readonly hidden: number
}

export interface Mp102bFacts {
  readonly name: string
  readonly days: number
  readonly activations: number
  /** Of these, those of listed ESMEs. */
  readonly tracked: number
  readonly listed: number
  /** ESMEs of listed and other makes that were activated, or are known. */
  readonly homes: number
  /** Held at a time at most: all, and listed ones; how that was found. */
  readonly peakAll: number
  readonly peakListed: number
  readonly peakFrom: string
  /** AD1s that activations caused. */
  readonly caused: number
  readonly genuine: number
  readonly rules: readonly RuleCount[]
  readonly window: number
  readonly outagesPerYear: number
}

const text = (key: string, name: string): SheetColumn => ({ key, name })
const amount = (key: string, name: string): SheetColumn => ({ key, name, show: count })
const size = (key: string, name: string): SheetColumn => ({ key, name, show: octets })
const tenths = (key: string, name: string): SheetColumn => ({
  key,
  name,
  show: value => (value < 100 ? value.toFixed(1) : count(value)),
})

export function mp102bSheet(facts: Mp102bFacts): Sheet {
  const { name, activations, tracked, listed, peakAll, peakListed, rules } = facts
  const main = rules[0]!
  return {
    name: 'mp102b',
    title: `MP102B: ${name}`,
    about:
      'What it takes to keep back the AD1s that activations cause, and what that hides. A figure that is counted says so; the rest is arithmetic on what it names.',
    tiles: [
      ['Activations', count(activations), `${count(tracked)} of listed ESMEs`],
      ['Held at most', count(peakListed), `${count(peakAll)} without a list`],
      ['AD1s', count(main.alerts), `${count(main.forwarded)} to Network Operators`],
      ['False, got through', count(main.falseThrough), `of ${count(facts.caused)} caused`],
      ['Genuine, hidden', count(main.hidden), `of ${count(facts.genuine)}`],
    ],
    sections: [
      memorySection(facts),
      evenSection(facts),
      operatorSection(facts),
      hiddenSection(facts),
      nationSection(facts),
    ],
    summary: {
      activations,
      tracked,
      listed,
      peakAll,
      peakListed,
      caused: facts.caused,
      genuine: facts.genuine,
      ...main,
    },
  }
}

/** Share of activations that are of listed ESMEs. */
function shareOf({ activations, tracked }: Mp102bFacts): number {
  return activations === 0 ? 0 : tracked / activations
}

function memorySection(facts: Mp102bFacts): Section {
  const { peakAll, peakListed, listed, window, peakFrom } = facts
  const share = shareOf(facts)
  const reckoned = (perDay: number, lead: number, what: string) => {
    const entries = held(perDay, lead, window)
    return { what, entries: Math.round(entries), ...memoryOf(entries, share, listed) }
  }
  const rows = [
    {
      what: `this one (${peakFrom})`,
      entries: peakAll,
      withList: peakListed * RECORD + listed * LISTED,
      withoutList: peakAll * RECORD,
    },
    reckoned(CAPACITY_PER_DAY, 0, '12,000 a day, at once'),
    reckoned(CAPACITY_PER_DAY, 7 * DAY, '12,000 a day, dates 7 days ahead'),
    reckoned(100_000, 30 * DAY, '100,000 a day, dates 30 days ahead'),
  ]
  return {
    name: 'memory',
    title: 'Memory at the DSP',
    from: `held from the command until the window of ${duration(window)} is over; ${RECORD} B a record and ${LISTED} B a listed ESME (inferred); ${count(listed)} listed, ${Math.round(share * 1000) / 10} % of activations; MP230: 12,000 a day; the other rates are examples`,
    columns: [
      text('what', 'Activations'),
      amount('entries', 'Held at a time, of all'),
      size('withList', 'With the list'),
      size('withoutList', 'Without a list'),
    ],
    rows,
    bars: [
      ['withList', 'first'],
      ['withoutList', 'third'],
    ],
  }
}

function evenSection(facts: Mp102bFacts): Section {
  const even = breakEven(shareOf(facts), facts.listed)
  const isEven = Number.isFinite(even)
  return {
    name: 'break-even',
    title: 'From where on the list spares memory',
    from: 'the same octets; a list is there for another reason, too: an ESME that cuts nothing needs no judgement',
    columns: [
      text('what', 'What'),
      amount('entries', 'Held at a time, of all'),
      tenths('daysAhead', 'Dates ahead at 12,000 a day, d'),
    ],
    rows: [
      {
        what: isEven ? 'break-even' : 'never: every activation is of a listed ESME',
        entries: isEven ? Math.ceil(even) : undefined,
        daysAhead: isEven ? Math.max(0, even / CAPACITY_PER_DAY - facts.window / DAY) : undefined,
      },
    ],
  }
}

function operatorSection({ rules, days }: Mp102bFacts): Section {
  return {
    name: 'operators',
    title: 'AD1s to Network Operators',
    from: `counted over ${duration(days * DAY)}, each rule on the same AD1s; before MP102B all of them were forwarded`,
    columns: [
      text('rule', 'Rule'),
      amount('alerts', 'AD1s'),
      amount('forwarded', 'To Network Operators'),
      amount('falseThrough', 'Of these false'),
      amount('hidden', 'Genuine, hidden'),
      tenths('perDay', 'A day'),
    ],
    rows: rules.map(each => ({ ...each, perDay: days > 0 ? each.forwarded / days : undefined })),
    bars: [
      ['forwarded', 'first'],
      ['falseThrough', 'third'],
    ],
  }
}

function hiddenSection({ rules, tracked, window, outagesPerYear, homes }: Mp102bFacts): Section {
  const expected = (activations: number, perYear: number) => (activations * perYear * window) / YEAR
  return {
    name: 'hidden',
    title: 'Genuine outages hidden',
    from: `counted, and reckoned: tracked activations × interruptions a year × window; ${OUTAGES} a home and year is GB 2016 as the NAO quoted it`,
    columns: [
      text('what', 'What'),
      amount('tracked', 'Tracked activations'),
      tenths('hidden', 'Hidden'),
    ],
    rows: [
      { what: 'counted', tracked, hidden: rules[0]!.hidden },
      {
        what: `reckoned at ${outagesPerYear} a year`,
        tracked,
        hidden: expected(tracked, outagesPerYear),
      },
      { what: 'of a million tracked', tracked: 1e6, hidden: expected(1e6, OUTAGES) },
      {
        what: 'of the 670,000 of MP230’s report, all tracked',
        tracked: ESTATE_DEVICES,
        hidden: expected(ESTATE_DEVICES, OUTAGES),
      },
      {
        what: 'of these homes, once each',
        tracked: homes,
        hidden: expected(homes, outagesPerYear),
      },
    ],
  }
}

function nationSection(facts: Mp102bFacts): Section {
  const { activations, caused, rules } = facts
  const perActivation = (n: number) => (activations === 0 ? 0 : n / activations)
  const a = (homes: number) => (homes * OUTAGES * DAY) / YEAR
  return {
    name: 'nation',
    title: 'A day of the nation',
    from: `12,000 activations a day (MP230) with the shares counted here; genuine ones at ${OUTAGES} a home and year for 20 million hubs and for the 670,000 homes of MP230’s report; whether a SMETS1 hub raises AD1 no source says`,
    columns: [text('what', 'AD1s a day'), amount('perDay', 'Number')],
    rows: [
      {
        what: 'false, without MP102B',
        perDay: Math.round(CAPACITY_PER_DAY * perActivation(caused)),
      },
      {
        what: 'false, with it',
        perDay: Math.round(CAPACITY_PER_DAY * perActivation(rules[0]!.falseThrough)),
      },
      { what: 'genuine, 20 million hubs', perDay: Math.round(a(NATION)) },
      { what: 'genuine, 670,000 homes', perDay: Math.round(a(ESTATE_DEVICES)) },
    ],
    bars: [['perDay', 'first']],
  }
}
