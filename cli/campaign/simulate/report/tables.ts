// The tables of a simulation's page: everything that is drawn, in figures, and every number that it rests on.

import { ENDINGS } from '#core/campaign/endings'
import { SUPPRESSION_REASONS } from '#core/power/suppression'
import { ESTATE_FIELDS } from '#emulators/campaign/estate-fields'
import { endingsOf, fates, type Played, summaryOf } from '#emulators/campaign/result'
import type { Field } from '#emulators/profile/fields'
import { type Markup, markup } from '../../../drawing/markup.ts'
import { table } from '../../../drawing/table.ts'
import { ENDING_NAMES } from '../../../output/endings.ts'
import { count, percent } from '../../../output/format.ts'
import { shown } from '../../words/estate.ts'
import { dateOf } from '../../words/words.ts'

const NUMBER = 'number'
const TIME = 'time'
/** Days beyond which the table of days refers to the CSV. */
const MOST_DAYS = 400

const numbers = (...names: string[]) => names.map(name => ({ name, className: NUMBER }))

function share(n: number, all: number): Markup {
  if (n === 0) return markup`<span class="nil">0</span>`
  return markup`${count(n)}<small>${percent(n / all)}</small>`
}

export function supplierTable(played: Played): Markup {
  const { plan, simulation, tally } = played
  const rows = fates(played).flatMap((cells, supplier) => {
    const own = cells.flatMap((cell, day) => (cell ? [{ ...cell, day }] : []))
    if (own.length === 0) return []
    const sum = (of: (each: (typeof own)[number]) => number) =>
      own.reduce((all, each) => all + of(each), 0)
    const devices = sum(each => each.devices)
    const updated = simulation.batches.reduce(
      (all, batch, i) => all + (batch.supplier === supplier ? tally.ofBatch(i, 'updated') : 0),
      0,
    )
    return [
      [
        plan.portfolio.suppliers[supplier]!,
        dateOf(plan, own[0]!.day),
        dateOf(plan, own.at(-1)!.day),
        count(devices),
        share(updated, devices),
        share(
          sum(each => each.inTime),
          devices,
        ),
        share(
          sum(each => each.late),
          devices,
        ),
        share(
          sum(each => each.expired),
          devices,
        ),
      ],
    ]
  })
  return table(
    'Suppliers',
    [
      { name: 'Supplier', className: 'supplier' },
      { name: 'First release', className: TIME },
      { name: 'Last release', className: TIME },
      ...numbers('Devices', 'Updated', 'In time', 'Late', 'Not reached'),
    ],
    rows,
  )
}

/** Devices by what became of them. */
export function endingTable(played: Played): Markup {
  const endings = endingsOf(played)
  const { devices } = summaryOf(played)
  return table(
    'Endings',
    [{ name: 'Ending' }, { name: 'What it means' }, ...numbers('Devices')],
    ENDINGS.flatMap(ending =>
      endings[ending] === 0
        ? []
        : [
            [
              markup`<code class="word">${ending}</code>`,
              ENDING_NAMES[ending],
              share(endings[ending], devices),
            ],
          ],
    ),
  )
}

/** Why the DSP did with AD1s what it did. */
export function verdictTable({ tally }: Played): Markup {
  const raised = tally.sum('raised')
  return table(
    'Verdicts',
    [{ name: 'Verdict' }, { name: 'Because' }, ...numbers('AD1s')],
    SUPPRESSION_REASONS.map((reason, i) => [
      i === 0 ? 'suppressed' : 'forwarded',
      reason,
      share(tally.verdicts[i]!, Math.max(1, raised)),
    ]),
  )
}

export function dayTable({ plan, tally }: Played): Markup {
  const days = Array.from({ length: Math.min(MOST_DAYS, tally.size.days) }, (_, day) => day)
  const amount = (n: number) => (n === 0 ? markup`<span class="nil">0</span>` : markup`${count(n)}`)
  const rows = days.map(day => [
    dateOf(plan, day),
    amount(tally.onDay(day, 'released')),
    amount(tally.onDay(day, 'updated')),
    amount(tally.onDay(day, 'failed')),
    amount(tally.onDay(day, 'raised')),
    amount(tally.onDay(day, 'suppressed')),
    amount(tally.onDay(day, 'forwarded')),
    amount(tally.onDay(day, 'hidden')),
  ])
  const more =
    tally.size.days > MOST_DAYS
      ? markup`<p class="dim">And ${count(tally.size.days - MOST_DAYS)} more days: --json and --csv have all.</p>`
      : undefined
  return markup`${table(
    'Days',
    [
      { name: 'Date', className: TIME },
      ...numbers(
        'Released',
        'Updated',
        'Failed',
        'AD1s raised',
        'Suppressed',
        'Forwarded',
        'Hidden',
      ),
    ],
    rows,
  )}${more}`
}

/** Every number of the estate, and where it comes from. */
export function fieldTable({ simulation }: Played): Markup {
  const rows = Object.entries(ESTATE_FIELDS).map(([name, described]) => {
    const field: Field = described
    const value = simulation.fields[name as keyof typeof ESTATE_FIELDS]
    const changed =
      value === field.value
        ? undefined
        : markup`<small>default ${shown(field, field.value)}</small>`
    return [
      markup`<code class="word">${name}</code>`,
      markup`${shown(field, value)}${changed}`,
      field.about,
      field.inferred ? markup`<span class="dim">inferred: ${field.source}</span>` : field.source,
    ]
  })
  return table(
    'Assumptions',
    [
      { name: 'Field' },
      { name: 'Value', className: TIME },
      { name: 'What it is', className: 'about' },
      { name: 'Source', className: 'about' },
    ],
    rows,
  )
}
