import fc from 'fast-check'
import t from 'tap'
import {
  ACCEPTED_NULL,
  ACTIVATING,
  ACTIVATION_ROWS,
  ACTIVATION_STATES,
  ActivationHandler,
  AT_ONCE,
  BEGUN,
  CANCEL,
  CANCEL_TIME,
  DUE_MATCHING,
  DUE_MISMATCHING,
  EMPTY,
  FAILED,
  HOLDING,
  IMAGE_DROPPED,
  IMAGE_HELD,
  IMMEDIATE,
  INTERRUPTED,
  LATER,
  NOW_MATCHING,
  NOW_MISMATCHING,
  OUTCOME_FAILURE,
  OUTCOME_HASH_MISMATCH,
  OUTCOME_NO_IMAGE,
  OUTCOME_SUCCESS,
  REPLAYED,
  SCHEDULED,
  SCHEDULED_EMPTY,
  SUCCEEDED,
  UNCHANGED,
} from '#core/power/activation'
import { checkRows, rowsByPair } from '../../helpers/state-rows.ts'

/** Hash number n; they differ in one octet only, and in another one each. */
function hash(n: number): Uint8Array {
  const octets = new Uint8Array(32)
  octets[n % 32] = 1 + n
  return octets
}

const A = hash(31)
const B = hash(0)
const NOW = Date.UTC(2026, 0, 15, 9)
const HOUR = 3_600_000

function holding(of = A): ActivationHandler {
  const handler = new ActivationHandler()
  handler.hold(of)
  return handler
}

t.test('the codes are those of the wire', async t => {
  const codes = [OUTCOME_SUCCESS, OUTCOME_NO_IMAGE, OUTCOME_HASH_MISMATCH, OUTCOME_FAILURE]
  t.strictSame(codes, [0, 1, 2, 3])
  const others = [BEGUN, ACCEPTED_NULL, REPLAYED, UNCHANGED]
  t.equal(new Set([...codes, ...others]).size, 8, 'and no other result passes for one')
  t.equal(CANCEL_TIME, Date.UTC(9999, 11, 31, 23, 59, 59))
})

t.test('an immediate command activates the held image: code 0', async t => {
  const handler = holding()
  t.equal(handler.command(A, 1000, IMMEDIATE, NOW), BEGUN)
  t.match(handler, { state: ACTIVATING, counter: 1000, byAlert: false, executionTime: IMMEDIATE })
  t.equal(handler.finish(true), OUTCOME_SUCCESS)
  t.equal(handler.state, EMPTY)
  t.equal(handler.command(A, 1001, IMMEDIATE, NOW), OUTCOME_NO_IMAGE, 'the slot is free now')
})

t.test('without an image the answer is code 1', async t => {
  const handler = new ActivationHandler()
  t.equal(handler.command(A, 1, IMMEDIATE, NOW), OUTCOME_NO_IMAGE)
  t.equal(handler.command(new Uint8Array(32), 2, IMMEDIATE, NOW), OUTCOME_NO_IMAGE)
  t.equal(handler.state, EMPTY)
})

t.test('another hash is code 2, whichever octet differs, and the image stays', async t => {
  const handler = holding()
  for (let octet = 0; octet < 32; octet++) {
    const wrong = A.slice()
    wrong[octet]! ^= 0x80
    t.equal(handler.command(wrong, octet, IMMEDIATE, NOW), OUTCOME_HASH_MISMATCH)
  }
  t.equal(handler.state, HOLDING)
  t.equal(handler.command(A, 32, IMMEDIATE, NOW), BEGUN)
})

t.test('an activation that fails is code 3, and the image stays', async t => {
  const handler = holding()
  handler.command(A, 1, IMMEDIATE, NOW)
  t.equal(handler.finish(false), OUTCOME_FAILURE)
  t.equal(handler.state, HOLDING)
  t.equal(handler.command(A, 2, IMMEDIATE, NOW), BEGUN)
})

t.test('a command with a time is answered NULL and comes due with an alert', async t => {
  const handler = holding()
  t.equal(handler.command(A, 0x3e9, NOW + HOUR, NOW), ACCEPTED_NULL)
  t.match(handler, { state: SCHEDULED, deadline: NOW + HOUR })
  t.equal(handler.tick(NOW + HOUR - 1), UNCHANGED)
  t.equal(handler.tick(NOW + HOUR), BEGUN)
  t.match(handler, { state: ACTIVATING, byAlert: true, counter: 0x3e9 })
  t.match(handler, { executionTime: NOW + HOUR, deadline: Number.POSITIVE_INFINITY })
  t.equal(handler.tick(NOW + 2 * HOUR), UNCHANGED, 'once')
  t.equal(handler.finish(true), OUTCOME_SUCCESS)
  t.equal(handler.byAlert, true)
})

t.test('what comes due is judged by what is held then', async t => {
  const wrong = holding(B)
  t.equal(wrong.command(A, 1, NOW + 1, NOW), ACCEPTED_NULL, 'the hash is not looked at before')
  t.equal(wrong.tick(NOW + 1), OUTCOME_HASH_MISMATCH)
  t.match(wrong, { state: HOLDING, byAlert: true, deadline: Number.POSITIVE_INFINITY })

  const none = new ActivationHandler()
  none.command(A, 1, NOW + 1, NOW)
  t.equal(none.tick(NOW + 1), OUTCOME_NO_IMAGE)
  t.match(none, { state: EMPTY, byAlert: true, deadline: Number.POSITIVE_INFINITY })

  const inTime = new ActivationHandler()
  inTime.command(A, 1, NOW + 2, NOW)
  t.equal(inTime.state, SCHEDULED_EMPTY)
  inTime.hold(A)
  t.equal(inTime.tick(NOW + 2), BEGUN)

  const replaced = holding()
  replaced.command(A, 1, NOW + 2, NOW)
  replaced.hold(B)
  t.equal(replaced.tick(NOW + 2), OUTCOME_HASH_MISMATCH)

  const dropped = holding()
  dropped.command(A, 1, NOW + 2, NOW)
  dropped.drop()
  t.equal(dropped.tick(NOW + 2), OUTCOME_NO_IMAGE)
})

t.test('a cancellation is answered NULL and takes the stored command away', async t => {
  const handler = holding()
  handler.command(A, 1, NOW + HOUR, NOW)
  t.equal(handler.command(B, 2, CANCEL_TIME, NOW), ACCEPTED_NULL, 'whatever its hash')
  t.match(handler, { state: HOLDING, deadline: Number.POSITIVE_INFINITY })
  t.equal(handler.tick(NOW + 2 * HOUR), UNCHANGED)
  t.equal(handler.command(A, 3, CANCEL_TIME, NOW), ACCEPTED_NULL, 'nothing to cancel')
  t.equal(handler.command(A, 4, IMMEDIATE, NOW), BEGUN)
  t.equal(handler.command(A, 5, CANCEL_TIME, NOW), ACCEPTED_NULL, 'too late to cancel')
  t.equal(handler.state, ACTIVATING)

  const empty = new ActivationHandler()
  empty.command(A, 1, NOW + HOUR, NOW)
  t.equal(empty.command(A, 2, CANCEL_TIME, NOW), ACCEPTED_NULL)
  t.equal(empty.state, EMPTY)
})

t.test('a later command overwrites the stored one, time, hash and counter', async t => {
  const handler = holding()
  handler.command(B, 1, NOW + HOUR, NOW)
  t.equal(handler.command(A, 2, NOW + 3 * HOUR, NOW), ACCEPTED_NULL)
  t.match(handler, { deadline: NOW + 3 * HOUR, counter: 2 })
  t.equal(handler.tick(NOW + HOUR), UNCHANGED)
  t.equal(handler.tick(NOW + 3 * HOUR), BEGUN)
})

t.test('an immediate command beside a stored one', async t => {
  const wrong = holding()
  wrong.command(A, 1, NOW + HOUR, NOW)
  t.equal(wrong.command(B, 2, IMMEDIATE, NOW), OUTCOME_HASH_MISMATCH)
  t.match(wrong, { state: SCHEDULED, deadline: NOW + HOUR, counter: 1 }, 'leaves it')
  t.equal(wrong.tick(NOW + HOUR), BEGUN)

  const right = holding()
  right.command(B, 1, NOW + HOUR, NOW)
  t.equal(right.command(A, 2, IMMEDIATE, NOW), BEGUN)
  t.match(right, { byAlert: false, counter: 2, deadline: Number.POSITIVE_INFINITY }, 'ends it')
  t.equal(right.executionTime, IMMEDIATE)

  const none = new ActivationHandler()
  none.command(A, 1, NOW + HOUR, NOW)
  t.equal(none.command(A, 2, IMMEDIATE, NOW), OUTCOME_NO_IMAGE)
  t.match(none, { state: SCHEDULED_EMPTY, deadline: NOW + HOUR, counter: 1 })
})

t.test('a time that is past or now means now, and is answered as such', async t => {
  for (const time of [NOW, NOW - 1, 0]) {
    const handler = holding()
    t.equal(handler.command(A, 1, time, NOW), BEGUN)
    t.match(handler, { byAlert: false, executionTime: IMMEDIATE })
    t.equal(holding().command(B, 1, time, NOW), OUTCOME_HASH_MISMATCH)
  }
  t.equal(holding().command(A, 1, NOW + 1, NOW), ACCEPTED_NULL)
})

t.test('a counter that is not above the last one changes nothing', async t => {
  const handler = holding()
  handler.command(B, 1000, IMMEDIATE, NOW)
  for (const counter of [1000, 999, 0]) {
    for (const time of [IMMEDIATE, NOW + HOUR, CANCEL_TIME]) {
      t.equal(handler.command(A, counter, time, NOW), REPLAYED)
    }
  }
  t.match(handler, { state: HOLDING, deadline: Number.POSITIVE_INFINITY })
  t.equal(handler.command(A, 1001, IMMEDIATE, NOW), BEGUN)
  t.equal(handler.command(A, 1001, CANCEL_TIME, NOW), REPLAYED)
  t.equal(new ActivationHandler().command(A, 0, IMMEDIATE, NOW), OUTCOME_NO_IMAGE, '0 is a counter')
})

t.test('a command while one activates is code 3 and leaves it alone', async t => {
  const handler = holding()
  handler.command(A, 1, IMMEDIATE, NOW)
  t.equal(handler.command(A, 2, IMMEDIATE, NOW), OUTCOME_FAILURE)
  t.equal(handler.command(B, 3, IMMEDIATE, NOW), OUTCOME_FAILURE)
  t.equal(handler.command(A, 4, NOW + HOUR, NOW), OUTCOME_FAILURE)
  t.match(handler, { state: ACTIVATING, counter: 1, deadline: Number.POSITIVE_INFINITY })
  t.equal(handler.finish(true), OUTCOME_SUCCESS)
})

t.test('an image that is dropped or replaced is not the held one any more', async t => {
  const dropped = holding()
  dropped.drop()
  t.equal(dropped.command(A, 1, IMMEDIATE, NOW), OUTCOME_NO_IMAGE)

  const replaced = holding()
  replaced.hold(B)
  t.equal(replaced.command(A, 1, IMMEDIATE, NOW), OUTCOME_HASH_MISMATCH)
  t.equal(replaced.command(B, 2, IMMEDIATE, NOW), BEGUN)

  const caller = A.slice()
  const kept = holding(caller)
  caller.fill(9)
  t.equal(kept.command(A, 1, IMMEDIATE, NOW), BEGUN, 'the hash is the handler’s own copy')
})

t.test('an image of SRV 11.4 is activated without a command, once', async t => {
  const handler = holding()
  t.equal(handler.atOnce(), BEGUN)
  t.match(handler, { state: ACTIVATING, byAlert: true })
  t.equal(handler.atOnce(), UNCHANGED, 'not again while it lasts')
  t.equal(handler.finish(true), OUTCOME_SUCCESS)
  t.equal(handler.atOnce(), UNCHANGED, 'and not without an image')

  const commanded = holding()
  commanded.command(A, 1, IMMEDIATE, NOW)
  t.equal(commanded.atOnce(), UNCHANGED)
  t.equal(commanded.byAlert, false, 'the command that runs is still answered by response')
})

t.test('after a loss of power it is what the box kept', async t => {
  const restored = (deadline: number, isHolding: boolean, wasActivating: boolean) => {
    const handler = new ActivationHandler()
    handler.held.set(A)
    handler.wanted.set(A)
    handler.deadline = deadline
    handler.lastCounter = 7
    return { handler, result: handler.restore(isHolding, wasActivating) }
  }
  const never = Number.POSITIVE_INFINITY
  t.match(restored(never, false, false), { handler: { state: EMPTY }, result: UNCHANGED })
  t.match(restored(never, true, false), { handler: { state: HOLDING }, result: UNCHANGED })
  t.match(restored(NOW, true, false), { handler: { state: SCHEDULED }, result: UNCHANGED })
  t.match(restored(NOW, false, false), { handler: { state: SCHEDULED_EMPTY }, result: UNCHANGED })
  t.match(restored(never, true, true), { handler: { state: ACTIVATING }, result: BEGUN })

  const { handler } = restored(NOW, true, false)
  t.equal(handler.command(A, 7, IMMEDIATE, NOW), REPLAYED, 'counters are not forgotten')
  t.equal(handler.tick(NOW), BEGUN, 'and what was stored comes due')
})

t.test('an end that nothing began is none', async t => {
  for (const handler of [new ActivationHandler(), holding()]) {
    const { state } = handler
    t.equal(handler.finish(true), UNCHANGED)
    t.equal(handler.finish(false), UNCHANGED)
    t.equal(handler.state, state)
  }
})

// ---- the table ----

/** Brings a handler into a state; a stored command is of hash `wanted` and due at NOW + HOUR. */
function inState(state: number, wanted: Uint8Array): ActivationHandler {
  const handler = new ActivationHandler()
  if (state !== EMPTY && state !== SCHEDULED_EMPTY) handler.hold(A)
  if (state === SCHEDULED || state === SCHEDULED_EMPTY) {
    handler.command(wanted, 1, NOW + HOUR, NOW)
  }
  if (state === ACTIVATING) handler.command(A, 1, IMMEDIATE, NOW)
  if (handler.state !== state) throw new Error(`in ${handler.state}, not in ${state}`)
  return handler
}

const EVENTS: Record<number, (handler: ActivationHandler) => unknown> = {
  [IMAGE_HELD]: handler => handler.hold(A),
  [IMAGE_DROPPED]: handler => handler.drop(),
  [NOW_MATCHING]: handler => handler.command(A, 9, IMMEDIATE, NOW),
  [NOW_MISMATCHING]: handler => handler.command(B, 9, IMMEDIATE, NOW),
  [LATER]: handler => handler.command(A, 9, NOW + 2 * HOUR, NOW),
  [CANCEL]: handler => handler.command(A, 9, CANCEL_TIME, NOW),
  [DUE_MATCHING]: handler => handler.tick(NOW + HOUR),
  [DUE_MISMATCHING]: handler => handler.tick(NOW + HOUR),
  [SUCCEEDED]: handler => handler.finish(true),
  [FAILED]: handler => handler.finish(false),
  [AT_ONCE]: handler => handler.atOnce(),
}

t.test('every state answers every event as the table says', async t => {
  checkRows(t, ACTIVATION_ROWS, ACTIVATION_STATES, 12)
  const rows = rowsByPair(ACTIVATION_ROWS)
  for (let state = 0; state < ACTIVATION_STATES.length; state++) {
    // An interruption comes by restore(), which sets the state itself: it has a test of its own.
    for (let event = 0; event < INTERRUPTED; event++) {
      const handler = inState(state, event === DUE_MISMATCHING ? B : A)
      const before = handler.deadline
      EVENTS[event]!(handler)
      const row = rows.get(`${state},${event}`)
      const what = `${ACTIVATION_STATES[state]}, event ${event}`
      t.equal(handler.state, row ? row[2] : state, what)
      if (!row) t.equal(handler.deadline, before, what)
    }
  }
})

// ---- against a model ----

interface Model {
  held: number | undefined
  stored: { wanted: number; counter: number; time: number } | undefined
  activating: boolean
  counter: number
  now: number
}

interface Real {
  handler: ActivationHandler
}

function same(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what}: ${actual}, not ${expected}`)
}

/** After each step: the state in words, the deadline. */
function compare(m: Model, { handler }: Real): void {
  const state = m.activating
    ? ACTIVATING
    : m.stored
      ? m.held === undefined
        ? SCHEDULED_EMPTY
        : SCHEDULED
      : m.held === undefined
        ? EMPTY
        : HOLDING
  same(handler.state, state, 'state')
  same(handler.deadline, m.stored?.time ?? Number.POSITIVE_INFINITY, 'deadline')
}

/** Processing a command: the source's three questions in their order. */
function process(m: Model, wanted: number): number {
  if (m.held === undefined) return OUTCOME_NO_IMAGE
  if (m.held !== wanted) return OUTCOME_HASH_MISMATCH
  m.activating = true
  m.stored = undefined
  return BEGUN
}

type Step = fc.Command<Model, Real>

class Hold implements Step {
  readonly of: number
  constructor(of: number) {
    this.of = of
  }
  // A download ends before or after an activation, not within: the device is busy with itself.
  check = (m: Readonly<Model>) => !m.activating
  run(m: Model, r: Real): void {
    m.held = this.of
    r.handler.hold(hash(this.of))
    compare(m, r)
  }
  toString = () => `hold ${this.of}`
}

class Drop implements Step {
  check = (m: Readonly<Model>) => !m.activating
  run(m: Model, r: Real): void {
    m.held = undefined
    r.handler.drop()
    compare(m, r)
  }
  toString = () => 'drop'
}

class Command implements Step {
  readonly wanted: number
  readonly ahead: number
  readonly delay: number
  constructor(wanted: number, ahead: number, delay: number) {
    this.wanted = wanted
    this.ahead = ahead
    this.delay = delay
  }
  check = () => true
  run(m: Model, r: Real): void {
    const { wanted, delay } = this
    const counter = m.counter + this.ahead
    const time = Number.isFinite(delay) ? m.now + delay : delay > 0 ? CANCEL_TIME : IMMEDIATE
    const result = r.handler.command(hash(wanted), counter, time, m.now)
    same(result, this.#expected(m, counter, time), this.toString())
    if (result === BEGUN) same(r.handler.counter, counter, 'counter')
    if (result === BEGUN) same(r.handler.byAlert, false, 'by alert')
    compare(m, r)
  }
  #expected(m: Model, counter: number, time: number): number {
    if (counter <= m.counter) return REPLAYED
    m.counter = counter
    if (time === CANCEL_TIME) {
      m.stored = undefined
      return ACCEPTED_NULL
    }
    if (m.activating) return OUTCOME_FAILURE
    if (time === IMMEDIATE || time <= m.now) return process(m, this.wanted)
    m.stored = { wanted: this.wanted, counter, time }
    return ACCEPTED_NULL
  }
  toString = () => `command ${this.wanted}, counter +${this.ahead}, in ${this.delay}`
}

class Pass implements Step {
  readonly by: number
  constructor(by: number) {
    this.by = by
  }
  check = () => true
  run(m: Model, r: Real): void {
    const end = m.now + this.by
    // The caller ticks at the deadline, as it was asked to.
    m.now = Math.min(end, m.stored?.time ?? end)
    const { stored } = m
    const isDue = stored !== undefined && stored.time === m.now
    if (isDue) m.stored = undefined
    const expected = isDue ? process(m, stored.wanted) : UNCHANGED
    same(r.handler.tick(m.now), expected, this.toString())
    if (isDue) {
      same(r.handler.byAlert, true, 'by alert')
      same(r.handler.counter, stored.counter, 'counter')
      same(r.handler.executionTime, stored.time, 'execution time')
    }
    m.now = end
    compare(m, r)
  }
  toString = () => `pass ${this.by}`
}

class Finish implements Step {
  readonly ok: boolean
  constructor(ok: boolean) {
    this.ok = ok
  }
  check = () => true
  run(m: Model, r: Real): void {
    const expected = m.activating ? (this.ok ? OUTCOME_SUCCESS : OUTCOME_FAILURE) : UNCHANGED
    same(r.handler.finish(this.ok), expected, this.toString())
    if (m.activating && this.ok) m.held = undefined
    m.activating = false
    compare(m, r)
  }
  toString = () => `finish ${this.ok}`
}

t.test('any run of events does what the source’s prose says', async () => {
  const image = fc.nat(2)
  const { NEGATIVE_INFINITY: immediate, POSITIVE_INFINITY: cancel } = Number
  const delay = fc.oneof(fc.constantFrom(immediate, cancel, 0, 1), fc.integer({ min: -5, max: 50 }))
  const commands = [
    image.map(of => new Hold(of)),
    fc.constant(new Drop()),
    fc.tuple(image, fc.integer({ min: -1, max: 3 }), delay).map(args => new Command(...args)),
    fc.tuple(image, fc.constant(1), delay).map(args => new Command(...args)),
    fc.nat(60).map(by => new Pass(by)),
    fc.boolean().map(ok => new Finish(ok)),
  ]
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 60, size: 'max' }), steps => {
      const model: Model = {
        held: undefined,
        stored: undefined,
        activating: false,
        counter: -1,
        now: NOW,
      }
      fc.modelRun(() => ({ model, real: { handler: new ActivationHandler() } }), steps)
    }),
    { numRuns: 200 },
  )
})
