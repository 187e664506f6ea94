// One scenario of many on a terminal: a line, and under it what failed.

import { linesOf } from '../../errors/hints.ts'
import { duration } from '../../output/format.ts'
import { oneLine } from '../../output/harmless.ts'
import { style } from '../../output/output.ts'
import { failureOf, type RunResult } from './result.ts'

/** Ends with a line break. */
export function summaryLine(result: RunResult): string {
  const { name, ok, checks, error, file } = result
  const mark = ok ? style('green', '✓', process.stdout) : style('red', '✗', process.stdout)
  if (error) {
    const message = linesOf(error).map(oneLine).join('\n    ')
    return `${mark} ${oneLine(name)}  could not be played\n    ${error.code}: ${message}\n`
  }
  const failed = checks.filter(check => !check.ok)
  const passed = `${checks.length - failed.length}/${checks.length} checks`
  const reasons = failed.map(check => {
    const place = file !== undefined && check.line > 0 ? `${file}:${check.line}  ` : ''
    return `    ${oneLine(`${place}${check.name}: ${failureOf(check)}`)}\n`
  })
  const notices = result.notices.map(notice => `    NOTICE: ${oneLine(notice)}\n`)
  const first = `${mark} ${oneLine(name)}  ${duration(result.duration)}, ${passed}\n`
  return `${first}${notices.join('')}${reasons.join('')}`
}
