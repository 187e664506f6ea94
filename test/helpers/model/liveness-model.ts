// Rules for runs whose faults are mild: whatever was begun has ended, and somebody was told how. They hold for boxes that
// had power all the time, for what a box misses while it is off may be given up meanwhile.

import type { DeviceSpec, LinkSpec, Scenario, Wrong } from '#emulators/scenario/schema/schema'
import type { EventOf } from '#emulators/trace/trace'
import type { Played } from './played.ts'
import type { BoxFacts } from './sent.ts'

const MOST_LOSS = 0.1
const MOST_CORRUPTION = 0.05
/** Tries for one answer that make it likely beyond doubt at these losses. */
const MANY = 15
/** Repeats of a message per try that the DCC is told to make (emulators/home/premises.ts). */
const MESSAGE_TRIES = 10

/** True when nothing in a scenario excuses what does not end. */
export function isMild(scenario: Scenario): boolean {
  const { hub, devices, links, service } = scenario
  const wrongs: readonly Wrong[] = [
    hub.wrong,
    ...Object.values(devices).map(each => each.wrong),
  ].flat()
  return (
    Object.values(links).every(isMildLink) &&
    wrongs.every(isMildWrong) &&
    Object.values(devices).every(isMildDevice) &&
    service.maxTries >= 40
  )
}

function isMildLink({ loss, corruption, bursts, deaf }: LinkSpec): boolean {
  return loss <= MOST_LOSS && corruption <= MOST_CORRUPTION && !bursts && !deaf
}

function isMildWrong(wrong: Wrong): boolean {
  if (wrong.what === 'restart') return true
  if (wrong.what === 'ends-early') return false
  return wrong.times <= 3 && (wrong.what !== 'dies-midway' || wrong.for <= 3_600_000)
}

function isMildDevice({ values }: DeviceSpec): boolean {
  return values.maxTries >= MANY && values.answerTimeout >= 2_000
}

export function breachesOfLiveness(run: Played, boxes: readonly BoxFacts[]): string[] {
  if (!isMild(run.scenario)) return []
  const breaches: string[] = []
  const say: Say = (rule, seen) => breaches.push(`${rule}: ${seen}`)
  const steady = steadyBoxes(run, boxes)
  checkRequests(run, steady, say)
  checkTransfers(run, steady, say)
  checkAlerts(run, steady, say)
  return breaches
}

type Say = (rule: string, seen: string) => void

/** Boxes that always had power, with a hub that was never away for longer than messages are repeated. */
function steadyBoxes(
  { events, scenario, premises }: Played,
  boxes: readonly BoxFacts[],
): BoxFacts[] {
  const timeouts = Object.values(scenario.devices).map(({ values }) => values.messageTimeout)
  const patience = Math.max(...timeouts) * scenario.service.maxTries * MESSAGE_TRIES
  let lostAt = 0
  let longest = premises.hub.powered ? 0 : Number.POSITIVE_INFINITY
  for (const { name, t } of events) {
    if (name === 'supply-lost') lostAt = t
    if (name === 'supply-restored') longest = Math.max(longest, t - lostAt)
  }
  if (2 * longest > patience) return []
  const off = new Set(events.filter(({ name }) => name === 'power-lost').map(each => each.source))
  return boxes.filter(({ name }) => !off.has(name) && scenario.devices[name]?.plugged !== false)
}

function checkRequests({ events, premises }: Played, steady: readonly BoxFacts[], say: Say): void {
  const answered = new Set(
    events.flatMap(each => (each.name === 'srv-response' ? [each.request] : [])),
  )
  const ids = new Set(steady.map(({ name }) => premises.ids.get(name)!))
  for (const event of events) {
    if (event.name !== 'srv-sent' || answered.has(event.request)) continue
    if (event.service !== '11.3' || ids.has(event.device)) {
      say('every request is answered', `${event.service} ${event.request}`)
    }
  }
}

/** A transfer that the hub began for a device ends with CCS08 of it. */
function checkTransfers({ events, premises }: Played, steady: readonly BoxFacts[], say: Say): void {
  for (const box of steady) {
    if (box.type === 'hub') continue
    const id = premises.ids.get(box.name)!
    let open: EventOf<'slot-loaded'> | undefined
    for (const event of events) {
      if (event.source !== 'hub') continue
      if (event.name === 'slot-loaded' && event.targets.includes(id)) open = event
      if (event.name !== 'alert-raised' || event.target !== id) continue
      open = undefined
    }
    if (open) say('a transfer ends with a word of it', `${box.name} ${open.fileVersion}`)
  }
}

function checkAlerts(
  { events, premises, scenario }: Played,
  steady: readonly BoxFacts[],
  say: Say,
): void {
  for (const { name } of steady) {
    if (scenario.devices[name]?.values.sendsAlerts === 0) continue
    const id = premises.ids.get(name)!
    const raised = events.filter(each => each.name === 'alert-raised' && each.source === name)
    const received = events.filter(each => each.name === 'alert-received' && each.device === id)
    if (raised.length !== received.length) {
      say('an alert that is raised arrives', `${name} ${received.length} of ${raised.length}`)
    }
  }
}
