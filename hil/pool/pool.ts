// A pool of boards, read from its file: where that lies, what is in it, and which file the lease on each board is.

import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseValues } from '#emulators/language/issues'
import { listing, type Problem } from '#emulators/language/problems'
import { readYaml } from '#emulators/language/yaml'
import { makeDirectories } from '#emulators/storage/directory'
import { reasonOf } from '#emulators/storage/reason'
import { hanrigError } from '../errors/errors.ts'
import { holderOf } from './lease.ts'
import type { Owner } from './owner.ts'
import { type PoolEntry, type PoolFile, poolSchema } from './schema.ts'

/** Name of a pool file that nobody named. */
export const POOL_FILE = 'hanrig.pool.yaml'

export interface PooledBoard extends PoolEntry {
  readonly name: string
  /** File of its lease. */
  readonly lease: string
}

export interface Pool {
  /** As it was named. */
  readonly file: string
  readonly boards: readonly PooledBoard[]
}

/**
 * Which file is the pool: the given one, else HANRIG_POOL, else hanrig.pool.yaml beside the scenario, else in the current
 * directory; undefined when there is none.
 * @param beside directory of the scenario file.
 */
export function findPool(
  given: string | undefined,
  beside: string | undefined,
): string | undefined {
  const named = given ?? process.env.HANRIG_POOL
  if (named !== undefined && named !== '') return named
  const places = [beside, '.'].filter(place => place !== undefined)
  return places.map(place => join(place, POOL_FILE)).find(path => existsSync(path))
}

/**
 * The pool in which boards are looked for by tag or name.
 * @throws HanrigError POOL_NONE, and what readPool throws.
 */
export function requirePool(given: string | undefined, beside: string | undefined): Pool {
  const file = findPool(given, beside)
  if (file !== undefined) return readPool(file)
  throw hanrigError(
    'HANRIG_POOL_NONE',
    'A board is asked for by tag or name, and there is no pool file.',
  )
}

/** @throws HanrigError FILE_NOT_FOUND, FILE_UNREADABLE, POOL_INVALID or FILE_UNWRITABLE (of the leases). */
export function readPool(file: string): Pool {
  const problems: Problem[] = []
  const found = poolOf(textOf(file), problems)
  if (!found) throw hanrigError('HANRIG_POOL_INVALID', listing(file, problems))
  const leases = leasesOf(file, found)
  const boards = Object.entries(found.boards).map(([name, entry]) => ({
    ...entry,
    name,
    lease: join(leases, leaseName(file, name, entry.port)),
  }))
  return { file, boards }
}

/** Who has a board; undefined while it is free. */
export function holderOfBoard(board: PooledBoard): Owner | undefined {
  return holderOf(board.lease)
}

function poolOf(text: string, problems: Problem[]): PoolFile | undefined {
  const yaml = readYaml(text, problems)
  if (!yaml) return undefined
  const { raw, places } = yaml
  const found = parseValues(poolSchema, raw, places, problems)
  const ports = new Map<string, string>()
  for (const [name, { port }] of Object.entries(found?.boards ?? {})) {
    const other = ports.get(portKey(port))
    if (other !== undefined && !port.startsWith('virtual:')) {
      const sentence = `boards.${name}.port is already the port of ${other}.`
      problems.push({ ...places.ofValue(['boards', name, 'port']), sentence })
    }
    ports.set(portKey(port), name)
  }
  return problems.length === 0 ? found : undefined
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw hanrigError('HANRIG_FILE_NOT_FOUND', `${file} does not exist.`)
    throw hanrigError('HANRIG_FILE_UNREADABLE', `${file}: ${message}.`)
  }
}

/** The directory of the leases, made when it is not there, open to every user of the machine: a board belongs to all. */
function leasesOf(file: string, { leases }: PoolFile): string {
  const shared = process.env.HANRIG_LEASES || join(tmpdir(), 'hanrig-leases')
  const directory = leases === undefined ? shared : resolve(dirname(file), leases)
  try {
    if (makeDirectories(directory)) chmodSync(directory, 0o777)
  } catch (error) {
    throw hanrigError('HANRIG_FILE_UNWRITABLE', `${directory}: ${reasonOf(error)}.`)
  }
  return directory
}

/** One name for one board, whichever pool file it is named in. A virtual board is its pool's own. */
function leaseName(file: string, name: string, port: string): string {
  const key = port.startsWith('virtual:') ? `${realpathSync(file)}#${name}` : portKey(port)
  return `board-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`
}

/** The device that a port leads to: a name that udev gave and the kernel's own are one. */
function portKey(port: string): string {
  const path = port.replace(/^serial:/, '')
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
