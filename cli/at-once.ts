// What is answered before anything else is loaded: which version this is, and which commands there are. Scripts and
// completions ask that many times.

import { hanrigVersion } from '#emulators/storage/version'
import { programHelp } from './help.ts'
import { endQuietlyOnClosedPipe, print } from './output/output.ts'

/** Answers a command line that asks for the version or for the help of the program and nothing else; false for any other. */
export function answersAtOnce(argv: readonly string[]): boolean {
  const answer = argv.length === 1 ? answerTo(argv[0]!) : undefined
  if (answer === undefined) return false
  endQuietlyOnClosedPipe()
  print(answer)
  return true
}

function answerTo(word: string): string | undefined {
  if (word === '-V' || word === '--version') return `${hanrigVersion()}\n`
  return word === '-h' || word === '--help' || word === 'help' ? programHelp() : undefined
}
