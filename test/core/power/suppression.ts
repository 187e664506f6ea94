import t from 'tap'
import {
  DEFAULT_SUPPRESSION,
  FORWARD_NO_ACTIVATION,
  FORWARD_NOT_LISTED,
  FORWARD_TOO_EARLY,
  FORWARD_TOO_LATE,
  judgeAd1,
  NOT_RECORDED,
  SUPPRESSED,
  SUPPRESSION_REASONS,
  SUPPRESSION_WINDOW,
} from '#core/power/suppression'

const T = 1_000_000_000
const MINUTE = 60_000
const judge = (after: number, config = {}) =>
  judgeAd1(T + after, true, T, { ...DEFAULT_SUPPRESSION, ...config })

t.test('the expected alert, minutes after the activation, is suppressed', async t => {
  for (const after of [0, 1, 3 * MINUTE + 1, 15 * MINUTE, 30 * MINUTE - 1]) {
    t.equal(judge(after), SUPPRESSED, `${after} ms after`)
  }
})

t.test('the window is thirty minutes, its last instant as configured', async t => {
  t.equal(SUPPRESSION_WINDOW, 1_800_000)
  t.equal(judge(30 * MINUTE), SUPPRESSED)
  t.equal(judge(30 * MINUTE, { endIncluded: true }), SUPPRESSED)
  t.equal(judge(30 * MINUTE, { endIncluded: false }), FORWARD_TOO_LATE)
  t.equal(judge(30 * MINUTE - 1, { endIncluded: false }), SUPPRESSED)
  t.equal(judge(30 * MINUTE + 1), FORWARD_TOO_LATE)
  t.equal(judge(31 * MINUTE), FORWARD_TOO_LATE)
  t.equal(judge(MINUTE, { window: MINUTE }), SUPPRESSED)
  t.equal(judge(MINUTE + 1, { window: MINUTE }), FORWARD_TOO_LATE)
})

t.test('an alert before the recorded time goes on, unless an early one is tolerated', async t => {
  t.equal(judge(-1), FORWARD_TOO_EARLY)
  t.equal(judge(-5 * MINUTE, { early: 5 * MINUTE }), SUPPRESSED)
  t.equal(judge(-5 * MINUTE - 1, { early: 5 * MINUTE }), FORWARD_TOO_EARLY)
})

t.test('who is not listed, or has no activation recorded, is not suppressed', async t => {
  t.equal(judgeAd1(T + 1, false, T, DEFAULT_SUPPRESSION), FORWARD_NOT_LISTED)
  t.equal(judgeAd1(T + 1, false, NOT_RECORDED, DEFAULT_SUPPRESSION), FORWARD_NOT_LISTED)
  t.equal(judgeAd1(T + 1, true, NOT_RECORDED, DEFAULT_SUPPRESSION), FORWARD_NO_ACTIVATION)
  t.equal(judgeAd1(0, true, NOT_RECORDED, DEFAULT_SUPPRESSION), FORWARD_NO_ACTIVATION)
  t.equal(judgeAd1(0, true, 0, DEFAULT_SUPPRESSION), SUPPRESSED, 'time 0 is a time')
})

t.test('each verdict has its reason', async t => {
  t.equal(new Set(SUPPRESSION_REASONS).size, 5)
  t.match(SUPPRESSION_REASONS[SUPPRESSED], /within the window/)
  t.match(SUPPRESSION_REASONS[FORWARD_NOT_LISTED], /listed/)
  t.match(SUPPRESSION_REASONS[FORWARD_NO_ACTIVATION], /no activation/)
  t.match(SUPPRESSION_REASONS[FORWARD_TOO_EARLY], /before/)
  t.match(SUPPRESSION_REASONS[FORWARD_TOO_LATE], /after the window/)
})
