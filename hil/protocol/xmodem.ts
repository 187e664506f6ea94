// XMODEM: blocks of 128 octets (-CRC) or 1024 (-1K). The receiver starts it with C for CRC-16 or NAK for a checksum. It does
// not carry the image's length: the receiver's copy is filled up to whole blocks.

import type { Row } from '#core/state/table'
import {
  ASKED_AGAIN,
  ASKED_CRC,
  type BlockSizes,
  CANCELLED,
  DONE,
  END,
  ENDING,
  FAILED,
  FINISH,
  FIRST_BY_CRC,
  FIRST_BY_SUM,
  GIVE_UP,
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

export const XMODEM_ROWS: readonly Row[] = [
  [STARTING, ASKED_CRC, SENDING, FIRST_BY_CRC],
  [STARTING, ASKED_AGAIN, SENDING, FIRST_BY_SUM],
  [STARTING, CANCELLED, FAILED, QUIT],
  [STARTING, GIVE_UP, FAILED, QUIT],
  [SENDING, TAKEN, SENDING, NEXT],
  [SENDING, LAST_TAKEN, ENDING, END],
  [SENDING, ASKED_AGAIN, SENDING, REPEAT],
  [SENDING, SILENCE, SENDING, REPEAT],
  [SENDING, CANCELLED, FAILED, QUIT],
  [SENDING, GIVE_UP, FAILED, QUIT],
  [ENDING, LAST_TAKEN, DONE, FINISH],
  [ENDING, ASKED_AGAIN, ENDING, REPEAT],
  [ENDING, SILENCE, ENDING, REPEAT],
  [ENDING, CANCELLED, FAILED, QUIT],
  [ENDING, GIVE_UP, FAILED, QUIT],
]

/** Sends by XMODEM-CRC when `sizes` is 'short', else by XMODEM-1K. */
export function xmodemSender(
  image: ModemImage,
  sizes: BlockSizes,
  counts: Counts,
  now: number,
  times: ModemTimes = MODEM_TIMES,
): ModemSender {
  return new ModemSender({ rows: XMODEM_ROWS, image, sizes, counts, times, now })
}
