// `hanrig campaign simulate`: reads, plans, plays the plan, tells. Exit 0: it was played. Exit 2: unusable input.

import { join } from 'node:path'
import { planCampaign } from '#core/campaign/planner'
import { scaled, simulate } from '#emulators/campaign/simulate'
import { EXIT_OK } from '../../errors/exit.ts'
import { makeDirectory, writeWhole } from '../../output/files.ts'
import { JsonLines, print } from '../../output/output.ts'
import { loadPortfolio } from '../input/load.ts'
import { settingsOf } from '../input/settings.ts'
import { fieldsText } from '../words/estate.ts'
import { givenFields, type SimulateOptions } from './options.ts'
import { SimulationProgress } from './simulation-progress.ts'

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
  const asked = devices === undefined ? portfolio : scaled(portfolio, devices)
  const played = await simulate({
    name,
    plan: planCampaign(asked, settingsOf(options, startDay)),
    fields: givenFields(options),
    seed,
    engine,
    threads: options.workers,
    watcher: new SimulationProgress(),
  })
  if (csv !== undefined) {
    const { writeTables } = await import('./records.ts')
    writeTables(csv, played)
  }
  if (report !== undefined) {
    const { simulationPage } = await import('./report/page.ts')
    makeDirectory(report)
    writeWhole(join(report, 'simulation.html'), simulationPage(played))
  }
  if (options.json) {
    const { writeSimulation } = await import('./records.ts')
    const lines = new JsonLines(print)
    writeSimulation(played, lines)
    lines.end()
  } else {
    const { simulationText } = await import('./text.ts')
    print(simulationText(played))
  }
  return EXIT_OK
}
