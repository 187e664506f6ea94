// A board that is not there: power, flash, the cable to the host, and one machine that runs the agent while there is
// power. Tests and scenarios do to it what hands do to a real one; the host sees none of it but through its port.

import { EventEmitter } from 'node:events'
import { performance } from 'node:perf_hooks'
import type { Random } from '#core/time/random'
import type { Parity } from '../line/port.ts'
import { decodeToHost } from '../protocol/agent-messages.ts'
import { FrameReader } from '../protocol/serial-frame.ts'
import { type Life, type Machine, PIN, POWER_ON } from './machine.ts'
import { NorFlash, PowerLost } from './nor-flash.ts'
import { PacedLine } from './paced-line.ts'
import type { Settings, VirtualPath } from './settings.ts'

/** Longest frame that a board sends, and some. */
const LONGEST_FRAME = 4096
/** setTimeout's longest. */
const LONGEST_WAIT = 0x7fff_ffff

export interface BoardKind {
  /** Octets of the smallest piece of flash that can be erased. */
  readonly sector: number
  /** Octets of flash; 0: as the settings say. */
  readonly flashSize: number
  power(life: Life): Machine
}

/** What a virtual board tells, by the name of the event, and with what. */
export interface BoardEvents {
  /** The switch of the hub's supply: what the agent's pin drives. */
  supply: [on: boolean]
  /** Its light goes on or off. */
  light: [on: boolean]
  /** Its power comes or goes. */
  power: [on: boolean]
  /** The agent began; `reason` is a ResetReason of board.proto. */
  start: [reason: number]
  /** A line of the board's own log. */
  log: [text: string, uptimeMs: number]
  /** The program did what it must not; the board has stopped until a reset or a power cycle. */
  fault: [error: Error]
}

/**
 * A board that is not there: an agent with flash and power behind a port of this process. What hands do to a real one is
 * done by its methods; events tell what the board does. virtualBoard() makes one.
 */
export class VirtualBoard extends EventEmitter<BoardEvents> {
  /** KIND, or KIND#NAME, of its address. */
  readonly id: string
  /** @internal Its flash. */
  readonly flash: NorFlash
  /** False while the cable is out. */
  plugged = true
  /** False while it cuts the hub's supply. */
  supplyOn = true
  /** Octets that the board was sent while it had power. */
  octetsIn = 0
  /** @internal Where octets for the host go; the open port sets it. */
  toHost: ((octets: Uint8Array) => void) | undefined
  /** @internal Called when the cable is pulled; the open port sets it. */
  onUnplug: (() => void) | undefined
  /** @internal The line from the host to the board. */
  readonly down = new PacedLine('board.down', octets => this.#arrive(octets))
  /** @internal The line back. */
  readonly up = new PacedLine('board.up', octets => this.toHost?.(octets))
  readonly #kind: BoardKind
  #settings: Settings
  #machine: Machine | undefined
  #powered = false
  #held: Uint8Array[] = []
  #boot = 0
  #pumping = false
  /** The reason of the reset that the program asked for; 0: none. */
  #resetWanted = 0
  #inReset = false
  #bootPin = false
  #parity: Parity = 'none'
  #timer: NodeJS.Timeout | undefined
  #immediate: NodeJS.Immediate | undefined
  #cutAtOctet = Number.POSITIVE_INFINITY
  readonly #logReader = new FrameReader(LONGEST_FRAME, message => {
    const log = decodeToHost(message)?.log
    if (log) this.emit('log', log.text, log.uptimeMs)
  })

  /** @internal */
  constructor({ id, settings }: VirtualPath, kind: BoardKind) {
    super()
    this.id = id
    this.#kind = kind
    this.#settings = settings
    this.flash = new NorFlash(kind.flashSize || settings.flashSize, kind.sector, settings.flash)
    this.configure(settings)
    this.powerOn()
  }

  /** True while it has power. */
  get powered(): boolean {
    return this.#powered
  }

  /** @internal Line and flash behave so from now on; what the agent is told at its start holds from the next start on. */
  configure(settings: Settings, parity: Parity = 'none'): void {
    this.#settings = settings
    this.#parity = parity
    this.up.configure(settings, parity)
    this.down.configure(settings, parity)
    this.flash.times = { program: settings.program, erase: settings.erase }
  }

  /** Pulls the cable: an open port is closed as by a hang-up. The board keeps its power. */
  unplug(): void {
    if (!this.plugged) return
    this.plugged = false
    this.onUnplug?.()
  }

  /** Puts the cable back: the port can be opened again. */
  replug(): void {
    this.plugged = true
  }

  /** Ends it for good; a file that keeps its flash stays. */
  scrap(): void {
    this.powerCut()
    this.flash.close()
  }

  /** Takes the power away: RAM is lost, flash stays. The host is not told, as by a real adapter. */
  powerCut(): void {
    if (!this.#powered) return
    this.#powered = false
    this.#stop()
    this.emit('power', false)
  }

  /** Gives power; a board that has it already is not touched. */
  powerOn(): void {
    if (this.#powered) return
    this.#powered = true
    this.emit('power', true)
    if (!this.#inReset) this.#start(POWER_ON)
  }

  /** The power goes after `octets` more octets have reached the board. */
  cutAfterOctets(octets: number): void {
    this.#cutAtOctet = this.octetsIn + octets
  }

  /** The power goes at the `operations`-th erasure or page of flash from now; `torn` draws what part of it is done. */
  cutAfterFlash(operations: number, torn?: Random): void {
    this.flash.cutAfter(operations, torn)
  }

  /** The reset line; the board starts when it is let go. */
  holdReset(held: boolean): void {
    if (held === this.#inReset) return
    this.#inReset = held
    if (!this.#powered) return
    if (held) this.#stop()
    else this.#start(PIN)
  }

  /** The pin that chooses the loader; looked at when the board starts. */
  pullBootPin(low: boolean): void {
    this.#bootPin = low
  }

  /** @internal Whether timers of an idle board may keep the process alive: only while a port is open. */
  attend(open: boolean): void {
    if (open) this.#timer?.ref()
    else this.#timer?.unref()
  }

  #start(reason: number): void {
    const begun = performance.now()
    const { speed } = this.#settings
    this.#logReader.restart()
    this.#resetWanted = 0
    this.flash.busy = 0
    this.emit('start', reason)
    this.#guarded(() => {
      this.#machine = this.#kind.power({
        settings: this.#settings,
        flash: this.flash,
        reason,
        bootPin: this.#bootPin,
        boot: ++this.#boot,
        serial: this.id,
        outside: {
          send: octets => this.#send(octets),
          supply: on => this.#setSupply(on),
          light: on => this.emit('light', on),
          reset: wanted => {
            this.#resetWanted = wanted
          },
          baud: () => undefined,
          parity: () => this.#parity,
          millis: () => Math.floor((performance.now() - begun) * speed) >>> 0,
        },
      })
    })
    this.#pump()
  }

  /** Nothing runs any more; what the pins drove falls back to its rest. */
  #stop(): void {
    this.#machine = undefined
    this.#held = []
    clearTimeout(this.#timer)
    clearImmediate(this.#immediate)
    this.#timer = this.#immediate = undefined
    this.#setSupply(true)
  }

  #setSupply(on: boolean): void {
    if (this.supplyOn === on) return
    this.supplyOn = on
    this.emit('supply', on)
  }

  #send(octets: Uint8Array): void {
    if (this.listenerCount('log') > 0) this.#logReader.push(octets)
    if (this.plugged && this.toHost) this.up.send(octets)
  }

  #arrive(octets: Uint8Array): void {
    if (!this.#machine) return
    const left = this.#cutAtOctet - this.octetsIn
    const part = octets.length < left ? octets : octets.subarray(0, left)
    this.octetsIn += part.length
    const machine = this.#machine
    this.#guarded(() => {
      // Copied where it must wait: the memory is the line's or the host's.
      if (this.#settings.overrun === 'drop') machine.receive(part)
      else if (this.#held.length > 0 || machine.room() < part.length) {
        this.#held.push(Uint8Array.from(part))
      } else machine.receive(part)
    })
    this.#pump()
    if (part.length < octets.length || this.octetsIn === this.#cutAtOctet) {
      this.#cutAtOctet = Number.POSITIVE_INFINITY
      this.powerCut()
    }
  }

  /** Runs the machine until it waits, or lets others run and comes back. */
  #pump(): void {
    if (this.#pumping || !this.#machine || this.#immediate || this.flash.busy > 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#pumping = true
    const wait = this.#guarded(() => {
      this.#feed()
      return this.#machine!.run()
    })
    this.#pumping = false
    if (wait === undefined || !this.#machine) return
    if (this.#resetWanted !== 0) {
      const reason = this.#resetWanted
      this.#stop()
      this.#start(reason)
      return
    }
    if (this.flash.busy > 0) this.#after(this.flash.busy)
    else if (wait === 0 || this.#held.length > 0) {
      this.#immediate = setImmediate(() => {
        this.#immediate = undefined
        this.#pump()
      })
    } else if (wait !== Number.POSITIVE_INFINITY) this.#after(wait / this.#settings.speed)
  }

  #after(ms: number): void {
    const begun = performance.now()
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        // What the timer was late by is time in which the flash was at work, too.
        this.flash.busy = Math.max(0, this.flash.busy - (performance.now() - begun))
        if (this.flash.busy < 1) this.flash.busy = 0
        if (this.flash.busy > 0) this.#after(this.flash.busy)
        else this.#pump()
      },
      Math.min(LONGEST_WAIT, ms),
    )
    if (!this.toHost) this.#timer.unref()
  }

  /** Octets that had found no room. */
  #feed(): void {
    while (this.#held.length > 0) {
      const first = this.#held[0]!
      const room = this.#machine!.room()
      if (room === 0) return
      this.#machine!.receive(first.subarray(0, room))
      if (room < first.length) this.#held[0] = first.subarray(room)
      else this.#held.shift()
    }
  }

  /** Runs the board's program: where its power goes and where it faults, it ends. */
  #guarded<T>(run: () => T): T | undefined {
    try {
      return run()
    } catch (error) {
      this.#pumping = false
      if (error instanceof PowerLost) this.powerCut()
      else {
        this.#stop()
        this.emit('fault', error as Error)
      }
      return undefined
    }
  }
}
