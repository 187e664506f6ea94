// The command line: which commands there are, and how a refusal leaves: as text with hints, or as JSON.

import { Command, CommanderError } from 'commander'
import { HanrigError } from '#core/errors/errors'
import { hanrigVersion } from '#emulators/storage/version'
import { hanrigError } from './errors/errors.ts'
import { EXIT_OK, exitOf } from './errors/exit.ts'
import { errorJson, hintsOf, linesOf } from './errors/hints.ts'
import { allCommands, refuseTwice } from './options/strict.ts'
import {
  endQuietlyOnClosedPipe,
  note,
  print,
  printJson,
  style,
  tellOnStdout,
} from './output/output.ts'

type Done = (exitCode: number) => void

/** The commands, in the order of --help. Only the one that is called is loaded: none waits for what another needs. */
const COMMANDS: Readonly<Record<string, (done: Done) => Promise<Command>>> = {
  run: async done => (await import('./run/command.ts')).runCommand(done),
  scenarios: async done => (await import('./run/command.ts')).scenariosCommand(done),
  snapshot: async done => (await import('./run/command.ts')).snapshotCommand(done),
  image: async done => (await import('./image/command.ts')).imageCommand(done),
  campaign: async done => (await import('./campaign/command.ts')).campaignCommand(done),
  stick: async done => (await import('./stick/command.ts')).stickCommand(done),
  flash: async done => (await import('./flash/command.ts')).flashCommand(done),
  alerts: async done => (await import('./alerts/command.ts')).alertsCommand(done),
  boards: async () => (await import('./boards/command.ts')).boardsCommand(),
  doctor: async done => (await import('./doctor/command.ts')).doctorCommand(done),
  gbcs: async () => (await import('./gbcs/command.ts')).gbcsCommand(),
  trust: async () => (await import('./trust/command.ts')).trustCommand(),
  han: async done => (await import('./han/command.ts')).hanCommand(done),
}

/** Runs one command line and returns its exit code; never throws. */
export async function main(argv: readonly string[]): Promise<number> {
  endQuietlyOnClosedPipe()
  tellOnStdout()
  let exitCode = EXIT_OK
  const wanted = argv.find(word => !word.startsWith('-')) ?? ''
  const names = Object.hasOwn(COMMANDS, wanted) ? [wanted] : Object.keys(COMMANDS)
  const program = await programOf(names, code => {
    exitCode = code
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    return await refuse(error, argv.includes('--json'))
  }
}

/** The program with these commands, or all; `done` gets the exit code of the one that is called. */
export async function programOf(
  names: readonly string[] = Object.keys(COMMANDS),
  done: Done = () => {},
): Promise<Command> {
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
  for (const name of names) program.addCommand(await COMMANDS[name]!(done))
  for (const command of allCommands(program)) {
    command.exitOverride().configureOutput({ writeOut: print, writeErr: () => {} })
  }
  refuseTwice(program)
  return program
}

const EXIT_CODES = `
Exit codes: 0 ok, 1 expectation failed, 2 usage or unusable input, 3 device or internal error,
4 time-out, 5 refused by policy (a large image, a plan that does not fit), 6 in use, 130 interrupted.
Every error code has a section in docs/ERRORS.md.`

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
