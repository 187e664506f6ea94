// Names of groups, from /etc/group; a number where there is none.

import { readFileSync } from 'node:fs'

export function groupName(gid: number, file = '/etc/group'): string {
  return readGroups(file).get(gid) ?? String(gid)
}

/** Group names by number; empty where the system keeps them elsewhere. */
function readGroups(file: string): Map<number, string> {
  try {
    const lines = readFileSync(file, 'utf8').split('\n')
    return new Map(
      lines.map(line => line.split(':')).map(([name = '', , gid]) => [Number(gid), name]),
    )
  } catch {
    return new Map()
  }
}
