// `hanrig doctor`: is this machine fit for boards? Each finding with what mends it. Exit 0, or 1 when something fails.

import { Command } from 'commander'
import { EXIT_EXPECTATION, EXIT_OK } from '../errors/exit.ts'
import { print, printJson } from '../output/output.ts'
import { tableText } from '../output/text-table.ts'
import type { Finding } from './finding.ts'
import { checkClock, checkDisk } from './machine.ts'
import { checkLocks, checkModemManager, checkPorts, checkPty } from './ports.ts'
import { checkBinding, checkNode, checkOptional } from './software.ts'

export function doctorCommand(done: (exitCode: number) => void): Command {
  return new Command('doctor')
    .option('--json', 'print JSON Lines, one a finding')
    .action(async ({ json }: { json?: true }) => {
      const findings = await examine()
      if (json) for (const finding of findings) printJson({ name: 'finding', ...finding })
      else print(findingsText(findings))
      done(findings.some(({ level }) => level === 'fail') ? EXIT_EXPECTATION : EXIT_OK)
    })
}

async function examine(): Promise<Finding[]> {
  return [
    checkNode(),
    await checkBinding(),
    ...(await checkPorts()),
    ...checkLocks(),
    ...checkModemManager(),
    checkPty(),
    ...checkDisk(),
    checkClock(),
    ...(await checkOptional()),
  ]
}

/** Columns of the longest mark. */
const MARK = 4
const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const

export function findingsText(findings: readonly Finding[]): string {
  const rows = findings.flatMap(({ about, level, found, fix }) => [
    [{ colour: COLOURS[level], words: level }, about, found],
    ...(fix === undefined ? [] : [['', '', `fix: ${fix}`]]),
  ])
  return tableText({ rows, least: [MARK] })
}
