// A pool of boards, read from its file: where that lies, what is in it, and which file the lease on each board is.

import { createHash } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { HanrigError } from '#core/errors/errors'
import { parseValues } from '#emulators/language/issues'
import { listing, type Problem } from '#emulators/language/problems'
import { readYaml } from '#emulators/language/yaml'
import { makeDirectories } from '#emulators/storage/directory'
import { readInput } from '#emulators/storage/input'
import { holderOf } from '#emulators/storage/lease'
import type { Owner } from '#emulators/storage/owner'
import { reasonOf } from '#emulators/storage/reason'
import { hanrigError } from '../errors/errors.ts'
import { type PoolEntry, type PoolFile, poolSchema } from './schema.ts'

/** Name of a pool file that nobody named. */
export const POOL_FILE = 'hanrig.pool.yaml'
/** Far more than a rig has boards; how many characters of it are read is the language's to say. */
const MOST = { most: 1024 * 1024, code: 'HANRIG_FILE_TOO_LARGE' } as const

/** A board of a pool. */
export interface PooledBoard extends PoolEntry {
  /** Its name in the pool file. */
  readonly name: string
  /** File of its lease. */
  readonly lease: string
}

export interface Pool {
  /** As it was named. */
  readonly file: string
  readonly boards: readonly PooledBoard[]
  /** Whether its user named it; false for one that was found. */
  readonly isNamed: boolean
  /** Directory of the leases that the file itself names; undefined: that of the machine. */
  readonly leases: string | undefined
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
  const named = namedPool(given)
  if (named !== undefined) return named
  const places = [beside, '.'].filter(place => place !== undefined)
  return places.map(place => join(place, POOL_FILE)).find(path => existsSync(path))
}

function namedPool(given: string | undefined): string | undefined {
  return (given ?? process.env.HANRIG_POOL) || undefined
}

/**
 * The pool in which boards are looked for by tag or name.
 * @throws HanrigError POOL_NONE, and what readPool throws.
 */
export function requirePool(given: string | undefined, beside: string | undefined): Pool {
  const file = findPool(given, beside)
  if (file !== undefined) return readPool(file, namedPool(given) !== undefined)
  throw hanrigError(
    'HANRIG_POOL_NONE',
    'A board is asked for by tag or name, and there is no pool file.',
  )
}

/**
 * Reads a pool; nothing is made or opened by that.
 * @param isNamed whether its user named it, and so lets it do what it says; false for one that was found.
 * @throws HanrigError FILE_NOT_FOUND and what else reading a file throws, POOL_INVALID.
 */
export function readPool(file: string, isNamed = true): Pool {
  const problems: Problem[] = []
  const found = poolOf(Buffer.from(readInput(file, MOST)).toString('utf8'), problems)
  if (!found) throw hanrigError('HANRIG_POOL_INVALID', listing(file, problems))
  const leases = found.leases === undefined ? undefined : resolve(dirname(file), found.leases)
  const directory = namedLeases(leases) ?? ofMachine()
  const boards = Object.entries(found.boards).map(([name, entry]) => ({
    ...entry,
    name,
    lease: join(directory, leaseName(file, name, entry.port)),
  }))
  return { file, boards, isNamed, leases }
}

/** Who has a board; undefined while it is free. @throws HanrigError LEASE_DAMAGED. */
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

/** Where leases lie unless another directory is named. */
const ofMachine = () => join(tmpdir(), 'hanrig-leases')
/** Everybody may make files in it, and remove his own only: a board belongs to all users of a machine. */
const SHARED = 0o1777

/**
 * Makes the directory of a pool's leases where it is not there.
 * @throws HanrigError LEASES_UNSAFE or FILE_UNWRITABLE.
 */
export function makeLeases({ leases }: Pool): void {
  const named = namedLeases(leases)
  make(named ?? ofMachine(), named !== undefined)
}

/** The directory that the pool file or the environment names. */
function namedLeases(leases: string | undefined): string | undefined {
  return leases ?? (process.env.HANRIG_LEASES || undefined)
}

function make(directory: string, isNamed: boolean): void {
  try {
    if (makeDirectories(directory)) chmodSync(directory, SHARED)
    // One that was named may be shared in another way, on purpose.
    else if (!isNamed) requireSticky(directory)
  } catch (error) {
    if (error instanceof HanrigError) throw error
    throw hanrigError('HANRIG_FILE_UNWRITABLE', `${directory}: ${reasonOf(error)}.`)
  }
}

/** Refuses a directory whose leases any user may remove; one's own is put right. */
function requireSticky(directory: string): void {
  // Windows has a directory of temporary files for each user.
  if (process.platform === 'win32') return
  const stat = lstatSync(directory)
  const others = 0o022
  const sticky = 0o1000
  if (stat.isDirectory() && ((stat.mode & others) === 0 || (stat.mode & sticky) !== 0)) return
  if (!stat.isDirectory() || stat.uid !== process.geteuid?.()) {
    const why = stat.isDirectory() ? 'lets any user remove the leases of others' : 'is no directory'
    throw hanrigError('HANRIG_LEASES_UNSAFE', `${directory} ${why}.`)
  }
  chmodSync(directory, SHARED)
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
