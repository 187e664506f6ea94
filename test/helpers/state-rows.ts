// What every table of state rows must be, whatever the machine.

import type { Test } from 'tap'
import { type Row, StateTable } from '#core/state/table'

/** The rows by 'state,event'. */
export function rowsByPair(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map(row => [`${row[0]},${row[1]}`, row]))
}

/** Checks a table's rows by themselves: in range, given once, every state reached from 0, no event idle. */
export function checkRows(
  test: Test,
  rows: readonly Row[],
  names: readonly string[],
  events: number,
): void {
  test.doesNotThrow(() => new StateTable(names.length, events, rows))
  test.equal(new Set(names).size, names.length, 'every state has a name of its own')
  const reached = new Set([0])
  for (const state of reached) for (const row of rows) if (row[0] === state) reached.add(row[2])
  test.equal(reached.size, names.length, 'every state is reached')
  test.equal(new Set(rows.map(row => row[1])).size, events, 'every event matters somewhere')
  test.equal(rowsByPair(rows).size, rows.length, 'no pair is answered twice')
}
