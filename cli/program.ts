// The command line: which commands there are, and how a refusal leaves: as text with hints, or as JSON.

import { Command, CommanderError } from 'commander'
import { EXIT_OK, HanrigError } from '../core/errors.ts'
import { alertsCommand } from './alerts/command.ts'
import { boardsCommand } from './boards/command.ts'
import { campaignCommand } from './campaign/command.ts'
import { doctorCommand } from './doctor/command.ts'
import { flashCommand } from './flash/command.ts'
import { hanCommand } from './han/command.ts'
import { imageCommand } from './image/command.ts'
import { endQuietlyOnClosedPipe, print, printJson, style } from './output.ts'
import { runCommand, scenariosCommand, snapshotCommand } from './run/command.ts'
import { stickCommand } from './stick/command.ts'
import { hanrigVersion } from './version.ts'

/** Runs one command line and returns its exit code; never throws. */
export async function main(argv: readonly string[]): Promise<number> {
  endQuietlyOnClosedPipe()
  let exitCode = EXIT_OK
  const program = new Command('hanrig')
    .description('Rehearse smart-meter firmware distribution: blocks, DCO, hub, ESME, AD1.')
    .version(hanrigVersion())
    .option('--verbose', 'log what happens to stderr, as JSON Lines')
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => {} })
    .hook('preAction', (_, action) => {
      if (action.optsWithGlobals().verbose) process.env.HANRIG_LOG = 'debug'
    })
    .addHelpText('after', EXIT_CODES)
  const done = (code: number): void => {
    exitCode = code
  }
  program
    .addCommand(runCommand(done))
    .addCommand(scenariosCommand(done))
    .addCommand(snapshotCommand(done))
    .addCommand(imageCommand(done))
    .addCommand(campaignCommand(done))
    .addCommand(stickCommand(done))
    .addCommand(flashCommand(done))
    .addCommand(alertsCommand(done))
    .addCommand(boardsCommand())
    .addCommand(doctorCommand(done))
    .addCommand(hanCommand(done))
  for (const command of [...program.commands, ...program.commands.flatMap(c => c.commands)]) {
    command.exitOverride().configureOutput({ writeOut: print, writeErr: () => {} })
  }
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    return await refuse(error, argv.includes('--json'))
  }
}

const EXIT_CODES = `
Exit codes: 0 ok, 1 expectation failed, 2 usage or unusable input, 3 device or internal error,
4 time-out, 5 refused by policy (a large image), 6 in use, 130 interrupted.
Every error code has a section in docs/ERRORS.md.`

async function refuse(error: unknown, json: boolean): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT_OK
  const known = await toHanrigError(error)
  if (json) {
    const { code, message, hints, exit } = known
    printJson({ name: 'error', code, message, hints, exit })
  }
  process.stderr.write(`${style('red', `error ${known.code}`)}: ${known.message}\n`)
  for (const hint of known.hints) process.stderr.write(`  hint: ${hint}\n`)
  return known.exit
}

async function toHanrigError(error: unknown): Promise<HanrigError> {
  if (error instanceof HanrigError) return error
  if (error instanceof CommanderError) {
    const sentence =
      error.code === 'commander.help'
        ? 'A subcommand is missing.'
        : error.message.replace(/^error: /, '').replace(/([^.?!)])$/, '$1.')
    return new HanrigError('HANRIG_USAGE', sentence)
  }
  const { log } = await import('./log.ts')
  log.error(error)
  return new HanrigError(
    'HANRIG_INTERNAL',
    `${error instanceof Error ? error.message : String(error)}.`,
  )
}
