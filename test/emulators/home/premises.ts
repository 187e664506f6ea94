// The whole home: the order of things that the rules demand, and that faults change nothing but the time it takes.

import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { openImage } from '#core/image/open'
import { DEFAULT_PROFILE, findProfile } from '#emulators/profile/profiles'
import type { TraceName } from '#emulators/trace/trace'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { all, has, MINUTE, play, type Some, TEST_ANCHOR } from '../../helpers/home.ts'

t.test('without faults nothing is sent twice and every step comes in its order', async t => {
  const { outcome, events } = play()
  t.match(outcome, { ok: true, failures: [], wan: { blocks: 32, repeats: 0, accepted: 16 } })
  t.match(outcome.han, { blocks: 80, retries: 0, strays: 0 })
  const steps: Some<TraceName>[] = [
    { name: 'srv-sent', service: '11.1' },
    { name: 'transfer-complete', source: 'dco' },
    { name: 'srv-response', service: '11.1' },
    { name: 'srv-sent', service: '11.3' },
    { name: 'transfer-complete', source: 'hub' },
    { name: 'image-notify' },
    { name: 'ota-whole' },
    { name: 'image-verified' },
    { name: 'alert-raised', code: '8F72' },
    { name: 'alert-raised', code: '8F8A' },
    { name: 'activation-recorded' },
    { name: 'activation-began' },
    { name: 'supply-lost' },
    { name: 'alert-raised', code: 'AD1' },
    { name: 'ad1-verdict', suppressed: true },
    { name: 'activation-ended' },
    { name: 'supply-restored' },
    { name: 'srv-response', service: '11.3', code: 0 },
  ]
  const at = steps.map(step => events.findIndex(has(step)))
  t.ok(at.every(index => index >= 0))
  t.same(
    at,
    at.toSorted((a, b) => a - b),
  )
})

t.test('the DCO answers 11.1 only when every block is held', async t => {
  const { events } = play({
    faults: { loss: 0.3, corruption: 0.05, duplication: 0.05, reordering: 0.1 },
  })
  const response = events.findIndex(has({ name: 'srv-response', service: '11.1' }))
  const progress = events
    .slice(0, response)
    .filter(has({ source: 'dco', name: 'transfer-progress' }))
  t.equal(progress.at(-1)?.held, 16)
  // An announcement that comes twice is answered twice; the second answer changes nothing, and says so.
  const responses = all(events, { name: 'srv-response' }).flatMap(each =>
    each.service === '11.1' ? [each] : [],
  )
  t.equal(responses.filter(({ again }) => again === undefined).length, 1)
  t.same(
    responses.slice(1).map(({ again, ok }) => [again, ok]),
    responses.slice(1).map(() => [true, true]),
  )
})

t.test('AD1 comes 180.001 s into the outage, and its verdict follows the rules', async t => {
  const { events } = play()
  const lost = events.find(has({ name: 'supply-lost' }))!
  const raised = events.find(has({ code: 'AD1', name: 'alert-raised' }))!
  t.equal(raised.t - lost.t, 180_001)
  const began = events.find(has({ name: 'activation-began' }))!
  t.ok(Number(began.duration) >= 12 * MINUTE && Number(began.duration) <= 15 * MINUTE)
  const restored = events.find(has({ name: 'supply-restored' }))!
  t.equal(restored.t - lost.t, began.duration)
})

t.test('an activation shorter than three minutes raises no AD1', async t => {
  for (const [activation, alerts] of [
    [180_000, 0],
    [180_001, 1],
  ] as const) {
    const values = {
      ...DEFAULT_PROFILE.values,
      activationShortest: activation,
      activationLongest: activation,
    }
    const { events } = play({ profile: { ...DEFAULT_PROFILE, values } })
    t.equal(events.filter(has({ code: 'AD1', name: 'alert-raised' })).length, alerts)
  }
})

t.test(
  'a fast meter clock activates early; the alert is then before the recorded time',
  async t => {
    const values = { ...DEFAULT_PROFILE.values, clockSkew: 5 * MINUTE }
    const profile = { ...DEFAULT_PROFILE, values }
    const { events } = play({ profile, activateIn: 60 * MINUTE })
    const verdict = events.find(has({ name: 'ad1-verdict' }))!
    t.equal(verdict.suppressed, false)
    t.equal(verdict.reason, 'before the recorded activation')
    t.ok(Number(verdict.afterActivation) < 0)
  },
)

t.test('a slow meter clock activates late, which the 30 minutes are for', async t => {
  for (const [skew, suppressed] of [
    [5, true],
    [26, true],
    [28, false],
  ] as const) {
    const values = { ...DEFAULT_PROFILE.values, clockSkew: -skew * MINUTE }
    const profile = { ...DEFAULT_PROFILE, values }
    const { events } = play({ profile, activateIn: 60 * MINUTE })
    t.equal(events.find(has({ name: 'ad1-verdict' }))?.suppressed, suppressed, `${skew} min slow`)
  }
})

t.test('a device of another hardware version is not served, and the Supplier is told', async t => {
  const values = { ...DEFAULT_PROFILE.values, hardwareVersion: 0x2222 }
  const { outcome, events } = play({ profile: { ...DEFAULT_PROFILE, values } })
  t.notOk(outcome.ok)
  t.ok(events.some(has({ name: 'ota-refused', status: 0x98 })))
  t.ok(events.some(has({ name: 'alert-received', code: '8F89', detail: 2 })))
  t.ok(events.some(has({ name: 'srv-response', service: '11.3', code: 3 })))
})

t.test(
  'a slot that is too small refuses the image, which the hub discards after 7 days',
  async t => {
    const values = { ...DEFAULT_PROFILE.values, slotSize: 3_999 }
    const { outcome, events } = play({ profile: { ...DEFAULT_PROFILE, values } })
    t.notOk(outcome.ok)
    t.equal(outcome.devices[0]!.sha256, '')
    const discarded = events.find(has({ name: 'alert-raised', code: '8F89', detail: 1 }))!
    t.equal(Math.floor(discarded.t / 86_400_000), 7)
    t.ok(events.some(has({ name: 'srv-response', service: '11.3', code: 3 })))
    t.ok(outcome.checks.find(({ name }) => name === 'the run comes to rest')!.ok)
  },
)

t.test('an activation that fails leaves the old version running: response code 3', async t => {
  const values = { ...DEFAULT_PROFILE.values, activationFails: 1 }
  const { outcome, events } = play({ profile: { ...DEFAULT_PROFILE, values } })
  t.notOk(outcome.ok)
  t.match(events.find(has({ name: 'activation-ended' })), {
    code: 3,
    before: 0x01020303,
    fileVersion: 0x01020303,
  })
  t.ok(events.some(has({ name: 'srv-response', service: '11.3', code: 3 })))
  const later = play({ profile: { ...DEFAULT_PROFILE, values }, activateIn: 60 * MINUTE }).events
  t.ok(later.some(has({ name: 'alert-received', code: '8F67', detail: 3 })))
})

t.test('answers that come late or twice start no second train of blocks', async t => {
  const faults = { loss: 0, corruption: 0, duplication: 0.5, reordering: 0.3 }
  const image = openImage(gbFixture({ size: 200_000 }))
  const { outcome } = play({ image, faults, blockSize: 64 })
  t.ok(outcome.ok)
  t.ok(
    outcome.wan.repeats < outcome.wan.blocks / 4,
    `${outcome.wan.repeats} of ${outcome.wan.blocks}`,
  )
})

t.test('an image with a wrong signature is discarded and 8F1C raised', async t => {
  const file = gbFixture({ size: 4_000 })
  file.u8[1_000]! ^= 1
  const anchor = TEST_ANCHOR
  const { outcome, events } = play({ image: openImage(file), anchor })
  t.notOk(outcome.ok)
  t.ok(events.some(has({ name: 'alert-raised', code: '8F1C' })))
  t.notOk(events.some(has({ name: 'activation-began' })))
  t.equal(
    outcome.devices[0]!.sha256,
    outcome.devices[0]!.expectedSha256,
    'what arrived is what was sent',
  )
})

t.test('any image, block size, faults and profile end with the same octets', async t => {
  const rate = fc.double({ min: 0, max: 0.25, noNaN: true })
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 3_000 }),
      fc.integer({ min: 1, max: 4_000 }),
      fc.record({ loss: rate, corruption: rate, duplication: rate, reordering: rate }),
      fc.constantFrom('esme', 'esme-slow', 'esme-pre-mp102a'),
      fc.nat(),
      (octets, blockSize, faults, profile, seed) => {
        const image = openImage(new Bytes(octets), { format: 'raw' })
        const options = { image, blockSize, faults, seed, profile: findProfile(profile)! }
        const { outcome, events } = play(options)
        t.same(outcome.failures, [])
        t.equal(outcome.devices[0]!.sha256, outcome.devices[0]!.expectedSha256)
        t.ok(events.every((event, i) => i === 0 || event.t >= events[i - 1]!.t))
      },
    ),
    { numRuns: 40 },
  )
})

t.test('one seed, one trace; another seed, another', async t => {
  const faults = { loss: 0.05, corruption: 0.01, duplication: 0.01, reordering: 0.02 }
  const trace = (seed: number) => JSON.stringify(play({ seed, faults }).events)
  t.equal(trace(7), trace(7))
  t.not(trace(7), trace(8))
})

t.test(
  'the outage of an AD1 counts from the loss of supply, even when both end at once',
  async t => {
    const values = {
      ...DEFAULT_PROFILE.values,
      activationShortest: 180_001,
      activationLongest: 180_001,
    }
    const { events } = play({ profile: { ...DEFAULT_PROFILE, values } })
    t.equal(events.find(has({ code: 'AD1', name: 'alert-raised' }))?.outage, 180_001)
  },
)
