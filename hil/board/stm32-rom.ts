// The boot loader in the ROM of an STM32 (AN3155, UART), for a board without hardware: hanrig's own host is tried against
// it, and stm32flash judges it. It waits for each octet as the silicon does: a command that was cut off goes on with
// whatever comes next. Started by GO or by its boot pin, an application says a line and listens no more.

import { type Family, FLASH_BASE, type Page, pagesOf } from '../protocol/stm32-families.ts'
import {
  ACK,
  ERASE,
  EXTENDED_ERASE,
  GET,
  GET_ID,
  GET_VERSION,
  GO,
  NACK,
  READ,
  READ_UNPROTECT,
  SYNC,
  WRITE,
  WRITE_UNPROTECT,
} from '../protocol/stm32-link.ts'
import { type Life, type Machine, REQUESTED } from './machine.ts'

const WRITE_PROTECT = 0x63
const READ_PROTECT = 0x82
/** 3.1, as the loader of an F1 says. */
const VERSION = 0x31
const RAM_BASE = 0x2000_0000
const RAM_SIZE = 0x8000
/** Octets that wait for the program: a UART has room for one, what is held back waits on the line. */
const ROOM = 512
/** What counts as all pages, and as one of the two banks. */
const ALL = 0xff
const ALL_EXTENDED = 0xffff
const SPECIAL = 0xfff0

/** Chips with ERASE: F1 and F2, whose loaders are the oldest; later ones have EXTENDED ERASE. */
const ONE_OCTET_A_PAGE: readonly number[] = [0x410, 0x411, 0x412, 0x414, 0x418, 0x420, 0x428]

/** What outlives a reset: option bytes. */
export interface Protections {
  read: boolean
  write: boolean
}

type Step = Generator<undefined, void, number>

export class Stm32Rom implements Machine {
  readonly #life: Life
  readonly #family: Family
  readonly #pages: readonly Page[]
  readonly #protections: Protections
  readonly #erase: number
  readonly #queue: number[] = []
  readonly #ram = new Uint8Array(RAM_SIZE)
  #program: Step
  /** Flash is at work: the answer waits. */
  #then: (() => void) | undefined
  #restarts = false

  /** @param protections are changed by commands. */
  constructor(life: Life, family: Family, protections: Protections) {
    this.#life = life
    this.#family = family
    this.#pages = pagesOf(family)
    this.#protections = protections
    this.#erase = ONE_OCTET_A_PAGE.includes(life.settings.chip) ? ERASE : EXTENDED_ERASE
    const { boot } = life.settings
    this.#program =
      boot === 'line' && !life.bootPin ? this.#application(FLASH_BASE) : this.#loader()
    this.#program.next()
  }

  room(): number {
    return ROOM - this.#queue.length
  }

  receive(octets: Uint8Array): void {
    const isEven = this.#life.outside.parity() === 'even'
    for (const octet of octets) {
      // Without the ninth bit the stop bit is taken for it: half of all octets have it wrong.
      if (!isEven && ones(octet) % 2 === 0) continue
      if (this.#queue.length < ROOM) this.#queue.push(octet)
    }
  }

  run(): number {
    while (!this.#restarts) {
      if (this.#life.flash.busy > 0) return this.#life.flash.busy
      const then = this.#then
      this.#then = undefined
      then?.()
      const octet = this.#queue.shift()
      if (octet === undefined) break
      this.#program.next(octet)
    }
    return Number.POSITIVE_INFINITY
  }

  *#loader(): Step {
    const { fault } = this.#life.settings
    while ((yield) !== SYNC) {
      // A speed that was measured wrong: nothing is understood until the next reset.
      for (;;) yield
    }
    if (fault === 'glitch') this.#say(0)
    this.#say(ACK)
    for (;;) {
      const command = yield
      if (((yield) ^ command) !== 0xff || !this.#has(command)) this.#say(NACK)
      else yield* this.#do(command)
    }
  }

  /** What is answered while reading out is forbidden: GET, GET VERSION, GET ID, READ UNPROTECT. */
  #has(command: number): boolean {
    if (this.#protections.read) return [GET, GET_VERSION, GET_ID, READ_UNPROTECT].includes(command)
    return this.#commands().includes(command)
  }

  #commands(): number[] {
    const protecting = [WRITE_PROTECT, WRITE_UNPROTECT, READ_PROTECT, READ_UNPROTECT]
    return [GET, GET_VERSION, GET_ID, READ, GO, WRITE, this.#erase, ...protecting]
  }

  *#do(command: number): Step {
    const { chip } = this.#life.settings
    this.#say(ACK)
    switch (command) {
      case GET: {
        const commands = this.#commands()
        this.#say(commands.length, VERSION, ...commands, ACK)
        return
      }
      case GET_VERSION:
        this.#say(VERSION, 0, 0, ACK)
        return
      case GET_ID:
        this.#say(1, chip >> 8, chip & 0xff, ACK)
        return
      case READ:
        yield* this.#read()
        return
      case WRITE:
        yield* this.#write()
        return
      case GO:
        yield* this.#go()
        return
      case ERASE:
      case EXTENDED_ERASE:
        yield* this.#erasePages(command === EXTENDED_ERASE ? 2 : 1)
        return
      case WRITE_PROTECT: {
        const list = yield* this.#summed([yield], count => count! + 1)
        if (list) this.#protect({ write: true })
        return
      }
      case READ_UNPROTECT:
        this.#eraseAll()
        this.#protect({ read: false })
        return
      default:
        this.#protect(command === READ_PROTECT ? { read: true } : { write: false })
    }
  }

  *#read(): Step {
    const address = yield* this.#address()
    if (address === undefined) return
    const count = yield
    if (((yield) ^ count) !== 0xff) {
      this.#say(NACK)
      return
    }
    this.#say(ACK, ...this.#octets(address, count + 1))
  }

  *#write(): Step {
    const address = yield* this.#address()
    if (address === undefined) return
    const got = yield* this.#summed([yield], count => count! + 1)
    if (!got) return
    const data = got.subarray(1)
    const { flash, settings } = this.#life
    const at = address - FLASH_BASE
    if (address >= RAM_BASE) {
      this.#ram.set(data.subarray(0, RAM_SIZE - (address - RAM_BASE)), address - RAM_BASE)
    } else if (this.#protections.write) {
      // AN2662: no error is told.
    } else if (this.#family.width > 4 && this.#isTaken(at, data)) {
      // Cells with check bits are written once.
      this.#say(NACK)
      return
    } else if (settings.fault !== 'unwritable') {
      flash.program(
        at,
        data.map(octet => this.#cell(octet)),
      )
    }
    this.#afterwards(() => this.#say(ACK))
  }

  #isTaken(at: number, data: Uint8Array): boolean {
    const there = this.#octets(FLASH_BASE + at, data.length)
    return there.some((octet, i) => octet !== this.#family.erased && octet !== data[i])
  }

  *#erasePages(width: number): Step {
    const first = yield* this.#number(width)
    const isAll = width === 1 ? first === ALL : first >= SPECIAL
    const head = width === 1 ? [first] : [first >> 8, first & 0xff]
    const got = yield* this.#summed(head, () => (isAll ? 0 : (first + 1) * width))
    if (!got) return
    if (isAll) {
      if (width === 2 && first !== ALL_EXTENDED) {
        this.#say(NACK)
        return
      }
      if (!this.#protections.write) this.#eraseAll()
    } else {
      const numbers = Array.from({ length: first + 1 }, (_, i) =>
        width === 1 ? got[1 + i]! : got[2 + 2 * i]! * 256 + got[3 + 2 * i]!,
      )
      const pages = numbers.map(number => this.#pages[number])
      if (this.#protections.write || pages.includes(undefined)) {
        this.#say(NACK)
        return
      }
      for (const page of pages) this.#life.flash.erase(page!.address - FLASH_BASE, page!.size)
    }
    this.#afterwards(() => this.#say(ACK))
  }

  *#go(): Step {
    const address = yield* this.#address()
    if (address === undefined) return
    // Code in RAM that a host has put there restarts the chip: stm32flash has such.
    if (address >= RAM_BASE) this.#restart()
    else yield* this.#application(address)
  }

  *#application(address: number): Step {
    const start = this.#octets(address, 8)
    const isSound = start[3] === 0x20
    const said = isSound ? `application at 0x${address.toString(16).padStart(8, '0')}\r\n` : ''
    this.#life.outside.send(Buffer.from(said))
    for (;;) yield
  }

  /** Four octets and their sum: an address in flash or in RAM, or NACK. */
  *#address(): Generator<undefined, number | undefined, number> {
    const got = yield* this.#summed([], () => 4)
    if (!got) return undefined
    const address = new DataView(got.buffer, got.byteOffset).getUint32(0)
    const isFlash = address >= FLASH_BASE && address < FLASH_BASE + this.#life.flash.octets.length
    const isRam = address >= RAM_BASE && address < RAM_BASE + RAM_SIZE
    this.#say(isFlash || isRam ? ACK : NACK)
    return isFlash || isRam ? address : undefined
  }

  /** Octets and the exclusive or of all of them; NACK and nothing where it is wrong. */
  *#summed(
    head: readonly number[],
    rest: (first: number | undefined) => number,
  ): Generator<undefined, Uint8Array | undefined, number> {
    const got = [...head]
    for (let left = rest(head[0]); left > 0; left--) got.push(yield)
    const sum = got.reduce((all, octet) => all ^ octet, 0)
    const check = yield
    // A lone FF is followed by its complement.
    const isRight = check === (got.length === 1 && got[0] === ALL ? 0xff ^ sum : sum)
    if (isRight) return Uint8Array.from(got)
    this.#say(NACK)
    return undefined
  }

  *#number(width: number): Generator<undefined, number, number> {
    let number = 0
    for (let i = 0; i < width; i++) number = number * 256 + (yield)
    return number
  }

  #octets(address: number, length: number): Uint8Array {
    if (address >= RAM_BASE) return this.#ram.slice(address - RAM_BASE, address - RAM_BASE + length)
    const at = address - FLASH_BASE
    return this.#life.flash.octets.slice(at, at + length).map(octet => this.#cell(octet))
  }

  /** The flash under it is erased to ones; where cells are erased to zeros they are kept the other way. */
  #cell(octet: number): number {
    return octet ^ this.#family.erased ^ 0xff
  }

  #eraseAll(): void {
    this.#life.flash.erase(0, this.#life.flash.octets.length)
  }

  #protect(change: Partial<Protections>): void {
    Object.assign(this.#protections, change)
    this.#afterwards(() => {
      this.#say(ACK)
      this.#restart()
    })
  }

  #restart(): void {
    this.#restarts = true
    this.#life.outside.reset(REQUESTED)
  }

  #afterwards(then: () => void): void {
    if (this.#life.flash.busy > 0) this.#then = then
    else then()
  }

  #say(...octets: number[]): void {
    this.#life.outside.send(Uint8Array.from(octets))
  }
}

function ones(octet: number): number {
  let count = 0
  for (let rest = octet; rest > 0; rest >>= 1) count += rest & 1
  return count
}
