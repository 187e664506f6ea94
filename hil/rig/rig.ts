// Plays a scenario in which boards take part. Their ports are open and they have answered before the run begins; its
// clock is pinned to wall time; what a board does enters at its own moment, and what fails ends the run with its name.

import { HanrigError } from '#core/errors/errors'
import type { MakeBody } from '#emulators/device/body'
import type { Cargo } from '#emulators/home/cargo'
import type { Check } from '#emulators/play/checks'
import { checkOfEnd, type Outcome, type Run } from '#emulators/play/play'
import type { Scenario } from '#emulators/scenario/schema/schema'
import type { Said, TraceName } from '#emulators/trace/trace'
import { PinnedClock, WALL_TIME } from '../clock/pinned-clock.ts'
import { hanrigError } from '../errors/errors.ts'
import type { ToHost } from '../protocol/agent-messages.ts'
import type { Bench } from './bench.ts'
import { BoardBody, type Equipment } from './board-body.ts'
import { SILENT_WITHIN } from './board-link.ts'
import { equip, PATIENCE } from './equip.ts'
import { type Finding, findPlaces, type Place } from './places.ts'
import { noticesOfBoard, noticesOfImages } from './rig-notices.ts'
import { hexOf } from './running.ts'

export interface RigOptions extends Finding {
  /** How long a board may take to answer at first, and a lost one to come back, ms. */
  readonly comesBackWithin?: number
}

interface Stand {
  readonly place: Place
  readonly equipment: Equipment
  body: BoardBody | undefined
}

/** What ended a run before its time. */
interface Fault {
  readonly device: string | undefined
  readonly error: HanrigError
}

export class Rig {
  /** The scenario, with what the boards say of themselves. */
  readonly scenario: Scenario
  /** For the run: what stands behind which device. */
  readonly bodies: ReadonlyMap<string, MakeBody>
  readonly #stands: ReadonlyMap<string, Stand>
  readonly #speed: number
  #run: Run | undefined
  #pinned: PinnedClock | undefined
  #isInside = false
  #fault: Fault | undefined
  #over: () => void = () => {}
  #begin: () => void = () => {}
  readonly #begun = new Promise<void>(resolve => {
    this.#begin = resolve
  })
  #isOver = false

  private constructor(scenario: Scenario, stands: ReadonlyMap<string, Stand>, speed: number) {
    this.#stands = stands
    this.#speed = speed
    this.scenario = withBoards(scenario, stands)
    this.bodies = new Map(
      [...stands].map(([name, stand]): [string, MakeBody] => [
        name,
        (owner, clock) => {
          stand.body = new BoardBody(this.#benchOf(name), stand.equipment, owner, clock)
          return stand.body
        },
      ]),
    )
  }

  /**
   * Takes the boards of a scenario, opens their ports and has them answer.
   * @throws HanrigError NOT_ALLOWED when the scenario or its pool wants what it may not, POOL_*, BOARD_*, PORT_* or USAGE; nothing stays open then.
   */
  static async open(scenario: Scenario, options: RigOptions): Promise<Rig> {
    const { speed, comesBackWithin = PATIENCE } = options
    const places = await findPlaces(scenario, options)
    const stands = new Map<string, Stand>()
    let rig: Rig | undefined
    const ready = await Promise.allSettled(
      places.map(async place => {
        const { device } = place
        const heard = (message: ToHost) => stands.get(device)?.body?.heard(message)
        const log = (text: string) => rig?.log(device, text)
        const equipment = await equip(
          place,
          scenario.devices[device]!,
          speed,
          comesBackWithin,
          heard,
          log,
          options.patience.signal,
        )
        stands.set(device, { place, equipment, body: undefined })
      }),
    )
    const failed = ready.find(each => each.status === 'rejected')
    if (failed) {
      for (const { equipment } of stands.values()) await equipment.link.close()
      for (const { lease } of places) lease?.release()
      throw failed.reason
    }
    rig = new Rig(scenario, stands, speed)
    return rig
  }

  /** Why the run ended before its time; undefined when it did not. */
  get fault(): HanrigError | undefined {
    return this.#fault?.error
  }

  /** What the boards cannot do of what the scenario asks; for every report. */
  notices(cargo: ReadonlyMap<string, Cargo>): string[] {
    const boards = new Map([...this.#stands].map(([name, { equipment }]) => [name, equipment]))
    const each = [...boards].flatMap(([name, board]) => noticesOfBoard(name, board, this.scenario))
    return [...each, ...noticesOfImages(this.scenario, boards, cargo)]
  }

  /** Plays a run of the rig's scenario, with its bodies, to the end. */
  async play(run: Run): Promise<Outcome> {
    const { clock } = run.premises
    const { until } = this.scenario
    this.#run = run
    const end = clock.timer(() => clock.stop(), 0, true)
    clock.at(end, until)
    const over = new Promise<void>(resolve => {
      this.#over = resolve
    })
    const wall = {
      now: WALL_TIME.now,
      after: (delay: number, wake: () => void) => WALL_TIME.after(delay, () => this.#during(wake)),
    }
    this.#pinned = new PinnedClock(clock, wall, this.#speed)
    this.#during(() => {
      for (const name of this.#stands.keys()) this.#introduce(name)
      this.#pinned!.start()
    })
    this.#begin()
    for (const { body } of this.#stands.values()) body!.attend()
    await over
    const atRest = !this.#fault && !clock.isAwaited
    const checks = await this.#leave(run)
    run.premises.dco?.close()
    return run.end(atRest, checks)
  }

  /** Ends the run before its time: the user wants it. */
  abort(error: HanrigError): void {
    this.#fail(undefined, error)
  }

  /** Notes what a switch printed. */
  log(device: string, text: string): void {
    if (this.#run) this.#enter(() => this.#emit(device, 'board-log', { text }))
  }

  /** Closes the ports and gives the boards back. */
  async close(): Promise<void> {
    for (const { equipment, place } of this.#stands.values()) {
      await equipment.link.close()
      place.lease?.release()
    }
  }

  #benchOf(device: string): Bench {
    return {
      begun: this.#begun,
      speed: this.#speed,
      enter: work => this.#enter(work),
      emit: (name, ...fields) => this.#emit(device, name, ...fields),
      fail: error => this.#fail(device, error),
    }
  }

  #emit<N extends TraceName>(device: string, name: N, ...fields: Said<N>): void {
    this.#run!.premises.trace.emit(device, name, ...fields)
  }

  /** Does what came from outside at the present of the run. */
  #enter(work: () => void): void {
    // What a board says before the run begins is said to nobody.
    if (this.#isOver || !this.#pinned) return
    if (this.#isInside) work()
    else this.#during(() => this.#pinned!.enter(work))
  }

  /** Lets the run go on, and looks whether it is over. */
  #during(work: () => void): void {
    if (this.#isOver) return
    this.#isInside = true
    try {
      work()
    } catch (error) {
      // A disk that is full, say: the boards are left as they were found all the same.
      if (!(error instanceof HanrigError)) throw error
      this.#fault ??= { device: undefined, error }
    } finally {
      this.#isInside = false
    }
    const { clock } = this.#run!.premises
    if (this.#fault || clock.now >= this.scenario.until || !clock.isAwaited) this.#end()
  }

  #end(): void {
    this.#isOver = true
    this.#pinned?.stop()
    this.#over()
  }

  #fail(device: string | undefined, thrown: unknown): void {
    if (this.#fault || this.#isOver) return
    const error =
      thrown instanceof HanrigError
        ? thrown
        : hanrigError('HANRIG_INTERNAL', `${(thrown as Error).message}.`)
    const note = (): void => {
      this.#fault = { device, error }
      if (!this.#pinned) return
      if (device !== undefined) {
        this.#emit(device, 'board-failed', { cause: error.code, reason: error.message })
      }
      this.#run!.premises.clock.stop()
    }
    // Before it begins there is nothing to stop: it ends with its first moment.
    if (this.#pinned) this.#enter(note)
    else note()
  }

  #introduce(device: string): void {
    const { place, equipment } = this.#stands.get(device)!
    const { agent, name, serial, hardwareVersion, runningVersion, slotSize } = equipment.link.board
    const { power, hubSupply } = equipment
    this.#emit(device, 'board-ready', {
      board: place.named,
      ...(place.pooled === undefined ? {} : { pool: place.pooled }),
      agent,
      model: name,
      serial,
      hardwareVersion,
      fileVersion: runningVersion,
      slotSize,
      power: power?.kind ?? 'none',
      hubSupply: typeof hubSupply === 'string' ? hubSupply : hubSupply.kind,
    })
  }

  /** Leaves every board as it was found, with its power on, and looks what it runs. */
  async #leave(run: Run): Promise<Check[]> {
    const checks: Check[] = []
    for (const [device, { body, equipment }] of this.#stands) {
      const left = await body!.leave()
      if (left) checks.push(leftOff(device, left))
      checks.push(await this.#checkOf(device, equipment, run))
    }
    const { error, device } = this.#fault ?? {}
    if (error && device === undefined) checks.push(checkOfEnd(error.message))
    return checks
  }

  /** Whether a board runs what its device says. */
  async #checkOf(device: string, { link }: Equipment, run: Run): Promise<Check> {
    const name = `board of ${device}`
    const failed = this.#fault?.device === device ? this.#fault.error : undefined
    const expected = wordOf(run.premises.devices.get(device)!.firmware.fileVersion)
    const check = (ok: boolean, actual: string): Check => ({
      name,
      ok,
      expected: `answers, and runs ${expected}`,
      actual,
      line: 0,
    })
    if (failed) return check(false, `${failed.code}: ${failed.message}`)
    try {
      if (!link.port) await link.connect(SILENT_WITHIN)
      const board = await link.greet(SILENT_WITHIN)
      const version = wordOf(board.runningVersion || this.scenario.devices[device]!.version)
      const sha =
        board.runningSize > 0 ? ` (sha256 ${hexOf(board.runningSha256).slice(0, 16)}…)` : ''
      return check(
        version === expected,
        `answers, and runs ${version}${version === expected ? '' : sha}`,
      )
    } catch (error) {
      return check(false, (error as Error).message)
    }
  }
}

function leftOff(device: string, { message }: Error): Check {
  const name = `supplies of ${device} are left on`
  return { name, ok: false, expected: 'on', actual: message, line: 0 }
}

/** A scenario whose devices are what their boards say: hardware, and what runs. */
function withBoards(scenario: Scenario, stands: ReadonlyMap<string, Stand>): Scenario {
  const devices = Object.entries(scenario.devices).map(([name, spec]) => {
    const board = stands.get(name)?.equipment.link.board
    if (!board) return [name, spec] as const
    const { hardwareVersion, runningVersion } = board
    const values = { ...spec.values, hardwareVersion }
    // As it left the factory it has no version: then it is what the scenario says.
    return [name, { ...spec, version: runningVersion || spec.version, values }] as const
  })
  return { ...scenario, devices: Object.fromEntries(devices) }
}

function wordOf(version: number): string {
  return `0x${version.toString(16).padStart(8, '0')}`
}
