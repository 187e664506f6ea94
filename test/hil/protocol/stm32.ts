// The host's side of ST's boot loader in virtual time, against the virtual ROM: the octets and their order, cuts at every
// one of them, power lost at any, silence at any.

import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { Random } from '#core/time/random'
import type { Machine } from '#hil/board/machine'
import { NorFlash } from '#hil/board/nor-flash'
import { parsePath } from '#hil/board/settings'
import { Stm32Rom } from '#hil/board/stm32-rom'
import { Stm32Job } from '#hil/protocol/stm32'
import { familyOf } from '#hil/protocol/stm32-families'
import { Counts } from '#hil/protocol/talk'
import { seeded } from '../../helpers/octets.ts'
import { confer, type Peer } from '../../helpers/odd-peers.ts'

const BASE = 0x0800_0000

/** A chip on a desk, with a cable that can be pulled and power that can go. */
class Desk {
  readonly flash: NorFlash
  /** What the host said, a piece each. */
  readonly said: string[] = []
  /** Octets that the chip heard, and how many it hears before its power goes for a moment. */
  heard = 0
  cutAt = Number.POSITIVE_INFINITY
  /** Octets of the host that reach the chip, and answers that come back. */
  reaches = Number.POSITIVE_INFINITY
  answers = Number.POSITIVE_INFINITY
  readonly #chip: number
  #machine: Machine
  #sent: number[] = []
  #dead = false

  constructor(chip: number) {
    this.#chip = chip
    const family = familyOf(chip)!
    this.flash = new NorFlash(family.flashSize, Math.min(...family.layout.map(([, size]) => size)))
    this.#machine = this.#start()
  }

  #start(): Machine {
    const life = {
      settings: { ...parsePath('virtual:stm32', ['stm32']).settings, chip: this.#chip },
      flash: this.flash,
      reason: 1,
      bootPin: true,
      boot: 1,
      serial: '',
      outside: {
        send: (octets: Uint8Array) => this.#sent.push(...octets),
        supply: () => undefined,
        light: () => undefined,
        reset: () => undefined,
        baud: () => undefined,
        parity: () => 'even' as const,
        millis: () => 0,
      },
    }
    return new Stm32Rom(life, familyOf(this.#chip)!, { read: false, write: false })
  }

  readonly peer: Peer = (octets, now) => {
    if (octets.length > 0)
      this.said.push(octets.length < 512 ? Buffer.from(octets).toString('hex') : 'fill')
    for (const octet of octets) this.#hear(octet)
    this.#dead = false
    const back = this.#sent.slice(0, this.answers)
    this.answers -= this.#sent.length
    this.#sent = []
    return back.length === 0 || this.answers < 0
      ? []
      : [{ at: now + 1, octets: Uint8Array.from(back) }]
  }

  #hear(octet: number): void {
    // What is under way while there is no power is lost.
    if (this.#dead || this.heard >= this.reaches) return
    this.heard++
    if (this.heard === this.cutAt) {
      this.#machine = this.#start()
      this.#sent = []
      this.#dead = true
      return
    }
    this.#machine.receive(Uint8Array.of(octet))
    this.#machine.run()
  }

  job(image: Uint8Array, counts = new Counts(), run = true): Stm32Job {
    return new Stm32Job(
      {
        image: new Bytes(image),
        address: BASE,
        sizes: {},
        run,
        force: false,
        unprotect: false,
        baudRate: 115_200,
        syncTries: 2,
        tries: 5,
      },
      counts,
    )
  }

  holds(image: Uint8Array): boolean {
    return Buffer.compare(this.flash.octets.subarray(0, image.length), image) === 0
  }
}

function code(size: number, seed: number): Uint8Array {
  const octets = Uint8Array.from(seeded(size, seed))
  octets.set([0x00, 0x10, 0x00, 0x20, 0x01, 0x01, 0x00, 0x08])
  return octets
}

t.test('the octets and their order, as AN3155 has them', async t => {
  const desk = new Desk(0x410)
  const image = Uint8Array.of(0, 0x10, 0, 0x20, 1, 1, 0, 8, 0xaa, 0x55)
  const job = desk.job(image)
  const talk = job.flash(0)
  confer(talk, desk.peer)
  t.equal(talk.failure, undefined)
  t.same(desk.said, [
    '7f',
    ...['01fe', '00ff', '02fd'],
    // The last word of the image can be read; the first octets of its page are no code.
    ...['11ee', '0800000800', '03fc'],
    ...['11ee', '0800000008', '0bf4'],
    ...['31ce', '0800000008', '0b0010002001010008aa55ffffcc'],
    ...['11ee', '0800000008', '0bf4'],
    ...['21de', '0800000008'],
  ])
  // Another image: what differs is erased, in one command.
  const other = new Desk(0x413)
  confer(other.job(code(100, 1), new Counts(), false).flash(0), other.peer)
  const before = other.said.length
  confer(other.job(code(100, 2), new Counts(), false).flash(0), other.peer)
  t.ok(other.said.slice(before).join(' ').includes('44bb 0000000000 31ce'))
})

for (const chip of [0x410, 0x413]) {
  t.test(`0x${chip.toString(16)}: a host that is cut off at any octet goes on`, async t => {
    const old = code(600, 7)
    const image = code(560, 8)
    const canary = code(1_000, 9)
    const whole = new Desk(chip)
    confer(whole.job(old).flash(0), whole.peer)
    const first = whole.heard
    confer(whole.job(image).flash(0), whole.peer)
    const octets = whole.heard - first
    let worst = 0
    for (let cut = 1; cut < octets; cut += cut < 60 ? 1 : 23) {
      const desk = new Desk(chip)
      confer(desk.job(old, new Counts(), false).flash(0), desk.peer)
      desk.flash.program(100 * 1024, canary)
      desk.flash.program(48 * 1024, canary)
      desk.reaches = desk.heard + cut
      // It waits for octets that do not come: the host was killed, and the chip keeps its power.
      const stopped = desk.job(image, new Counts(), false).flash(0)
      confer(stopped, desk.peer, 90)
      desk.reaches = Number.POSITIVE_INFINITY
      const counts = new Counts()
      const talk = desk.job(image, counts, false).flash(0)
      const took = confer(talk, desk.peer)
      worst = Math.max(worst, took)
      const kept = (at: number) =>
        Buffer.compare(desk.flash.octets.subarray(at, at + canary.length), canary) === 0
      if (talk.failure || !desk.holds(image) || !kept(100 * 1024) || !kept(48 * 1024)) {
        t.fail(`cut at ${cut}: ${talk.failure?.message}`)
        return
      }
    }
    t.ok(worst < 10_000, `at most ${worst} ms`)
  })
}

t.test(
  '300 times the power goes at some octet: what was verified is not written again',
  async t => {
    const CUTS = 300
    const random = new Random(16, 'cuts')
    let cuts = 0
    let sent = 0
    let blocks = 0
    for (let seed = 1; cuts < CUTS; seed++) {
      const desk = new Desk(0x410)
      confer(desk.job(code(8_000, seed + 1_000), new Counts(), false).flash(0), desk.peer)
      const image = code(8_000, seed)
      const counts = new Counts()
      const job = desk.job(image, counts, false)
      const watched = watch(desk.flash)
      const cut = () => {
        desk.cutAt = desk.heard + random.between(1, 6_000)
      }
      const peer: Peer = (octets, now) => {
        const back = desk.peer(octets, now)
        if (desk.heard >= desk.cutAt) {
          cuts++
          cut()
        }
        return back
      }
      cut()
      for (let tries = 0; tries < 50; tries++) {
        const talk = job.flash(0)
        confer(talk, peer)
        if (!talk.failure) break
      }
      t.ok(job.isVerified && desk.holds(image), `seed ${seed}`)
      t.match(watched, { again: 0, erasedAgain: 0 })
      sent += counts.sent
      blocks += counts.blocks
    }
    // What is sent more often than there are blocks was cut off before the chip had it.
    t.ok(sent - blocks <= cuts)
    t.comment(`${cuts} cuts, ${sent} blocks sent for ${blocks}`)
  },
)

/** Counts programmings of what is there already, and pages that are erased more than once. */
function watch(flash: NorFlash): { again: number; erasedAgain: number } {
  const seen = { again: 0, erasedAgain: 0 }
  const pages = new Set<number>()
  const { program, erase } = flash
  flash.program = (at, octets) => {
    if (Buffer.compare(flash.octets.subarray(at, at + octets.length), octets) === 0) seen.again++
    program.call(flash, at, octets)
  }
  flash.erase = (at, length) => {
    if (pages.has(at)) seen.erasedAgain++
    pages.add(at)
    erase.call(flash, at, length)
  }
  return seen
}

t.test('silence at any answer ends it by name, within its time', async t => {
  const image = code(600, 1)
  const whole = new Desk(0x410)
  confer(whole.job(image).flash(0), whole.peer)
  for (let answers = 0; answers < 320; answers += 7) {
    const desk = new Desk(0x410)
    desk.answers = answers
    const talk = desk.job(image, new Counts(), false).flash(0)
    const took = confer(talk, desk.peer, 100_000)
    t.equal(talk.failure?.code, 'HANRIG_BOARD_SILENT', `after ${answers} octets`)
    t.ok(took < 20_000, `${took} ms`)
  }
})
