// Boards that stand behind devices, and the switches at them: how a scenario and a pool of boards name them. What an
// address leads to is not known here: emulators know nothing of ports.

import { z } from 'zod'
import { formed, text } from '../../language/names.ts'
import { duration, yesNo } from '../../language/quantities.ts'
import { must } from '../../language/wording.ts'

/** Longest that a switch may take, ms: a PDU that is asked over the network. */
const LONGEST_SWITCHING = 600_000
const ADDRESS = /^(?:serial:.+|virtual:[a-z].*|(?:tcp|rfc2217):\/\/.+|\.{0,2}\/.+|[Cc][Oo][Mm]\d+)$/
const TAG = /^[a-z0-9][a-z0-9._-]{0,31}$/

export const address = () =>
  formed(
    ADDRESS,
    'the address of a board, such as serial:/dev/ttyUSB0, tcp://host:4000 or virtual:wasm',
  )

const A_TAG = 'a tag: at most 32 small letters, digits, points and hyphens'
export const tag = () => formed(TAG, A_TAG)

/** A name of a board in its pool. */
export const poolName = () =>
  formed(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'a name: at most 64 letters, digits, points and hyphens',
  )

const commandLine = () => text(4_096).min(1, must('a command line'))

const command = z
  .strictObject({
    on: commandLine().describe('Command that switches on, such as uhubctl -l 1-1 -p 2 -a on.'),
    off: commandLine().describe('Command that switches off.'),
    timeout: duration(1, LONGEST_SWITCHING)
      .prefault('10 s')
      .describe('Longest that a command may take; it is ended then, and the run with it.'),
    settle: duration(0, LONGEST_SWITCHING)
      .prefault(0)
      .describe('How long after its end the supply is as it was asked for.'),
    shell: yesNo()
      .prefault(false)
      .describe(
        'Whether a shell reads the commands. Default: no; they are words in quotes or not.',
      ),
  })
  .transform(rest => ({ by: 'command' as const, ...rest }))

const line = z
  .strictObject({
    line: z.enum(['dtr', 'rts']).describe('Line of the board’s own port that works the switch.'),
    inverted: yesNo().prefault(false).describe('Whether the line is set when the supply is off.'),
  })
  .transform(rest => ({ by: 'line' as const, ...rest }))

const wanted = 'a map with on and off, or with line'
const none = z.literal('none').transform(() => ({ by: 'none' as const }))
const agent = z.literal('agent').transform(() => ({ by: 'agent' as const }))

export const power = () =>
  z
    .union([command, line, none], must(`${wanted}, or none`))
    .describe(
      'Switch of the board’s own power, for steps such as cut-power. Default: none; virtual boards have one.',
    )

export const hubSupply = () =>
  z
    .union([command, line, agent, none], must(`${wanted}, agent or none`))
    .describe(
      'Switch of the hub’s supply, worked while an ESME that cuts it activates. Default: agent, the board’s own output.',
    )

/** The board of a device: by its address, or one of a pool. */
export const board = () =>
  z
    .union(
      [
        address().transform(port => ({ port })),
        z
          .strictObject({
            port: address().optional().describe('Address of the board.'),
            tag: z
              .union(
                [tag().transform(each => [each]), z.array(tag(), must('a list of tags'))],
                must(A_TAG),
              )
              .optional()
              .describe('Tags that a board of the pool must have: a free one is taken.'),
            name: poolName().optional().describe('Name of a board in the pool.'),
            power: power().optional(),
            hubSupply: hubSupply().optional(),
          })
          .refine(
            ({ port, tag, name }) =>
              [port, tag, name].filter(way => way !== undefined).length === 1,
            'must have one of port, tag, name',
          )
          .refine(
            ({ port, power, hubSupply }) =>
              port !== undefined || (power === undefined && hubSupply === undefined),
            'cannot name switches beside tag or name: they are the pool’s to say',
          ),
      ],
      must('the address of a board, or a map with port, tag or name'),
    )
    .describe('The board that stands behind this device: it really takes the image and runs it.')

export type PowerSpec = z.output<ReturnType<typeof power>>
export type HubSupplySpec = z.output<ReturnType<typeof hubSupply>>
export type BoardSpec = z.output<ReturnType<typeof board>>
