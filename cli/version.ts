// hanrig's own version, from the package.json that lies beside these sources or one level above the built ones.

import { readFileSync } from 'node:fs'

export function hanrigVersion(): string {
  for (const path of ['../package.json', '../../package.json']) {
    const found = readPackage(new URL(path, import.meta.url))
    if (found?.name === 'hanrig') return found.version
  }
  return 'unknown'
}

function readPackage(url: URL): { name: string; version: string } | undefined {
  try {
    return JSON.parse(readFileSync(url, 'utf8'))
  } catch {
    return undefined
  }
}
