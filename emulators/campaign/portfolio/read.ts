// A portfolio from the text of a file, CSV or YAML, or every reason why it is none. Dates become days of the plan here.

import { usualGeneration } from '#core/campaign/device-type'
import { partsOf } from '#core/campaign/pattern'
import type { CampaignRequest, Portfolio } from '#core/campaign/portfolio'
import { stepsOf, type UpgradeRequest } from '#core/campaign/upgrade-order'
import { hanrigError } from '../../errors/errors.ts'
import { parseValues } from '../../language/issues.ts'
import { listing, type Problem } from '../../language/problems.ts'
import { readYaml } from '../../language/yaml.ts'
import { requestsOfCsv } from './csv.ts'
import { MAX_REQUESTS, portfolioSchema, type WrittenDay, type WrittenRequest } from './schema.ts'

/** How a portfolio is written. */
export type PortfolioFormat = 'csv' | 'yaml'
export const PORTFOLIO_FORMATS: readonly PortfolioFormat[] = ['csv', 'yaml']

/** Longest text that is read, characters: 20,000 requests with long names. */
const LONGEST = 8 * 1024 * 1024
/** A request with every key, on lines of their own or on one, has under 32. */
const PIECES = 32 * MAX_REQUESTS
const DEFAULT_START = Date.UTC(2026, 0, 5) / 86_400_000

/** A portfolio as its file has it. */
export interface ReadPortfolio {
  /** Its name in the file; without one the file's. */
  readonly name: string
  /** What planCampaign takes. */
  readonly portfolio: Portfolio
  /** The first day of the plan, days since 1970-01-01. */
  readonly startDay: number
}

/** CSV or YAML by the file's name; without one that tells, YAML is what has `requests:` at the start of a line. */
export function formatOf(file: string, text: string): PortfolioFormat {
  if (/\.ya?ml$/i.test(file)) return 'yaml'
  if (/\.csv$/i.test(file)) return 'csv'
  return /^requests\s*:/m.test(text) ? 'yaml' : 'csv'
}

/**
 * Reads a portfolio: a row, or an entry, for each request. docs/portfolio.schema.json has the fields.
 * @param file its name, for the messages.
 * @param startDay first day of the plan, days since 1970-01-01; undefined: the first date on which something is filed or
 *   wanted.
 * @throws HanrigError PORTFOLIO_INVALID with a line for each problem: `file:line:column: sentence`.
 * @example
 * const { name, portfolio, startDay } = readPortfolio(text, 'mine.csv', 'csv', undefined)
 * const plan = planCampaign(portfolio, { ...DEFAULTS, startDay })
 */
export function readPortfolio(
  text: string,
  file: string,
  format: PortfolioFormat,
  startDay: number | undefined,
): ReadPortfolio {
  const problems: Problem[] = []
  const written = format === 'csv' ? ofCsv(text, problems) : ofYaml(text, problems)
  if (!written || problems.length > 0) {
    throw hanrigError('HANRIG_PORTFOLIO_INVALID', listing(file, problems))
  }
  const first = startDay ?? firstDate(written.requests) ?? DEFAULT_START
  return {
    name: written.name ?? file.replace(/^.*[\\/]/, ''),
    portfolio: settle(written.requests, first, file),
    startDay: first,
  }
}

interface Written {
  readonly name?: string | undefined
  readonly requests: readonly WrittenRequest[]
}

function ofCsv(text: string, problems: Problem[]): Written | undefined {
  if (text.length > LONGEST) {
    problems.push({ line: 1, column: 1, sentence: `${LONGEST} characters are the most.` })
    return undefined
  }
  return { requests: requestsOfCsv(text, problems) }
}

function ofYaml(text: string, problems: Problem[]): Written | undefined {
  const yaml = readYaml(text, problems, {
    whole: 'the portfolio',
    longest: LONGEST,
    pieces: PIECES,
  })
  return yaml && parseValues(portfolioSchema, yaml.raw, yaml.places, problems)
}

function firstDate(requests: readonly WrittenRequest[]): number | undefined {
  const dates = requests
    .flatMap(({ filed, from }) => [filed, from])
    .flatMap(day => (day && 'unixDay' in day ? [day.unixDay] : []))
  return dates.length === 0 ? undefined : dates.reduce((a, b) => Math.min(a, b))
}

function settle(written: readonly WrittenRequest[], startDay: number, file: string): Portfolio {
  const suppliers = [...new Set(written.map(({ supplier }) => supplier))]
  const indexes = new Map(suppliers.map((name, i) => [name, i]))
  const dayOf = (day: WrittenDay) => ('day' in day ? day.day : day.unixDay - startDay)
  const seen = new Map<string, number>()
  const all = written.map((each): UpgradeRequest => {
    const { supplier, devices, image, perDay, serviceDesk, priority } = each
    const nth = (seen.get(supplier) ?? 0) + 1
    seen.set(supplier, nth)
    const filed = each.filed ? dayOf(each.filed) : 0
    const { version, follows, base } = each
    const request = {
      name: each.request ?? `request ${nth}`,
      supplier: indexes.get(supplier)!,
      generation: each.generation ?? usualGeneration(each.deviceType ?? 'ESME'),
      devices,
      octets: image,
      // A day before the plan is wanted as soon as there is one.
      from: Math.max(0, each.from ? dayOf(each.from) : filed),
      perDay: perDay ?? Number.POSITIVE_INFINITY,
      deadline: each.deadline && dayOf(each.deadline),
      contact: serviceDesk,
      filed,
      priority,
      minute: each.at,
      ...kindOf(each),
    }
    return { request, upgrade: { version, follows, base } }
  })
  const requests = all.flatMap(each => {
    const steps = stepsOf(each, all)
    if (steps) return steps.flatMap(partsOf)
    const { request, upgrade } = each
    throw hanrigError(
      'HANRIG_PORTFOLIO_INVALID',
      `${file}: ${suppliers[request.supplier]}, ${request.name}: no images here lead from ${upgrade.base} to one that ${upgrade.version ?? 'it'} may follow (${upgrade.follows!.join(', ')}).`,
    )
  })
  return { suppliers, requests }
}

/** What is said of the Devices, and nothing of what is not. */
function kindOf(written: WrittenRequest): Partial<CampaignRequest> {
  const { deviceType, region, updatesPerYear, pattern, hubReady, cohort, wake } = written
  return {
    ...(deviceType && { deviceType }),
    ...(region && { regions: region }),
    ...(updatesPerYear !== undefined && { updatesPerYear }),
    ...(pattern && { pattern }),
    ...(hubReady !== undefined && { hubReady }),
    ...(cohort && { cohort }),
    ...(wake && { wake }),
  }
}
