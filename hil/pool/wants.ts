// What a pool file wants of this machine for the boards that are used. One that its user named may do whatever it says; one
// that was merely found is a file of somebody else's.

import { judge, type Permission, type Wants, wantsOfBoards } from '../trust/trust.ts'
import type { Pool, PooledBoard } from './pool.ts'

/** What is done with boards of a pool: asked what they are, taken for a while, or their switches worked, too. */
export type Use = 'asked' | 'taken' | 'switched'

/** What a pool file wants for some of its boards. */
export function wantsOfPool(
  { file, leases }: Pool,
  boards: readonly PooledBoard[],
  use: Use,
): Wants {
  const specs = boards.map(({ port, power, hubSupply }) =>
    use === 'switched' ? { port, power, hubSupply } : { port },
  )
  const wants = wantsOfBoards(specs)
  const writes = leases === undefined || use === 'asked' ? wants.writes : [leases, ...wants.writes]
  return { file, ...wants, writes, reads: [] }
}

/** @throws HanrigError NOT_ALLOWED when a pool that was found wants more than may be. */
export function judgePool(
  pool: Pool,
  boards: readonly PooledBoard[],
  use: Use,
  allowed: ReadonlySet<Permission>,
): void {
  if (!pool.isNamed) judge(wantsOfPool(pool, boards, use), allowed)
}
