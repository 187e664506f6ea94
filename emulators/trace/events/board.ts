// Events of boards, real and virtual, that stand behind devices.

import { z } from 'zod'
import {
  event,
  fileVersion,
  flag,
  ms,
  octets,
  sha256,
  sha256OrNone,
  text,
  U32,
  whole,
} from './kinds.ts'

const runs = () => fileVersion('File version that it runs.')

export const BOARD_EVENTS = {
  'board-ready': event('The board behind a device has answered; the run begins when all have.', {
    board: text('Its address.'),
    pool: text('Its name in the pool; left out for one that was named by its address.').optional(),
    agent: text('Version of its agent.'),
    model: text('What it calls itself.'),
    serial: text('Its serial number; empty when it has none.'),
    hardwareVersion: whole('Its hardware version.', 0, U32),
    fileVersion: fileVersion('File version that it runs; 0 as it left the factory.'),
    slotSize: whole('Largest image that it takes, octets.', 0, U32),
    power: text('What switches its power.'),
    hubSupply: text('What switches the hub’s supply while it activates.'),
  }),
  'board-sending': event(
    'An image that arrived over the HAN goes to the board, or goes on where it was.',
    {
      fileVersion: fileVersion('File version of the image.'),
      size: octets('Octets.'),
      blocks: whole('Blocks that it is sent in.', 1),
      held: whole('Blocks that the board held already.'),
    },
  ),
  'board-progress': event('How far that is: told at every tenth.', {
    held: whole('Blocks that the board has acknowledged.'),
    blocks: whole('Blocks in all.', 1),
  }),
  'board-whole': event('The board has the whole image, and its SHA-256 is right.', {
    blocks: whole('Blocks of the image.', 1),
    sent: whole('Blocks that were sent, repeats included.'),
    resent: whole('Of these, repeats.'),
    resumes: whole('Times that it went on after the board was lost.'),
    octets: whole('Octets on the line, framing included.'),
    sha256: sha256('As the board computed it.'),
  }),
  'board-refused': event('The board does not take the image.', {
    cause: text('Name of the board’s code, as hardware or hash.'),
    reason: text('What it said, for people.'),
  }),
  'board-activating': event('The board begins to activate.', {
    duration: ms('How long it was asked to take, ms.'),
    cutsSupply: flag('Whether it cuts the hub’s supply by its own output.'),
  }),
  'board-runs': event('The board has restarted after an activation, and says what it runs.', {
    fileVersion: runs(),
    sha256: sha256OrNone('Of the image that it runs.'),
    activation: text('How it says that its last activation ended.'),
    boot: whole('Number of this start.', 0, U32),
  }),
  'board-switch': event('A supply switch was worked.', {
    switch: z.enum(['power', 'hub-supply']).describe('The board’s own power, or the hub’s supply.'),
    by: text('What worked it.'),
    on: flag('Whether the supply is on now.'),
  }),
  'board-lost': event('The board does not answer, or its port is gone.', {
    reason: text('Why, for people.'),
  }),
  'board-back': event('It answers again.', {
    boot: whole('Number of its start: another one when it restarted.', 0, U32),
    fileVersion: runs(),
  }),
  'board-log': event('A line of the board’s own log, or of what its switches printed.', {
    text: text('The line.'),
    uptime: ms(
      'Time since the board’s start by its own clock, ms; left out where a switch said it.',
    ).optional(),
  }),
  'board-failed': event('The board has failed, and the run ends.', {
    cause: text('Code of the error, as in docs/ERRORS.md.'),
    reason: text('Why, for people.'),
  }),
}
