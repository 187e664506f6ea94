// What is answered before anything else is loaded: which version this is, and which commands there are. Scripts ask that
// many times, and each file that is loaded takes a few per cent of the time that Node needs for itself.

import { hanrigVersion } from '#emulators/storage/version'
import { endQuietlyOnClosedPipe } from './output/closed-pipe.ts'

/** Answers a command line that asks for the version or for the help of the program and nothing else; false for any other. */
export async function answersAtOnce(argv: readonly string[]): Promise<boolean> {
  const answer = argv.length === 1 ? await answerTo(argv[0]!) : undefined
  if (answer === undefined) return false
  endQuietlyOnClosedPipe()
  process.stdout.write(answer)
  return true
}

async function answerTo(word: string): Promise<string | undefined> {
  if (word === '-V' || word === '--version') return `${hanrigVersion()}\n`
  if (word !== '-h' && word !== '--help' && word !== 'help') return undefined
  return (await import('./help.ts')).programHelp()
}
