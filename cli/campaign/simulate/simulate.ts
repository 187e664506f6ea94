// `hanrig campaign simulate`: reads, plans, plays the plan, tells. Exit 0: it was played. Exit 2: unusable input.

import { join } from 'node:path'
import { planCampaign } from '#core/campaign/planner'
import { scaled, simulate } from '#emulators/campaign/simulate'
import { EXIT_OK } from '../../errors/exit.ts'
import { JsonLines, print } from '../../output/output.ts'
import { withOutputs } from '../../output/outputs.ts'
import { makeDirectory } from '../../output/whole-file.ts'
import { loadPortfolio } from '../input/load.ts'
import { settingsOf } from '../input/settings.ts'
import { fieldsText } from '../words/estate.ts'
import { givenFields, type SimulateOptions } from './options.ts'
import { SimulationProgress } from './simulation-progress.ts'

/** @returns the exit code. @throws HanrigError for whatever cannot be read or written. */
export async function simulateCampaign(
  file: string | undefined,
  options: SimulateOptions,
  signal: AbortSignal,
): Promise<number> {
  if (options.fields) {
    print(fieldsText())
    return EXIT_OK
  }
  const { format, start, seed, engine, devices, csv, report } = options
  const { name, portfolio, startDay } = await loadPortfolio(file, format, start)
  const asked = devices === undefined ? portfolio : scaled(portfolio, devices)
  if (csv !== undefined) makeDirectory(csv)
  if (report !== undefined) makeDirectory(report)
  const page = report === undefined ? undefined : join(report, 'simulation.html')
  const { tableFiles, writeTables } = await import('./records.ts')
  const played = await withOutputs({ page, ...tableFiles(csv) }, signal, async outputs => {
    const played = await simulate({
      name,
      plan: planCampaign(asked, settingsOf(options, startDay)),
      fields: givenFields(options),
      seed,
      engine,
      threads: options.workers,
      watcher: new SimulationProgress(),
      signal,
    })
    writeTables(outputs, played)
    if (outputs.page) {
      const { simulationPage } = await import('./report/page.ts')
      outputs.page.write(simulationPage(played))
    }
    return played
  })
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
