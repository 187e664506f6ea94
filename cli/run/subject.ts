// What is to be played: a scenario file, a ready one by its name, a random one, a snapshot, or the built-in main job that
// the options describe.

import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { HanrigError } from '#core/errors/errors'
import { openImage } from '#core/image/open'
import { IMMEDIATE } from '#core/power/activation'
import { USUAL_TIMES } from '#core/power/time-rules'
import { TrustAnchor } from '#emulators/crypto/crypto'
import { testPublicKey } from '#emulators/crypto/test-key'
import { type Cargo, cargoOf } from '#emulators/home/cargo'
import { orNearest } from '#emulators/language/nearest'
import type { Origin } from '#emulators/play/origin'
import { damageOf } from '#emulators/profile/han-profile'
import { findProfile } from '#emulators/profile/profiles'
import { deviceFor, MAIN_IMAGE, mainJob } from '#emulators/scenario/main-job'
import { noticesOf } from '#emulators/scenario/scenario-notices'
import type { BoardSpec } from '#emulators/scenario/schema/boards'
import type { Scenario } from '#emulators/scenario/schema/schema'
import { packageRoot } from '#emulators/storage/version'
import type { TraceEvent } from '#emulators/trace/trace'
import { gbFixture, wrapForTest } from '#firmware-fixtures/gb-image'
import { hanrigError } from '../errors/errors.ts'
import { openFile, tellNotes } from '../options/options.ts'
import { readWhole } from '../output/files.ts'
import { boardsOf, withBoards } from './board-options.ts'
import type { RunOptions } from './options.ts'

/** Octets of the generated image: above the 750 kB limit by either reading of kB. */
const GENERATED_SIZE = 1_200_000
/** When every built-in run begins: a fixed moment, so that runs repeat. */
const START = Date.UTC(2026, 0, 5, 9)
const DEFAULT_SEED = 1

export interface Subject {
  /** Scenario file; undefined for one that is in none. */
  readonly file: string | undefined
  /** What a snapshot keeps of the scenario; as it was before boards were put in or left out. */
  readonly origin: Origin
  readonly scenario: Scenario
  /** Devices whose boards the command line named, and no file. */
  readonly own: ReadonlySet<string>
  readonly cargo: ReadonlyMap<string, Cargo>
  /** File that each image came from, by name. */
  readonly files: ReadonlyMap<string, string>
  readonly anchor: TrustAnchor | undefined
  /** Of a snapshot: what happened before, and the state to go on from. */
  readonly past: readonly TraceEvent[]
  readonly state: Uint8Array | undefined
  /** What is other than the rules say: shown in every report. */
  readonly notices: readonly string[]
}

/** The same, as it was read. */
type Loaded = Omit<Subject, 'own'>

/** Finds what to play. @throws HanrigError for whatever cannot be read. */
export async function findSubject(
  file: string | undefined,
  options: RunOptions,
  hanrig: string,
): Promise<Subject> {
  const subject = await subjectFor(file, options, hanrig)
  const isNamed = boardsOf(subject.scenario).length > 0
  const equipped = await withBoards(subject.scenario, options)
  const notices = noticesOf(equipped.scenario)
  if (isNamed && options.boards === false) notices.push('Boards are emulated: --no-boards.')
  return { ...subject, ...equipped, notices }
}

async function subjectFor(
  file: string | undefined,
  options: RunOptions,
  hanrig: string,
): Promise<Loaded> {
  if (options.resume !== undefined) return await resumed(options.resume, hanrig)
  if (file !== undefined) return await fromFile(file, options)
  if (options.random !== undefined) return await random(options.random)
  return builtIn(options)
}

/** Ready scenarios: names and paths. */
export function readyScenarios(): { readonly name: string; readonly path: string }[] {
  const directory = join(packageRoot(), 'scenarios')
  return readdirSync(directory)
    .filter(name => name.endsWith('.yaml'))
    .sort()
    .map(name => ({ name: name.slice(0, -5), path: join(directory, name) }))
}

/** What a ready scenario says of itself. */
export async function describeReady({ name, path }: { name: string; path: string }) {
  const { parse } = await import('yaml')
  const read = parse(readText(path))
  return { name, title: String(read.name), description: String(read.description ?? '') }
}

/** The boards that a scenario names; undefined of one that cannot be read. */
export async function boardsIn(given: string): Promise<BoardSpec[] | undefined> {
  const { readScenario } = await import('#emulators/scenario/read/read')
  const path = pathOf(given)
  try {
    return path === undefined ? undefined : boardsOf(readScenario(readText(path), given))
  } catch (error) {
    if (error instanceof HanrigError) return undefined
    throw error
  }
}

function readText(path: string): string {
  return Buffer.from(readWhole(path).u8).toString('utf8')
}

function pathOf(given: string): string | undefined {
  return existsSync(given) ? given : readyScenarios().find(({ name }) => name === given)?.path
}

async function fromFile(given: string, options: RunOptions): Promise<Loaded> {
  const path = pathOf(given)
  if (path === undefined) {
    const isPath = /[./\\]/.test(given)
    if (isPath) readWhole(given)
    const names = readyScenarios().map(({ name }) => name)
    throw hanrigError(
      'HANRIG_SCENARIO_UNKNOWN',
      `There is no scenario ${given}${orNearest(given, names) || '.'}`,
    )
  }
  const { readScenario } = await import('#emulators/scenario/read/read')
  const text = readText(path)
  const read = readScenario(text, given)
  const { seed } = options
  const scenario = seed === undefined ? read : { ...read, seed }
  if (path === given) await heedWants(scenario, given, options)
  const at = (name: string): string => resolve(dirname(path), name)
  const origin = { kind: 'file', file: given, text, seed } as const
  return { ...(await subjectOf(scenario, at)), file: given, origin }
}

/** What the file of somebody wants is judged and told before anything of it is read or opened. */
async function heedWants(read: Scenario, file: string, options: RunOptions): Promise<void> {
  const { wantsOfScenario, judge } = await import('#hil/trust/trust')
  const { tellWants } = await import('../options/allow.ts')
  const { scenario, own } = await withBoards(read, options)
  const wants = wantsOfScenario(scenario, { file, own })
  judge(wants, new Set(options.allow))
  tellWants(wants)
}

async function random(seed: number): Promise<Loaded> {
  const { randomScenario } = await import('#emulators/scenario/random')
  const subject = await subjectOf(randomScenario(seed), name => name)
  return { ...subject, file: undefined, origin: { kind: 'random', seed } }
}

async function subjectOf(
  scenario: Scenario,
  at: (name: string) => string,
): Promise<Omit<Loaded, 'file' | 'origin'>> {
  const { loadCargo } = await import('#emulators/play/images')
  const { trust } = scenario
  const files = new Map<string, string>()
  for (const [name, source] of Object.entries(scenario.images)) {
    if (source.kind === 'file') files.set(name, basename(source.file))
  }
  return {
    scenario,
    cargo: loadCargo(scenario, name => readWhole(at(name))),
    files,
    anchor:
      trust === 'none'
        ? undefined
        : trust === 'test'
          ? TrustAnchor.ofPoint(testPublicKey())
          : readAnchor(at(trust)),
    past: [],
    state: undefined,
    notices: [],
  }
}

async function resumed(path: string, hanrig: string): Promise<Loaded> {
  const { decodeSnapshot } = await import('#emulators/play/snapshot')
  const snapshot = decodeSnapshot(readWhole(path).u8, hanrig)
  return { ...snapshot, past: snapshot.events, notices: [] }
}

function readAnchor(path: string): TrustAnchor {
  return TrustAnchor.ofPem(readText(path))
}

function builtIn(options: RunOptions): Loaded {
  const profile = findProfile(options.profile)!
  if (profile.type !== 'esme') {
    throw hanrigError(
      'HANRIG_USAGE',
      `The built-in scenario updates an ESME; ${profile.name} is for scenario files.`,
    )
  }
  const { image, anchor } = loadImage(options)
  const { seed = DEFAULT_SEED, loss, blockSize, activateIn, image: path } = options
  const cargo = cargoOf(MAIN_IMAGE, image, 'esme', path !== undefined)
  const job = {
    seed,
    faults: faultsOf(loss),
    blockSize,
    listed: options.notListed !== true,
    activateIn: activateIn ?? IMMEDIATE,
    startUnixMs: START,
    dsp: {
      recorded: options.recorded ?? USUAL_TIMES.recorded,
      judgedBy: options.judgedBy ?? USUAL_TIMES.judgedBy,
    },
  }
  return {
    file: undefined,
    origin: { kind: 'built-in', profile: profile.name, ...job },
    scenario: mainJob({ ...job, ...deviceFor(profile, image), fileVersion: cargo.fileVersion }),
    cargo: new Map([[MAIN_IMAGE, cargo]]),
    files: new Map(path === undefined ? [] : [[MAIN_IMAGE, basename(path)]]),
    anchor,
    past: [],
    state: undefined,
    notices: [],
  }
}

/** The image to carry, and whose signature it must have. */
function loadImage(options: RunOptions) {
  const anchor = options.trust === undefined ? undefined : readAnchor(options.trust)
  const testKey = (): TrustAnchor => anchor ?? TrustAnchor.ofPoint(testPublicKey())
  if (options.image === undefined) {
    return { image: openImage(gbFixture({ size: GENERATED_SIZE })), anchor: testKey() }
  }
  const image = openFile(options.image, options)
  tellNotes(image)
  if (!options.wrap || image.ota) return { image, anchor }
  return { image: openImage(wrapForTest(image.octets.u8)), anchor: testKey() }
}

/** Loss is what people know of a link; the rarer faults are taken in proportion (chosen). */
function faultsOf(loss: number) {
  return { loss, corruption: damageOf(loss), duplication: loss / 10, reordering: loss / 4 }
}
