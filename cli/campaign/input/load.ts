// The portfolio that a command is about: a file, stdin, or without either the estate that MP230's report counts.

import { join } from 'node:path'
import { DEFAULTS } from '#core/campaign/defaults'
import { estate } from '#core/campaign/portfolio'
import { HanrigError } from '#core/errors/errors'
import type { PortfolioFormat, ReadPortfolio } from '#emulators/campaign/portfolio/read'
import { readOpen, unreadable } from '#emulators/storage/input'
import { packageRoot } from '#emulators/storage/version'
import { MAX_FILE, readWhole } from '../../output/files.ts'
import { blocking } from '../../output/interrupt.ts'

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
    const read = blocking(() => readOpen(0, 'stdin', MAX_FILE))
    return Buffer.from(read).toString('utf8')
  } catch (error) {
    throw error instanceof HanrigError ? error : unreadable('stdin', error)
  }
}

/** The portfolio that is shipped for people to begin with, as CSV. */
export function examplePortfolio(): string {
  return textOf(join(packageRoot(), 'portfolios', 'example.csv'))
}
