// One run with everybody who listens to it: story or JSON Lines, progress, capture. Everything printed goes through the
// caller, so that several runs beside each other do not mix.

import { sizeRuleOf } from '#core/campaign/size-rule'
import type { MakeBody } from '#emulators/device/body'
import { HUB_NAME } from '#emulators/device/hub-setup'
import { Run } from '#emulators/play/play'
import { DirectoryDisk, type Disk, MemoryDisk } from '#emulators/storage/disk'
import { hanrigVersion } from '#emulators/storage/version'
import type { TraceEvent } from '#emulators/trace/trace'
import { imageNotes } from '../output/image-notes.ts'
import { JsonLines, type Print } from '../output/output.ts'
import type { Output } from '../output/outputs.ts'
import type { RunOptions } from './options.ts'
import type { ReportedDevice, ReportedImage } from './report/run-report.ts'
import { expectedOctets, RunProgress } from './run-progress.ts'
import { Story } from './story/story.ts'
import type { Subject } from './subject.ts'

/** How a run is shown. */
export type Shown = Pick<RunOptions, 'json' | 'store'> & {
  /** Takes the HAN's frames; whoever opened it closes it. */
  readonly pcap?: Output | undefined
  /** No story: the caller shows what came of it in another way. */
  readonly quiet?: boolean | undefined
}

/** What stands behind devices, where they are not emulated to the bottom. */
type Bodies = ReadonlyMap<string, MakeBody> | undefined

export class Stage {
  readonly run: Run
  /** Everything that happened, what was before a snapshot included. */
  readonly events: TraceEvent[] = []
  readonly images: readonly ReportedImage[]
  readonly devices: readonly ReportedDevice[]
  readonly #disk: Disk
  readonly #lines: JsonLines
  readonly #progress: RunProgress
  readonly #story: Story

  private constructor(subject: Subject, shown: Shown, print: Print, disk: Disk, bodies: Bodies) {
    this.#disk = disk
    this.#lines = new JsonLines(print)
    this.images = imagesOf(subject)
    this.#progress = new RunProgress(expectedOctets(subject.scenario, subject.cargo))
    const sink = (event: TraceEvent): void => {
      this.events.push(event)
      this.#disk.beat()
      if (shown.json) {
        this.#lines.write(event)
        // With boards a run takes its time, and whoever reads it wants to see it as it goes.
        if (bodies) this.#lines.end()
      } else if (!shown.quiet) this.#story.tell(event)
      this.#progress.heed(event)
    }
    this.run = new Run({ ...subject, disk: this.#disk, bodies }, sink)
    const { ids } = this.run.premises
    this.#story = new Story(print, new Map([...ids].map(([name, id]) => [id, name])))
    this.devices = devicesOf(subject, ids)
    for (const event of subject.past) {
      this.events.push(event)
      this.run.recall(event)
      this.#story.recall(event)
    }
    if (!subject.state) for (const event of openingOf(subject, this)) sink(event)
  }

  /** Sets a subject up, at its first moment or where its snapshot was taken. */
  static async of(subject: Subject, shown: Shown, print: Print, bodies?: Bodies): Promise<Stage> {
    const disk = shown.store === undefined ? new MemoryDisk() : new DirectoryDisk(shown.store)
    let stage: Stage
    try {
      stage = new Stage(subject, shown, print, disk, bodies)
    } catch (error) {
      disk.close()
      throw error
    }
    try {
      await stage.#begin(subject, shown)
    } catch (error) {
      stage.close()
      throw error
    }
    return stage
  }

  async #begin(subject: Subject, shown: Shown): Promise<void> {
    const { run } = this
    if (shown.pcap !== undefined) {
      // Loaded only when asked for.
      const { Capture } = await import('#emulators/capture/capture')
      const { pcap } = shown
      const { start } = subject.scenario
      const application = `hanrig ${hanrigVersion()}`
      run.captureWith(
        new Capture(run.premises.clock, start, chunk => pcap.write(chunk), application),
      )
    }
    if (subject.state) {
      const { loadState } = await import('#emulators/play/snapshot')
      loadState(run, subject.state)
    } else run.begin()
  }

  /** Ends what is open. */
  close(): void {
    this.#lines.end()
    this.#story.end()
    this.#story.explain()
    this.#progress.end()
    this.#disk.close()
  }
}

function imagesOf({ cargo, files, scenario }: Subject): ReportedImage[] {
  const { limit } = sizeRuleOf(scenario.generation, 1000)
  return [...cargo.values()].map(({ name, image, for: type, fileVersion, sha256 }) => ({
    name,
    file: files.get(name),
    for: type,
    format: image.format,
    kind: image.ota?.kind,
    size: image.octets.length,
    fileVersion,
    sha256,
    large: image.octets.length > limit,
    limit,
    notes: imageNotes(image).map(({ message }) => message),
  }))
}

function devicesOf({ scenario }: Subject, ids: ReadonlyMap<string, string>): ReportedDevice[] {
  const hub: ReportedDevice = {
    name: HUB_NAME,
    type: 'hub',
    id: ids.get(HUB_NAME)!,
    profile: '',
    listed: false,
  }
  const devices = Object.entries(scenario.devices).map(([name, { type, profile, listed }]) => ({
    name,
    type,
    id: ids.get(name)!,
    profile,
    listed,
  }))
  return [hub, ...devices]
}

function openingOf({ scenario, file, notices }: Subject, stage: Stage): TraceEvent[] {
  const base = { t: 0, source: 'run' }
  const { name: scenarioName, seed, generation, start, hub } = scenario
  return [
    {
      ...base,
      name: 'start',
      hanrig: hanrigVersion(),
      scenario: scenarioName,
      file,
      utc: new Date(start).toISOString(),
      seed,
      generation,
      ...(hub.ad1 === 'assumed' && generation === 'smets1' ? { ad1: 'assumed' as const } : {}),
      devices: stage.devices,
      ...(notices.length > 0 ? { notices } : {}),
    },
    ...stage.images.map(({ name: image, ...rest }) => ({
      ...base,
      name: 'image' as const,
      image,
      ...rest,
    })),
  ]
}
