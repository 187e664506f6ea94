// What the files of the house import, types included, and what is wrong with that.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { DOORS, FRONT_DOOR } from '../house/order.ts'
import { ROOT } from './hanrig.ts'

/** The floors that users get. */
export const FLOORS = ['core', 'emulators', 'firmware-fixtures', 'hil', 'cli'] as const

/** Where an import leads: a file of the house, as a path from its root, or a package or node: module by its name. */
export interface Import {
  readonly from: string
  readonly said: string
  readonly file: string | undefined
}

/** Source files of the floors and the front door, as paths from the root of the house. */
export function sourceFiles(): string[] {
  const inside = FLOORS.flatMap(floor =>
    readdirSync(join(ROOT, floor), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => join(floor, name)),
  )
  return [FRONT_DOOR, ...inside].sort()
}

/** Imports and re-exports, of values and types, and import() in an expression or a type. */
const IMPORT =
  /^(?:import|export)\s(?:[^'";]*?\sfrom\s)?'([^']+)'|^\} from '([^']+)'|\bimport\(\s*'([^']+)'/gm

export function importsOf(from: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map(match => {
    const said = match[1] ?? match[2] ?? match[3]!
    return { from, said, file: fileOf(from, said) }
  })
}

export function allImports(): Import[] {
  return sourceFiles().flatMap(path => importsOf(path, readFileSync(join(ROOT, path), 'utf8')))
}

function fileOf(from: string, said: string): string | undefined {
  if (said.startsWith('.')) return normalize(join(dirname(from), said))
  return said.startsWith('#') ? `${said.slice(1)}.ts` : undefined
}

const floorOf = (file: string): string => file.split('/')[0]!

/** What the order of folders forbids in these imports, a sentence each. */
export function misfits(imports: readonly Import[], order: readonly string[]): string[] {
  const place = (file: string): number => order.indexOf(dirname(file))
  return imports.flatMap(({ from, said, file }) => {
    const wrong = (why: string): string[] => [`${from} imports ${said}: ${why}`]
    if (file === undefined) {
      return floorOf(from) === 'core' ? wrong('the core imports nothing but the core') : []
    }
    if (place(file) < 0) return wrong('its folder is not in the order')
    if (place(file) > place(from)) return wrong('it stands above')
    if (DOORS.includes(file) && from !== FRONT_DOOR) return wrong('it is a door, for users only')
    const isHome = floorOf(file) === floorOf(from)
    if (isHome !== said.startsWith('.')) {
      return wrong(isHome ? 'on its own floor by a relative path' : 'on another floor by #')
    }
    return []
  })
}

/** Circles of files, each told once as a path that ends where it begins. */
export function circles(imports: readonly Import[]): string[] {
  const next = new Map<string, string[]>()
  for (const { from, file } of imports) {
    if (file) next.set(from, [...(next.get(from) ?? []), file])
  }
  const found: string[] = []
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): void => {
    const at = path.indexOf(file)
    if (at >= 0) found.push([...path.slice(at), file].join(' -> '))
    if (at >= 0 || done.has(file)) return
    path.push(file)
    for (const other of next.get(file) ?? []) visit(other)
    path.pop()
    done.add(file)
  }
  for (const file of next.keys()) visit(file)
  return found
}
