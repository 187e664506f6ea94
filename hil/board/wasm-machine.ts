// The agent as WebAssembly, in this process: firmware-fixtures/board-agent/hal/wasm.c and its imports.
// One life is one instance; it starts in a millisecond and takes some 30 MB/s.

import { readFileSync } from 'node:fs'
import { type Life, type Machine, REQUESTED } from './machine.ts'

/** What is needed of the WebAssembly API; Node's types do not have it. */
interface Wasm {
  readonly Module: new (octets: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: object }
}

interface AgentExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  start(): void
  inbox(): number
  room(): number
  receive(length: number): void
  poll(): number
}

/** By the numbers of enum setting in hal/wasm.c. */
const SETTINGS = [
  (life: Life) => life.settings.hardware,
  (life: Life) => Number(life.settings.manufacturer >= 0),
  (life: Life) => life.settings.manufacturer,
  (life: Life) => life.settings.imageType,
  () => 0,
  (life: Life) => life.flash.octets.length,
  (life: Life) => life.flash.sector,
  (life: Life) => life.reason,
  (life: Life) => life.boot,
] as const
const NAME = 9
const INBOX = 65_536
/** agent_poll() when nothing is to be done. */
const AGENT_IDLE = 0xffff_ffff
/** Steps of a run before others have their turn. */
const STEPS = 64

const wasm = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly
let compiled: object | undefined

function agentModule(): object {
  const image = new URL('../../firmware-fixtures/board-agent/images/agent.wasm', import.meta.url)
  compiled ??= new wasm.Module(readFileSync(image))
  return compiled
}

export class WasmMachine implements Machine {
  readonly #agent: AgentExports
  readonly #memory: Uint8Array
  readonly #inbox: number
  /** Whether the flash wants time before the next step. */
  readonly #busy: () => boolean
  #reset = false

  constructor(life: Life) {
    const { flash, outside } = life
    this.#busy = () => flash.busy > 0
    const view = (at: number, length: number) => this.#memory.subarray(at, at + length)
    const env = {
      hal_setting: (which: number) => SETTINGS[which]!(life),
      hal_text: (which: number, at: number, room: number) => {
        const text = which === NAME ? 'virtual wasm' : life.serial
        const { written } = new TextEncoder().encodeInto(text, view(at, room - 1))
        this.#memory[at + written] = 0
      },
      hal_millis: () => outside.millis(),
      hal_send: (at: number, length: number) => outside.send(view(at, length)),
      hal_baud: (rate: number) => outside.baud(rate),
      hal_flash_read: (at: number, to: number, length: number) => flash.read(at, view(to, length)),
      hal_flash_erase: (at: number, length: number) => flash.erase(at, length),
      hal_flash_program: (at: number, from: number, length: number) =>
        flash.program(at, view(from, length)),
      hal_supply: (on: number) => outside.supply(on !== 0),
      hal_light: (on: number) => outside.light(on !== 0),
      hal_reset: () => {
        this.#reset = true
        outside.reset(REQUESTED)
      },
    }
    const { exports } = new wasm.Instance(agentModule(), { env })
    this.#agent = exports as unknown as AgentExports
    // The agent's memory is static and never grows, so one view is good for its life.
    this.#memory = new Uint8Array(this.#agent.memory.buffer)
    this.#inbox = this.#agent.inbox()
    this.#agent.start()
  }

  room(): number {
    return this.#agent.room()
  }

  receive(octets: Uint8Array): void {
    for (let at = 0; at < octets.length; at += INBOX) {
      const part = octets.subarray(at, at + INBOX)
      this.#memory.set(part, this.#inbox)
      this.#agent.receive(part.length)
    }
  }

  run(): number {
    for (let step = 0; step < STEPS; step++) {
      const wait = this.#agent.poll() >>> 0
      if (this.#reset || wait === AGENT_IDLE) return Number.POSITIVE_INFINITY
      if (wait > 0 || this.#busy()) return wait
    }
    return 0
  }
}
