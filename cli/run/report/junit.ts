// Results as JUnit XML, the dialect that CI servers have in common: a suite per scenario, a case per check. Virtual time
// is a property; as `time` it would be taken for the time that the test took.

import type { Check } from '#emulators/play/checks'
import { boardLine, logLines } from './board-records.ts'
import { failureOf, type RunResult } from './result.ts'

export function renderJUnit(results: readonly RunResult[], hanrigVersion: string): string {
  const totals = counts(results)
  const suites = results.map(result => suite(result, hanrigVersion))
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites${attributes({ name: 'hanrig', ...totals, time: 0 })}>
${suites.join('')}</testsuites>
`
}

interface Counts {
  readonly tests: number
  readonly failures: number
  readonly errors: number
}

function counts(results: readonly RunResult[]): Counts {
  const checks = results.flatMap(result => result.checks)
  const errors = results.filter(({ error }) => error).length
  const failures = checks.filter(({ ok }) => !ok).length
  return { tests: checks.length + errors, failures, errors }
}

function suite(result: RunResult, hanrigVersion: string): string {
  const { name, file, duration, checks, error, notices, boards } = result
  const properties: [name: string, value: string][] = [
    ['hanrig.version', hanrigVersion],
    ['virtual.seconds', (duration / 1000).toFixed(3)],
    ...notices.map((notice): [string, string] => ['hanrig.notice', notice]),
    ...boards.map((board): [string, string] => [`hanrig.board.${board.device}`, boardLine(board)]),
  ]
  const names = uniqueNames(checks)
  const cases = checks.map((check, i) => testCase(result, names[i]!, check))
  if (error) {
    const head = attributes({ name, classname: file ?? name, file, time: 0 })
    cases.push(`    <testcase${head}>
      <error${attributes({ message: error.message, type: error.code })}/>
    </testcase>
`)
  }
  return `  <testsuite${attributes({ name, ...counts([result]), skipped: 0, time: 0, file })}>
    <properties>
${properties
  .map(([key, value]) => `      <property${attributes({ name: key, value })}/>\n`)
  .join('')}    </properties>
${cases.join('')}${systemOut(result)}  </testsuite>
`
}

/** The notices, and the logs of the boards: CI servers show them beside the cases. */
function systemOut({ notices, boards }: RunResult): string {
  const lines = [
    ...notices.map(notice => `NOTICE: ${notice}`),
    ...boards.flatMap(board => [boardLine(board), ...logLines(board)]),
  ]
  if (lines.length === 0) return ''
  return `    <system-out>${escapeText(lines.join('\n'))}</system-out>\n`
}

function testCase({ name: scenario, file }: RunResult, name: string, check: Check): string {
  const { ok, expected, actual, line } = check
  const classname = file ?? scenario
  const place = { file, line: file !== undefined && line > 0 ? line : undefined }
  const head = attributes({ name, classname, ...place, time: 0 })
  if (ok) return `    <testcase${head}/>\n`
  const where = place.line === undefined ? '' : `\n${file}:${line}`
  return `    <testcase${head}>
      <failure${attributes({ message: failureOf(check), type: 'expectation' })}>${escapeXml(
        `expected: ${expected}\nactual: ${actual}${where}`,
      )}</failure>
    </testcase>
`
}

/** Two expectations may say the same; CI servers tell cases apart by their names. */
function uniqueNames(checks: readonly Check[]): string[] {
  const seen = new Map<string, number>()
  return checks.map(({ name }) => {
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name} (${times})`
  })
}

function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeXml(String(value))}"`))
    .join('')
}

/** Line breaks stay as they are: no attribute takes them for blanks here. */
function escapeText(text: string): string {
  return text.split('\n').map(escapeXml).join('\n')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** Text for an element or an attribute, without the characters that XML 1.0 forbids. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"\t\n\r]/g, char => ENTITIES[char]!)
}
