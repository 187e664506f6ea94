// `hanrig image sizes`: sizes, ranges and files, and what each means.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hanrig } from '../helpers/hanrig.ts'

const records = (out: string) =>
  out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>)

t.test('a range has its ends and the limits in it; each figure says where it is from', async t => {
  const dir = t.testdir()
  const args = ['700kB..800kB', '10240001', '--count', '100000', '--report', dir, '--json']
  const { exit, stdout } = hanrig('image', 'sizes', ...args)
  t.equal(exit, 0)
  const all = records(stdout)
  const of = (name: string) => all.filter(each => each.name === name)
  const sizes = of('class').map(({ octets }) => octets as number)
  t.strictSame([sizes[0], sizes.at(-2), sizes.at(-1)], [700_000, 800_000, 10_240_001])
  for (const limit of [750_000, 750_001, 768_000, 768_001]) t.ok(sizes.includes(limit), `${limit}`)
  t.match(of('class').at(-1), { smets2: 'refused by DUIS', pieces: 14 })
  const days = (octets: string) => of('days').find(({ size }) => size === octets)
  t.match(days('750,000 B'), { scheduled: 1, unscheduled: 1 })
  t.match(days('750,001 B'), { scheduled: 9, unscheduled: 200 })
  t.match(of('lever')[0], { octetsLess: 1, days: 1, insteadOf: 9 })
  t.match(of('headroom')[0], { around: 141, roomAt1000: 50_000, roomAt1024: 68_000 })
  t.ok(all.slice(0, -1).every(({ from }) => typeof from === 'string' && from !== ''))
  t.match(all.at(-1), { name: 'sizes', count: 100_000 })
  t.match(readFileSync(join(dir, 'sizes.html'), 'utf8'), /Headroom for firmware/)
})

t.test('10,240,000 octets go into a request', async t => {
  const { stdout } = hanrig('image', 'sizes', '10240000')
  t.match(stdout, /10,240,000 B +large +large +no limit of MP230 +14/)
})

t.test('a file has what is around its firmware', async t => {
  const dir = t.testdir({ 'app.bin': Buffer.alloc(300_000) })
  const [first] = records(hanrig('image', 'sizes', join(dir, 'app.bin'), '--json').stdout)
  t.match(first, { size: 'app.bin', octets: 300_000, smets1At1000: 'not large', pieces: 1 })
})

t.test('250 kB at 200 B/s are 1,250 s', async t => {
  const all = records(hanrig('image', 'sizes', '250kB', '--json').stdout)
  t.equal(all.find(({ name }) => name === 'han')!.at200, 1_250_000)
})

t.test('what is no size, range or file is refused', async t => {
  for (const [size, said] of [
    ['2kB..1kB', /goes from more to less/],
    ['0', /A size is 1 B to/],
    ['nowhere', /HANRIG_FILE_NOT_FOUND/],
  ] as const) {
    const { exit, stderr } = hanrig('image', 'sizes', size)
    t.equal(exit, 2)
    t.match(stderr, said)
  }
})
