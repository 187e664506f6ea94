// The portfolio that a command is about: a file, stdin, or without either the estate that MP230's report counts.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEFAULTS } from '#core/campaign/defaults'
import { estate } from '#core/campaign/portfolio'
import type { PortfolioFormat, ReadPortfolio } from '#emulators/campaign/portfolio/read'
import { hanrigError } from '../../errors/errors.ts'
import { readWhole } from '../../output/files.ts'
import { blocking } from '../../output/interrupt.ts'
import { packageRoot } from '../../output/version.ts'

/**
 * @param file path, '-' for stdin, undefined for the estate.
 * @param format what it is read as; by default by its name or its text.
 * @param startDay first day of the plan, days since 1970-01-01.
 * @throws HanrigError for whatever cannot be read.
 */
export async function loadPortfolio(
  file: string | undefined,
  format: PortfolioFormat | undefined,
  startDay: number | undefined,
): Promise<ReadPortfolio> {
  if (file === undefined) {
    const name = 'the estate of MP230’s report'
    return { name, portfolio: estate(), startDay: startDay ?? DEFAULTS.startDay }
  }
  const { formatOf, readPortfolio } = await import('#emulators/campaign/portfolio/read')
  const text = textOf(file)
  const name = file === '-' ? 'stdin' : file
  return readPortfolio(text, name, format ?? formatOf(file, text), startDay)
}

function textOf(file: string): string {
  if (file !== '-') return Buffer.from(readWhole(file).u8).toString('utf8')
  try {
    return blocking(() => readFileSync(0, 'utf8'))
  } catch (error) {
    throw hanrigError('HANRIG_FILE_UNREADABLE', `stdin: ${(error as Error).message}.`)
  }
}

/** The portfolio that is shipped for people to begin with, as CSV. */
export function examplePortfolio(): string {
  return textOf(join(packageRoot(), 'portfolios', 'example.csv'))
}
