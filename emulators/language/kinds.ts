// Maps of several kinds, such as the steps: told apart by the key that only one kind needs, which is its first.

import { z } from 'zod'
import { must } from './wording.ts'

export interface Kinds {
  readonly options: readonly z.ZodType[]
  /** For each kind the keys that it may have. */
  readonly keys: readonly (readonly string[])[]
}

/** A map of any of these kinds; editors call each by its first key unless it has a title. */
export function keyed<T extends readonly z.ZodType[]>(options: T) {
  const keys = options.map(option => Object.keys(shapeOf(option)))
  for (const [i, option] of options.entries()) {
    option.register(z.globalRegistry, { title: keys[i]![0]!, ...option.meta() })
  }
  return { schema: z.union(options, must('a map')), options, keys }
}

/** The properties of the map that a transformed schema takes. */
function shapeOf(schema: z.ZodType): Record<string, unknown> {
  return schema instanceof z.ZodPipe
    ? shapeOf(schema.in as z.ZodType)
    : (schema as z.ZodObject).shape
}
