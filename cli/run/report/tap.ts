// Results as TAP 14: a test point per check, and with several scenarios a subtest per scenario. A point that failed says
// in its YAML block what was expected, what was found and where the expectation stands.

import type { Check } from '#emulators/play/checks'
import { boardLine, logLines } from './board-records.ts'
import type { RunResult } from './result.ts'

const SUBTEST = '    '

export function renderTap(results: readonly RunResult[]): string {
  const only = results.length === 1 ? results[0] : undefined
  const body = only ? pointsOf(only) : [`1..${results.length}`, ...results.flatMap(subtest)]
  return ['TAP version 14', ...body, ''].join('\n')
}

function subtest(result: RunResult, i: number): string[] {
  const { name, ok, error } = result
  const point = testPoint(ok, i + 1, name)
  if (error) return [point, ...diagnostics(reasonsOf(result))]
  return [
    `# Subtest: ${oneLine(name)}`,
    ...pointsOf(result).map(line => `${SUBTEST}${line}`),
    point,
  ]
}

/** The plan and the points of one scenario; one that could not be played is one failed point. */
function pointsOf(result: RunResult): string[] {
  const { name, file, checks, error } = result
  if (error) return ['1..1', testPoint(false, 1, name), ...diagnostics(reasonsOf(result))]
  return [
    ...remarks(result),
    `1..${checks.length}`,
    ...checks.flatMap((check, i) => {
      const point = testPoint(check.ok, i + 1, check.name)
      return check.ok ? [point] : [point, ...diagnostics(reasonsOfCheck(check, file))]
    }),
  ]
}

/** Notices and boards, as comments: a harness shows them, and counts them for nothing. */
function remarks({ notices, boards }: RunResult): string[] {
  return [
    ...notices.map(notice => `# NOTICE: ${oneLine(notice)}`),
    ...boards.flatMap(board => [
      `# board ${oneLine(boardLine(board))}`,
      ...logLines(board).map(text => `#   ${oneLine(text)}`),
    ]),
  ]
}

type Reasons = readonly (readonly [key: string, value: string | number | undefined])[]

function reasonsOf({ error, file }: RunResult): Reasons {
  return [
    ['message', error!.message],
    ['code', error!.code],
    ['exit', error!.exit],
    ['file', file],
  ]
}

function reasonsOfCheck({ expected, actual, line }: Check, file: string | undefined): Reasons {
  return [
    ['expected', expected],
    ['actual', actual],
    ['file', file],
    ['line', line > 0 ? line : undefined],
  ]
}

function testPoint(ok: boolean, number: number, name: string): string {
  return `${ok ? 'ok' : 'not ok'} ${number} - ${oneLine(name)}`
}

function diagnostics(reasons: Reasons): string[] {
  const said = reasons.filter(([, value]) => value !== undefined)
  return ['  ---', ...said.map(([key, value]) => `  ${key}: ${yaml(value!)}`), '  ...']
}

/** A description: '#' would begin a directive, a line break would end it. */
function oneLine(text: string): string {
  const line = text.toWellFormed().replace(/[\p{Cc}\u2028\u2029\ufffe\uffff]+/gu, ' ')
  return line.replace(/[\\#]/g, '\\$&')
}

/** JSON is YAML but for characters that YAML has no place for outside of an escape. */
function yaml(value: string | number): string {
  if (typeof value === 'number') return String(value)
  return JSON.stringify(value.toWellFormed()).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
