// The power goes in the middle of every single write to flash, and after every single event of a box: it always comes
// back with its old image whole or its new image whole, never neither, and in the end the new one runs and its
// report reached the Supplier.

import t from 'tap'
import { Random } from '#core/time/random'
import { hex, sha256 } from '#emulators/crypto/crypto'
import type { Firmware } from '#emulators/device/firmware'
import { PowerCut } from '#emulators/device/flash'
import { HUB_NAME } from '#emulators/device/hub-setup'
import type { Run } from '#emulators/play/play'
import type { AlertCode } from '#emulators/service/messages'
import type { TraceEvent } from '#emulators/trace/trace'
import { all, finish, MINUTE, optionsOf, type Played } from '../../helpers/home.ts'

interface Box {
  /** Name of the box in the scenario. */
  readonly box: string
  readonly yaml: string
  /** What the Supplier must have heard at least once. */
  readonly reports: (events: readonly TraceEvent[]) => boolean
}

const heard = (code: AlertCode) => (events: readonly TraceEvent[]) =>
  all(events, { source: 'supplier', name: 'alert-received', code, detail: 0 }).length > 0
const answered = (events: readonly TraceEvent[]) =>
  all(events, { source: 'supplier', name: 'srv-response', service: '11.3', code: 0 }).length > 0

function scenarioOf(device: string, profile: string, activate: string, extra = ''): string {
  return `
name: power cuts
images:
  new: { size: 1500, for: ${device}, version: 2 }
devices:
  ${device === 'hub' ? 'esme: { profile: esme }' : `box: { profile: ${profile} }`}
service: { wanBlockSize: 512 }
${extra}
steps:
  - distribute: new
${activate}`
}

const NOW = '  - activate: new\n'
const LATER = '  - { activate: new, in: 2 h }\n'

const BOXES: readonly Box[] = [
  {
    box: 'box',
    yaml: scenarioOf('esme', 'esme', NOW),
    reports: e => heard('8F72')(e) && answered(e),
  },
  {
    box: 'box',
    yaml: scenarioOf('esme', 'esme-pre-mp102a', LATER),
    reports: e => heard('8F72')(e) && heard('8F66')(e),
  },
  {
    box: 'box',
    yaml: scenarioOf('gsme', 'gsme, with: { awakeTime: 400 ms, listenTime: 200 ms }', NOW),
    reports: e => heard('8F72')(e) && answered(e),
  },
  {
    box: 'box',
    yaml: scenarioOf('hcalcs', 'hcalcs', NOW),
    // It sends no receipt; the hub tells that it holds the image.
    reports: e => heard('8F8A')(e) && answered(e),
  },
  { box: 'box', yaml: scenarioOf('ppmid', 'ppmid', ''), reports: heard('8F8B') },
  { box: 'box', yaml: scenarioOf('ppmid', 'ppmid-sleepy', ''), reports: heard('8F8B') },
  {
    box: HUB_NAME,
    yaml: scenarioOf('hub', '', NOW),
    reports: e => heard('8F72')(e) && answered(e),
  },
]

function firmwareOf(run: Run, box: string): Firmware {
  return run.premises.devices.get(box)?.firmware ?? run.premises.hub.firmware
}

/** Events at which the box itself could die: not those that tell of its power. */
const TELLS_OF_POWER = ['power-lost', 'power-restored', 'supply-lost', 'supply-restored']
/** Events of the hub that its firmware does not cause; its store and messages are durable by decree. */
const OF_FIRMWARE = [
  'image-verified',
  'activation-scheduled',
  'activation-began',
  'activation-ended',
  'booted',
  'alert-raised',
]

function isItsOwn(box: string, event: TraceEvent): boolean {
  if (event.source !== box || TELLS_OF_POWER.includes(event.name)) return false
  // A box that sleeps or is off does nothing in which the power could go.
  if (event.name === 'frame-unheard') return false
  return box !== HUB_NAME || (OF_FIRMWARE.includes(event.name) && !('target' in event))
}

/** Plays with a cut at each of these writes, and at each of these events of the box, both counted from 1. */
function playCut({ box, yaml }: Box, writes: readonly number[], events: readonly number[]): Played {
  let run: Run
  let seen = 0
  const cuts = [...writes]
  return finish(
    optionsOf(yaml),
    event => {
      const { flash } = firmwareOf(run, box)
      if (event.source === box && TELLS_OF_POWER.includes(event.name)) {
        // The next cut counts from here on; flash counts its writes through.
        if (flash.cutAt === Number.POSITIVE_INFINITY && cuts.length > 0) flash.cutAt = cuts.shift()!
        if (!isSound(run, box)) throw new Error(`neither image is whole at ${event.t}`)
      }
      if (isItsOwn(box, event) && events.includes(++seen)) throw new PowerCut()
    },
    made => {
      run = made
      const { flash } = firmwareOf(made, box)
      flash.cutAt = cuts.shift() ?? Number.POSITIVE_INFINITY
    },
  )
}

/** True when the running octets are the factory's or the new image's, whole. */
function isSound(run: Run, box: string): boolean {
  const { flash } = firmwareOf(run, box)
  const running = hex(sha256(flash.running))
  return flash.runsSound && (running === FACTORY || running === newHash)
}

const FACTORY = hex(sha256(new Uint8Array(1024).fill(0x5a)))
let newHash = ''

/** How often the box itself lost its power. */
function cutsOf({ box }: Box, { events }: Played): number {
  const name = box === HUB_NAME ? 'supply-lost' : 'power-lost'
  return all(events, { source: box, name }).length
}

/** What is wrong with the end of a run; empty when nothing is. */
function faultsOf({ box, reports }: Box, { outcome, run, events }: Played): string[] {
  const firmware = firmwareOf(run, box)
  const faults = [...outcome.failures]
  if (firmware.fileVersion !== 2) faults.push(`version ${firmware.fileVersion} runs`)
  if (hex(sha256(firmware.flash.running)) !== newHash) faults.push('other octets run')
  if (!reports(events)) faults.push('its report was never heard')
  return faults
}

for (const [i, box] of BOXES.entries()) {
  const title = `${/profile: ([\w-]+)/.exec(box.yaml)![1]}${box.box === HUB_NAME ? '’s hub' : ''}`
  newHash = optionsOf(box.yaml).cargo.get('new')!.sha256

  t.test(`${title}: a cut at every write to flash`, async t => {
    newHash = optionsOf(box.yaml).cargo.get('new')!.sha256
    const whole = playCut(box, [], [])
    t.same(faultsOf(box, whole), [], 'uncut')
    const { writes } = firmwareOf(whole.run, box.box).flash
    t.ok(writes >= 5, `${writes} writes`)
    for (let n = 1; n <= writes; n++) {
      const played = playCut(box, [n], [])
      const faults = faultsOf(box, played)
      if (cutsOf(box, played) === 0) faults.push('there was no cut')
      if (faults.length > 0) t.same(faults, [], `write ${n} of ${writes}`)
    }
  })

  t.test(`${title}: a cut at every event`, async t => {
    newHash = optionsOf(box.yaml).cargo.get('new')!.sha256
    const whole = playCut(box, [], [])
    const count = whole.events.filter(event => isItsOwn(box.box, event)).length
    t.ok(count >= 4, `${count} events`)
    for (let n = 1; n <= count; n++) {
      const played = playCut(box, [], [n])
      const faults = faultsOf(box, played)
      if (cutsOf(box, played) === 0) faults.push('there was no cut')
      if (faults.length > 0) t.same(faults, [], `event ${n} of ${count}`)
    }
  })

  t.test(`${title}: two cuts and three, drawn by seed`, async t => {
    newHash = optionsOf(box.yaml).cargo.get('new')!.sha256
    const { writes } = firmwareOf(playCut(box, [], []).run, box.box).flash
    for (let seed = 0; seed < 12; seed++) {
      const random = new Random(seed, `cuts.${i}`)
      const draw = (most: number) => random.between(1, most)
      const first = draw(writes)
      const atWrites = [first, first + draw(4), first + 4 + draw(4)].slice(0, draw(3))
      const atEvents = seed % 2 === 0 ? [draw(12)] : []
      const faults = faultsOf(box, playCut(box, atWrites, atEvents))
      if (faults.length > 0) t.same(faults, [], `seed ${seed}: ${atWrites} and ${atEvents}`)
    }
  })
}

t.test('the hub loses its supply at every moment at which it says something', async t => {
  const yaml = scenarioOf('esme', 'esme', NOW, 'links: { han: { loss: 2 % } }')
  newHash = optionsOf(yaml).cargo.get('new')!.sha256
  const box = BOXES[0]!
  const hubEvents = finish(optionsOf(yaml)).events.filter(
    ({ source }) => source === HUB_NAME,
  ).length
  t.ok(hubEvents >= 6, `${hubEvents} events`)
  for (const outage of [1_000, 4 * MINUTE]) {
    for (let n = 1; n <= hubEvents; n++) {
      let run: Run
      let seen = 0
      let timer = 0
      const played = finish(
        optionsOf(yaml),
        ({ source }) => {
          if (source === HUB_NAME && ++seen === n) run.premises.clock.after(timer, 0)
        },
        made => {
          run = made
          timer = made.premises.clock.timer(() => made.premises.hub.cutPower(outage))
        },
      )
      const faults = faultsOf({ ...box, yaml }, played)
      const ad1 = all(played.events, { source: HUB_NAME, code: 'AD1' }).length
      if (ad1 !== (outage > 3 * MINUTE ? 1 : 0)) faults.push(`${ad1} AD1`)
      if (faults.length > 0) t.same(faults, [], `event ${n} of ${hubEvents}, ${outage} ms`)
    }
  }
})
