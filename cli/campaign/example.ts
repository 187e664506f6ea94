// The portfolio that is shipped for people to begin with.

import { join } from 'node:path'
import { readWhole } from '../output/files.ts'
import { packageRoot } from '../output/version.ts'

export function examplePortfolio(): string {
  const path = join(packageRoot(), 'portfolios', 'example.csv')
  return Buffer.from(readWhole(path).u8).toString('utf8')
}
