// `hanrig image`: what is in a file, whether it is large, and files built, unwrapped, split and joined.

import { Command } from 'commander'
import { buildCommand } from './build.ts'
import { checkCommand } from './check.ts'
import { inspectCommand } from './inspect.ts'
import { joinCommand } from './join.ts'
import { sizesCommand } from './sizes.ts'
import { splitCommand } from './split.ts'
import { unwrapCommand } from './unwrap.ts'

export function imageCommand(done: (exitCode: number) => void): Command {
  return new Command('image')
    .addCommand(inspectCommand())
    .addCommand(checkCommand(done))
    .addCommand(sizesCommand())
    .addCommand(buildCommand())
    .addCommand(unwrapCommand())
    .addCommand(splitCommand())
    .addCommand(joinCommand())
}
