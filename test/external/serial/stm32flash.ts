// Judged by stm32flash, which most people have: it flashes, reads, erases, protects and resets the virtual STM32 over a
// tty, and knows the same chips. And by pyserial and the system's own calls: parity and lines as they reach a port.

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { virtualPorts } from '#hil/board/virtual-ports'
import { parseSequence } from '#hil/line/sequence'
import { openPort } from '#hil/open/open'
import { FAMILIES } from '#hil/protocol/stm32-families'
import { flashed, imageOf } from '../../helpers/flashing.ts'
import { ROOT } from '../../helpers/hanrig.ts'
import { seeded } from '../../helpers/octets.ts'
import { type Started, shortDirectory, start, ttyPair, until } from '../../helpers/processes.ts'

t.setTimeout(300_000)

/** Debian's, which has pyserial. */
const PYTHON = '/usr/bin/python3'
const HERE = join(ROOT, 'test', 'external', 'serial')

/** A virtual STM32 at the end of a cable. */
class Bench {
  readonly dir: string
  readonly tty: string
  readonly address: string
  readonly #test: Test
  readonly #preload: string

  private constructor(test: Test, dir: string, tty: string, address: string, preload: string) {
    this.#test = test
    this.dir = dir
    this.tty = tty
    this.address = address
    this.#preload = preload
  }

  static async of(test: Test, settings = ''): Promise<Bench> {
    const dir = shortDirectory(test)
    const { a, b } = await ttyPair(test, dir)
    const address = `virtual:stm32?${settings}#${dir.replace(/\W/g, '')}`
    const board = await openPort(address, { parity: 'even' })
    const tty = await openPort(b)
    board.stream.pipe(tty.stream)
    tty.stream.pipe(board.stream)
    test.teardown(async () => {
      await board.close()
      await tty.close()
    })
    return new Bench(test, dir, a, address, fakeModem(dir))
  }

  /** Runs stm32flash, its lines and parity as on a real port, and returns what it said. */
  async judge(...args: string[]): Promise<{ exit: number | null; said: string }> {
    const ran = this.#started(...args)
    const exit = await ran.ended
    return { exit, said: ran.said() }
  }

  #started(...args: string[]): Started {
    const command = ['stm32flash', ...args, this.tty]
    return start(this.#test, 'env', `LD_PRELOAD=${this.#preload}`, ...command)
  }

  async flash(): Promise<Uint8Array> {
    return (await virtualPorts.board(this.address)).flash.octets
  }

  file(name: string, octets: Uint8Array): string {
    const path = join(this.dir, name)
    writeFileSync(path, octets)
    return path
  }
}

function fakeModem(dir: string): string {
  const library = join(dir, 'fake-modem.so')
  const source = join(HERE, 'fake-modem.c')
  execFileSync('cc', ['-shared', '-fPIC', '-o', library, source, '-ldl'])
  return library
}

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0

for (const chip of [0x410, 0x413, 0x460, 0x417]) {
  const name = `0x${chip.toString(16)}`
  t.test(`${name}: written, verified, read, started, erased`, async t => {
    const bench = await Bench.of(t, `chip=${chip}`)
    const image = seeded(40_000, chip)
    const wrote = await bench.judge('-w', bench.file('image', image), '-v', '-g', '0')
    t.equal(wrote.exit, 0, wrote.said)
    t.match(wrote.said, /verified/)
    t.match(wrote.said, /Starting execution.*done/s)
    const zeros = (FAMILIES[chip]?.erased ?? 255) === 0
    const kept = (await bench.flash()).slice(0, image.length)
    t.ok(same(zeros ? kept.map(octet => octet ^ 0xff) : kept, image))
    const board = await virtualPorts.board(bench.address)
    board.powerCut()
    board.powerOn()
    const copy = join(bench.dir, 'copy')
    t.equal((await bench.judge('-r', copy, '-S', '0x08000000:40000')).exit, 0)
    t.ok(same(readFileSync(copy).subarray(0, image.length), image))
    const erased = await bench.judge('-o')
    t.equal(erased.exit, 0, erased.said)
    t.ok((await bench.flash()).every(octet => octet === 0xff))
  })
}

t.test('protected, and free again; restarted by code in RAM', async t => {
  const bench = await Bench.of(t)
  const image = bench.file('image', seeded(3_000, 1))
  t.equal((await bench.judge('-w', image, '-v')).exit, 0)
  t.equal((await bench.judge('-j')).exit, 0, 'read-out protected')
  t.not((await bench.judge('-w', image)).exit, 0)
  const freed = await bench.judge('-k')
  t.equal(freed.exit, 0, freed.said)
  t.ok((await bench.flash()).every(octet => octet === 0xff))
  t.equal((await bench.judge('-u')).exit, 0)
  t.equal((await bench.judge('-w', image, '-v', '-R')).exit, 0)
})

t.test('what one has written the other finds', async t => {
  const bench = await Bench.of(t)
  const image = imageOf(30_000, 5)
  t.equal((await bench.judge('-w', bench.file('image', image.octets.u8), '-v')).exit, 0)
  // The bench has the board's port: ours comes by the tty, as another's program would.
  const ours = await flashed(bench.tty, image, { protocol: 'stm32', activate: false })
  t.equal(ours.failure?.message, undefined)
  t.ok(ours.already && ours.verified)
  const other = imageOf(25_000, 6)
  const again = await flashed(bench.tty, other, { protocol: 'stm32', activate: false })
  t.equal(again.failure?.message, undefined)
  const copy = join(bench.dir, 'copy')
  t.equal((await bench.judge('-r', copy, '-S', '0x08000000:25000')).exit, 0)
  t.ok(same(readFileSync(copy).subarray(0, 25_000), other.octets.u8))
})

t.test('it knows the same chips', async t => {
  for (const [id, family] of Object.entries(FAMILIES)) {
    const bench = await Bench.of(t, `chip=${id}`)
    const { exit, said } = await bench.judge()
    t.equal(exit, 0, said)
    const [, size, page] = /Flash\s*:\s*Up to (\d+)KiB \(size first sector: \d+x(\d+)\)/.exec(said)!
    const first = family.layout[0]![1]
    t.same([Number(size) * 1024, Number(page)], [family.flashSize, first], family.name)
  }
})

t.test('parity and lines as they reach the system', async t => {
  const dir = shortDirectory(t)
  const { a } = await ttyPair(t, dir)
  const log = join(dir, 'log')
  const program = `
    import { openPort } from '#hil/open/open'
    import { parseSequence } from '#hil/line/sequence'
    const port = await openPort(process.argv[1], { parity: 'even' })
    for (const { do: what, ...lines } of parseSequence('esp')) if (what === 'lines') await port.setLines(lines)
    await port.close()`
  const preload = [`LD_PRELOAD=${fakeModem(dir)}`, `FAKE_MODEM_LOG=${log}`, '-u', 'NODE_OPTIONS']
  const node = [process.execPath, '--input-type=module', '-e', program, a]
  execFileSync('env', [...preload.slice(2), ...preload.slice(0, 2), ...node], { cwd: ROOT })
  const said = readFileSync(log, 'utf8').trim().split('\n')
  t.ok(said.includes('8E1'))
  t.notOk(said.includes('8N1'))
  t.same(said.filter(line => line.startsWith('dtr')).slice(-3), [
    'dtr=0 rts=1',
    'dtr=1 rts=0',
    'dtr=0 rts=0',
  ])
})

t.test('the same by RFC 2217, as pyserial’s server has it', async t => {
  const server = start(t, PYTHON, join(HERE, 'com-port-server.py'))
  await until(() => /port=\d+/.test(server.said()), 20_000, 'the server of pyserial')
  const [, number] = /port=(\d+)/.exec(server.said())!
  const port = await openPort(`rfc2217://127.0.0.1:${number}`, { baudRate: 57_600, parity: 'even' })
  for (const step of parseSequence('D0R1|D1R0')) {
    if (step.do === 'lines') t.ok(await port.setLines({ dtr: step.dtr!, rts: step.rts! }))
  }
  await port.close()
  await until(() => /rts=0/.test(server.said()))
  const said = server.said().trim().split('\n')
  t.ok(said.includes('baud=57600 parity=E'), server.said())
  t.same(said.filter(line => /^(dtr|rts)/.test(line)).slice(-4), [
    'dtr=0',
    'rts=1',
    'dtr=1',
    'rts=0',
  ])
})
