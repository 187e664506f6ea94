// docs/trace.schema.json: what the declarations say, as JSON Schema. The names come first, each with its sentence; an
// event's own definition holds it to its fields and to no others.

import { z } from 'zod'
import { EVENTS } from './events.ts'
import { virtualMs } from './kinds.ts'

const HEAD = {
  t: virtualMs('Virtual milliseconds since the run began.').meta({ id: 't' }),
  source: z
    .string()
    .min(1)
    .meta({ id: 'source', description: 'The box or link that speaks; "run" for the run itself.' }),
}

type Declared = z.ZodObject | z.ZodUnion<readonly z.ZodObject[]>

/** A line of the trace: an event with what every event has. */
function lineOf(name: string, declared: Declared): z.ZodType {
  const headed = ({ shape }: z.ZodObject) =>
    z.strictObject({ ...HEAD, name: z.literal(name), ...shape })
  const line =
    declared instanceof z.ZodUnion ? z.union(declared.options.map(headed)) : headed(declared)
  return line.meta({ id: name, description: declared.description! })
}

const declared: readonly (readonly [string, Declared])[] = Object.entries(EVENTS)

/** The JSON Schema of one line of `hanrig run --json`. */
export function traceJsonSchema(): object {
  const lines = z.union(declared.map(([name, event]) => lineOf(name, event)))
  const { $schema, anyOf, $defs } = z.toJSONSchema(lines, { override: unbound })
  return {
    $schema,
    title: 'hanrig trace event',
    description:
      'One line of `hanrig run --json`. The fields beyond t and source depend on the name.',
    type: 'object',
    required: ['t', 'source', 'name'],
    properties: {
      t: { $ref: '#/$defs/t' },
      source: { $ref: '#/$defs/source' },
      name: {
        oneOf: declared.map(([name, { description }]) => ({ const: name, description })),
      },
    },
    oneOf: anyOf,
    $defs,
  }
}

/** A whole number without a limit of its own has none in the schema: that a double ends somewhere is no rule of the trace. */
function unbound({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}
