import fc from 'fast-check'
import t from 'tap'
import { NO_ACTION, type Row, StateTable } from '#core/state/table'

t.test('a pair with a row gives its next state and action', async t => {
  const table = new StateTable(2, 3, [
    [0, 2, 1, 7],
    [1, 0, 0, 200],
  ])
  t.equal(table.rows.length, 2)
  t.strictSame([table.next(0, 2), table.action(0, 2)], [1, 7])
  t.strictSame([table.next(1, 0), table.action(1, 0)], [0, 200])
})

t.test('a pair without a row stays where it is and does nothing', async t => {
  const table = new StateTable(3, 2, [[0, 1, 2, 5]])
  for (let state = 0; state < 3; state++) {
    for (let event = 0; event < 2; event++) {
      if (state === 0 && event === 1) continue
      t.strictSame([table.next(state, event), table.action(state, event)], [state, NO_ACTION])
    }
  }
})

t.test('two rows for one pair are refused, also when they agree', async t => {
  const row: Row = [0, 1, 1, 5]
  t.throws(() => new StateTable(2, 2, [row, [0, 1, 0, 6]]), { message: /state 0, event 1 / })
  t.throws(() => new StateTable(2, 2, [row, row]), RangeError)
  const last: Row = [8, 6, 0, 1]
  t.throws(() => new StateTable(9, 7, [last, last]), RangeError, 'in the last cell too')
  t.doesNotThrow(() => new StateTable(2, 2, [row, [1, 0, 1, 5]]))
})

t.test('a row out of range is refused', async t => {
  for (const row of [[2, 0, 0, 1] as const, [0, 2, 0, 1] as const, [0, 0, 2, 1] as const]) {
    t.throws(() => new StateTable(2, 2, [row]), RangeError, `${row}`)
  }
})

t.test('the table is its rows', async () => {
  const rows = fc.uniqueArray(
    fc.tuple(fc.nat(8), fc.nat(6), fc.nat(8), fc.nat(255)).map(row => row as Row),
    { selector: ([state, event]) => `${state},${event}`, maxLength: 63 },
  )
  fc.assert(
    fc.property(rows, rows => {
      const table = new StateTable(9, 7, rows)
      const model = new Map(rows.map(row => [`${row[0]},${row[1]}`, row]))
      for (let state = 0; state < 9; state++) {
        for (let event = 0; event < 7; event++) {
          const [, , next, action] = model.get(`${state},${event}`) ?? [0, 0, state, NO_ACTION]
          if (table.next(state, event) !== next) return false
          if (table.action(state, event) !== action) return false
        }
      }
      return true
    }),
  )
})
