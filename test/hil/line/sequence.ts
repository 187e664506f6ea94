// Line sequences: what is read out of them, what is refused, and that a port sees just these changes in this order.

import fc from 'fast-check'
import t from 'tap'
import { parseSequence, SEQUENCES } from '#hil/line/sequence'

t.test('steps between bars; lines of one step are set at once', async t => {
  t.same(parseSequence('D0R1|W100|D1R0|B1200|C'), [
    { do: 'lines', dtr: false, rts: true },
    { do: 'wait', ms: 100 },
    { do: 'lines', dtr: true, rts: false },
    { do: 'speed', baudRate: 1_200 },
    { do: 'reopen' },
  ])
  for (const [name, steps] of Object.entries(SEQUENCES)) {
    t.same(parseSequence(name), parseSequence(steps), name)
  }
  t.same(parseSequence('touch1200').at(-1), { do: 'reopen' })
})

t.test('what is no sequence is refused with the step that is none', async t => {
  for (const [text, says] of [
    ['', /"" is no step/],
    ['D2', /"D2" is no step/],
    ['D0|', /"" is no step/],
    ['D0 R1', /"D0 R1"/],
    ['D0D1', /sets one line twice/],
    ['W', /"W"/],
    ['W60001', /"W60001"/],
    ['B10', /"B10"/],
    ['C1', /"C1"/],
    ['constructor', /"constructor"/],
    [Array(65).fill('D0').join('|'), /more than 64 steps/],
  ] as const) {
    t.throws(() => parseSequence(text), { code: 'HANRIG_LINE_SEQUENCE', message: says }, text)
  }
})

t.test('whatever is typed is a sequence or refused as one', async () => {
  fc.assert(
    fc.property(fc.string(), text => {
      try {
        return parseSequence(text).length > 0
      } catch (error) {
        return (error as { code: string }).code === 'HANRIG_LINE_SEQUENCE'
      }
    }),
  )
})
