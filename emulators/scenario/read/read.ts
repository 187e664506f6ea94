// A scenario from YAML text, or every reason why it is none: a line each, with its place in the file and, where a
// name is nearly right, the name that was probably meant. Nothing is guessed and nothing unknown is passed over.

import { hanrigError } from '../../errors/errors.ts'
import { parseValues } from '../../language/issues.ts'
import { listing, type Problem } from '../../language/problems.ts'
import { readYaml } from '../../language/yaml.ts'
import { KINDS, type Scenario, scenarioSchema } from '../schema/schema.ts'
import { References } from './references.ts'
import { settle } from './settle.ts'

/**
 * Reads a scenario. docs/scenario.schema.json has the fields.
 * @param text YAML.
 * @param file its name, for the messages.
 * @throws HanrigError SCENARIO_INVALID with a line for each problem: `file:line:column: sentence`.
 * @example
 * const scenario = readScenario(readFileSync('home.yaml', 'utf8'), 'home.yaml')
 * const { ok } = playScenario({ ...scenario, seed: 7 })
 */
export function readScenario(text: string, file: string): Scenario {
  const problems: Problem[] = []
  const scenario = scenarioOf(text, problems)
  if (scenario) return scenario
  throw hanrigError('HANRIG_SCENARIO_INVALID', listing(file, problems))
}

/** Each stage takes only what the one before it found good, so that one slip is told once. */
function scenarioOf(text: string, problems: Problem[]): Scenario | undefined {
  const yaml = readYaml(text, problems)
  if (!yaml) return undefined
  const { raw, places } = yaml
  const draft = parseValues(scenarioSchema, raw, places, problems, KINDS)
  if (!draft) return undefined
  new References(draft, places, problems).check()
  return problems.length === 0 ? settle(draft, places) : undefined
}
