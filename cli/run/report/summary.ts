// One scenario of many on a terminal: a line, and under it what failed.

import { duration } from '../../output/format.ts'
import { style } from '../../output/output.ts'
import { failureOf, type RunResult } from './result.ts'

/** Ends with a line break. */
export function summaryLine(result: RunResult): string {
  const { name, ok, checks, error, file } = result
  const mark = ok ? style('green', '✓', process.stdout) : style('red', '✗', process.stdout)
  if (error) {
    const message = error.message.replaceAll('\n', '\n    ')
    return `${mark} ${name}  could not be played\n    ${error.code}: ${message}\n`
  }
  const failed = checks.filter(check => !check.ok)
  const passed = `${checks.length - failed.length}/${checks.length} checks`
  const reasons = failed.map(check => {
    const place = file !== undefined && check.line > 0 ? `${file}:${check.line}  ` : ''
    return `    ${place}${check.name}: ${failureOf(check)}\n`
  })
  const notices = result.notices.map(notice => `    NOTICE: ${notice}\n`)
  const first = `${mark} ${name}  ${duration(result.duration)}, ${passed}\n`
  return `${first}${notices.join('')}${reasons.join('')}`
}
