// `hanrig boards --pool`: the boards of a pool, who has each and since when. One that somebody has is not asked: it is at
// work.

import { describeOwner } from '#emulators/storage/owner'
import { holderOfBoard, type PooledBoard, requirePool } from '#hil/pool/pool'
import { judgePool, wantsOfPool } from '#hil/pool/wants'
import type { Permission } from '#hil/trust/trust'
import { tellWants } from '../options/allow.ts'
import { tableText } from '../output/text-table.ts'
import { BOARD_HEAD, boardJson, boardRow, type Surveyed } from './show.ts'

type Ask = (port: string) => Promise<Surveyed>

interface Asked {
  /** What a pool that is found may do. */
  readonly allowed: ReadonlySet<Permission>
  /** Whether ports are opened. */
  readonly probe: boolean
  readonly json: boolean
}

/** Asks the free boards of a pool. @throws HanrigError NOT_ALLOWED when a pool that was found would write files. */
export async function surveyPool(
  file: string | undefined,
  ask: Ask,
  { allowed, probe, json }: Asked,
): Promise<string> {
  const pool = requirePool(file, undefined)
  const { boards } = pool
  const free = probe ? boards.filter(board => holderOfBoard(board) === undefined) : []
  judgePool(pool, free, 'asked', allowed)
  if (!pool.isNamed) tellWants(wantsOfPool(pool, free, 'asked'))
  const found = await Promise.all(
    boards.map(async board => {
      const holder = holderOfBoard(board)
      const surveyed = holder
        ? { port: { path: board.port }, answer: undefined }
        : await ask(board.port)
      return { board, holder, surveyed }
    }),
  )
  if (json) {
    return found
      .map(({ board, holder, surveyed }) => {
        const { pid, host, what, since } = holder ?? {}
        const lease = holder ? { pid, host, what, since: new Date(since!).toISOString() } : null
        const { name, tags, notes } = board
        return `${JSON.stringify({ ...boardJson(surveyed), name: 'pooled', board: name, tags, notes, lease, found: boardOf(surveyed) })}\n`
      })
      .join('')
  }
  const rows = found.map(({ board, holder, surveyed }) => {
    const [port, device, answer] = boardRow(surveyed)
    return [nameText(board), port, device, holder ? `taken by ${describeOwner(holder)}` : answer]
  })
  return tableText({ head: ['board', ...BOARD_HEAD], rows })
}

function nameText({ name, tags }: PooledBoard): string {
  return tags.length === 0 ? name : `${name} [${tags.join(' ')}]`
}

/** What answered, under a key of its own: `board` is the name in the pool here. */
function boardOf(surveyed: Surveyed): unknown {
  return (boardJson(surveyed) as { board?: unknown }).board ?? null
}
