// The pool file: the boards of a rig, how each is reached, and what switches it. Said once, with zod: types, checks and
// docs/pool.schema.json come from here.

import { z } from 'zod'
import { text } from '#emulators/language/names'
import { must } from '#emulators/language/wording'
import { address, hubSupply, poolName, power, tag } from '#emulators/scenario/schema/boards'

const board = z.strictObject({
  port: address().describe(
    'Address of the board: serial:/dev/…, tcp://host:port, rfc2217://host:port, virtual:wasm.',
  ),
  tags: z
    .array(tag(), must('a list of tags'))
    .prefault([])
    .describe('What it is good for; who asks for tags gets a board that has all of them.'),
  power: power().optional(),
  hubSupply: hubSupply().optional(),
  notes: text(4_000).prefault('').describe('For people: where it stands, what is special.'),
})

/** What a pool file may hold: checked, and with its defaults filled in. */
export const poolSchema = z
  .strictObject({
    leases: text(4_096)
      .min(1, must('a directory'))
      .optional()
      .describe(
        'Directory of the leases, relative to this file. Default: HANRIG_LEASES, or hanrig-leases among the temporary files of the machine.',
      ),
    boards: z
      .record(poolName(), board, must('a map of boards by name'))
      .refine(map => Object.keys(map).length > 0, 'must hold a board')
      .describe('The boards by name.'),
  })
  .meta({ title: 'hanrig pool of boards', description: 'The boards of a rig.' })

/** A pool file, with every default filled in. */
export type PoolFile = z.output<typeof poolSchema>
/** A board as a pool file has it. */
export type PoolEntry = PoolFile['boards'][string]

/** The JSON Schema of what a pool file may hold. Draft 7 is what YAML editors read. */
export function poolJsonSchema(): object {
  return z.toJSONSchema(poolSchema, { io: 'input', target: 'draft-7' })
}
