// `hanrig campaign plan`: reads, plans, tells. Exit 0: everything has its place. Exit 5: something is refused, due after its
// deadline, or would fail. Exit 2: unusable input.

import { join } from 'node:path'
import { leversOf } from '#core/campaign/levers'
import { isAccepted } from '#core/campaign/plan'
import { planCampaign } from '#core/campaign/planner'
import type { PortfolioFormat } from '#emulators/campaign/portfolio/read'
import { EXIT_OK, EXIT_POLICY } from '../../errors/exit.ts'
import { JsonLines, print } from '../../output/output.ts'
import { shareStdout, withOutputs } from '../../output/outputs.ts'
import { makeDirectory } from '../../output/whole-file.ts'
import { loadPortfolio } from '../input/load.ts'
import { type SettingsOptions, settingsOf } from '../input/settings.ts'

export interface PlanOptions extends SettingsOptions {
  readonly format?: PortfolioFormat | undefined
  readonly example?: true | undefined
  readonly all?: true | undefined
  readonly json?: true | undefined
  readonly csv?: string | undefined
  readonly report?: string | undefined
}

/** @returns the exit code. @throws HanrigError for whatever cannot be read or written. */
export async function planPortfolio(
  file: string | undefined,
  options: PlanOptions,
): Promise<number> {
  const { format, start, csv, report } = options
  shareStdout({ '--json': options.json }, { '--csv': csv })
  const { name, portfolio, startDay } = await loadPortfolio(file, format, start)
  if (report !== undefined) makeDirectory(report)
  const page = report === undefined ? undefined : join(report, 'plan.html')
  const { plan, levers } = await withOutputs({ csv, page }, undefined, async outputs => {
    const plan = planCampaign(portfolio, settingsOf(options, startDay))
    const levers = leversOf(plan)
    if (outputs.csv) {
      const { batchesCsv } = await import('./records.ts')
      outputs.csv.write(batchesCsv(plan))
    }
    if (outputs.page) {
      const { planPage } = await import('./report/page.ts')
      outputs.page.write(planPage(name, plan, levers))
    }
    return { plan, levers }
  })
  if (options.json) {
    const { writeRecords } = await import('./records.ts')
    const lines = new JsonLines(print)
    writeRecords(name, plan, levers, lines)
    lines.end()
  } else {
    const { planText } = await import('./text.ts')
    print(planText(name, plan, levers, options.all === true))
  }
  return isAccepted(plan) ? EXIT_OK : EXIT_POLICY
}
