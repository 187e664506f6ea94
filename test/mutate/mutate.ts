// `npm run mutate`: how good the tests are. A sample of small changes to the code, drawn by a seed, the kinds in turns;
// each is made in a copy of the tree and run against the tests of its room until one fails. Who survives is named on
// stdout with the score (or, with --json, all of them as JSON Lines), progress is on stderr. A survivor is an untested
// line, a dead one, or a change that changes nothing: that is for people to say, so survivors do not fail the run.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Random } from '#core/time/random'
import { KINDS, lineOf, type Mutant, mutantsOf } from './mutants.ts'
import { sources, testsOf } from './rooms.ts'
import { Scratch } from './scratch.ts'

const ROOT = join(import.meta.dirname, '../..')
/** Tests that take longer without a mutant are left out, ms. */
const SLOW = 20_000
/** A mutant has this many times as long as the test took without it, and at least so long, ms. */
const PATIENCE = 5
const LEAST_PATIENCE = 10_000
const USAGE = 'usage: npm run mutate -- [--count 150] [--seed 1] [--room core/power] [--json]'

interface Placed extends Mutant {
  readonly file: string
  readonly text: string
}

async function main(): Promise<void> {
  const { count, seed, room, json } = options()
  const sample = sampleOf(count, seed, room)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort(new Error(`ended by ${signal}`)))
  }
  const scratch = new Scratch(ROOT, stop.signal)
  try {
    const times = await timesOf(sample, scratch)
    let killed = 0
    for (const [i, mutant] of sample.entries()) {
      const by = await killerOf(mutant, scratch, times)
      if (by !== undefined) killed++
      progress(
        `${i + 1} of ${sample.length}: ${by ? `${by} noticed` : 'survived'} ${words(mutant)}`,
      )
      if (json) process.stdout.write(`${JSON.stringify({ ...placeOf(mutant), killedBy: by })}\n`)
      else if (by === undefined) process.stdout.write(`${words(mutant)}\n`)
    }
    const score = ((100 * killed) / sample.length).toFixed(1)
    if (!json) process.stdout.write(`${killed} of ${sample.length} mutants killed: ${score} %\n`)
  } finally {
    scratch.remove()
  }
}

function options(): { count: number; seed: number; room: string; json: boolean } {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '150' },
      seed: { type: 'string', default: '1' },
      room: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
    },
  })
  const [count, seed] = [Number(values.count), Number(values.seed)]
  if (!Number.isInteger(count) || count < 1) throw new RangeError('--count takes a whole number')
  if (!Number.isInteger(seed)) throw new RangeError('--seed takes a whole number')
  return { ...values, count, seed }
}

/** `count` mutants, of each kind as many while there are any, in the order of their files. */
function sampleOf(count: number, seed: number, room: string): Placed[] {
  const all = sources(ROOT, room).flatMap(file => {
    const text = readFileSync(join(ROOT, file), 'utf8')
    return mutantsOf(text).map(mutant => ({ ...mutant, file, text }))
  })
  if (all.length === 0) throw new RangeError(`nothing in ${room || 'the rooms'} can be mutated`)
  const decks = KINDS.map(kind => {
    const deck = all.filter(mutant => mutant.kind === kind)
    const random = new Random(seed, `mutate.${kind}`)
    for (let i = deck.length - 1; i > 0; i--) {
      const j = random.between(0, i)
      ;[deck[i], deck[j]] = [deck[j]!, deck[i]!]
    }
    return deck
  })
  const sample: Placed[] = []
  for (let i = 0; sample.length < Math.min(count, all.length); i++) {
    const drawn = decks[i % decks.length]!.pop()
    if (drawn) sample.push(drawn)
  }
  return sample.sort((a, b) => all.indexOf(a) - all.indexOf(b))
}

/** What each test takes without a mutant, ms; Infinity for one that is left out. */
async function timesOf(
  sample: readonly Placed[],
  scratch: Scratch,
): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>()
  const files = new Set(sample.map(({ file }) => file))
  for (const test of new Set([...files].flatMap(file => testsOf(ROOT, file)))) {
    const start = performance.now()
    const passed = await scratch.passes(test, SLOW)
    const time = performance.now() - start
    if (!passed && time < SLOW) throw new Error(`${test} fails without a mutant`)
    if (!passed) progress(`${test} takes more than ${SLOW / 1_000} s and is left out`)
    times.set(test, passed ? time : Number.POSITIVE_INFINITY)
  }
  return times
}

/** The first test that fails with the mutant; undefined when none does. */
async function killerOf(
  { file, text, start, end, after }: Placed,
  scratch: Scratch,
  times: ReadonlyMap<string, number>,
): Promise<string | undefined> {
  scratch.write(file, text.slice(0, start) + after + text.slice(end))
  try {
    // The one of the file's name, which comes first, then the quick ones.
    const [first, ...others] = testsOf(ROOT, file) as [string, ...string[]]
    const inOrder = others.sort((a, b) => times.get(a)! - times.get(b)!)
    for (const test of [first, ...inOrder]) {
      const time = times.get(test)!
      if (time === Number.POSITIVE_INFINITY) continue
      const limit = Math.max(LEAST_PATIENCE, PATIENCE * time)
      if (!(await scratch.passes(test, limit))) return test
    }
    return undefined
  } finally {
    scratch.write(file, text)
  }
}

function placeOf({ kind, file, text, start, end, after }: Placed) {
  return { file, line: lineOf(text, start), kind, before: text.slice(start, end), after }
}

/** A mutant in one line: the line of the code that it is in, before and after. */
function words({ file, text, start, end, after }: Placed): string {
  const from = text.lastIndexOf('\n', start) + 1
  const to = text.indexOf('\n', end)
  const before = text.slice(from, to)
  const changed = text.slice(from, start) + after + text.slice(end, to)
  const short = (code: string) => code.trim().replace(/\s+/g, ' ')
  return `${file}:${lineOf(text, start)}: ${short(before)} -> ${short(changed)}`
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`)
}

try {
  await main()
} catch (error) {
  progress(`${error instanceof Error ? error.message : error}\n${USAGE}`)
  process.exitCode = 2
}
