// The sheet of volumes: what each region carries, what tries add, what a year comes to, what it costs, and who waits where a
// capacity is given.

import { type Load, type Policy, type Served, serve } from '#core/campaign/network'
import type { Portfolio } from '#core/campaign/portfolio'
import { costsOf, lastTryThatPays } from '#core/campaign/prices'
import {
  afterTries,
  JOINED_FITS,
  type JoinedFit,
  joinedAt,
  joinedSteadily,
} from '#core/campaign/reach'
import {
  type RegionTotal,
  type RequestVolume,
  regionTotals,
  type VolumeAssumptions,
  volumesOf,
} from '#core/campaign/volumes'
import { VOLUME_FIELDS, type VolumeFields } from '#emulators/campaign/volume-fields'
import type { Field } from '#emulators/profile/fields'
import type { Section, Sheet, SheetColumn } from '../../drawing/sheet.ts'
import { count, octets, percent } from '../../output/format.ts'
import { shown } from '../words/estate.ts'
import type { Capacities } from './options.ts'

export interface VolumeQuestion {
  readonly name: string
  readonly portfolio: Portfolio
  readonly fields: VolumeFields
  readonly mode: VolumeAssumptions['mode']
  readonly fit: JoinedFit['name']
  readonly capacity: Capacities
  readonly policy: Policy
}

interface Reckoned extends VolumeQuestion {
  readonly assumptions: VolumeAssumptions
  readonly volumes: readonly RequestVolume[]
  readonly totals: readonly RegionTotal[]
}

/** 12,000 images of 750 kB a day: MP230. */
const MP230_DAY = 9e9
const MOST_TRIES = 4
const AGES = [1, 2, 3, 5, 8]
const UPDATES = [1, 2, 4]

const text = (key: string, name: string): SheetColumn => ({ key, name })
const amount = (key: string, name: string): SheetColumn => ({ key, name, show: count })
const size = (key: string, name: string): SheetColumn => ({ key, name, show: octets })
const share = (key: string, name: string): SheetColumn => ({ key, name, show: percent })
const ratio = (key: string, name: string): SheetColumn => ({
  key,
  name,
  show: value => value.toFixed(2),
})
const pounds = (key: string, name: string): SheetColumn => ({
  key,
  name,
  show: value => `£${count(value)}`,
})

export function volumeSheet(question: VolumeQuestion): Sheet {
  const assumptions: VolumeAssumptions = { ...question.fields, mode: question.mode }
  const volumes = volumesOf(question.portfolio, assumptions)
  const totals = regionTotals(volumes, assumptions.days)
  const all: Reckoned = { ...question, assumptions, volumes, totals }
  const sum = (of: (each: RegionTotal) => number) =>
    totals.reduce((before, each) => before + of(each), 0)
  const devices = question.portfolio.requests.reduce((before, each) => before + each.devices, 0)
  const updated = volumes.reduce(
    (before, each) =>
      before + question.portfolio.requests[each.request]!.devices * each.tries.updated,
    0,
  )
  const requests = volumes.reduce((before, each) => before + each.serviceRequests, 0)
  const octetsOfRound = sum(each => each.octets)
  const octetsOfYear = sum(each => each.octetsPerYear)
  return {
    name: 'volumes',
    title: `Volumes: ${question.name}`,
    about:
      'What firmware asks of the WAN (SECMP0007). No capacity, count of cells or price is public: the first figure is the capacity that would be needed, and every other one says what it rests on.',
    tiles: [
      ['Devices', count(devices), `${count(requests)} requests`],
      ['A round', octets(octetsOfRound), `${percent(updated / devices)} updated`],
      [
        'In one batch',
        `${octets(sum(each => each.perDayAtOnce))} a day`,
        `for ${assumptions.days} days`,
      ],
      ['Spread over a year', `${octets(sum(each => each.perDaySpread))} a day`, 'evenly'],
      ['A year', octets(octetsOfYear), 'at the updates a year of each row'],
    ],
    sections: [
      regionSection(all),
      anchorSection(all),
      rowSection(all),
      yearSection(all),
      trySection(all),
      ageSection(all),
      ...capacitySections(all),
      costSection(all),
      assumptionSection(all),
    ],
    summary: {
      portfolio: question.name,
      devices,
      updated: Math.round(updated),
      serviceRequests: requests,
      octets: Math.round(octetsOfRound),
      octetsPerYear: Math.round(octetsOfYear),
      perDayAtOnce: Math.round(sum(each => each.perDayAtOnce)),
      perDaySpread: Math.round(sum(each => each.perDaySpread)),
      mode: question.mode,
      fit: question.fit,
      policy: question.policy,
      fields: question.fields,
    },
  }
}

function copiesText({ assumptions, fields }: Reckoned): string {
  const { mode } = assumptions
  return mode === 'unicast'
    ? `a copy for each send (--mode unicast), overhead ${fields.overhead}`
    : `a copy for each of ${count(fields.cells)} cells of a region (--mode shared), ${percent(fields.repair)} sent again, overhead ${fields.overhead}`
}

function regionSection(all: Reckoned): Section {
  const { totals, fields } = all
  return {
    name: 'region',
    title: 'Capacity that would be needed, by region',
    from: `${copiesText(all)}, ${fields.tries} tries, ${fields.days} days for a batch; regions as the portfolio has them, else inferred shares`,
    columns: [
      text('region', 'Region'),
      amount('devices', 'Devices'),
      size('octets', 'A round'),
      size('perDayAtOnce', 'A day, in one batch'),
      size('perDaySpread', 'A day, spread over the year'),
    ],
    rows: totals.map(({ region, devices, octets, octetsPerYear, perDayAtOnce, perDaySpread }) => ({
      region,
      devices,
      octets: Math.round(octets),
      octetsPerYear: Math.round(octetsPerYear),
      perDayAtOnce: Math.round(perDayAtOnce),
      perDaySpread: Math.round(perDaySpread),
    })),
    bars: [
      ['perDayAtOnce', 'first'],
      ['perDaySpread', 'second'],
    ],
  }
}

function anchorSection({ totals, fields }: Reckoned): Section {
  const sum = (of: (each: RegionTotal) => number) =>
    Math.round(totals.reduce((before, each) => before + of(each), 0))
  return {
    name: 'anchor',
    title: 'Beside what is known',
    from: `MP230: 12,000 images of 750 kB a day; all other messages: ${VOLUME_FIELDS.baseLoad.source}`,
    columns: [text('what', 'What'), size('perDay', 'A day')],
    rows: [
      { what: 'this portfolio in one batch', perDay: sum(each => each.perDayAtOnce) },
      { what: 'this portfolio spread over the year', perDay: sum(each => each.perDaySpread) },
      { what: 'MP230’s ceiling for large images', perDay: MP230_DAY },
      { what: 'all other messages', perDay: fields.baseLoad },
    ],
    bars: [['perDay', 'first']],
  }
}

function rowSection({ portfolio, volumes }: Reckoned): Section {
  return {
    name: 'request',
    title: 'By request',
    from: 'reach: hubs that can update × PPMIDs joined, or meters not in traditional mode; sends and requests of all tries; images in base64 with 24 characters a device',
    columns: [
      text('request', 'Request'),
      text('deviceType', 'Type'),
      amount('devices', 'Devices'),
      size('image', 'Image'),
      share('reached', 'Reached'),
      share('updated', 'Updated'),
      ratio('sendsPerUpdate', 'Sends an update'),
      amount('serviceRequests', 'Requests'),
      size('uploadOctets', 'Uploaded'),
      size('octetsPerYear', 'A year'),
    ],
    rows: volumes.map(each => {
      const request = portfolio.requests[each.request]!
      const { name, supplier, devices, octets: image, cohort } = request
      const { updated, sends } = each.tries
      return {
        request: `${portfolio.suppliers[supplier]}: ${name}${cohort ? `, ${cohort}` : ''}`,
        cohort,
        deviceType: each.deviceType,
        devices,
        image,
        reached: each.reached,
        updated,
        sendsPerUpdate: updated === 0 ? undefined : sends / updated,
        serviceRequests: each.serviceRequests,
        uploadOctets: each.uploadOctets,
        octetsPerYear: Math.round(each.octetsPerYear),
      }
    }),
  }
}

function yearSection(all: Reckoned): Section {
  const round = all.totals.reduce((sum, each) => sum + each.octets, 0)
  return {
    name: 'year',
    title: 'What updates a year come to',
    from: `the round above, so often; ${copiesText(all)}`,
    columns: [
      text('often', 'Updates'),
      size('octets', 'A year'),
      size('perDay', 'A day, spread evenly'),
    ],
    rows: UPDATES.map(updatesPerYear => ({
      often: `${updatesPerYear} a year`,
      updatesPerYear,
      octets: Math.round(round * updatesPerYear),
      perDay: Math.round((round * updatesPerYear) / 365),
    })),
    bars: [['perDay', 'first']],
  }
}

function trySection({ fields }: Reckoned): Section {
  const rows = JOINED_FITS.flatMap(({ name, joined }) =>
    Array.from({ length: MOST_TRIES }, (_, i) => {
      const { tries, updated, sends, wasted } = afterTries(
        joined,
        fields.success,
        i + 1,
        fields.skipped,
      )
      const skipping = afterTries(joined, fields.success, i + 1, 1)
      return {
        fit: `${name}, ${tries} ${tries === 1 ? 'try' : 'tries'}`,
        joined,
        tries,
        updated,
        sends,
        sendsPerUpdate: sends / updated,
        wasted,
        sendsToHeard: skipping.sends,
      }
    }),
  )
  return {
    name: 'try',
    title: 'What another try adds',
    from: `${percent(fields.success)} of tries succeed where the PPMID is joined; 90, 80 and 69 % joined are three fits to the ages of October 2023, of which only the last is bounded by a source (Citizens Advice)`,
    columns: [
      text('fit', 'PPMIDs joined'),
      share('joined', 'Joined'),
      share('updated', 'Updated'),
      ratio('sends', 'Sends a device'),
      ratio('sendsPerUpdate', 'Sends an update'),
      ratio('wasted', 'Wasted'),
      ratio('sendsToHeard', 'Sends if the silent were known'),
    ],
    rows,
    bars: [
      ['updated', 'first'],
      ['sends', 'third'],
    ],
  }
}

function ageSection({ fields }: Reckoned): Section {
  return {
    name: 'age',
    title: 'PPMIDs joined and updated, by age',
    from: 'joined by age: Weibull with shape 0.6, and a steady rate, fitted to the ages of SMETS2 homes in October 2023 (dates of 1.0, 3.0, 4.2, 7.17 and 20.0 million meters); inferred',
    columns: [
      text('age', 'Fit and age'),
      share('joined', 'Joined'),
      share('joinedSteadily', 'At a steady rate'),
      share('afterOne', 'Updated by the first try'),
      share('afterAll', `After ${fields.tries} tries`),
    ],
    rows: JOINED_FITS.flatMap(fit =>
      AGES.map(years => {
        const joined = joinedAt(years, fit)
        return {
          age: `${fit.name}, ${years} ${years === 1 ? 'year' : 'years'}`,
          fit: fit.name,
          years,
          joined,
          joinedSteadily: joinedSteadily(years, fit),
          afterOne: afterTries(joined, fields.success, 1).updated,
          afterAll: afterTries(joined, fields.success, fields.tries).updated,
        }
      }),
    ),
  }
}

/** What each region would do with what a capacity lets through. */
function capacitySections(all: Reckoned): Section[] {
  const { totals, capacity, policy, fields, portfolio } = all
  const served = totals.flatMap(({ region }) => {
    const own = capacity[region] ?? capacity.all
    if (own === undefined) return []
    const loads = loadsOf(all, region)
    return [{ region, own, loads, result: serve(loads, own, policy, fields.days) }]
  })
  const from = `the capacity given, served by ${policy}, each request’s octets there on its first day; in time is within ${fields.days} days`
  const backlogs = served.map(({ region, own, result }) => ({
    region,
    capacity: own,
    days: result.days,
    inTime: result.inTime,
    fairness: result.fairness,
    mostBacklog: Math.round(Math.max(0, ...result.backlog)),
    backlog: JSON.stringify(sampled(result)),
  }))
  return [
    {
      name: 'capacity',
      title: 'With the capacity given',
      from,
      columns: [
        text('region', 'Region'),
        size('capacity', 'A day'),
        amount('days', 'Days'),
        share('inTime', 'In time'),
        size('mostBacklog', 'Most backlog'),
        ratio('fairness', 'Fairness'),
      ],
      rows: backlogs,
      bars: [['days', 'third']],
    },
    {
      name: 'user',
      title: 'Who waits',
      from: `${from}; fairness is Jain’s index of the Users’ shares in time`,
      columns: [
        text('who', 'User and region'),
        size('octets', 'Octets'),
        amount('half', 'Half through, days'),
        amount('most', '95 % through, days'),
        share('inTime', 'In time'),
      ],
      rows: served.flatMap(({ region, result }) =>
        result.users.map(({ user, octets, half, most, inTime }) => ({
          who: `${portfolio.suppliers[user]}, ${region}`,
          user: portfolio.suppliers[user]!,
          region,
          octets: Math.round(octets),
          half,
          most,
          inTime,
        })),
      ),
      bars: [['most', 'third']],
    },
  ]
}

function loadsOf({ volumes, portfolio }: Reckoned, region: RegionTotal['region']): Load[] {
  return volumes.flatMap(({ request, regions }) => {
    const own = regions.find(each => each.region === region)
    const { supplier: user, from: day, priority } = portfolio.requests[request]!
    return own && own.octets > 0 ? [{ user, day, octets: own.octets, priority }] : []
  })
}

/** At most sixty days of a backlog, GB. */
function sampled({ backlog }: Served): number[] {
  const step = Math.max(1, Math.ceil(backlog.length / 60))
  return backlog.filter((_, i) => i % step === 0).map(each => Math.round(each / 1e9))
}

function costSection({ portfolio, volumes, fields, assumptions }: Reckoned): Section {
  const own = volumes.map(each => {
    const { devices, updatesPerYear = 1, wake } = portfolio.requests[each.request]!
    const sms = wake === 'sms' ? devices * each.tries.sends * fields.smsPerWake : 0
    return { ...each, devices, updatesPerYear, sms }
  })
  const { pricePerGb: perGb, pricePerRequest: perRequest, pricePerFailed: perFailed } = fields
  const { pricePerSms: perSms } = fields
  const known = [perGb, perRequest, perSms, perFailed].map(price => price > 0)
  const rows = costsOf(own, { perGb, perRequest, perSms, perFailed }).map((each, i) => ({
    what: each.what,
    round: known[i] ? each.round : undefined,
    year: known[i] ? each.year : undefined,
    amount: each.what === 'octets' ? octets(each.amount) : count(each.amount),
  }))
  const image = Math.max(0, ...portfolio.requests.map(each => each.octets))
  const sendCost = (image * fields.overhead * perGb) / 1e9
  const last = lastTryThatPays(assumptions.joined, fields.success, sendCost, perFailed)
  const pays =
    perFailed > 0 && perGb > 0
      ? `; for a PPMID ${last === 0 ? 'no try pays' : `tries up to number ${last} pay`}: they spare more than their octets cost`
      : ''
  return {
    name: 'cost',
    title: 'What it costs',
    from: `prices that you give (--with pricePerGb=…); none is public${pays}`,
    columns: [
      text('what', 'What'),
      text('amount', 'A round'),
      pounds('round', 'Cost of a round'),
      pounds('year', 'Cost of a year'),
    ],
    rows,
  }
}

function assumptionSection({ fields }: Reckoned): Section {
  return {
    name: 'assumption',
    title: 'What this rests on',
    from: 'put your own in with --with',
    columns: [
      text('field', 'Field'),
      text('value', 'Value'),
      text('about', 'What it is'),
      text('source', 'Source'),
    ],
    rows: Object.entries(VOLUME_FIELDS).map(([name, described]) => {
      const field: Field = described
      return {
        field: name,
        value: shown(field, fields[name as keyof VolumeFields]),
        about: field.about,
        source: field.inferred ? `inferred: ${field.source}` : field.source,
      }
    }),
    quiet: true,
  }
}
