// Boards of a pool by what the command line says of them, for commands that take some and give them back.

import { describeOwner } from '#emulators/storage/owner'
import { requirePool } from '#hil/pool/pool'
import { boardsFor, type Taken, takeBoards, type Want } from '#hil/pool/take'
import { judgePool, wantsOfPool } from '#hil/pool/wants'
import type { Permission } from '#hil/trust/trust'
import { hanrigError } from '../errors/errors.ts'
import { note } from '../output/output.ts'
import { tellWants } from './allow.ts'

/** The board that 'tag=esme,fast' or 'name=bench-1' asks for. @throws HanrigError USAGE. */
export function wantOf(text: string): Want {
  const [, key, value = ''] = /^(tag|name)=(.+)$/.exec(text) ?? []
  if (key === 'name') return { name: value }
  if (key === 'tag') return { tags: value.split(',') }
  throw hanrigError(
    'HANRIG_USAGE',
    `--board must be tag=… or name=… of a pool, not ${text}; --port names a port.`,
  )
}

export interface Asking {
  readonly board: readonly string[]
  /** Pool file; undefined: where one usually is. */
  readonly pool: string | undefined
  /** What a pool that is found may do. */
  readonly allow: readonly Permission[] | undefined
  /** How long boards that others have are waited for, ms. */
  readonly wait: number
  /** What they are taken for, for people. */
  readonly what: string
}

/**
 * Takes the boards; whoever has them is told of while they are waited for.
 * @throws HanrigError NOT_ALLOWED when a pool that was found would write files, POOL_* and BOARD_LEASED.
 */
export async function takePooled(
  { board, pool: file, allow, wait, what }: Asking,
  signal: AbortSignal,
): Promise<Taken[]> {
  try {
    const pool = requirePool(file, undefined)
    const wants = board.map(wantOf)
    judgePool(pool, boardsFor(pool, wants), 'taken', new Set(allow))
    const taken = await takeBoards(pool, wants, {
      what,
      wait,
      signal,
      waits: ({ name }, holder) => note(`waiting for ${name}: ${describeOwner(holder)}`),
    })
    const boards = taken.map(each => each.board)
    tellWants(wantsOfPool(pool, boards, 'taken'))
    return taken
  } catch (error) {
    if (!signal.aborted) throw error
    throw hanrigError('HANRIG_INTERRUPTED', 'Stopped by the user.')
  }
}
