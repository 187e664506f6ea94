// YMODEM: a batch of one file. A header block with name and size, which the receiver acknowledges and then asks for the
// data; blocks of 1024 octets; after the end an empty header block that says that no other file follows.

import type { Row } from '#core/state/table'
import {
  ASKED_AGAIN,
  ASKED_CRC,
  type BlockSizes,
  CANCELLED,
  CLOSED,
  CLOSING,
  DONE,
  EMPTY_HEADER,
  END,
  ENDING,
  FAILED,
  FINISH,
  FIRST,
  GIVE_UP,
  HEADER,
  HEADER_BLOCK,
  HEADER_HELD,
  LAST_TAKEN,
  MODEM_TIMES,
  type ModemImage,
  ModemSender,
  type ModemTimes,
  NEXT,
  QUIT,
  REPEAT,
  SENDING,
  SILENCE,
  STARTING,
  TAKEN,
} from './modem.ts'
import type { Counts } from './talk.ts'

export const YMODEM_ROWS: readonly Row[] = [
  [STARTING, ASKED_CRC, HEADER, HEADER_BLOCK],
  [STARTING, ASKED_AGAIN, HEADER, HEADER_BLOCK],
  [STARTING, CANCELLED, FAILED, QUIT],
  [STARTING, GIVE_UP, FAILED, QUIT],
  [HEADER, TAKEN, HEADER_HELD, FINISH],
  [HEADER, ASKED_AGAIN, HEADER, REPEAT],
  [HEADER, SILENCE, HEADER, REPEAT],
  [HEADER, CANCELLED, FAILED, QUIT],
  [HEADER, GIVE_UP, FAILED, QUIT],
  [HEADER_HELD, ASKED_CRC, SENDING, FIRST],
  [HEADER_HELD, ASKED_AGAIN, HEADER, REPEAT],
  [HEADER_HELD, CANCELLED, FAILED, QUIT],
  // Its ask was lost: the first block is an answer to it all the same.
  [HEADER_HELD, SILENCE, SENDING, FIRST],
  [HEADER_HELD, GIVE_UP, FAILED, QUIT],
  [SENDING, TAKEN, SENDING, NEXT],
  [SENDING, LAST_TAKEN, ENDING, END],
  [SENDING, ASKED_AGAIN, SENDING, REPEAT],
  [SENDING, SILENCE, SENDING, REPEAT],
  [SENDING, CANCELLED, FAILED, QUIT],
  [SENDING, GIVE_UP, FAILED, QUIT],
  // Receivers ask once more before they believe the end.
  [ENDING, ASKED_AGAIN, ENDING, REPEAT],
  [ENDING, LAST_TAKEN, CLOSING, FINISH],
  [ENDING, SILENCE, ENDING, REPEAT],
  [ENDING, CANCELLED, FAILED, QUIT],
  [ENDING, GIVE_UP, FAILED, QUIT],
  // The file is whole and acknowledged; a receiver that does not ask for another one wants no word of it.
  [CLOSING, ASKED_CRC, CLOSED, EMPTY_HEADER],
  [CLOSING, ASKED_AGAIN, CLOSED, EMPTY_HEADER],
  [CLOSING, SILENCE, DONE, FINISH],
  [CLOSING, CANCELLED, DONE, FINISH],
  [CLOSED, LAST_TAKEN, DONE, FINISH],
  [CLOSED, ASKED_AGAIN, CLOSED, REPEAT],
  [CLOSED, SILENCE, DONE, FINISH],
  [CLOSED, CANCELLED, DONE, FINISH],
]

/** Sends by YMODEM, in blocks of 1024 octets unless told otherwise. */
export function ymodemSender(
  image: ModemImage,
  counts: Counts,
  now: number,
  times: ModemTimes = MODEM_TIMES,
  sizes: BlockSizes = 'mixed',
): ModemSender {
  return new ModemSender({ rows: YMODEM_ROWS, image, sizes, counts, times, now })
}
