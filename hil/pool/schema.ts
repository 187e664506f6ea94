// The pool file: the boards of a rig, how each is reached, and what switches it. Said once, with zod: types, checks and
// docs/pool.schema.json come from here.

import { z } from 'zod'
import { text } from '#emulators/language/names'
import { must } from '#emulators/language/wording'
import { address, hubSupply, poolName, power, tag } from '#emulators/scenario/schema/boards'
import { parseSequence } from '../line/sequence.ts'
import { textToExpect, textToSend, type Word } from '../protocol/script.ts'

/** A text whose reading is the value; what reading it refuses is refused with its sentence. */
function read<T>(longest: number, reading: (text: string) => T) {
  return text(longest).transform((written, context): T => {
    try {
      return reading(written)
    } catch (error) {
      context.addIssue({ code: 'custom', message: `cannot be: ${(error as Error).message}` })
      return z.NEVER
    }
  })
}

const typed = z.array(
  z.union(
    [
      z.strictObject({
        send: read(4_096, textToSend).describe('Text that is typed, with \\r for Enter.'),
      }),
      z.strictObject({
        expect: read(4_096, textToExpect).describe('Regular expression that is waited for.'),
      }),
    ],
    must('a map with send or with expect'),
  ),
  must('a list of maps with send or with expect'),
)

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
  reset: read(1_024, parseSequence)
    .optional()
    .describe(
      'How the board is brought into its loader by DTR and RTS: esp, esp-usb, touch1200, rts-pulse, dtr-pulse, or steps such as D0R1|W100|D1R0.',
    ),
  enter: typed.optional().describe('What is typed and waited for before an image is sent.'),
  leave: typed.optional().describe('What is typed and waited for after it.'),
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

/** A word of a pool file as it is said. */
export function wordOf(word: { readonly send: Word } | { readonly expect: Word }): Word {
  return 'send' in word ? word.send : word.expect
}

/** A pool file, with every default filled in. */
export type PoolFile = z.output<typeof poolSchema>
/** A board as a pool file has it. */
export type PoolEntry = PoolFile['boards'][string]

/** The JSON Schema of what a pool file may hold. Draft 7 is what YAML editors read. */
export function poolJsonSchema(): object {
  return z.toJSONSchema(poolSchema, { io: 'input', target: 'draft-7' })
}
