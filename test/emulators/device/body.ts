// What stands behind a device decides how long it takes, whether it comes off, what runs then, and when the hub has
// supply; what it is asked follows the device's power.

import t from 'tap'
import type { Bytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import type { VirtualClock } from '#core/time/virtual-clock'
import { hex, sha256 } from '#emulators/crypto/crypto'
import type { Body, BodyOwner, MakeBody } from '#emulators/device/body'
import type { TraceEvent } from '#emulators/trace/trace'
import { all, finish, MINUTE, optionsOf } from '../../helpers/home.ts'

interface Manner {
  readonly refusal?: string
  readonly fails?: boolean
  readonly version?: number
  readonly switchesSupply?: boolean
}

const TAKES = 7_000
const ACTIVATES = 5 * MINUTE

/** A body that takes its own time, and notes what it was asked. */
class OtherBody implements Body {
  readonly asked: string[] = []
  readonly switchesSupply: boolean
  readonly #manner: Manner
  readonly #owner: BodyOwner
  readonly #clock: VirtualClock
  readonly #taking: number
  readonly #activating: number

  constructor(owner: BodyOwner, clock: VirtualClock, manner: Manner) {
    this.#owner = owner
    this.#clock = clock
    this.#manner = manner
    this.switchesSupply = manner.switchesSupply ?? false
    this.#taking = clock.timer(() => this.#owner.taken(this.#manner.refusal))
    this.#activating = clock.timer(() => {
      if (this.switchesSupply) this.#owner.hubSupply(true)
      this.#owner.activated(!this.#manner.fails, this.#manner.version)
    })
  }

  take(file: Bytes, fileVersion: number): void {
    this.asked.push(`take ${fileVersion} ${hex(sha256(file.u8)).slice(0, 8)}`)
    this.#clock.after(this.#taking, TAKES)
  }

  drop(): void {
    this.#clock.cancel(this.#taking)
  }

  activate(duration: number): void {
    this.asked.push(`activate ${duration >= 12 * MINUTE ? 'slowly' : duration}`)
    if (this.switchesSupply) this.#owner.hubSupply(false)
    this.#clock.after(this.#activating, ACTIVATES)
  }

  powerOff(): void {
    this.asked.push('off')
    this.#clock.cancel(this.#taking)
    this.#clock.cancel(this.#activating)
  }

  powerOn(): void {
    this.asked.push('on')
  }

  pull(): boolean {
    return false
  }

  archive(_: Archive): void {}
}

function play(manner: Manner, device = 'profile: esme-pre-mp102a, listed: true', steps = '') {
  const options = optionsOf(`
name: another body
images: { meter: { size: 3 kB, for: esme, version: 2 } }
devices: { esme: { ${device} } }
steps:
${steps}
  - distribute: meter
  - activate: meter
`)
  let body: OtherBody | undefined
  const make: MakeBody = (owner, clock) => {
    body = new OtherBody(owner, clock, manner)
    return body
  }
  const played = finish({ ...options, bodies: new Map([['esme', make]]) })
  const sha = options.cargo.get('meter')!.sha256.slice(0, 8)
  return { ...played, body: body!, sha }
}

const timeOf = (events: readonly TraceEvent[], what: Partial<TraceEvent>) => all(events, what)[0]?.t

t.test('the body takes the octets that arrived, in its own time', async t => {
  const { body, events, outcome, sha } = play({})
  t.same(body.asked, [`take 2 ${sha}`, 'activate slowly'])
  const whole = timeOf(events, { name: 'ota-whole' })!
  t.equal(timeOf(events, { name: 'image-verified' }), whole + TAKES)
  const began = timeOf(events, { name: 'activation-began' })!
  t.equal(timeOf(events, { name: 'activation-ended' }), began + ACTIVATES)
  t.equal(timeOf(events, { name: 'supply-lost' }), began, 'its profile cuts the supply')
  t.equal(timeOf(events, { name: 'supply-restored' }), began + ACTIVATES)
  t.match(outcome, { ok: true, devices: [{ fileVersion: 2 }] })
})

t.test('what the body has against an image is the reason of its rejection', async t => {
  const { events } = play({ refusal: 'the board has hardware version 7' })
  t.match(all(events, { name: 'image-rejected' }), [{ reason: 'the board has hardware version 7' }])
  t.equal(all(events, { name: 'alert-raised', code: '8F1C' }).length, 1)
  t.equal(all(events, { name: 'image-verified' }).length, 0)
})

t.test('an activation that fails leaves the image held, and is answered so', async t => {
  const { events, outcome } = play({ fails: true })
  t.match(all(events, { name: 'srv-response', service: '11.3' }), [{ code: 3 }])
  t.match(outcome.devices, [{ fileVersion: 1 }])
})

t.test('what runs is what the body says', async t => {
  const { events, outcome } = play({ version: 9 })
  t.match(all(events, { name: 'activation-ended' }), [{ before: 1, fileVersion: 9 }])
  t.match(outcome.devices, [{ fileVersion: 9 }])
})

t.test('a body that switches the supply is believed, whatever its profile says', async t => {
  const { events } = play({ switchesSupply: true }, 'profile: esme')
  const began = timeOf(events, { name: 'activation-began' })!
  t.equal(timeOf(events, { name: 'supply-lost' }), began)
  t.equal(timeOf(events, { name: 'supply-restored' }), began + ACTIVATES)
  t.equal(
    all(events, { name: 'alert-raised', code: 'AD1' }).length,
    1,
    'five minutes are an outage',
  )
  const kept = play({ switchesSupply: true }, 'profile: esme-pre-mp102a')
  t.equal(all(kept.events, { name: 'supply-lost' }).length, 1, 'once, not also by the profile')
})

t.test('its power goes with the device, and work that was cut off is asked for again', async t => {
  const { events } = play({})
  const taking = timeOf(events, { name: 'ota-whole' })! + 1
  const cut = `  - { cut-power: [esme], for: 10 s, at: ${taking} ms }`
  const again = play({}, 'profile: esme-pre-mp102a, listed: true', cut)
  const { sha } = again
  const take = `take 2 ${sha}`
  t.same(again.body.asked, [take, 'off', 'on', take, 'activate slowly'])
  t.equal(again.outcome.ok, true)

  const began = timeOf(events, { name: 'activation-began' })! + MINUTE
  const during = `  - { cut-power: [esme], for: 10 s, at: ${began} ms }`
  const twice = play({}, 'profile: esme-pre-mp102a, listed: true', during)
  const activate = 'activate slowly'
  t.same(twice.body.asked, [take, activate, 'off', 'on', activate])
  t.equal(twice.outcome.ok, true)

  const unplugged = play({}, 'profile: esme, plugged: no', '  - { plug: [esme], at: 1 min }')
  t.same(unplugged.body.asked.slice(0, 2), ['off', 'on'])
  t.equal(unplugged.outcome.ok, true)
})
