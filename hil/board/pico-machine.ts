// The agent's ARM image, agent-rp2040.bin, in an emulated RP2040 (rp2040js). What the emulator lacks or does otherwise
// than silicon, as found with 1.4.1, is mended here, so its version is pinned; each place says what it is.

import { readFileSync } from 'node:fs'
import type { RP2040 } from 'rp2040js'
import { Random } from '#core/time/random'
import { bootRom, ROM_FUNCTIONS, type RomFunction } from './boot-rom.ts'
import { type Life, type Machine, PIN, REQUESTED, WATCHDOG } from './machine.ts'

type Emulator = typeof import('rp2040js')

export const PICO_FLASH = 2 * 1024 * 1024
export const PICO_SECTOR = 4096

/** Instructions of a run before others have their turn: 1 ms or two. */
const SLICE = 20_000
/** Instructions between two looks at the clock: 20 % faster than at each. */
const BATCH = 32
const CYCLE_NS = 8
const RAM = 0x2000_0000
const BOOT2 = 256
const BOOT2_AT = 0x2004_1f00
const UART_DR = 0
const UART_FIFO = 32
const PIN_SUPPLY = 2
const PIN_LIGHT = 25
const MAGIC_RESTART = 0xb007_c0d3
const PAGE_ROSC = 0x40060
const PAGE_CHIP_RESET = 0x40064
const PAGE_WATCHDOG = 0x40058
const CHIP_RESET = 8
const HAD_POWER_ON = 1 << 8
const HAD_RUN_PIN = 1 << 16
/** More than a host has on its way; what is above is lost as in a full buffer. */
const INBOX = 256 * 1024

/** What the chip keeps over a reset by its watchdog. */
export interface Warm {
  sram: Uint8Array
  scratch: Uint32Array
  /** REASON of the watchdog: bit 0 its time, bit 1 on request. */
  reason: number
}

/** Members that are private in the types. */
interface Watchdog {
  alarm: { enable: boolean }
  scratchData: Uint32Array
  reason: number
  onWatchdogTrigger: () => void
}
interface Clock {
  nanos: number
  /** Null when nothing is due; nanosToNextAlarm says 0 then. */
  nextAlarm: object | null
  nanosToNextAlarm: number
  tick(nanos: number): void
}

let image: Uint8Array | undefined

function agentImage(): Uint8Array {
  const file = new URL(
    '../../firmware-fixtures/board-agent/images/agent-rp2040.bin',
    import.meta.url,
  )
  image ??= readFileSync(file)
  return image
}

export class PicoMachine implements Machine {
  /** The chip, for debuggers and tests. */
  readonly mcu: RP2040
  readonly #life: Life
  readonly #clock: Clock
  readonly #inbox: Uint8Array[] = []
  #inboxOctets = 0
  /** Octets in the UART's FIFO, which the emulator does not tell. */
  #inFifo = 0
  readonly #outbox = new Uint8Array(4096)
  #outboxOctets = 0
  /** Since when, on the board's clock, it sleeps and its own clock must follow; undefined while it works. */
  #asleepSince: number | undefined
  #stopped = false

  /**
   * @param warm what a reset by the watchdog left; without it the image is loaded as a debugger does.
   * @param keep gets what the next life begins with after a reset by the watchdog.
   * @param from how it begins: with the image loaded by a debugger, which goes by the vector table; by the ROM from a
   *   UF2 file, which runs its lowest address; or with what is installed in the flash.
   */
  constructor(
    { RP2040, BasePeripheral }: Emulator,
    life: Life,
    warm: Warm | undefined,
    keep: (warm: Warm) => void,
    from: 'table' | 'ram' | 'flash' = 'table',
  ) {
    this.#life = life
    const mcu = new RP2040()
    this.mcu = mcu
    this.#clock = mcu.clock as unknown as Clock
    // loadBootrom() and reset() would erase the flash, so neither is called; and the flash is the board's own.
    mcu.bootrom.set(bootRom())
    const flash = life.flash.octets
    Object.assign(mcu, {
      flash,
      flash16: new Uint16Array(flash.buffer, flash.byteOffset, flash.length / 2),
      flashView: new DataView(flash.buffer, flash.byteOffset, flash.length),
    })
    // Its errors are what silicon would fault on.
    mcu.logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (part, text) => {
        throw new Error(`${part}: ${text}`)
      },
    }
    const random = new Random(life.boot, 'pico.rosc')
    class Rosc extends BasePeripheral {
      override readUint32(): number {
        return random.bits() & 1
      }
    }
    class ChipReset extends BasePeripheral {
      override readUint32(offset: number): number {
        if (offset !== CHIP_RESET) return 0
        return life.reason === PIN ? HAD_RUN_PIN : HAD_POWER_ON
      }
    }
    mcu.peripherals[PAGE_ROSC] = new Rosc(mcu, 'ROSC')
    mcu.peripherals[PAGE_CHIP_RESET] = new ChipReset(mcu, 'CHIP_RESET')
    mcu.onBreak = number => this.#rom(ROM_FUNCTIONS[number])
    this.#wireUart()
    this.#wirePins()
    const watchdog = mcu.peripherals[PAGE_WATCHDOG] as unknown as Watchdog
    watchdog.onWatchdogTrigger = () => {
      // Left alone it would be due again at once, and the clock would never return.
      watchdog.alarm.enable = false
      if (this.#stopped) return
      this.#stopped = true
      keep({ sram: mcu.sram, scratch: watchdog.scratchData, reason: watchdog.reason })
      life.outside.reset(watchdog.reason === 1 ? WATCHDOG : REQUESTED)
    }
    this.#boot(warm, watchdog, from)
  }

  room(): number {
    return INBOX - this.#inboxOctets
  }

  receive(octets: Uint8Array): void {
    const part = octets.subarray(0, this.room())
    this.#inbox.push(Uint8Array.from(part))
    this.#inboxOctets += part.length
    this.#fill()
  }

  run(): number {
    const { core } = this.mcu
    const clock = this.#clock
    if (!core.waiting) this.#catchUp(Number.POSITIVE_INFINITY)
    for (let done = 0; done < SLICE && !this.#stopped; ) {
      if (core.waiting) {
        const wait = this.#doze()
        if (wait !== undefined) {
          this.#flush()
          return wait
        }
        continue
      }
      let cycles = 0
      for (let i = 0; i < BATCH && !core.waiting && !this.#stopped; i++) {
        cycles += core.executeInstruction()
      }
      done += BATCH
      clock.tick(cycles * CYCLE_NS)
      if (this.#life.flash.busy > 0) break
    }
    this.#flush()
    return this.#stopped ? Number.POSITIVE_INFINITY : 0
  }

  /** At WFI. How long to wait, or undefined: it has woken, or something was due. */
  #doze(): number | undefined {
    const { core } = this.mcu
    const clock = this.#clock
    // An interrupt that came between the test and WFI wakes silicon; here nobody looks again.
    if (core.checkForInterrupts()) {
      core.waiting = false
      return undefined
    }
    this.#asleepSince ??= this.#life.outside.millis()
    if (clock.nextAlarm === null) return Number.POSITIVE_INFINITY
    this.#catchUp(clock.nanosToNextAlarm)
    // clock.tick() has run what was due, which may have woken the core or set the next alarm.
    if (!core.waiting) return undefined
    return Math.max(1, Math.ceil(clock.nanosToNextAlarm / 1e6))
  }

  /**
   * Lets as much time pass inside as has passed outside while the board slept, at most `most` ns. While it works its
   * clock goes by its own cycles, slower than the wall's: what it lost there is not made up, or a timer would be short.
   */
  #catchUp(most: number): void {
    if (this.#asleepSince === undefined) return
    const now = this.#life.outside.millis()
    this.#clock.tick(Math.min(most, (now - this.#asleepSince) * 1e6))
    this.#asleepSince = this.mcu.core.waiting ? now : undefined
  }

  #boot(warm: Warm | undefined, watchdog: Watchdog, from: 'table' | 'ram' | 'flash'): void {
    const { core, sram, sramView } = this.mcu
    if (warm) {
      sram.set(warm.sram)
      watchdog.scratchData.set(warm.scratch)
      watchdog.reason = warm.reason
      // As the ROM does: scratch 4 to 7 name code in RAM, or the flash is booted, in which no program is.
      const [magic, check, stack, entry] = watchdog.scratchData.subarray(4)
      if (magic !== MAGIC_RESTART || (check! ^ entry!) >>> 0 !== -MAGIC_RESTART >>> 0) {
        this.#stopped = true
        return
      }
      core.SP = stack!
      core.PC = entry! & ~1
      return
    }
    // RAM comes up with anything in it.
    new Random(this.#life.boot, 'pico.sram').fill(sram)
    if (from === 'flash') {
      // The ROM runs the first 256 octets of flash from the top of RAM; that their CRC is right is the caller's to see.
      sram.set(this.#life.flash.octets.subarray(0, BOOT2), BOOT2_AT - RAM)
      core.SP = BOOT2_AT
      core.PC = BOOT2_AT
      return
    }
    sram.set(agentImage())
    core.SP = sramView.getUint32(0, true)
    core.PC = from === 'ram' ? RAM : sramView.getUint32(4, true) & ~1
  }

  #wireUart(): void {
    const uart = this.mcu.uart[0]!
    uart.onByte = octet => {
      if (this.#outboxOctets === this.#outbox.length) this.#flush()
      this.#outbox[this.#outboxOctets++] = octet
    }
    // The FIFO takes 32 and drops the rest without a sign, so it is filled as it is emptied.
    const read = uart.readUint32.bind(uart)
    uart.readUint32 = offset => {
      const value = read(offset)
      if (offset === UART_DR && this.#inFifo > 0) {
        this.#inFifo--
        this.#fill()
      }
      return value
    }
  }

  #fill(): void {
    const uart = this.mcu.uart[0]!
    while (this.#inboxOctets > 0 && this.#inFifo < UART_FIFO) {
      const first = this.#inbox[0]!
      // Before the program has set it up, the UART hears nothing.
      if (uart.enabled) {
        uart.feedByte(first[0]!)
        this.#inFifo++
      }
      this.#inboxOctets--
      if (first.length === 1) this.#inbox.shift()
      else this.#inbox[0] = first.subarray(1)
    }
  }

  #flush(): void {
    if (this.#outboxOctets === 0) return
    this.#life.outside.send(this.#outbox.subarray(0, this.#outboxOctets))
    this.#outboxOctets = 0
  }

  #wirePins(): void {
    const { outside } = this.#life
    // A function select passes through other states; 0 and 1 are driven levels.
    this.mcu.gpio[PIN_SUPPLY]!.addListener(state => {
      if (state === 0 || state === 1) outside.supply(state === 1)
    })
    this.mcu.gpio[PIN_LIGHT]!.addListener(state => {
      if (state === 0 || state === 1) outside.light(state === 1)
    })
  }

  /** A ROM function was called; arguments are in r0 to r3. */
  #rom(name: RomFunction | undefined): void {
    const { registers } = this.mcu.core
    const [a, b, c] = [registers[0]!, registers[1]!, registers[2]!]
    if (name === 'RE') this.#life.flash.erase(a, b)
    else if (name === 'RP') this.#life.flash.program(a, this.mcu.sram.slice(b - RAM, b - RAM + c))
    else if (name === 'UB') this.#stopped = true
    else if (name === undefined) throw new Error('a breakpoint: the program gave up')
  }
}
