// The name of a device profile as the value of an option.

import { InvalidArgumentError, Option } from 'commander'
import { orKnown } from '#emulators/language/nearest'
import { PROFILES } from '#emulators/profile/profiles'

const NAMES = PROFILES.map(({ name }) => name)

/** The option; a name that no profile has is refused. */
export function profileOption(preset: string): Option {
  return new Option('--profile <name>', `device: ${NAMES.join(', ')}`)
    .argParser(profileName)
    .default(preset)
}

function profileName(text: string): string {
  if (NAMES.includes(text)) return text
  throw new InvalidArgumentError(`There is no profile ${text}${orKnown(text, NAMES)}`)
}
