// A board as the body of a device: what arrived over the HAN goes to the board, what the device activates the board
// activates, and what the board does to the hub's supply the hub feels. A board that is lost in the middle is
// waited for, and goes on where it was; whoever waits for it in vain says so. Whatever comes from the board enters the run
// at its own moment.

import { setTimeout as sleep } from 'node:timers/promises'
import { Bytes } from '#core/bytes/bytes'
import { HanrigError } from '#core/errors/errors'
import type { VirtualClock } from '#core/time/virtual-clock'
import { sha256 } from '#emulators/crypto/crypto'
import type { Body, BodyOwner } from '#emulators/device/body'
import { hanrigError } from '../errors/errors.ts'
import type { Switch } from '../power/switch.ts'
import { ACTIVATIONS, type Board, nameOf, type ToHost } from '../protocol/agent-messages.ts'
import { Counts } from '../protocol/talk.ts'
import type { Bench } from './bench.ts'
import { type Answer, BoardJobs } from './board-jobs.ts'
import { type BoardLink, BoardRefusal, SILENT_WITHIN } from './board-link.ts'
import { deliver, type Image } from './deliver.ts'
import { isLoss, LossyLine } from './lossy-line.ts'
import { hexOf, runs } from './running.ts'

/** What stands on the bench for one device. */
export interface Equipment {
  readonly link: BoardLink
  /** Switch of the board's own power; undefined when there is none. */
  readonly power: Switch | undefined
  /** 'agent': the board's own output; 'none': nothing but the device's profile. */
  readonly hubSupply: Switch | 'agent' | 'none'
  /** Whether its device cuts the hub's supply while it activates. */
  readonly cutsSupply: boolean
  /** Pulls the board's cable for so long, ms of the run; undefined where nobody can. */
  readonly pull: ((duration: number) => void) | undefined
  /** How long a board that is lost is waited for, ms. */
  readonly patience: number
}

/** What an activation may take beyond the time that it was asked to, ms of wall time. */
const ACTIVATION_MARGIN = 30_000
/** How often a board that activates is asked for its state, ms of the run and the least of wall time; an idle one, ms. */
const LOOK_EVERY = 100
const LOOK_SOONEST = 10
const HEARTBEAT = 2_000
/** What is wrong with the image, and not with the board. */
const REFUSALS = [
  ...['HANRIG_BOARD_SLOT', 'HANRIG_BOARD_MISMATCH', 'HANRIG_BOARD_DOWNGRADE', 'HANRIG_BOARD_HASH'],
  'nothing-held',
]

export class BoardBody implements Body {
  readonly switchesSupply: boolean
  readonly #bench: Bench
  readonly #equipment: Equipment
  readonly #owner: BodyOwner
  readonly #line: LossyLine
  readonly #jobs: BoardJobs
  #image: Image | undefined
  #isTaking = false
  #powered = true
  #supplyOn = true
  #heartbeat: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(bench: Bench, equipment: Equipment, owner: BodyOwner, clock: VirtualClock) {
    this.#bench = bench
    this.#equipment = equipment
    this.#owner = owner
    this.#line = new LossyLine(equipment.link, equipment.patience, {
      lost: reason => this.#enter(() => bench.emit('board-lost', { reason })),
      back: ({ boot, runningVersion: fileVersion }) =>
        this.#enter(() => bench.emit('board-back', { boot, fileVersion })),
    })
    this.switchesSupply = equipment.hubSupply !== 'none'
    const waits = equipment.patience + ACTIVATION_MARGIN
    this.#jobs = new BoardJobs(bench, clock, equipment.link.address, waits)
  }

  /** Has the board looked after while nothing is wanted of it. */
  attend(): void {
    this.#heartbeat = setInterval(() => this.#look(), HEARTBEAT)
  }

  #close(): void {
    this.#isClosed = true
    clearInterval(this.#heartbeat)
    this.#end()
  }

  /** Ends what is going on and switches on what is off, as it was found. @returns what kept it from that. */
  async leave(): Promise<Error | undefined> {
    const { power, hubSupply } = this.#equipment
    this.#close()
    await this.#jobs.settled()
    try {
      if (!this.#powered) await power?.set(true)
      if (!this.#supplyOn && typeof hubSupply === 'object') await hubSupply.set(true)
      return undefined
    } catch (error) {
      return error as Error
    }
  }

  take(file: Bytes, fileVersion: number): void {
    const image = { file: new Bytes(file.u8.slice()), sha256: sha256(file.u8), fileVersion }
    this.#image = image
    this.#begin(0, signal => this.#take(image, signal))
    this.#isTaking = true
  }

  drop(): void {
    if (this.#isTaking) this.#end()
  }

  activate(duration: number): void {
    this.#begin(duration, signal => this.#activate(duration, signal))
  }

  powerOff(): void {
    this.#end()
    if (this.#powered) this.#switchPower(false)
    this.#powered = false
  }

  powerOn(): void {
    if (!this.#powered) this.#switchPower(true)
    this.#powered = true
  }

  pull(duration: number): boolean {
    this.#equipment.pull?.(duration)
    return this.#equipment.pull !== undefined
  }

  /** A run with boards is never saved: who asks for that is refused before. */
  archive(): void {
    throw new Error('a board cannot be saved')
  }

  /** Takes what the board says unasked. */
  heard(message: ToHost): void {
    const { supply, log } = message
    if (this.#isClosed) return
    if (log)
      this.#enter(() => this.#bench.emit('board-log', { text: log.text, uptime: log.uptimeMs }))
    if (supply) this.#enter(() => this.#supplyIs(supply.on))
  }

  #begin(duration: number, work: (signal: AbortSignal) => Promise<Answer>): void {
    this.#isTaking = false
    this.#jobs.begin(duration, work, answer =>
      this.#enter(() => {
        this.#end()
        answer()
      }),
    )
  }

  #end(): void {
    this.#isTaking = false
    this.#jobs.end()
  }

  #enter(work: () => void): void {
    if (!this.#isClosed) this.#bench.enter(work)
  }

  async #take(image: Image, signal: AbortSignal): Promise<Answer> {
    const { file, fileVersion, sha256 } = image
    const counts = new Counts()
    let tenths = -1
    let held = -1
    this.#line.resumes = 0
    const progress = (): void => {
      const { doneBlocks, blocks } = counts
      if (held < 0) {
        const beginning = { fileVersion, size: file.length, blocks, held: doneBlocks }
        this.#enter(() => this.#bench.emit('board-sending', beginning))
        tenths = Math.floor((doneBlocks * 10) / blocks)
      } else if (doneBlocks > held) this.#line.gotFurther = true
      held = doneBlocks
      const reached = Math.floor((held * 10) / blocks)
      if (reached === tenths) return
      tenths = reached
      this.#enter(() => {
        this.#jobs.isGettingOn()
        this.#bench.emit('board-progress', { held, blocks })
      })
    }
    try {
      await this.#line.persist(signal, async () => {
        held = -1
        await deliver(this.#equipment.link, image, counts, progress, signal)
      })
    } catch (error) {
      const refusal = refusalOf(error)
      return () => {
        this.#bench.emit('board-refused', { cause: refusal.code, reason: refusal.message })
        this.#owner.taken(refusal.message.replace(/\.$/, ''))
      }
    }
    const { blocks, sent, resent, octets } = counts
    const { resumes } = this.#line
    return () => {
      this.#bench.emit('board-whole', {
        blocks,
        sent,
        resent,
        resumes,
        octets,
        sha256: hexOf(sha256),
      })
      this.#owner.taken(undefined)
    }
  }

  async #activate(duration: number, signal: AbortSignal): Promise<Answer> {
    const { link, hubSupply, cutsSupply } = this.#equipment
    const image = this.#image!
    const before = await this.#line.persist(signal, () => link.greet(SILENT_WITHIN, signal))
    // The power had gone in the middle of it, and the board has gone on by itself.
    if (runs(before, image.sha256)) return await this.#activated(signal)
    const byAgent = hubSupply === 'agent' && cutsSupply
    if (cutsSupply && typeof hubSupply === 'object') await this.#switchSupply(hubSupply, false)
    this.#enter(() => this.#bench.emit('board-activating', { duration, cutsSupply: byAgent }))
    try {
      const activate = { sha256: image.sha256, durationMs: duration, keepSupply: !byAgent }
      await this.#line.persist(signal, () => link.ask({ activate }, SILENT_WITHIN, signal))
    } catch (error) {
      const { code, message } = refusalOf(error)
      await this.#restoreSupply()
      return () => {
        this.#bench.emit('board-refused', { cause: code, reason: message })
        this.#owner.activated(false, undefined)
      }
    }
    await this.#restarted(before, duration / this.#bench.speed + ACTIVATION_MARGIN, signal)
    return await this.#activated(signal)
  }

  /** Waits until the board has restarted. */
  async #restarted({ boot }: Board, within: number, signal: AbortSignal): Promise<void> {
    const { link } = this.#equipment
    const end = performance.now() + within
    for (;;) {
      const { status } = await this.#line.persist(signal, () =>
        link.ask({ status: {} }, SILENT_WITHIN, signal),
      )
      if (status!.boot !== boot) return
      this.#enter(() => this.#supplyIs(status!.supplyOn))
      if (performance.now() > end) throw activating(link.address, within)
      await sleep(Math.max(LOOK_EVERY / this.#bench.speed, LOOK_SOONEST), undefined, { signal })
    }
  }

  /** The board has restarted: what it runs is asked of it. */
  async #activated(signal: AbortSignal): Promise<Answer> {
    const { link } = this.#equipment
    const board = await this.#line.persist(signal, () => link.greet(SILENT_WITHIN, signal))
    const { status } = await this.#line.persist(signal, () =>
      link.ask({ status: {} }, SILENT_WITHIN, signal),
    )
    await this.#restoreSupply()
    const { runningVersion, runningSha256, lastActivation, boot } = board
    const ok = runs(board, this.#image!.sha256)
    return () => {
      if (this.#equipment.hubSupply === 'agent') this.#supplyIs(status!.supplyOn)
      this.#bench.emit('board-runs', {
        fileVersion: runningVersion,
        sha256: hexOf(runningSha256),
        activation: nameOf(ACTIVATIONS, lastActivation),
        boot,
      })
      this.#owner.activated(ok, ok ? runningVersion : undefined)
    }
  }

  #look(): void {
    if (this.#jobs.isBusy || !this.#powered) return
    this.#jobs.after(async () => {
      const { link } = this.#equipment
      if (this.#jobs.isBusy || !this.#powered || this.#isClosed) return
      try {
        await link.ask({ status: {} }, SILENT_WITHIN)
      } catch (error) {
        if (!isLoss(error)) throw error
        if (this.#powered && !this.#isClosed) await this.#line.regain(error as Error)
      }
    })
  }

  #supplyIs(on: boolean): void {
    if (this.#equipment.hubSupply !== 'agent' || this.#supplyOn === on) return
    this.#supplyOn = on
    this.#owner.hubSupply(on)
  }

  async #restoreSupply(): Promise<void> {
    const { hubSupply } = this.#equipment
    if (typeof hubSupply === 'object' && !this.#supplyOn) await this.#switchSupply(hubSupply, true)
  }

  async #switchSupply(by: Switch, on: boolean): Promise<void> {
    await by.set(on)
    this.#supplyOn = on
    this.#enter(() => {
      this.#bench.emit('board-switch', { switch: 'hub-supply', by: by.kind, on })
      this.#owner.hubSupply(on)
    })
  }

  #switchPower(on: boolean): void {
    const { power } = this.#equipment
    if (!power) return
    this.#jobs.after(async () => {
      if (this.#isClosed) return
      await power.set(on)
      this.#enter(() => this.#bench.emit('board-switch', { switch: 'power', by: power.kind, on }))
    })
  }
}

/** What a board has against an image, or against running it. @throws any other error. */
function refusalOf(error: unknown): { readonly code: string; readonly message: string } {
  const isKnown = error instanceof HanrigError || error instanceof BoardRefusal
  if (isKnown && REFUSALS.includes(error.code)) return error
  if (!(error instanceof BoardRefusal)) throw error
  throw hanrigError('HANRIG_BOARD_FAILED', `The board says ${error.code}: ${error.message}.`)
}

function activating(address: string, within: number): HanrigError {
  const time = Math.round(within / 1_000)
  return hanrigError(
    'HANRIG_BOARD_STUCK',
    `The board at ${address} has not restarted ${time} s after its activation began.`,
  )
}
