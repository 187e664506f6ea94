// `npm run bench:serial`, second part: an STM32 flashed and verified at 115,200 baud 8E1 beside `stm32flash -w -v`, over the
// same paced line in the same run: a blank chip, and one that holds another image. Needs Debian's stm32flash and socat.
// Ours, at the line itself, may not be slower; what it takes over a tty, which stm32flash needs, is told too.

import { randomBytes } from 'node:crypto'
import { Bytes } from '#core/bytes/bytes'
import { sha256 } from '#emulators/crypto/crypto'
import { Flash } from '#hil/flash/flash'
import { benchOf } from './rivals/stm32flash.ts'

/** F103: 20 to 40 ms a page, 40 to 70 us a half word (its datasheet, 5.3.9). */
const SETTINGS = 'baud=115200&latency=1&erase=30&program=7'
const SIZE = 30_000
/** The machine may have been busy. */
const ATTEMPTS = 3
/** Octets a second that 8E1 carries when nobody waits for an answer. */
const LINE = 115_200 / 11

async function ours(tty: string, octets: Uint8Array): Promise<number> {
  const image = {
    name: 'bench',
    octets: new Bytes(octets),
    sha256: sha256(octets),
    fileVersion: undefined,
    hardware: undefined,
    manufacturerCode: undefined,
    imageType: undefined,
  }
  const begun = performance.now()
  const flash = new Flash(tty, {
    image,
    protocol: 'stm32',
    activate: false,
    activationMs: 0,
    keepSupply: true,
    allowDowngrade: false,
    force: false,
    wait: 0,
  })
  await flash.run(new AbortController().signal)
  if (flash.failure) throw flash.failure
  return performance.now() - begun
}

/** Milliseconds on a blank chip, and on one that holds another image. */
type Times = readonly [blank: number, other: number]

async function twice(run: (image: Uint8Array) => Promise<number>): Promise<Times> {
  const blank = await run(Uint8Array.from(randomBytes(SIZE)))
  return [blank, await run(Uint8Array.from(randomBytes(SIZE)))]
}

async function overTty(flash: 'hanrig' | 'stm32flash'): Promise<Times> {
  const bench = await benchOf(SETTINGS)
  const mine = (image: Uint8Array) => ours(bench.tty, image)
  const times = await twice(flash === 'hanrig' ? mine : bench.stm32flash)
  await bench.end()
  return times
}

const direct = (): Promise<Times> => {
  const address = `virtual:stm32?${SETTINGS}#${randomBytes(6).toString('hex')}`
  return twice(image => ours(address, image))
}

let pass = false
for (let attempt = 1; attempt <= ATTEMPTS && !pass; attempt++) {
  const [mine, tty, theirs] = await Promise.all([
    direct(),
    overTty('hanrig'),
    overTty('stm32flash'),
  ])
  pass = mine.every((ms, i) => ms <= theirs[i]!)
  for (const [i, chip] of ['blank chip', 'another image'].entries()) {
    const share = (ms: number) => (100_000 * SIZE) / (LINE * ms)
    const text = (ms: number) => `${Math.round(ms)} ms (${share(ms).toFixed(0)} % of the line)`
    const rest = `over a tty ${text(tty[i]!)}; stm32flash -w -v ${text(theirs[i]!)}`
    console.log(`STM32, ${chip}: hanrig ${text(mine[i]!)}, ${rest}`)
  }
  if (!pass && attempt < ATTEMPTS) {
    process.stderr.write('not enough; again, the machine may have been busy\n')
  }
}
process.exitCode = pass ? 0 : 1
