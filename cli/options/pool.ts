// Boards of a pool by what the command line says of them, for commands that take some and give them back.

import { describeOwner } from '#emulators/storage/owner'
import { requirePool } from '#hil/pool/pool'
import { type Taken, takeBoards, type Want } from '#hil/pool/take'
import { hanrigError } from '../errors/errors.ts'

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
  /** How long boards that others have are waited for, ms. */
  readonly wait: number
  /** What they are taken for, for people. */
  readonly what: string
}

/** Takes the boards; whoever has them is told of while they are waited for. */
export async function takePooled(
  { board, pool, wait, what }: Asking,
  signal: AbortSignal,
): Promise<Taken[]> {
  try {
    return await takeBoards(requirePool(pool, undefined), board.map(wantOf), {
      what,
      wait,
      signal,
      waits: ({ name }, holder) =>
        process.stderr.write(`waiting for ${name}: ${describeOwner(holder)}\n`),
    })
  } catch (error) {
    if (!signal.aborted) throw error
    throw hanrigError('HANRIG_INTERRUPTED', 'Stopped by the user.')
  }
}
