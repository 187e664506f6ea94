// The command line: what was called, and how a refusal leaves: as text with hints, or as JSON.

import { Command, CommanderError } from 'commander'
import { HanrigError } from '#core/errors/errors'
import { hanrigVersion } from '#emulators/storage/version'
import { COMMANDS, type Done } from './commands.ts'
import { hanrigError } from './errors/errors.ts'
import { EXIT_OK, exitOf } from './errors/exit.ts'
import { errorJson, hintsOf, linesOf } from './errors/hints.ts'
import { ABOUT, programHelp, VERBOSE } from './help.ts'
import { allCommands, refuseTwice } from './options/strict.ts'
import { endQuietlyOnClosedPipe } from './output/closed-pipe.ts'
import { note, print, printJson, style, tellOnStdout } from './output/output.ts'

/** Runs one command line and returns its exit code; never throws. */
export async function main(argv: readonly string[]): Promise<number> {
  endQuietlyOnClosedPipe()
  tellOnStdout()
  let exitCode = EXIT_OK
  const program = await programOf(calledBy(argv), code => {
    exitCode = code
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    return await refuse(error, argv.includes('--json'))
  }
}

/** The command that is called or asked about, if it is one. */
function calledBy(argv: readonly string[]): string[] {
  const [first = '', second = ''] = argv.filter(word => !word.startsWith('-'))
  const name = first === 'help' ? second : first
  return Object.hasOwn(COMMANDS, name) ? [name] : []
}

/**
 * The program with all its commands. Of those that are not loaded there is the name alone, for whoever mistypes one.
 * @param loaded names of those that can be called or asked about.
 * @param done gets the exit code of the one that is called.
 */
export async function programOf(
  loaded: readonly string[] = Object.keys(COMMANDS),
  done: Done = () => {},
): Promise<Command> {
  const program = new Command('hanrig')
    .description(ABOUT)
    .version(hanrigVersion())
    .option(...VERBOSE)
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => {} })
    .hook('preAction', (_, action) => {
      if (action.optsWithGlobals().verbose) process.env.HANRIG_LOG = 'debug'
    })
  program.helpInformation = () => programHelp()
  for (const [name, { about, load }] of Object.entries(COMMANDS)) {
    const command = loaded.includes(name) ? await load(done) : new Command(name)
    program.addCommand(command.description(about))
  }
  for (const command of allCommands(program)) {
    command.exitOverride().configureOutput({ writeOut: print, writeErr: () => {} })
  }
  refuseTwice(program)
  return program
}

async function refuse(error: unknown, json: boolean): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT_OK
  const known = await toHanrigError(error)
  if (json) printJson({ name: 'error', ...errorJson(known) })
  for (const [i, line] of linesOf(known).entries()) {
    note(line, i === 0 ? `${style('red', `error ${known.code}`)}: ` : '')
  }
  for (const hint of hintsOf(known)) note(`  hint: ${hint}`)
  return exitOf(known)
}

async function toHanrigError(error: unknown): Promise<HanrigError> {
  if (error instanceof HanrigError) return error
  if (error instanceof CommanderError) {
    const sentence =
      error.code === 'commander.help'
        ? 'A subcommand is missing.'
        : error.message
            .replace(/^error: /, '')
            .replaceAll('\n', ' ')
            .replace(/([^.?!)])$/, '$1.')
    return hanrigError('HANRIG_USAGE', sentence)
  }
  const { log } = await import('./output/log.ts')
  log.error(error)
  return hanrigError(
    'HANRIG_INTERNAL',
    `${error instanceof Error ? error.message : String(error)}.`,
  )
}
