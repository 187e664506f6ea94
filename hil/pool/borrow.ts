// Boards of a pool taken and given back in one go, for whoever uses hanrig as a library.

import type { Owner } from '#emulators/storage/owner'
import type { Permission } from '../trust/trust.ts'
import type { PooledBoard } from './pool.ts'
import type { Want } from './take.ts'

/** How boards are borrowed. */
export interface BorrowOptions {
  /** Pool file. By default the one in HANRIG_POOL, else hanrig.pool.yaml in the current directory. */
  readonly pool?: string | undefined
  /** What a pool file that was found, not named, may do: 'writes' of flash files and leases. By default nothing. */
  readonly allow?: readonly Permission[] | undefined
  /** What the boards are taken for: others who want them are told so. */
  readonly what: string
  /** How long boards that others have are waited for, ms. By default 0: not at all. */
  readonly wait?: number | undefined
  /** Told once for each board that is waited for, with who has it. */
  readonly waits?: ((board: PooledBoard, holder: Owner) => void) | undefined
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Takes boards of a pool, all of them or none, for as long as some work lasts; other processes that use the pool do not
 * get them meanwhile. A process that dies loses its boards to the next.
 *
 * @param wants a board for each of these, all different ones.
 * @param work gets the boards in the order of `wants`.
 * @returns what `work` returns.
 * @throws HanrigError NOT_ALLOWED when a pool that was found would write files, POOL_NONE, POOL_INVALID, POOL_NO_BOARD when the pool has none such, BOARD_LEASED when others have
 *   them until the time is up, FILE_NOT_FOUND, FILE_UNREADABLE or FILE_UNWRITABLE; and whatever `work` throws.
 * @example
 * await borrowBoards([{ tags: ['esme'] }], { what: 'nightly test' }, async ([board]) => {
 *   await flashBoard(board.port, image)
 * })
 */
export async function borrowBoards<T>(
  wants: readonly Want[],
  options: BorrowOptions,
  work: (boards: readonly PooledBoard[]) => Promise<T>,
): Promise<T> {
  const { requirePool } = await import('./pool.ts')
  const { boardsFor, takeBoards } = await import('./take.ts')
  const { judgePool } = await import('./wants.ts')
  const { allow, what, wait = 0, waits, signal } = options
  const pool = requirePool(options.pool, undefined)
  judgePool(pool, boardsFor(pool, wants), 'taken', new Set(allow))
  const taken = await takeBoards(pool, wants, { what, wait, waits, signal })
  try {
    return await work(taken.map(({ board }) => board))
  } finally {
    for (const { lease } of taken) lease.release()
  }
}
