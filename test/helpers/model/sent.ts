// What each box was ever sent and told, read from the scenario alone: which images it may hold, which it may run.

import { hex } from '#emulators/crypto/crypto'
import type { Cargo } from '#emulators/home/cargo'
import { BOX_IMAGES, type BoxType } from '#emulators/profile/types'
import type { Scenario } from '#emulators/scenario/schema/schema'

/** A box of the scenario: a device, or the hub. */
export interface BoxFacts {
  readonly name: string
  readonly type: BoxType
  readonly hardwareVersion: number
  /** File version at the start. */
  readonly version: number
  /** True where no command is needed. */
  readonly oneStep: boolean
  /** Images that a step sends to it. */
  readonly sent: readonly Cargo[]
  /** Those among them that it has to take when they arrive whole. */
  readonly right: readonly Cargo[]
  /** Those among them that a command with the right hash asks it to run. */
  readonly commanded: readonly Cargo[]
  /** Finds the right image that whole octets are, by the hash of the file and that of what is signed; both hex. */
  readonly rightOne: (file: string, signed: string) => Cargo | undefined
}

export function boxesOf(scenario: Scenario, cargo: ReadonlyMap<string, Cargo>): BoxFacts[] {
  const { hub, devices } = scenario
  // The signature covers neither header nor force-replace octet: octets of other places there are found by nobody.
  const isBlurred = hub.wrong.some(({ what }) => what === 'other-offsets')
  const all: readonly [string, BoxType, { readonly hardwareVersion: number }, number][] = [
    ['hub', 'hub', hub.values, hub.version],
    ...Object.entries(devices).map(
      ([name, { type, values, version }]) =>
        [name, type, values, version] as [string, BoxType, typeof values, number],
    ),
  ]
  return all.map(([name, type, { hardwareVersion }, version]) => {
    const images = (wanted: 'distribute' | 'activate'): Set<string> => {
      const found = new Set<string>()
      for (const step of scenario.steps) {
        if (step.kind === 'distribute' && wanted === 'distribute' && step.to.includes(name)) {
          found.add(step.image)
        }
        if (step.kind === 'activate' && wanted === 'activate' && step.on.includes(name)) {
          if (step.hash === 'right') found.add(step.image)
        }
      }
      return found
    }
    const sent = [...images('distribute')].map(each => cargo.get(each)!)
    const commanded = [...images('activate')].map(each => cargo.get(each)!)
    const right = sent.filter(each => isRight(scenario, each, type, hardwareVersion))
    return {
      name,
      type,
      hardwareVersion,
      version,
      oneStep: isOneStep(type),
      sent,
      right,
      commanded,
      rightOne: (file: string, signed: string) =>
        right.find(each => each.sha256 === file || (isBlurred && hex(each.hash) === signed)),
    }
  })
}

/** An IHD and a PPMID run what they are given; all others wait for SRV 11.3. */
function isOneStep(type: BoxType): boolean {
  return type === 'ppmid' || type === 'ihd'
}

/** Signed as its type must be, for hardware that this is. */
function isRight(scenario: Scenario, { name }: Cargo, type: BoxType, hardware: number): boolean {
  const image = scenario.images[name]!
  if (image.kind !== 'made' || image.for !== type) return false
  const [from, to] = image.hardware
  if (hardware < from || hardware > to) return false
  if (BOX_IMAGES[type].kind !== 'gb-signed') return true
  return image.signature === 'right' || (image.signature === 'wrong' && scenario.trust === 'none')
}
