// What holds of every option of every command. One that is scalar is given once: a second value would take the place of the
// first without a word. One that is plural says so here, where its values are gathered.

import { type Command, Option } from 'commander'
import { hanrigError } from '../errors/errors.ts'

const plural = new WeakSet<Option>()

/**
 * An option that may be given again, each time for one more.
 * @param add puts one more to those before; none before the first.
 */
export function pluralOption<T = string[]>(
  flags: string,
  about: string,
  add: (text: string, before: T | undefined) => T,
): Option {
  const option = new Option(flags, about).argParser<T>(add)
  plural.add(option)
  return option
}

/** Gathers the texts of a plural option. */
export function texts(text: string, before: string[] = []): string[] {
  return [...before, text]
}

export function isPlural(option: Option): boolean {
  return plural.has(option)
}

/** Every command beneath one, and it. */
export function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)]
}

/** Has every command beneath, and this one, refuse a scalar option that is given twice. */
export function refuseTwice(program: Command): void {
  for (const command of allCommands(program)) {
    for (const option of command.options) {
      let times = 0
      command.on(`option:${option.name()}`, () => {
        if (++times > 1 && !isPlural(option)) {
          throw hanrigError('HANRIG_USAGE', `${nameOf(option)} is given twice; it is given once.`)
        }
      })
    }
  }
}

/** An option as it is typed. */
export function nameOf(option: Option): string {
  return option.long ?? option.flags
}

/** Whether an option was given, by its name as commander has it: blockSize. */
export function isGiven(command: Command, name: string): boolean {
  return command.getOptionValueSource(name) === 'cli'
}

/**
 * Refuses options that would have no effect.
 * @param names as commander has them.
 * @param why what is said behind the option: 'means nothing without --stick'.
 * @throws HanrigError USAGE for the first that was given.
 */
export function refuseGiven(command: Command, names: readonly string[], why: string): void {
  const name = names.find(each => isGiven(command, each))
  if (name === undefined) return
  const option = command.options.find(each => each.attributeName() === name)!
  throw hanrigError('HANRIG_USAGE', `${nameOf(option)} ${why}.`)
}
