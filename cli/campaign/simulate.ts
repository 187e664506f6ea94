// `hanrig campaign simulate`: reads, plans, plays the plan, tells. Exit 0: it was played. Exit 2: unusable input.

import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { planCampaign } from '#core/campaign/planner'
import type { Portfolio } from '#core/campaign/portfolio'
import { simulationOf, tasksOf } from '#emulators/campaign/simulation'
import { playSimulation } from '#emulators/campaign/threads'
import { EXIT_OK } from '../errors/exit.ts'
import { makeDirectory, writeWhole } from '../output/files.ts'
import { JsonLines, print } from '../output/output.ts'
import { loadPortfolio } from './input/load.ts'
import { settingsOf } from './input/settings.ts'
import { fieldsOf, fieldsText } from './simulate/fields.ts'
import { givenFields, type SimulateOptions } from './simulate/options.ts'
import { SimulationProgress, workOf } from './simulate/progress.ts'
import type { Played } from './simulate/result.ts'

/** Attempts that are worth a thread: a thread needs some 50 ms to begin. */
const WORTH_A_THREAD = 12_000_000

/** @returns the exit code. @throws HanrigError for whatever cannot be read or written. */
export async function simulateCampaign(
  file: string | undefined,
  options: SimulateOptions,
): Promise<number> {
  if (options.fields) {
    print(fieldsText())
    return EXIT_OK
  }
  const { format, start, seed, engine, devices, csv, report } = options
  const { name, portfolio, startDay } = await loadPortfolio(file, format, start)
  const scaled = devices === undefined ? portfolio : scale(portfolio, devices)
  const plan = planCampaign(scaled, settingsOf(options, startDay))
  const simulation = simulationOf(plan, fieldsOf(givenFields(options)), seed, engine)
  const useful = Math.ceil(workOf(simulation, tasksOf(simulation)) / WORTH_A_THREAD)
  const threads = options.workers ?? Math.max(1, Math.min(availableParallelism(), useful))
  const tally = await playSimulation(simulation, threads, new SimulationProgress())
  const played: Played = { name, plan, simulation, tally }
  if (csv !== undefined) {
    const { writeTables } = await import('./simulate/csv.ts')
    writeTables(csv, played)
  }
  if (report !== undefined) {
    const { simulationPage } = await import('./simulate/report/page.ts')
    makeDirectory(report)
    writeWhole(join(report, 'simulation.html'), simulationPage(played))
  }
  if (options.json) {
    const { writeSimulation } = await import('./simulate/records.ts')
    const lines = new JsonLines(print)
    writeSimulation(played, lines)
    lines.end()
  } else {
    const { simulationText } = await import('./simulate/text.ts')
    print(simulationText(played))
  }
  return EXIT_OK
}

/** The portfolio with `devices` devices in all, in the shares that its requests have. */
function scale(portfolio: Portfolio, devices: number): Portfolio {
  const total = portfolio.requests.reduce((sum, each) => sum + each.devices, 0)
  let before = 0
  let given = 0
  const requests = portfolio.requests.map(request => {
    before += request.devices
    const upTo = Math.round((before * devices) / total)
    const own = upTo - given
    given = upTo
    return { ...request, devices: own }
  })
  return { ...portfolio, requests: requests.filter(request => request.devices > 0) }
}
