// The work of `hanrig run`: the image and the options become a run, its trace becomes a story or JSON Lines.

import { basename, join } from 'node:path'
import { HanrigError } from '../../core/errors.ts'
import { type OpenedImage, openImage } from '../../core/image/open.ts'
import { isLarge, largeImageLimit } from '../../core/image/size-class.ts'
import { IMMEDIATE } from '../../core/power/activation.ts'
import { TrustAnchor } from '../../emulators/crypto.ts'
import { type Outcome, playPremises } from '../../emulators/premises.ts'
import { findProfile, PROFILES } from '../../emulators/profile/profiles.ts'
import { DirectoryDisk, type Disk, MemoryDisk } from '../../emulators/service/disk.ts'
import type { TraceEvent } from '../../emulators/trace.ts'
import { gbFixture, testPublicKey, wrapForTest } from '../../firmware-fixtures/gb-image.ts'
import { makeDirectory, readWhole, writeWhole } from '../files.ts'
import { log } from '../log.ts'
import { openFile, type ReadAs } from '../options.ts'
import { JsonLines, print, printJson } from '../output.ts'
import type { RunReport } from '../report/run-report.ts'
import { hanrigVersion } from '../version.ts'
import { Progress } from './progress.ts'
import { Story, tellVerdict } from './story.ts'

/** Octets of the generated image: above the 750 kB limit by either reading of kB. */
const GENERATED_SIZE = 1_200_000
/** When every run begins: a fixed moment, so that runs repeat. */
const START = Date.UTC(2026, 0, 5, 9)

export interface RunOptions extends ReadAs {
  image?: string
  wrap?: true
  seed: number
  loss: number
  blockSize: number
  profile: string
  trust?: string
  listed: boolean
  activateIn?: number
  store?: string
  report?: string
  json?: true
}

/** Plays one run and prints it. */
export async function play(options: RunOptions): Promise<Outcome> {
  const began = process.hrtime.bigint()
  const profile = findProfile(options.profile)
  if (!profile) {
    const names = PROFILES.map(p => p.name).join(', ')
    throw new HanrigError(
      'HANRIG_USAGE',
      `There is no profile ${options.profile}; there are ${names}.`,
    )
  }
  const { image, name, anchor } = loadImage(options)
  if (options.report !== undefined) makeDirectory(options.report)
  const disk: Disk =
    options.store === undefined ? new MemoryDisk() : new DirectoryDisk(options.store)

  const events: TraceEvent[] = []
  const lines = new JsonLines()
  const story = new Story(print)
  const progress = new Progress(image.octets.length)
  const sink = (event: TraceEvent): void => {
    if (options.report !== undefined) events.push(event)
    if (options.json) lines.write(event)
    else story.tell(event)
    progress.heed(event)
  }
  for (const event of opening(options, image, name)) sink(event)
  let outcome: Outcome
  try {
    outcome = playPremises(
      {
        image,
        seed: options.seed,
        profile,
        faults: faultsOf(options.loss),
        blockSize: options.blockSize,
        anchor,
        listed: options.listed,
        activateIn: options.activateIn === undefined ? IMMEDIATE : options.activateIn * 60_000,
        disk,
        startUnixMs: START,
      },
      sink,
    )
  } finally {
    lines.end()
    progress.end()
    disk.close()
  }
  if (options.json) printJson(verdictLine(outcome))
  else tellVerdict(outcome, print)
  if (options.report !== undefined) {
    await writeReport(options.report, reportOf(options, image, name, outcome, events))
  }
  log.debug({ wallMs: Number(process.hrtime.bigint() - began) / 1e6 }, 'run ended')
  return outcome
}

/** The image to carry, its name, and whose signature it must have. */
function loadImage(options: RunOptions): {
  image: OpenedImage
  name: string
  anchor: TrustAnchor | undefined
} {
  const anchor =
    options.trust === undefined
      ? undefined
      : TrustAnchor.ofPem(Buffer.from(readWhole(options.trust).u8).toString('utf8'))
  if (options.image === undefined) {
    return {
      image: openImage(gbFixture({ size: GENERATED_SIZE })),
      name: 'generated image',
      anchor: anchor ?? TrustAnchor.ofPoint(testPublicKey()),
    }
  }
  const image = openFile(options.image, options, false)
  const name = basename(options.image)
  if (!options.wrap || image.ota) return { image, name, anchor }
  return {
    image: openImage(wrapForTest(image.octets.u8)),
    name,
    anchor: anchor ?? TrustAnchor.ofPoint(testPublicKey()),
  }
}

/** Loss is what people know of a link; the rarer faults are taken in proportion (chosen). */
function faultsOf(loss: number) {
  return { loss, corruption: loss / 10, duplication: loss / 10, reordering: loss / 4 }
}

function opening(options: RunOptions, image: OpenedImage, name: string): TraceEvent[] {
  const size = image.octets.length
  const base = { t: 0, source: 'run' }
  return [
    {
      ...base,
      name: 'start',
      hanrig: hanrigVersion(),
      utc: new Date(START).toISOString(),
      seed: options.seed,
      loss: options.loss,
      blockSize: options.blockSize,
      profile: options.profile,
      listed: options.listed,
    },
    {
      ...base,
      name: 'image',
      file: name,
      format: image.format,
      kind: image.ota?.kind,
      size,
      large: isLarge(size, 1000),
      limit: largeImageLimit(1000),
      fileVersion: image.ota?.header.fileVersion,
      notes: image.ota?.notes ?? [],
    },
  ]
}

function verdictLine(outcome: Outcome): Record<string, unknown> {
  const { ok, sha256, duration, ...rest } = outcome
  return { name: 'verdict', ok, sha256, t: duration, source: 'run', ...rest }
}

function reportOf(
  options: RunOptions,
  image: OpenedImage,
  name: string,
  outcome: Outcome,
  events: TraceEvent[],
): RunReport {
  const { seed, loss, blockSize, profile, listed, activateIn } = options
  return {
    hanrig: hanrigVersion(),
    image: { name, format: image.format, size: image.octets.length, kind: image.ota?.kind },
    sizeClass: {
      limit: largeImageLimit(1000),
      large: isLarge(image.octets.length, 1000),
      kb: 1000,
    },
    options: { seed, blockSize, profile, listed, activateIn, ...faultsOf(loss) },
    outcome,
    startUnixMs: START,
    events,
  }
}

async function writeReport(directory: string, report: RunReport): Promise<void> {
  // Loaded only when asked for: drawing is a third of the code and no part of most runs.
  const { renderHtml } = await import('../report/html.ts')
  writeWhole(join(directory, 'report.json'), `${JSON.stringify(report, null, 1)}\n`)
  writeWhole(join(directory, 'report.html'), renderHtml(report))
  process.stderr.write(`report: ${join(directory, 'report.html')}\n`)
}
