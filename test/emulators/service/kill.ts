// The DCO is killed with SIGKILL, many times, at random points of the transfer, and started again on the same store:
// nothing that was durable is lost, nothing is accepted twice, and the image that comes out is the image.

import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { Random } from '#core/time/random'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { blockIndexes } from '../../helpers/block-indexes.ts'
import { hanrig, jsonLines } from '../../helpers/hanrig.ts'

const LIFE = fileURLToPath(new URL('../../helpers/dco-life.ts', import.meta.url))
const BLOCKS = 1_000

interface Life {
  readonly signal: string | null
  readonly durable: number
  readonly resumed: number
  // biome-ignore lint/suspicious/noExplicitAny: what the child printed
  readonly outcome: any
}

/** Lives once; `killAfter` syncs the parent kills it, or it kills itself at write `killAt`. */
function live(store: string, seed: number, killAt: number, killAfter: number): Promise<Life> {
  const { promise, resolve } = Promise.withResolvers<Life>()
  const env = { ...process.env }
  // A killed process writes no coverage, and writing it at every start would slow the race down.
  delete env.NODE_V8_COVERAGE
  const child = spawn(process.execPath, [LIFE, store, String(seed), String(killAt)], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.on('error', () => {}) // It may be dead before it is told to go on.
  let text = ''
  let syncs = 0
  child.stdout.on('data', chunk => {
    text += chunk
    const synced = String(chunk).split('durable').length - 1
    syncs += synced
    child.stdin.write('g'.repeat(synced))
    if (killAfter > 0 && syncs >= killAfter) child.kill('SIGKILL')
  })
  child.on('close', (_, signal) => {
    const life = { signal, durable: 0, resumed: 0, outcome: undefined }
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    if (whole !== '') for (const line of jsonLines(whole)) Object.assign(life, line)
    resolve(life)
  })
  return promise
}

function logOf(store: string): Buffer {
  const name = readdirSync(store).find(file => file.endsWith('.blocks'))
  return name === undefined ? Buffer.alloc(0) : readFileSync(join(store, name))
}

t.test('forty lives of five stores, killed in the middle of a write and from outside', async t => {
  let kills = 0
  let resumes = 0
  const homes = t.testdir({})
  const inhabit = async (home: number): Promise<void> => {
    const store = join(homes, `store-${home}`)
    const random = new Random(home, 'lives')
    for (let n = 0; n < 8; n++) {
      const inside = n % 2 === 0
      const life = await live(
        store,
        100 * home + n,
        inside ? random.between(1, 4) : 0,
        inside ? 0 : random.between(1, 3),
      )
      if (life.signal === 'SIGKILL') kills++
      if (life.resumed > 0) resumes++
      const { indexes, end } = blockIndexes(logOf(store))
      t.ok(end >= life.durable, `octets durable before the kill are there after it`)
      t.equal(new Set(indexes).size, indexes.length, 'no block is in the log twice')
    }
    const before = blockIndexes(logOf(store)).indexes.length
    const last = await live(store, 99, 0, 0)
    t.equal(last.signal, null)
    t.equal(last.resumed, before, 'all that was held is held again')
    t.equal(last.outcome.ok, true)
    t.equal(last.outcome.wan.accepted, BLOCKS - before, 'only what was missing is accepted')
    const { indexes } = blockIndexes(logOf(store))
    t.equal(indexes.length, BLOCKS)
    t.equal(new Set(indexes).size, BLOCKS)
  }
  await Promise.all([0, 1, 2, 3, 4].map(inhabit))
  t.ok(kills >= 30, `${kills} kills`)
  t.ok(resumes >= 20, `${resumes} lives began with blocks from before`)
})

t.test('hanrig run --store resumes what a killed process left', async t => {
  const dir = t.testdir({})
  const store = join(dir, 'store')
  const image = join(dir, 'fw.ota')
  writeFileSync(image, gbFixture({ size: 200_000 }).u8)
  t.equal((await live(store, 1, 8, 0)).signal, 'SIGKILL')
  const held = blockIndexes(logOf(store)).indexes.length
  t.ok(held > 0 && held < BLOCKS, `${held} blocks held`)

  const args = ['run', '--image', image, '--block-size', '200', '--store', store]
  const resumed = hanrig(...args)
  t.equal(resumed.exit, 0)
  t.match(resumed.stdout, `dco holds ${held} of 1,000 blocks from before`)
  const again = hanrig(...args)
  t.match(again.stdout, 'dco holds 1,000 of 1,000 blocks from before')
  t.match(again.stdout, '11.1 Response to the Supplier: every block is stored')
  t.match(again.stdout, 'verdict    ok')
})

t.test('a store is used by one process at a time; a dead holder does not count', async t => {
  const dir = t.testdir({ store: { lock: String(process.pid) }, left: { lock: '999999999' } })
  const busy = hanrig('run', '--store', join(dir, 'store'), '--json')
  t.equal(busy.exit, 6)
  t.match(jsonLines(busy.stdout)[0], { name: 'error', code: 'HANRIG_STORE_IN_USE' })
  t.match(busy.stderr, `process ${process.pid}`)
  t.equal(hanrig('run', '--store', join(dir, 'left')).exit, 0)
  t.notOk(readdirSync(join(dir, 'left')).includes('lock'))
})
