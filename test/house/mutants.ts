// The mutants that `npm run mutate` makes of a text: of each kind, at the right place, and none in what is no code.

import t from 'tap'
import { lineOf, mutantsOf } from '../mutate/mutants.ts'

const made = (text: string): string[] =>
  mutantsOf(text).map(({ start, end, after }) => text.slice(0, start) + after + text.slice(end))

t.test('comparisons change by their boundary, or into their opposite', async t => {
  t.strictSame(made('x = a < b'), ['x = a <= b'])
  t.strictSame(made('x = (a) >= (b)'), ['x = (a) > (b)'])
  t.strictSame(made('x = a !== /* === */ b'), ['x = a === /* === */ b'])
})

t.test('whole numbers change by one, as they are written', async t => {
  t.strictSame(made('x = 1_000'), ['x = 1001', 'x = 999'])
  t.strictSame(made('x = 0xff'), ['x = 0x100', 'x = 0xfe'])
  t.strictSame(made('x = a-0'), ['x = a-1', 'x = a-(-1)'])
  t.strictSame(made('x = 0.5'), [])
})

t.test('a check is dropped or always taken; another condition is forced both ways', async t => {
  t.strictSame(made('for (const a of b) if (a) continue'), [
    'for (const a of b) ;',
    'for (const a of b) if (true) continue',
  ])
  t.strictSame(made('if (a) { f(); throw b }'), [';', 'if (true) { f(); throw b }'])
  t.strictSame(made('if (a) f()'), ['if (true) f()', 'if (false) f()'])
  t.strictSame(made('x = a ? b : c'), ['x = true ? b : c', 'x = false ? b : c'])
})

t.test('and becomes or, or becomes and', async t => {
  t.strictSame(made('x = a && (b || c)'), ['x = a || (b || c)', 'x = a && (b && c)'])
  t.strictSame(made('x = a ?? b'), [])
})

t.test('types, texts and comments are left alone', async t => {
  t.strictSame(made('type A = B extends 1 ? 2 : 3 // a < 4'), [])
  t.strictSame(made('const a: Map<1, 2> = b as 3'), [])
  t.strictSame(made(`x = \`a < 1 \${b} && 2\` + "3" + /4/`), [])
  t.strictSame(made('const a: number = b! < c'), ['const a: number = b! <= c'])
})

t.test('lines are counted from 1', async t => {
  t.equal(lineOf('a\nb\nc', 0), 1)
  t.equal(lineOf('a\nb\nc', 4), 3)
})
