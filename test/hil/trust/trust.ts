// What a scenario or pool file wants is gathered from wherever it can be said, and refused unless it is allowed.

import t from 'tap'
import { readScenario } from '#emulators/scenario/read/read'
import { readPool } from '#hil/pool/pool'
import { wantsOfPool } from '#hil/pool/wants'
import { Rig } from '#hil/rig/rig'
import { judge, PERMISSIONS, plainWants, wantsOfScenario } from '#hil/trust/trust'

const NONE: ReadonlySet<string> = new Set()

const scenario = (board: string, rest = '') =>
  readScenario(
    `name: x
${rest}
devices:
  esme: { profile: esme, board: ${board} }
  other: { profile: gsme }
`,
    'x.yaml',
  )

t.test('commands are found at every switch, and writes in every address', async t => {
  const all = scenario(
    `{ port: 'virtual:wasm?seed=1&%66lash=a%2Fb&flash=c#x', power: { on: up, off: down 1, shell: yes }, hubSupply: { on: up, off: down } }`,
    `trust: keys/pub.pem
images:
  one: { file: ../one.ota, for: esme }
  two: { size: 1 kB, for: gsme }`,
  )
  const wants = wantsOfScenario(all, { file: 'x.yaml', own: NONE })
  t.same(wants, {
    file: 'x.yaml',
    ports: ['virtual:wasm?seed=1&%66lash=a%2Fb&flash=c#x'],
    writes: ['a/b', 'c'],
    commands: ['"up" by a shell', '"down 1" by a shell', '"up"', '"down"'],
    reads: ['../one.ota', 'keys/pub.pem'],
  })
  t.throws(() => judge(wants, new Set()), {
    code: 'HANRIG_NOT_ALLOWED',
    kind: 'refused',
    message:
      'x.yaml wants to run "up" by a shell, "down 1" by a shell, "up", "down" and to write a/b, c, which is not allowed.',
  })
  t.throws(
    () => judge(wants, new Set(['writes'])),
    /^x.yaml wants to run .*"down", which is not allowed/,
  )
  t.throws(() => judge(wants, new Set(['commands'])), /wants to write a\/b, c, which/)
  t.equal(judge(wants, new Set(PERMISSIONS)), undefined)
  t.equal(plainWants(wants), `x.yaml reads ../one.ota, keys/pub.pem and opens ${wants.ports[0]}`)
})

t.test(
  'what the user named is nobody else’s wish, and what names nothing wants nothing',
  async t => {
    const flash = scenario('virtual:wasm?flash=f')
    t.same(wantsOfScenario(flash, { file: 'x', own: new Set(['esme']) }).writes, [])
    t.same(wantsOfScenario(flash, { file: 'x', own: new Set(['other']) }).writes, ['f'])
    const plain = wantsOfScenario(scenario('{ tag: fast }'), { file: 'x', own: NONE })
    t.same(plain, { file: 'x', ports: [], writes: [], commands: [], reads: [] })
    t.equal(plainWants(plain), undefined)
    t.equal(judge(plain, new Set()), undefined)
  },
)

t.test('a pool wants as much as is done with its boards', async t => {
  const directory = t.testdir({
    'pool.yaml': `leases: ../leases
boards:
  a: { port: 'virtual:wasm?flash=f', tags: [x], power: { on: up, off: down } }
  b: { port: serial:/dev/ttyS99 }
`,
  })
  const pool = readPool(`${directory}/pool.yaml`, false)
  const leases = pool.leases!
  t.match(leases, /leases$/)
  const [a, b] = pool.boards
  t.match(wantsOfPool(pool, [a!], 'asked'), { writes: ['f'], commands: [] })
  t.match(wantsOfPool(pool, [a!], 'taken'), { writes: [leases, 'f'], commands: [] })
  t.match(wantsOfPool(pool, [a!], 'switched'), {
    writes: [leases, 'f'],
    commands: ['"up"', '"down"'],
  })
  t.match(wantsOfPool(pool, [b!], 'asked'), { writes: [], ports: ['serial:/dev/ttyS99'] })
})

t.test('a rig opens nothing of a scenario that may not do what it wants', async t => {
  const patience = { what: 'test', wait: 0 }
  const trust = { file: 'x.yaml', own: NONE, allowed: new Set<never>() }
  const pool = () => t.fail('no pool is looked for') as never
  for (const board of [
    '{ port: virtual:wasm, power: { on: up, off: down } }',
    "'virtual:wasm?flash=/nowhere/at/all'",
  ]) {
    const opened = Rig.open(scenario(board), { trust, pool, patience, speed: 1 })
    await t.rejects(opened, { code: 'HANRIG_NOT_ALLOWED' })
  }
})
