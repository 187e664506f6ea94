// A home of the tests: the main job on a small image, or a scenario as YAML, played to its end; every event is kept.

import { type OpenedImage, openImage } from '#core/image/open'
import { IMMEDIATE } from '#core/power/activation'
import { TrustAnchor } from '#emulators/crypto/crypto'
import { testPublicKey } from '#emulators/crypto/test-key'
import { type Cargo, cargoOf } from '#emulators/home/cargo'
import { loadCargo } from '#emulators/play/images'
import { type Outcome, Run, type RunOptions } from '#emulators/play/play'
import { DEFAULT_PROFILE } from '#emulators/profile/profiles'
import { MAIN_IMAGE, type MainJob, mainJob } from '#emulators/scenario/main-job'
import { readScenario } from '#emulators/scenario/read/read'
import type { Scenario } from '#emulators/scenario/schema/schema'
import { type Disk, MemoryDisk } from '#emulators/storage/disk'
import type { EventOf, TraceEvent, TraceName, TraceSink } from '#emulators/trace/trace'
import { gbFixture } from '#firmware-fixtures/gb-image'

export const NO_FAULTS = { loss: 0, corruption: 0, duplication: 0, reordering: 0 }
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Whose signature the made images carry. */
export const TEST_ANCHOR = TrustAnchor.ofPoint(testPublicKey())

export interface Played {
  readonly outcome: Outcome
  readonly events: TraceEvent[]
  readonly run: Run
}

export interface HomeOptions extends Partial<MainJob> {
  readonly image?: OpenedImage
  readonly anchor?: TrustAnchor
  readonly disk?: Disk
}

/** The main job with whatever a test wants different. */
export function play(options: HomeOptions = {}): Played {
  const { image = openImage(gbFixture({ size: 4_000 })), anchor, disk, ...job } = options
  const cargo = cargoOf(MAIN_IMAGE, image, 'esme', true)
  const images = new Map([[MAIN_IMAGE, cargo]])
  const scenario = jobOf(cargo, job)
  return finish({ scenario, cargo: images, anchor, disk: disk ?? new MemoryDisk() })
}

/** The main job for this image. */
export function jobOf({ fileVersion }: Cargo, job: Partial<MainJob> = {}): Scenario {
  return mainJob({
    fileVersion,
    seed: 1,
    profile: DEFAULT_PROFILE,
    faults: NO_FAULTS,
    blockSize: 256,
    listed: true,
    activateIn: IMMEDIATE,
    startUnixMs: Date.UTC(2026, 0, 5, 9),
    ...job,
  })
}

/** What a run of this scenario is made from; nothing in it is used up but the disk. */
export function optionsOf(yaml: string): RunOptions {
  const scenario = readScenario(yaml, 'test')
  const cargo = loadCargo(scenario, path => {
    throw new Error(`no file ${path} here`)
  })
  const anchor = scenario.trust === 'none' ? undefined : TEST_ANCHOR
  return { scenario, cargo, anchor, disk: new MemoryDisk() }
}

/** A scenario played to its end. */
export function playYaml(yaml: string): Played {
  return finish(optionsOf(yaml))
}

/**
 * Plays a run to its end.
 * @param sink hears each event too, and may throw what a box's power cut throws.
 * @param prepare is given the run before it begins.
 */
export function finish(
  options: RunOptions,
  sink: TraceSink = () => {},
  prepare: (run: Run) => void = () => {},
): Played {
  const events: TraceEvent[] = []
  const run = new Run(options, event => {
    events.push(event)
    sink(event)
  })
  prepare(run)
  run.begin()
  return { outcome: run.finish(), events, run }
}

/** An event of this name, as one of all. */
export type One<N extends TraceName> = Extract<TraceEvent, { readonly name: N }>

/** Some of what an event says; its name tells what more it may say. */
export type Some<N extends TraceName> = { readonly name?: N } & Partial<EventOf<N>>

/** True of an event with just these values among its fields. */
export const has =
  <N extends TraceName>(what: Some<N>) =>
  (event: TraceEvent): event is One<N> =>
    Object.entries(what).every(([key, value]) => Reflect.get(event, key) === value)

/** The events with just these values. */
export function all<N extends TraceName>(events: readonly TraceEvent[], what: Some<N>): One<N>[] {
  return events.filter(has(what))
}
