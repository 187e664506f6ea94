// An STM32 as a user meets it: the recipes of the guide as they are written, the way into the loader by lines and words,
// a pool's own, and what is refused.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hanrig, jsonLines, ROOT } from '../helpers/hanrig.ts'
import { seeded } from '../helpers/octets.ts'

t.setTimeout(240_000)

/** Code that a Cortex-M could start. */
function firmware(size: number, seed: number): Uint8Array {
  const octets = Uint8Array.from(seeded(size, seed))
  octets.set([0x00, 0x10, 0x00, 0x20, 0x01, 0x01, 0x00, 0x08])
  return octets
}

t.test('the recipes of the guide', async t => {
  const dir = t.testdir()
  const file = join(dir, 'firmware.bin')
  writeFileSync(file, firmware(9_000, 1))
  const guide = readFileSync(join(ROOT, 'docs', 'flashing.md'), 'utf8')
  const section = guide.split('\n## STM32\n')[1]!.split('\n## ')[0]!
  const lines = section.match(/^hanrig flash .*$/gm)!
  t.equal(lines.length, 3)
  const run = (line: string) => {
    const words = line.split(/ {2,}/)[0]!.split(' ').slice(1)
    const here = words.map(word =>
      word
        .replace(/'/g, '')
        .replace('firmware.bin', file)
        .replace('chip.bin', join(dir, 'chip.bin')),
    )
    return hanrig(...here)
  }
  const [first, again, freed] = lines.map(run)
  t.equal(first!.exit, 0, first!.stderr)
  t.match(
    first!.stdout,
    /STM32F10x medium-density \(0x0410\): 0 of 9 pages were there, 0 erased; verified; started/,
  )
  t.match(again!.stdout, /has this image already; nothing was written/)
  t.equal(freed!.exit, 0, freed!.stdout)
  t.match(freed!.stdout, /its read-out protection was taken away, and with it everything/)
})

t.test('lines, words before and after; a pool’s own', async t => {
  const dir = t.testdir()
  const file = join(dir, 'firmware.bin')
  writeFileSync(file, firmware(3_000, 2))
  const chip = `virtual:stm32?boot=line&flash=${join(dir, 'chip')}`
  const args = ['flash', file, '--protocol', 'stm32', '--json']
  const ways = ['--reset', 'esp', '--then', '--expect', 'application', '--expect', 'at 0x08000000']
  const ran = jsonLines(hanrig(...args, '-p', chip, ...ways).stdout)
  t.match(ran.at(-2), { name: 'end', ok: true, verified: true, started: true, chipId: 0x410 })
  const wrong = jsonLines(
    hanrig(
      ...args,
      '-p',
      chip,
      '--reset',
      'esp',
      '--then',
      '--expect',
      'Linux',
      '--answer-within',
      '1s',
      '--start-within',
      '1s',
    ).stdout,
  )
  t.match(wrong.at(-2), {
    verified: true,
    error: { code: 'HANRIG_EXPECTED_UNSEEN', exit: 4, message: /\/Linux\/.*application at/ },
  })
  const pool = join(dir, 'pool.yaml')
  writeFileSync(
    pool,
    `leases: leases\nboards:\n  a:\n    port: ${JSON.stringify(chip)}\n    reset: esp\n    leave: [{ expect: 'application at' }]\n`,
  )
  const pooled = jsonLines(hanrig(...args, '--board', 'name=a', '--pool', pool).stdout)
  t.match(pooled.at(-2), { name: 'end', ok: true, already: true })
  writeFileSync(
    pool,
    `boards:\n  a:\n    port: ${JSON.stringify(chip)}\n    reset: D2\n    enter: [{ expect: '(' }]\n`,
  )
  const bad = hanrig(...args, '--board', 'name=a', '--pool', pool)
  t.equal(bad.exit, 2)
  t.match(bad.stderr + bad.stdout, /"D2" is no step.*|cannot be expected/s)
})

t.test('what is refused before a board is touched', async t => {
  const dir = t.testdir()
  const file = join(dir, 'firmware.bin')
  writeFileSync(file, firmware(1_000, 3))
  const hex = join(dir, 'options.hex')
  writeFileSync(
    hex,
    ':020000040800F2\n:0400000000100020CC\n:020000041FFFDC\n:04F80000A55AFF0006\n:00000001FF\n',
  )
  const chip = ['-p', 'virtual:stm32']
  for (const [args, code, says] of [
    [
      [file, '-p', 'tcp://127.0.0.1:9', '--protocol', 'stm32', '--parity', 'even'],
      'HANRIG_PORT_CANNOT',
      /no parity/,
    ],
    [[file, ...chip, '--reset', 'D0;R1'], 'HANRIG_LINE_SEQUENCE', /"D0;R1"/],
    [[file, ...chip, '--send', '\\q'], 'HANRIG_TYPED_TEXT', /stands for nothing/],
    [
      [file, ...chip, '--page-size', '1024'],
      'HANRIG_USAGE',
      /--page-size means nothing with --protocol auto/,
    ],
    [[file, ...chip, '--then', '--then'], 'HANRIG_USAGE', /--then is given twice/],
    [[hex, ...chip, '--protocol', 'stm32'], 'HANRIG_ADDRESS_SPAN', /0x1ffff800/],
  ] as const) {
    const { exit, stderr, stdout } = hanrig('flash', ...args)
    t.ok(exit === 2 || exit === 5, args.join(' '))
    t.match(stderr + stdout, code)
    t.match(stderr + stdout, says)
  }
  const range = ['--range', '0x08000000..0x0801ffff']
  const left = hanrig('flash', hex, ...chip, '--protocol', 'stm32', ...range)
  t.equal(left.exit, 0, left.stdout)
})
