// What a trace says of the boards behind devices: which they were, what they took, how often they were lost, and their
// own log with its times.

import type { EventOf, TraceEvent } from '#emulators/trace/trace'
import { clockTime, count, hexWord } from '../../output/format.ts'

export interface BoardRecord {
  /** Of its device. */
  readonly device: string
  readonly address: string
  /** Its name in the pool. */
  readonly pool: string | undefined
  readonly agent: string
  readonly model: string
  readonly serial: string
  readonly hardwareVersion: number
  /** File version at the start; 0 as it left the factory. */
  readonly before: number
  /** What it runs by its own word after the last activation; as before when there was none. */
  runs: number
  readonly power: string
  readonly hubSupply: string
  /** Images that it took whole, and refused. */
  flashes: number
  refusals: number
  /** Activations after which it restarted. */
  activations: number
  blocks: number
  sent: number
  resent: number
  resumes: number
  /** Times that it was lost, and why the last time. */
  losses: number
  failure: string | undefined
  readonly log: { readonly t: number; readonly text: string }[]
}

export function findBoards(events: readonly TraceEvent[]): BoardRecord[] {
  const boards = new Map<string, BoardRecord>()
  for (const event of events) {
    if (event.name === 'board-ready') boards.set(event.source, recordOf(event))
    const board = boards.get(event.source)
    if (board) note(board, event)
  }
  return [...boards.values()]
}

function recordOf(e: EventOf<'board-ready'>): BoardRecord {
  const { agent, model, serial, hardwareVersion, fileVersion, power, hubSupply } = e
  return {
    device: e.source,
    address: e.board,
    pool: e.pool,
    agent,
    model,
    serial,
    hardwareVersion,
    before: fileVersion,
    runs: fileVersion,
    power,
    hubSupply,
    flashes: 0,
    refusals: 0,
    activations: 0,
    blocks: 0,
    sent: 0,
    resent: 0,
    resumes: 0,
    losses: 0,
    failure: undefined,
    log: [],
  }
}

function note(board: BoardRecord, e: TraceEvent): void {
  switch (e.name) {
    case 'board-whole':
      board.flashes++
      board.blocks += e.blocks
      board.sent += e.sent
      board.resent += e.resent
      board.resumes += e.resumes
      break
    case 'board-refused':
      board.refusals++
      break
    case 'board-runs':
      board.activations++
      board.runs = e.fileVersion
      break
    case 'board-lost':
      board.losses++
      break
    case 'board-failed':
      board.failure = `${e.cause}: ${e.reason}`
      break
    case 'board-log':
      board.log.push({ t: e.t, text: e.text })
      break
  }
}

/** A board in one line. */
export function boardLine(board: BoardRecord): string {
  const { device, address, pool, agent, before, runs, blocks, sent, resent, resumes, losses } =
    board
  const name = pool === undefined ? address : `${pool} (${address})`
  const version =
    before === runs ? `runs ${hexWord(runs)}` : `${hexWord(before)} -> ${hexWord(runs)}`
  const again = resent > 0 ? `, ${count(resent)} of them again` : ''
  const lost = losses > 0 ? `, lost ${count(losses)} times, resumed ${count(resumes)} times` : ''
  return `${device}: ${name}, agent ${agent}, ${version}; ${count(sent)} blocks sent for ${count(blocks)}${again}${lost}`
}

/** The log of a board, a line each, with the time of the run. */
export function logLines({ log }: BoardRecord): string[] {
  return log.map(({ t, text }) => `${clockTime(t)}  ${text}`)
}
