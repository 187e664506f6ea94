// Where hanrig itself lies, and its version: its package.json is beside these sources or one level above the built ones.

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export function hanrigVersion(): string {
  return findPackage()?.version ?? 'unknown'
}

/** The directory of hanrig's package. */
export function packageRoot(): string {
  return findPackage()?.root ?? '.'
}

function findPackage(): { readonly version: string; readonly root: string } | undefined {
  for (const up of ['../..', '../../..']) {
    const root = join(dirname(fileURLToPath(import.meta.url)), up)
    const found = readPackage(join(root, 'package.json'))
    if (found?.name === 'hanrig') return { version: found.version, root }
  }
  return undefined
}

function readPackage(path: string): { name: string; version: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
