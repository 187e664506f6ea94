// Events of the media: what happened to a frame, and how far a block transfer is.

import { z } from 'zod'
import { cases, eui64, event, fileVersion, flag, octets, text, whole } from './kinds.ts'

const length = () => octets('Octets of the frame.')
const blocks = () => whole('Blocks of the whole.', 1)

const opened = () => ({
  blocks: blocks(),
  held: whole('Blocks held already.'),
  blockSize: octets('Octets of a block.'),
  size: octets('Octets of the whole.'),
})

/** @param codes the CCS08 transfer codes that say so. */
const ofHomeServer = (...codes: readonly [number, number]) =>
  z.strictObject({
    target: eui64('Of the device that the home server served.'),
    code: whole('CCS08 transfer code.', ...codes),
    fileVersion: fileVersion(),
    transfer: text('How the delivery ended.'),
  })

export const MEDIA_EVENTS = {
  'frame-lost': event('A link lost a frame.', { length: length() }),
  'frame-corrupted': event('A link flipped one bit.', {
    length: length(),
    bit: whole('The bit.'),
    dropped: flag('Whether the medium noticed and dropped the frame.'),
  }),
  'frame-duplicated': event('A link delivers a frame twice.', { length: length() }),
  'frame-reordered': event('A link holds a frame back, so that others overtake it.', {
    length: length(),
  }),
  'frame-overflow': event('A frame was too long, or too many were in flight.', {
    length: length(),
  }),
  'frame-deaf': event('A frame came while its receiver was deaf.', { length: length() }),
  'frame-unheard': event('A frame came to a device that slept or had no power.', {
    length: length(),
  }),
  'frame-rewritten': event('A box said something wrong on purpose.', {
    what: text('The rule of the scenario that it follows.'),
  }),
  'block-refused': event('A receiver did not accept a block.', {
    cause: z
      .enum([
        ...(['duplicate', 'conflict', 'bad-crc', 'wrong-image'] as const),
        ...(['out-of-range', 'wrong-length', 'too-short'] as const),
      ])
      .describe('A code of SPEC 2.1.'),
    index: whole(
      'Index that the block states; left out when it is too short to state one.',
    ).optional(),
  }),
  'transfer-opened': event('A block transfer begins with nothing held.', opened()),
  'transfer-resumed': event('A block transfer goes on with what was held.', opened()),
  'transfer-progress': event('Another tenth of the blocks is durable.', {
    held: whole('Blocks held.'),
    blocks: blocks(),
  }),
  'transfer-complete': cases(
    'Every block is durable; of the home server: an image was delivered.',
    [z.strictObject({ blocks: blocks() }), ofHomeServer(0, 0)],
  ),
  'transfer-failed': cases(
    'The sender got no answer too often; of the home server: an image was not delivered.',
    [z.strictObject({ tries: whole('Questions without an answer.', 1) }), ofHomeServer(1, 3)],
  ),
}
