// Rules for how things are when a run is over: every box runs one whole image that it may run and holds only what it may
// hold, flash and OTA client agree, nothing is left to do, and the DCO still has whatever it answered for.

import { hex, sha256 } from '#emulators/crypto/crypto'
import type { Cargo } from '#emulators/home/cargo'
import { BlockLog } from '#emulators/service/block-log'
import type { Played } from './played.ts'
import type { BoxFacts } from './sent.ts'

/** What a box runs when it leaves the factory: 1,024 octets 0x5a, or as many as its slot has room for. */
const FACTORY = 0x5a
const ACTIVE_OFF = ['held', 'activating']
/** States in which a client may stay for ever. */
const RESTING = ['idle', 'held']
/** States in which one that sleeps may wait for its next wake. */
const ASKING = ['querying', 'requerying']

export function breachesOfEnd(run: Played, boxes: readonly BoxFacts[]): string[] {
  const breaches: string[] = []
  const say = (rule: string, seen: string): void => {
    breaches.push(`${rule}: ${seen} at the end`)
  }
  if (!run.atRest && !isHopeless(run)) {
    say('a run comes to rest', `still moving after ${run.scenario.until} ms`)
  }
  for (const box of boxes) {
    checkRunning(run, box, say)
    checkHeld(run, box, say)
  }
  checkServers(run, say)
  checkStore(run, say)
  if (run.atRest) checkRest(run, say)
  return breaches
}

/** A hub that has fallen silent for good, or is without supply at the end, is asked for ever. */
function isHopeless({ scenario, premises }: Played): boolean {
  const isMute = scenario.hub.wrong.some(
    ({ what, for: time }) => what === 'dies-midway' && time > HOPE,
  )
  return isMute || !premises.hub.powered
}

type Say = (rule: string, seen: string) => void
/** Ms after which nobody is waited for. */
const HOPE = 3_600_000
const PENDING = ['nothing', 'partial', 'held', 'activating'] as const

function checkRunning({ scenario, premises }: Played, box: BoxFacts, say: Say): void {
  const { flash, fileVersion } = (premises.devices.get(box.name) ?? premises.hub).firmware
  const runs = Uint8Array.from(flash.running)
  const fits = (octets: Uint8Array): boolean => {
    if (octets.every(octet => octet === FACTORY)) return fileVersion === box.version
    const image = rightOne(box, octets)
    if (!image || image.fileVersion !== fileVersion) return false
    return box.oneStep || box.commanded.includes(image)
  }
  const rotten = scenario.steps.some(step => step.kind === 'rot' && step.on.includes(box.name))
  if (fits(runs)) return
  runs[runs.length >>> 1]! ^= 1
  if (!(rotten && fits(runs))) {
    say('a box runs what it left the factory with, or what was sent and asked for', box.name)
  }
}

/** Which right image the octets are. */
function rightOne({ right, rightOne: find }: BoxFacts, octets: Uint8Array): Cargo | undefined {
  const file = hex(sha256(octets))
  for (const { image } of right.filter(each => each.image.octets.length === octets.length)) {
    const { at, length } = image.ota!.hashed
    const found = find(file, hex(sha256(octets.subarray(at, at + length))))
    if (found) return found
  }
  return undefined
}

function checkHeld({ premises, atRest }: Played, box: BoxFacts, say: Say): void {
  const device = premises.devices.get(box.name)
  const { flash, activation } = (device ?? premises.hub).firmware
  const { kept } = flash
  const pending = PENDING[kept.pending]!
  let held: Cargo | undefined
  if (pending === 'held' || pending === 'activating') {
    held = rightOne(box, flash.pending.u8.subarray(0, kept.size))
    if (!held) say('a held image was sent, fits and is signed', box.name)
    else if (hex(held.hash) !== hex(kept.hash) || held.fileVersion !== kept.fileVersion) {
      say('what is noted of a held image is so', box.name)
    }
  }
  if (!device || !atRest) return
  const { client, state, powered, sleeper } = device
  // One that sleeps has time for what it would like to know.
  const resting = sleeper.asleep ? [...RESTING, ...ASKING] : RESTING
  if (!resting.includes(state)) say('a client at rest is idle or holds', `${box.name} ${state}`)
  const holds = ACTIVE_OFF.includes(pending)
  if (powered && holds !== (state === 'held' || state === 'requerying')) {
    say('flash and client agree', `${box.name} ${pending}, ${state}`)
  }
  if (powered && holds && (client.size !== kept.size || client.fileVersion !== kept.fileVersion)) {
    say('flash and client agree', `${box.name} on what is held`)
  }
  const isHolding = activation.state === 1 || activation.state === 2
  if (powered && isHolding !== (pending === 'held')) {
    say('flash and activation agree', `${box.name} ${pending}, ${activation.state}`)
  }
}

/** Nobody waits for an image any more: it was delivered, refused, or dropped in the end. */
function checkServers({ premises, atRest }: Played, say: Say): void {
  const { hub, devices } = premises
  for (const [i, name] of [...devices.keys()].entries()) {
    if (!atRest || !hub.powered) return
    if (hub.images.hasNews(i)) say('an image on offer is taken or dropped', name)
  }
}

/** Reads each log of the DCO anew, as after a crash. */
function checkStore({ premises, scenario, cargo, events, disk }: Played, say: Say): void {
  if (!premises.dco) return
  const requests = new Map<number, { readonly image: string; readonly to: readonly string[] }>()
  const named = events.flatMap(event =>
    event.name === 'step' && event.kind === 'distribute' && event.via === 'dcc' ? [event] : [],
  )
  const sent = events.flatMap(event =>
    event.name === 'srv-sent' && event.service !== '11.3' ? [event] : [],
  )
  for (const [i, { request }] of sent.entries()) {
    const { image, on } = named[i]!
    requests.set(request, { image, to: on })
  }
  for (const event of events) {
    if (event.name !== 'srv-response' || event.service === '11.3' || !event.ok) continue
    const { image, to } = requests.get(event.request)!
    const log = new BlockLog(disk, premises.describe(image, to), scenario.service.batch)
    const { map, image: stored } = log.reassembler
    if (!map.complete || hex(sha256(stored.u8)) !== cargo.get(image)!.sha256) {
      say('the DCO holds what it answered for', `${image}: ${map.held} of ${map.count} blocks`)
    }
  }
}

/** Timers that were left armed would fire now. */
function checkRest({ premises, events }: Played, say: Say): void {
  const before = events.length
  const { now } = premises.clock
  if (!premises.clock.run()) say('at rest nothing is due', 'a timer')
  if (events.length !== before || premises.clock.now !== now)
    say('at rest nothing is due', 'events')
}
