// A scenario played from its start, or from a snapshot, to its end: trace events to the sink, an outcome at the last.
// A run can be stopped in between and saved whole; the one that goes on from there makes the same events.

import type { Ending } from '#core/campaign/endings'
import type { ClientState } from '#core/ota/client'
import type { Archive } from '#core/state/archive'
import type { Capture } from '../capture/capture.ts'
import type { TrustAnchor } from '../crypto/crypto.ts'
import type { MakeBody } from '../device/body.ts'
import { HUB_NAME } from '../device/hub-setup.ts'
import type { Cargo } from '../home/cargo.ts'
import { Premises } from '../home/premises.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import type { Disk } from '../storage/disk.ts'
import type { TraceEvent, TraceSink } from '../trace/trace.ts'
import { type Check, Checks } from './checks.ts'
import { Director } from './director.ts'
import { Journeys } from './journeys.ts'

export interface RunOptions {
  readonly scenario: Scenario
  readonly cargo: ReadonlyMap<string, Cargo>
  readonly anchor: TrustAnchor | undefined
  readonly disk: Disk
  /** What stands behind devices, by name; the others are emulated to the bottom. */
  readonly bodies?: ReadonlyMap<string, MakeBody> | undefined
}

/** What became of one device, or of the hub's own firmware. */
export interface DeviceOutcome {
  /** Its name in the scenario. */
  readonly name: string
  /** File version that runs. */
  readonly fileVersion: number
  /** SHA-256 of the last file that it rebuilt, hex; empty when it rebuilt none. */
  readonly sha256: string
  /** That of the image that it was sent last; empty when it was sent none. */
  readonly expectedSha256: string
  /** What verifying its last image came to, for people; empty when it verified none. */
  readonly finding: string
  /** State of its OTA client; the hub has none. */
  readonly state: ClientState | 'none'
  /** Image blocks that it took. */
  readonly blocks: number
  /** Times that it asked again for want of an answer. */
  readonly retries: number
  /** Image blocks that it had not asked for at that moment. */
  readonly strays: number
  /** What became of the image that it was sent last. */
  readonly ending: Ending
}

/** What came of a run. */
export interface Outcome {
  /** True when every check is ok. */
  readonly ok: boolean
  /** Why it is not ok. */
  readonly failures: readonly string[]
  /** The expectations of the scenario, and what every run must fulfil, each held against what happened. */
  readonly checks: readonly Check[]
  /** What became of each device that took part, and of the hub's own firmware where it was sent some. */
  readonly devices: readonly DeviceOutcome[]
  /** Virtual milliseconds. */
  readonly duration: number
  /** Blocks on the WAN: sent, of them more than once, and taken by whoever they were for. */
  readonly wan: { readonly blocks: number; readonly repeats: number; readonly accepted: number }
  /** Image blocks on the HAN, of all devices together: taken, asked for again, and come unasked. */
  readonly han: { readonly blocks: number; readonly retries: number; readonly strays: number }
  /** AD1s that the DSP kept back, and those that it passed on. */
  readonly ad1: { readonly suppressed: number; readonly forwarded: number }
}

/** The check of a run that somebody ended: it fails. @param why a sentence. */
export function checkOfEnd(why: string): Check {
  const name = 'the run is played to its end'
  return { name, ok: false, expected: 'not interrupted', actual: why, line: 0 }
}

/** Timers that fire in a piece. */
const PIECE = 1_000

export class Run {
  readonly premises: Premises
  readonly #options: RunOptions
  readonly #director: Director
  readonly #checks: Checks
  readonly #journeys: Journeys

  /** @param sink takes each event after the run itself has heard it. */
  constructor(options: RunOptions, sink: TraceSink) {
    this.#options = options
    const { scenario, cargo } = options
    this.premises = new Premises(options, event => {
      this.#hear(event)
      sink(event)
    })
    this.#director = new Director(scenario, this.premises, cargo)
    this.#checks = new Checks(scenario, this.premises.ids, cargo)
    this.#journeys = new Journeys(scenario.generation, this.premises.ids)
  }

  /** Has `capture` hear the HAN from here on. */
  captureWith(capture: Capture): void {
    this.premises.captureWith(capture)
  }

  /** The first moment of a run that is not loaded. */
  begin(): void {
    this.premises.begin()
    this.#director.begin()
  }

  /** Plays until `time`, virtual ms; true when the run has come to rest before. */
  playUntil(time: number): boolean {
    return this.premises.clock.run(time)
  }

  /**
   * Plays as playUntil() does, a piece at a time.
   * @param between awaited after each piece of a few milliseconds; false ends it there.
   * @returns as playUntil(); undefined when it was ended.
   */
  async playInPieces(
    time: number,
    between: () => Promise<boolean> | boolean,
  ): Promise<boolean | undefined> {
    const { clock } = this.premises
    while (!clock.run(time, PIECE)) {
      if (clock.next > time) return clock.run(time)
      if (!(await between())) return undefined
    }
    return true
  }

  /** Plays to the end. */
  finish(): Outcome {
    const { scenario } = this.#options
    const atRest = this.playUntil(scenario.until)
    this.premises.dco?.close()
    return this.end(atRest)
  }

  /**
   * The outcome of a run that was played to its end by somebody else.
   * @param more checks of that somebody's.
   */
  end(atRest: boolean, more: readonly Check[] = []): Outcome {
    return this.#outcome(atRest, more)
  }

  /** Counts an event for what is expected: one of this run, or one of before that a snapshot kept. */
  recall(event: TraceEvent): void {
    this.#checks.heed(event)
    this.#journeys.heed(event)
  }

  archive(a: Archive): void {
    this.#director.archive(a)
    this.premises.archive(a, a.loading ? this.#director.requests : [])
  }

  #hear(event: TraceEvent): void {
    this.#checks.heed(event)
    this.#journeys.heed(event)
    this.#director.heed(event)
  }

  #outcome(atRest: boolean, more: readonly Check[]): Outcome {
    const { premises } = this
    const { clock, supplier, dco, hub, dsp } = premises
    const stuck = this.#director.stuck
    const where = stuck && `step ${stuck.kind}${stuck.line > 0 ? ` of line ${stuck.line}` : ''}`
    const checks = [...this.#checks.verdicts(premises, atRest, where), ...more]
    const failed = checks.filter(check => !check.ok)
    const devices = this.#devices()
    const total = (of: (device: DeviceOutcome) => number): number =>
      devices.reduce((sum, device) => sum + of(device), 0)
    return {
      ok: failed.length === 0,
      failures: failed.map(
        ({ name, expected, actual }) => `${name}: expected ${expected}, found ${actual}`,
      ),
      checks,
      devices,
      duration: clock.now,
      wan: {
        blocks: supplier.blocks.sent + (dco?.outgoing.sent ?? 0),
        repeats: supplier.blocks.repeats + (dco?.outgoing.repeats ?? 0),
        accepted: dco?.incoming.accepted ?? hub.intake.receiver.accepted,
      },
      han: {
        blocks: total(each => each.blocks),
        retries: total(each => each.retries),
        strays: total(each => each.strays),
      },
      ad1: { suppressed: dsp.suppressed, forwarded: dsp.forwarded },
    }
  }

  #devices(): DeviceOutcome[] {
    const { premises } = this
    const boxes = [...premises.devices].map(([name, { firmware, client, state }]) => ({
      name,
      fileVersion: firmware.fileVersion,
      sha256: firmware.rebuilt,
      expectedSha256: this.#sentTo(name),
      finding: firmware.finding,
      state,
      blocks: client.blocks,
      retries: client.retries,
      strays: client.strays,
      ending: this.#journeys.endingOf(name),
    }))
    const own = this.#sentTo(HUB_NAME)
    if (own === '') return boxes
    const { fileVersion, rebuilt, finding } = premises.hub.firmware
    const counts = { blocks: 0, retries: 0, strays: 0 }
    const state = 'none'
    return [
      ...boxes,
      {
        name: HUB_NAME,
        fileVersion,
        sha256: rebuilt,
        expectedSha256: own,
        finding,
        state,
        ...counts,
        ending: this.#journeys.endingOf(HUB_NAME),
      },
    ]
  }

  /** SHA-256 of the image that a box is sent last; empty for none. */
  #sentTo(name: string): string {
    const { scenario, cargo } = this.#options
    const last = scenario.steps.findLast(
      step => step.kind === 'distribute' && step.to.includes(name),
    )
    return last?.kind === 'distribute' ? cargo.get(last.image)!.sha256 : ''
  }
}
