// `npm run bench`: runs every gate and says whether it holds; bench/judge.ts says when it does. Each run of a gate is a
// process of its own, for what one warms up changes how the next is compiled. Aims are printed beside what was reached, and
// nothing fails by them. Table (or, with --json, a JSON line for each gate) on stdout, progress on stderr.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { holds, isEnough, judge, type Outcome } from './judge.ts'
import type { GateResult } from './result.ts'
import { table, written } from './table.ts'

const TIMEOUT_MS = 60_000
const GATES = join(import.meta.dirname, 'gates')
const USAGE = 'usage: node bench/run.ts [--only NAME] [--json]'

async function main(): Promise<number> {
  const names = readdirSync(GATES)
    .filter(file => file.endsWith('.ts'))
    .map(file => file.slice(0, -3))
    .sort()
  const { only, json } = options()
  if (only !== undefined && !names.includes(only)) {
    throw new RangeError(`no gate is called ${only}; there are ${names.join(', ')}`)
  }

  const outcomes: Outcome[] = []
  for (const gate of only === undefined ? names : [only]) {
    const outcome = await judge(gate, run)
    progress(`${gate}: ${outcome.verdict}, processes: ${outcome.processes}`)
    outcomes.push(outcome)
    if (json) console.log(JSON.stringify(asJson(outcome)))
  }
  if (!json) for (const line of table(outcomes)) console.log(line)
  return outcomes.every(({ verdict }) => verdict === 'pass') ? 0 : 1
}

function options(): { only?: string | undefined; json: boolean } {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  return values
}

/** Runs a gate once and tells what does not hold; undefined when it ended without a result. */
async function run(gate: string): Promise<GateResult | undefined> {
  const child = spawn(process.execPath, [join(GATES, `${gate}.ts`)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: TIMEOUT_MS,
  })
  const [line, [status, signal]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (status !== 0 || line === '') {
    progress(`${gate}: ended with ${signal ?? status} and without a result`)
    return undefined
  }
  const result: GateResult = JSON.parse(line)
  for (const { name, value, bound, unit } of result.exact.filter(each => !holds(each))) {
    progress(`${gate}: ${name} is ${value}${unit}, bound ${bound}${unit}`)
  }
  for (const { name, ratio, floor, unit } of result.ratios.filter(each => !isEnough(each))) {
    progress(`${gate}: ${name} is ${written(ratio, unit)} in this process, floor ${floor}${unit}`)
  }
  return result
}

function asJson({ gate, verdict, processes, result }: Outcome): object {
  return { gate, passed: verdict === 'pass', verdict, processes, ...result }
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`)
}

try {
  process.exitCode = await main()
} catch (error) {
  const { message } = error as Error
  process.stderr.write(`${message}\n${USAGE}\n`)
  process.exitCode = 2
}
