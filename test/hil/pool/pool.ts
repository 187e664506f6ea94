// The pool file, and who gets which of its boards.

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { parse } from 'yaml'
import { z } from 'zod'
import {
  findPool,
  holderOfBoard,
  makeLeases,
  type Pool,
  readPool,
  requirePool,
} from '#hil/pool/pool'
import { poolJsonSchema } from '#hil/pool/schema'
import { assign, takeBoards } from '#hil/pool/take'

const POOL = `
leases: leases
boards:
  bench-1: { port: virtual:wasm, tags: [esme, fast], notes: left shelf }
  bench-2:
    port: serial:/dev/ttyUSB7
    tags: [esme]
    power: { on: 'uhubctl -a on', off: 'uhubctl -a off', timeout: 20 s }
    hubSupply: { line: rts, inverted: yes }
  lamp: { port: 'tcp://rig.example:4000', tags: [ppmid], hubSupply: none }
`

function poolOf(t: { testdir(files: Record<string, string>): string }, text = POOL): Pool {
  const directory = t.testdir({ 'hanrig.pool.yaml': text })
  const pool = readPool(join(directory, 'hanrig.pool.yaml'))
  makeLeases(pool)
  return pool
}

t.test('a pool is what its file says', async t => {
  const { boards } = poolOf(t)
  t.match(boards, [
    { name: 'bench-1', port: 'virtual:wasm', tags: ['esme', 'fast'], notes: 'left shelf' },
    {
      power: { by: 'command', on: 'uhubctl -a on', timeout: 20_000, settle: 0, shell: false },
      hubSupply: { by: 'line', line: 'rts', inverted: true },
    },
    { tags: ['ppmid'], hubSupply: { by: 'none' } },
  ])
  t.equal(new Set(boards.map(({ lease }) => lease)).size, 3)
})

t.test('what is wrong with a pool file is said with its place', async t => {
  const wrong: [string, RegExp][] = [
    ['boards: {}', /:1:9: boards must hold a board\./],
    ['boards: { a: { port: COM } }', /:1:22: boards.a.port must be the address of a board/],
    ['boards: { a: { prt: virtual:wasm } }', /boards.a has no key "prt"; did you mean "port"\?/],
    ['boards: { a: { port: COM3, tags: [Esme] } }', /boards.a.tags\[0\] must be a tag/],
    ['boards: { a: { port: COM3, power: agent } }', /boards.a.power must be a map with on and off/],
    [
      'boards:\n  a: { port: /dev/null }\n  b: { port: serial:/dev/null }',
      /:3:14: boards.b.port is already the port of a\./,
    ],
    ['boards: [', /this is not YAML/],
  ]
  for (const [text, message] of wrong) {
    t.throws(() => poolOf(t, text), { code: 'HANRIG_POOL_INVALID', message }, text)
  }
  t.throws(() => readPool('nowhere.yaml'), { code: 'HANRIG_FILE_NOT_FOUND' })
  const directory = t.testdir({ 'large.yaml': '#'.repeat(1024 * 1024 + 1) })
  t.throws(() => readPool(directory), { code: 'HANRIG_FILE_IS_DIRECTORY' })
  t.throws(() => readPool(join(directory, 'large.yaml')), { code: 'HANRIG_FILE_TOO_LARGE' })
  execFileSync('mkfifo', [join(directory, 'pipe')])
  t.throws(() => readPool(join(directory, 'pipe')), { code: 'HANRIG_FILE_IS_PIPE' })
})

t.test(
  'the published JSON Schema is what the declarations say, and explains every key',
  async t => {
    const file = new URL('../../../docs/pool.schema.json', import.meta.url)
    const published = JSON.parse(readFileSync(file, 'utf8'))
    const how = 'after a change to the language run: node test/helpers/write-schemas.ts'
    t.strictSame(published, poolJsonSchema(), how)
    const { boards, leases } = published.properties
    t.type(leases.description, 'string')
    for (const [name, property] of Object.entries(boards.additionalProperties.properties)) {
      t.type((property as { description?: string }).description, 'string', name)
    }
    const takes = (text: string) => z.fromJSONSchema(published).safeParse(parse(text)).success
    t.ok(takes(POOL))
    t.notOk(takes(POOL.replace('notes', 'note')))
  },
)

t.test('the pool is the named one, else the one of the environment, else the nearest', async t => {
  const directory = t.testdir({ 'hanrig.pool.yaml': POOL })
  t.equal(findPool('x.yaml', directory), 'x.yaml')
  t.equal(findPool(undefined, directory), join(directory, 'hanrig.pool.yaml'))
  t.equal(findPool(undefined, join(directory, 'no')), undefined)
  process.env.HANRIG_POOL = 'env.yaml'
  t.equal(findPool(undefined, directory), 'env.yaml')
  delete process.env.HANRIG_POOL
  t.throws(() => requirePool(undefined, join(directory, 'no')), {
    code: 'HANRIG_POOL_NONE',
    kind: 'unusable',
  })
  t.equal(requirePool(undefined, directory).boards.length, 3)
})

t.test('boards are assigned so that all get one, if that can be', async t => {
  t.same(assign([[0, 1], [0]]), [1, 0])
  t.equal(assign([[0], [0]]), undefined)
  t.equal(assign([[]]), undefined)
  t.same(assign([]), [])
  const wants = fc.array(fc.uniqueArray(fc.nat(4), { maxLength: 5 }), { maxLength: 5 })
  fc.assert(
    fc.property(wants, suits => {
      const found = assign(suits)
      if (!found) return !canBe(suits, new Set())
      return new Set(found).size === suits.length && found.every((n, i) => suits[i]!.includes(n))
    }),
  )
})

/** Whether all can get one: every way is tried. */
function canBe([first, ...others]: readonly (readonly number[])[], gone: Set<number>): boolean {
  if (!first) return true
  return first.some(n => !gone.has(n) && canBe(others, new Set([...gone, n])))
}

t.test('a free board with the tags is taken, and another when that one is taken', async t => {
  const pool = poolOf(t)
  const patience = { what: 'test', wait: 0 }
  const [first] = await takeBoards(pool, [{ tags: ['esme'] }], patience)
  t.equal(first!.board.name, 'bench-1')
  const [second] = await takeBoards(pool, [{ tags: ['esme'] }], patience)
  t.equal(second!.board.name, 'bench-2')
  await t.rejects(takeBoards(pool, [{ tags: ['esme'] }], patience), {
    code: 'HANRIG_BOARD_LEASED',
    kind: 'in-use',
    message:
      /No board with tag esme is free: bench-1 by process \d+ \(test\), since .*; bench-2 by /,
  })
  await t.rejects(takeBoards(pool, [{ name: 'bench-1' }, { tags: ['ppmid'] }], patience), {
    code: 'HANRIG_BOARD_LEASED',
  })
  t.equal(holderOfBoard(pool.boards[2]!), undefined, 'none is kept when not all are to be had')
  for (const { lease } of [first!, second!]) lease.release()
  const both = await takeBoards(pool, [{ tags: ['esme'] }, { name: 'bench-1' }], patience)
  t.same(
    both.map(({ board }) => board.name),
    ['bench-2', 'bench-1'],
  )
  for (const { lease } of both) lease.release()
})

t.test('what the pool never has is refused at once', async t => {
  const pool = poolOf(t)
  const patience = { what: 'test', wait: 60_000 }
  const refused: [Parameters<typeof takeBoards>[1], RegExp][] = [
    [
      [{ tags: ['esme', 'slow'] }],
      /has no board with tag esme and slow; there are the tags esme, /,
    ],
    [[{ name: 'bench-9' }], /has no board bench-9; there are bench-1, bench-2, lamp\./],
    [[{ name: 'lamp' }, { tags: ['ppmid'] }], /has not enough boards for 2 boards: board lamp; /],
  ]
  for (const [wants, message] of refused) {
    await t.rejects(takeBoards(pool, wants, patience), {
      code: 'HANRIG_POOL_NO_BOARD',
      kind: 'unusable',
      message,
    })
  }
})

t.test('whoever waits is told for whom, and gets the board when it is given back', async t => {
  const pool = poolOf(t)
  const wants = [{ name: 'lamp' }]
  const [first] = await takeBoards(pool, wants, { what: 'first', wait: 0 })
  const told: string[] = []
  const waits = (board: { name: string }, holder: { what: string }) =>
    told.push(`${board.name} ${holder.what}`)
  setTimeout(() => first!.lease.release(), 300)
  const [second] = await takeBoards(pool, wants, { what: 'second', wait: 10_000, waits })
  t.same(told, ['lamp first'])
  const began = performance.now()
  const late = takeBoards(pool, wants, { what: 'third', wait: 250 })
  await t.rejects(late, { code: 'HANRIG_BOARD_LEASED', message: /lamp by process/ })
  t.ok(performance.now() - began >= 250)
  const abort = new AbortController()
  const ended = takeBoards(pool, wants, { what: 'third', wait: 60_000, signal: abort.signal })
  abort.abort()
  await t.rejects(ended, { name: 'AbortError' })
  second!.lease.release()
})

t.test('one board in two pool files is one board', async t => {
  const text = 'leases: leases\nboards: { a: { port: /dev/null } }\n'
  const directory = t.testdir({ 'one.yaml': text })
  writeFileSync(
    join(directory, 'two.yaml'),
    text.replace('a: {', 'b: {').replace('/dev', 'serial:/dev'),
  )
  const [one, two] = ['one.yaml', 'two.yaml'].map(
    name => readPool(join(directory, name)).boards[0]!,
  )
  t.equal(one!.lease, two!.lease)
  const virtual = text.replace('/dev/null', 'virtual:wasm')
  writeFileSync(join(directory, 'one.yaml'), virtual)
  writeFileSync(join(directory, 'two.yaml'), virtual)
  const [mine, yours] = ['one.yaml', 'two.yaml'].map(
    name => readPool(join(directory, name)).boards[0]!,
  )
  t.not(mine!.lease, yours!.lease, 'virtual boards are each pool’s own')
})

t.test(
  'leases among the temporary files: everybody’s, and each only his own to remove',
  async t => {
    const temporary = t.testdir({ 'pool.yaml': 'boards: { a: { port: COM3 } }\n' })
    const { TMPDIR } = process.env
    process.env.TMPDIR = temporary
    t.teardown(() => {
      if (TMPDIR === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = TMPDIR
    })
    const leases = join(temporary, 'hanrig-leases')
    const modeOf = () => statSync(leases).mode & 0o7777
    const read = () => {
      const pool = readPool(join(temporary, 'pool.yaml'))
      makeLeases(pool)
      return pool
    }
    read()
    t.equal(modeOf(), 0o1777)
    chmodSync(leases, 0o777)
    read()
    t.equal(modeOf(), 0o1777, 'one’s own is put right')
    chmodSync(leases, 0o700)
    read()
    t.equal(modeOf(), 0o700, 'one for a single user stays so')
    rmSync(leases, { recursive: true })
    const elsewhere = join(temporary, 'elsewhere')
    mkdirSync(elsewhere)
    symlinkSync(elsewhere, leases)
    t.throws(read, { code: 'HANRIG_LEASES_UNSAFE', kind: 'unusable', message: /is no directory/ })
    rmSync(leases)
    const { geteuid } = process
    mkdirSync(leases)
    chmodSync(leases, 0o777)
    process.geteuid = () => 1 + geteuid!()
    t.teardown(() => {
      process.geteuid = geteuid!
    })
    t.throws(read, { code: 'HANRIG_LEASES_UNSAFE', message: /lets any user remove the leases/ })
    process.env.HANRIG_LEASES = leases
    t.equal(read().boards.length, 1, 'one that was named is shared as its owner wants')
    delete process.env.HANRIG_LEASES
  },
)

t.test('a lease that is none ends with its name, and nothing stays taken', async t => {
  const pool = poolOf(t)
  writeFileSync(pool.boards[2]!.lease, 'null')
  const wants = [{ name: 'bench-1' }, { name: 'lamp' }]
  const patience = { what: 'test', wait: 60_000 }
  await t.rejects(takeBoards(pool, wants, patience), {
    code: 'HANRIG_LEASE_DAMAGED',
    kind: 'unusable',
  })
  t.equal(holderOfBoard(pool.boards[0]!), undefined)
})
