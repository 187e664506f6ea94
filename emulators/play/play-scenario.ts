// A scenario played in one call, for whoever uses hanrig as a library: its images are made or read, its devices get their
// trust anchor, and it runs to its end on virtual time, or up to a moment that is saved and gone on from later.

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Bytes } from '#core/bytes/bytes'
import { Capture } from '../capture/capture.ts'
import { TrustAnchor } from '../crypto/crypto.ts'
import { testPublicKey } from '../crypto/test-key.ts'
import { hanrigError } from '../errors/errors.ts'
import { readScenario } from '../scenario/read/read.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { DirectoryDisk, MemoryDisk } from '../storage/disk.ts'
import { hanrigVersion } from '../storage/version.ts'
import type { TraceSink } from '../trace/trace.ts'
import { loadCargo } from './images.ts'
import { type Outcome, Run, type RunOptions } from './play.ts'
import { decodeSnapshot, encodeSnapshot, loadState, saveState } from './snapshot.ts'

/** Who listens to a run, and who captures it. */
export interface Listening {
  /** Gets every event of the trace, in the order in which it happens. */
  readonly onEvent?: TraceSink | undefined
  /** Gets the HAN's frames as a pcapng file, chunk by chunk from its first octet on; the chunks are the taker's to keep. */
  readonly onCapture?: ((chunk: Uint8Array) => void) | undefined
}

/** What a run needs besides its scenario. */
export interface PlayOptions extends Listening {
  /**
   * Reads a file that the scenario names (an image, the key of `trust`), by the path as it is written there. By default
   * paths are of this machine, relative to the current directory.
   */
  readonly readFile?: ((path: string) => Uint8Array) | undefined
  /**
   * Directory in which the DCO keeps its blocks, for one run at a time; a run that was killed goes on from it. By default
   * they are in memory.
   */
  readonly store?: string | undefined
}

/**
 * Plays a scenario from its first moment to its end, as fast as it goes, and judges its expectations. The same scenario
 * gives the same events, field by field. Boards that it names are emulated.
 *
 * @throws HanrigError STORE_IN_USE, STORE_UNUSABLE or STORE_DAMAGED of `store`; KEY_UNUSABLE of `trust`; IMAGE_*, HEX_*, SREC_* or ADDRESS_*
 *   of an image file; and whatever `readFile` throws.
 * @example
 * const scenario = readScenario(readFileSync('home.yaml', 'utf8'), 'home.yaml')
 * const { ok, failures } = playScenario(scenario, { onEvent: event => console.log(event.t, event.name) })
 */
export function playScenario(scenario: Scenario, options: PlayOptions = {}): Outcome {
  const { store } = options
  const disk = store === undefined ? new MemoryDisk() : new DirectoryDisk(store)
  try {
    const run = listened({ ...suppliesOf(scenario, options), disk }, options)
    run.begin()
    return run.finish()
  } finally {
    disk.close()
  }
}

/** What a snapshot needs besides the scenario's text. */
export interface SnapshotOptions extends Listening, Pick<PlayOptions, 'readFile'> {
  /** Name of the scenario's file, for messages and reports. By default 'scenario.yaml'. */
  readonly file?: string | undefined
}

/**
 * Plays a scenario up to a moment and saves the whole home: what `hanrig run --resume` and resumeScenario go on from.
 *
 * @param text the scenario, YAML.
 * @param at virtual ms since the run began.
 * @returns the octets of a snapshot file; only the same version of hanrig reads it.
 * @throws HanrigError SCENARIO_INVALID, USAGE when the run is over before, and what playScenario throws.
 * @example
 * writeFileSync('home.snapshot', snapshotScenario(text, 40 * 60_000))
 * const outcome = resumeScenario(readFileSync('home.snapshot'))
 */
export function snapshotScenario(
  text: string,
  at: number,
  options: SnapshotOptions = {},
): Uint8Array {
  const { file = 'scenario.yaml', onEvent } = options
  const scenario = readScenario(text, file)
  const events: Parameters<TraceSink>[0][] = []
  const supplies = suppliesOf(scenario, options)
  const run = listened(
    { ...supplies, disk: new MemoryDisk() },
    {
      ...options,
      onEvent: event => {
        events.push(event)
        onEvent?.(event)
      },
    },
  )
  run.begin()
  if (run.playUntil(Math.min(at, scenario.until))) {
    const { now } = run.premises.clock
    throw hanrigError('HANRIG_USAGE', `The run is over at ${now} ms, before ${at} ms.`)
  }
  const { cargo, anchor } = supplies
  const files = new Map<string, string>()
  for (const [name, source] of Object.entries(scenario.images)) {
    if (source.kind === 'file') files.set(name, basename(source.file))
  }
  const hanrig = hanrigVersion()
  const state = saveState(run)
  const origin = { kind: 'file' as const, file, text }
  return encodeSnapshot({ hanrig, origin, cargo, files, anchor, events, state })
}

/**
 * Goes on from a snapshot to the end of its run: the events from there on are those of the run that was not interrupted.
 *
 * @param snapshot octets that snapshotScenario or `hanrig snapshot` made.
 * @throws HanrigError SNAPSHOT_DAMAGED, also for one that another version of hanrig made.
 */
export function resumeScenario(snapshot: Uint8Array, options: Listening = {}): Outcome {
  const { state, events, ...saved } = decodeSnapshot(snapshot, hanrigVersion())
  const run = listened({ ...saved, disk: new MemoryDisk() }, options)
  for (const event of events) run.recall(event)
  loadState(run, state)
  return run.finish()
}

/** A scenario with its images, made or read, and with whom its devices trust. */
export function suppliesOf(
  scenario: Scenario,
  { readFile = readFileSync }: Pick<PlayOptions, 'readFile'>,
): Omit<RunOptions, 'disk'> {
  const { trust } = scenario
  const cargo = loadCargo(scenario, path => new Bytes(readFile(path)))
  if (trust === 'none') return { scenario, cargo, anchor: undefined }
  const anchor =
    trust === 'test'
      ? TrustAnchor.ofPoint(testPublicKey())
      : TrustAnchor.ofPem(new TextDecoder().decode(readFile(trust)))
  return { scenario, cargo, anchor }
}

function listened(options: RunOptions, { onEvent, onCapture }: Listening): Run {
  const run = new Run(options, onEvent ?? (() => {}))
  if (onCapture) {
    const { clock } = run.premises
    const { start } = options.scenario
    run.captureWith(new Capture(clock, start, onCapture, `hanrig ${hanrigVersion()}`))
  }
  return run
}
