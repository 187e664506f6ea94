// Progress on stderr: when it is drawn and how, on a screen and a clock of the test's own.

import t from 'tap'
import { StatusLine } from '#cli/output/status-line'
import { statusLine } from '../helpers/status-line.ts'

t.test('nothing is shown, and nothing worked out, before a second', async t => {
  for (const isLive of [true, false]) {
    const { screen, clock, line } = statusLine({ isLive })
    let asked = 0
    for (; clock.now < 6_000; clock.now += 99) line.offer(() => `asked ${++asked} times`)
    line.end()
    t.equal(asked, 0)
    t.equal(screen.written, '')
  }
})

t.test('on a terminal it is drawn in place five times a second, and gone at the end', async t => {
  const { screen, clock, line } = statusLine()
  let asked = 0
  for (; clock.now <= 9_000; clock.now += 10) {
    line.offer(elapsed => {
      asked++
      return `after ${elapsed} ms`
    })
    if (clock.now === 7_000) t.same(screen.seen, ['after 2000 ms'])
  }
  t.equal(asked, 16)
  t.same(screen.seen, ['after 4000 ms'])
  line.end()
  t.same(screen.seen, [''])
})

t.test('a shorter text leaves nothing of a longer one', async t => {
  const { screen, clock, line } = statusLine()
  clock.now += 1_000
  line.offer(() => 'a long text')
  clock.now += 200
  line.offer(() => 'short')
  t.same(screen.seen, ['short'])
})

t.test('lines are cut to the width, from 40 to 200 columns', async t => {
  for (let columns = 40; columns <= 200; columns += 20) {
    const { screen, clock, line } = statusLine({ columns })
    clock.now += 1_000
    line.offer(() => '0123456789'.repeat(30))
    t.equal(screen.seen[0]!.length, columns - 1)
    t.match(screen.seen[0], /…$/)
  }
})

t.test(
  'several lines are drawn again in place; what does not fit on the screen is counted',
  async t => {
    const { screen, clock, line } = statusLine({ rows: 4 })
    const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ text: `row ${i}` }))
    clock.now += 1_000
    line.offer(() => rows(2))
    clock.now += 200
    line.offer(() => rows(9))
    t.same(screen.seen, ['row 0', 'row 1', 'and 7 more'])
    clock.now += 200
    line.offer(() => rows(1))
    t.same(screen.seen, ['row 0'])
    line.end()
    t.same(screen.seen, [''])
  },
)

t.test('off a terminal a line comes every few seconds, and when the phase changes', async t => {
  const { screen, clock, line } = statusLine({ isLive: false })
  const say = (phase: string) => line.offer(elapsed => [{ text: `${phase} ${elapsed}`, phase }])
  for (; clock.now < 13_000; clock.now += 100) say('sending')
  t.equal(screen.written, 'sending 1000\nsending 6000\n')
  say('verifying')
  line.end()
  t.equal(screen.written, 'sending 1000\nsending 6000\nverifying 8000\n')
})

t.test('the last word does not wait for its turn, but for the first second', async t => {
  const { screen, clock, line } = statusLine({ isLive: false })
  clock.now += 900
  line.offer(() => [{ text: 'early', phase: 'done' }], true)
  clock.now += 100
  line.offer(() => [{ text: 'sending', phase: 'sending' }])
  clock.now += 10
  line.offer(() => [{ text: 'done', phase: 'done' }], true)
  t.equal(screen.written, 'sending\ndone\n')
})

t.test('work that pauses is a second old again when it goes on', async t => {
  const { screen, clock, line } = statusLine()
  clock.now += 1_000
  line.offer(() => 'first')
  line.end()
  clock.now += 900
  line.offer(() => 'too early')
  t.same(screen.seen, [''])
  clock.now += 100
  line.offer(elapsed => `second ${elapsed}`)
  t.same(screen.seen, ['second 1000'])
})

t.test('it makes room for other text and comes back', async t => {
  const { screen, clock, line } = statusLine()
  clock.now += 1_000
  line.offer(() => 'progress')
  StatusLine.hide()
  screen.write('told\n')
  clock.now += 200
  line.offer(() => 'progress')
  t.same(screen.seen, ['told', 'progress'])
  line.end()
  t.same(screen.seen, ['told', ''])
})
