// Takes boards of a pool: all that are wanted at once or none, so that two runs never hold what the other waits for.
// What is taken is looked for again and again until the time is up, and whoever waits is told for whom.

import { setTimeout as sleep } from 'node:timers/promises'
import { HanrigError } from '#core/errors/errors'
import { nearestTo } from '#emulators/language/nearest'
import { Lease, takeLease } from '#emulators/storage/lease'
import { describeOwner, type Owner } from '#emulators/storage/owner'
import { reasonOf } from '#emulators/storage/reason'
import { hanrigError } from '../errors/errors.ts'
import { holderOfBoard, makeLeases, type Pool, type PooledBoard } from './pool.ts'

/** Which board of a pool: the one of a name, or one with all of these tags. */
export type Want = { readonly name: string } | { readonly tags: readonly string[] }

export interface Taken {
  readonly board: PooledBoard
  readonly lease: Lease
}

export interface Patience {
  /** What the boards are taken for, for people. */
  readonly what: string
  /** How long to wait for boards that others have, ms. */
  readonly wait: number
  /** Told once for each board that is waited for, with who has it. */
  readonly waits?: ((board: PooledBoard, holder: Owner) => void) | undefined
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined
}

/** How often it is looked whether a board has become free, ms. */
const LOOK_EVERY = 200

/**
 * Takes a board for each want.
 * @throws HanrigError POOL_NO_BOARD when the pool has none such, BOARD_LEASED when others have them until the time is up,
 *   LEASE_DAMAGED, or FILE_UNWRITABLE (of the leases).
 */
export async function takeBoards(
  pool: Pool,
  wants: readonly Want[],
  patience: Patience,
): Promise<Taken[]> {
  const suits = wants.map(want => suiting(pool, want))
  makeLeases(pool)
  const possible = assign(suits)
  if (!possible) {
    const [first, ...others] = wants.map(describeWant)
    const all =
      others.length === 0 ? first : `${wants.length} boards: ${[first, ...others].join('; ')}`
    throw hanrigError('HANRIG_POOL_NO_BOARD', `${pool.file} has not enough boards for ${all}.`)
  }
  const told = new Set<string>()
  const end = performance.now() + patience.wait
  for (;;) {
    const taken = tryAll(pool, suits, patience.what)
    if (taken) return taken
    const held = [...new Set(suits.flat())].map(i => pool.boards[i]!)
    const holders = held.flatMap(board => {
      const holder = holderOfBoard(board)
      return holder ? [{ board, holder }] : []
    })
    if (performance.now() >= end) throw leased(wants, holders, patience.wait)
    for (const { board, holder } of holders) {
      if (told.has(holder.token)) continue
      told.add(holder.token)
      patience.waits?.(board, holder)
    }
    await sleep(Math.min(LOOK_EVERY, Math.max(end - performance.now(), 1)), undefined, {
      signal: patience.signal,
    })
  }
}

/** Takes every board in one go; undefined, with none taken, when that cannot be now. */
function tryAll(
  pool: Pool,
  suits: readonly (readonly number[])[],
  what: string,
): Taken[] | undefined {
  const free = pool.boards.map(board => holderOfBoard(board) === undefined)
  const chosen = assign(suits.map(boards => boards.filter(i => free[i])))
  if (!chosen) return undefined
  const taken = new Map<number, Taken>()
  const giveBack = (): void => {
    for (const each of taken.values()) each.lease.release()
  }
  // Everybody takes them in the same order: of two who want the same ones, one gets the first and so the rest.
  for (const i of chosen.toSorted((a, b) => a - b)) {
    const board = pool.boards[i]!
    try {
      const lease = takeLease(board.lease, board.name, what)
      if (lease instanceof Lease) {
        taken.set(i, { board, lease })
        continue
      }
    } catch (error) {
      giveBack()
      if (error instanceof HanrigError) throw error
      throw hanrigError('HANRIG_FILE_UNWRITABLE', `${board.lease}: ${reasonOf(error)}.`)
    }
    giveBack()
    return undefined
  }
  return chosen.map(i => taken.get(i)!)
}

/** The boards of a pool that would do for some want. @throws HanrigError POOL_NO_BOARD. */
export function boardsFor(pool: Pool, wants: readonly Want[]): PooledBoard[] {
  return [...new Set(wants.flatMap(want => suiting(pool, want)))].map(i => pool.boards[i]!)
}

function suiting({ boards, file }: Pool, want: Want): number[] {
  const suits = (board: PooledBoard): boolean =>
    'name' in want ? board.name === want.name : want.tags.every(each => board.tags.includes(each))
  const found = [...boards.keys()].filter(i => suits(boards[i]!))
  if (found.length > 0) return found
  const there = 'name' in want ? boards.map(({ name }) => name) : boards.flatMap(({ tags }) => tags)
  const known = [...new Set(there)].sort()
  const strange = 'name' in want ? want.name : want.tags.find(each => !known.includes(each))
  const near = strange === undefined ? undefined : nearestTo(strange, known)
  throw hanrigError(
    'HANRIG_POOL_NO_BOARD',
    `${file} has no ${describeWant(want)}; there ${'name' in want ? 'are' : 'are the tags'} ${known.join(', ') || 'none'}.` +
      (near === undefined ? '' : ` Did you mean "${near}"?`),
  )
}

export function describeWant(want: Want): string {
  return 'name' in want ? `board ${want.name}` : `board with tag ${want.tags.join(' and ')}`
}

function leased(
  wants: readonly Want[],
  holders: readonly { readonly board: PooledBoard; readonly holder: Owner }[],
  wait: number,
): HanrigError {
  const who = holders.map(({ board, holder }) => `${board.name} by ${describeOwner(holder)}`)
  const waited = wait > 0 ? ` after ${Math.round(wait / 1000)} s` : ''
  return hanrigError(
    'HANRIG_BOARD_LEASED',
    `No ${wants.map(describeWant).join(', no ')} is free${waited}: ${who.join('; ') || 'they came and went'}.`,
  )
}

/**
 * Assigns to each want a board that suits it and nobody else has; undefined when that cannot be.
 * @param suits for each want the numbers of the boards that suit it, the best first.
 * @returns for each want the number of its board.
 */
export function assign(suits: readonly (readonly number[])[]): number[] | undefined {
  const takenBy = new Map<number, number>()
  /** Finds a board for a want, if need be by finding another for whoever has it. */
  const place = (want: number, tried: Set<number>): boolean => {
    for (const board of suits[want]!) {
      if (tried.has(board)) continue
      tried.add(board)
      const holder = takenBy.get(board)
      if (holder !== undefined && !place(holder, tried)) continue
      takenBy.set(board, want)
      return true
    }
    return false
  }
  for (const want of suits.keys()) if (!place(want, new Set())) return undefined
  const boards = new Map([...takenBy].map(([board, want]) => [want, board]))
  return suits.map((_, want) => boards.get(want)!)
}
