// `npm run bench`: runs every gate and says whether its floor holds. Each gate is a process of its own, for
// what one gate warms up changes how the next one is compiled; one that fails is tried again, for the
// machine may have been busy. Table (or, with --json, JSON Lines) on stdout, progress on stderr.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs, styleText } from 'node:util'
import { type Figure, type GateResult, reaches } from './result.ts'

const ATTEMPTS = 5
const TIMEOUT_MS = 60_000
const GATES = join(import.meta.dirname, 'gates')
const USAGE = 'usage: node bench/run.ts [--only NAME] [--json]'

/** A gate's result and how it came about; without `result` the gate broke down every time. */
interface Outcome {
  readonly gate: string
  readonly attempts: number
  readonly result: GateResult | undefined
}

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
    const outcome = await judge(gate)
    outcomes.push(outcome)
    if (json) console.log(JSON.stringify(asJson(outcome)))
  }
  if (!json) for (const line of table(outcomes)) console.log(line)
  return outcomes.every(o => o.result?.passed) ? 0 : 1
}

function options(): { only?: string | undefined; json: boolean } {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  return values
}

/** Runs a gate until it passes, at most ATTEMPTS times; the best attempt counts. */
async function judge(gate: string): Promise<Outcome> {
  let best: GateResult | undefined
  let attempts = 0
  while (attempts < ATTEMPTS && !best?.passed) {
    attempts++
    const result = await attempt(gate)
    if (result) {
      progress(
        `${gate}: ${figure(result.ratio, result.unit)}${result.passed ? '' : ', not enough'}`,
      )
      if (!best || result.passed || reaches(result.ratio, best.ratio, result.better)) best = result
    }
  }
  return { gate, attempts, result: best }
}

async function attempt(gate: string): Promise<GateResult | undefined> {
  const child = spawn(process.execPath, [join(GATES, `${gate}.ts`)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: TIMEOUT_MS,
  })
  const [line, [status, signal]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (status === 0) return JSON.parse(line)
  progress(`${gate}: ended with ${signal ?? status}`)
  return undefined
}

function asJson({ gate, attempts, result }: Outcome): object {
  return result ? { ...result, attempts } : { gate, passed: false, attempts }
}

function table(outcomes: readonly Outcome[]): string[] {
  const rows = outcomes.flatMap(({ gate, result }) =>
    result
      ? [
          cells(gate, result, result.passed),
          ...result.also.map(row => cells(`  ${row.name}`, row, holds(row))),
        ]
      : [[gate, '-', '-', '-', 'BROKEN']],
  )
  const all = [['gate', 'reached', 'floor', 'aim', 'verdict'], ...rows]
  const width = all[0]!.map((_, column) => Math.max(...all.map(row => row[column]!.length)))
  return all.map((row, line) => {
    const padded = row.map((cell, column) =>
      column === 0 ? cell.padEnd(width[column]!) : cell.padStart(width[column]!),
    )
    padded[4] = line === 0 ? row[4]! : painted(row[4]!)
    return padded.join('  ').trimEnd()
  })
}

function holds({ ratio, floor, better }: Figure): boolean {
  return floor === null || reaches(ratio, floor, better)
}

function cells(name: string, row: Figure, passed: boolean): string[] {
  const { ratio, floor, aim, unit, better } = row
  const bound = (value: number | null): string =>
    value === null ? '-' : `${better === 'more' ? '>=' : '<='} ${figure(value, unit)}`
  const aimed = aim !== null && reaches(ratio, aim, better)
  const verdict = passed ? (aimed ? 'moonshot' : floor === null ? 'informs' : 'pass') : 'FAIL'
  return [name, figure(ratio, unit), bound(floor), bound(aim), verdict]
}

/** One decimal from 10 on, two below; no digits that the next run would change anyway. */
function figure(value: number, unit: string): string {
  return `${Number(value.toFixed(Math.abs(value) >= 10 ? 1 : 2))}${unit}`
}

/** In colour on a terminal only; styleText honours NO_COLOR. */
function painted(verdict: string): string {
  const bad = verdict === 'FAIL' || verdict === 'BROKEN'
  const format = bad ? 'red' : verdict === 'informs' ? 'dim' : 'green'
  return styleText(format, verdict, { stream: process.stdout })
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
