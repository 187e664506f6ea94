// The moments of a board that get a mark: what it took, what it runs, and when it was not there.

import type { ByName } from '#emulators/trace/trace'
import { count, hexWord } from '../../output/format.ts'
import type { Saying } from './mark.ts'

const trouble = (label: string, text: string): Saying => ({ kind: 'trouble', label, text })
const note = (text: string): Saying => ({ kind: 'note', label: '', text })

export const BOARD_SAYINGS: ByName<Saying> = {
  'board-ready': event => note(`The board at ${event.board} has answered`),
  'board-whole': ({ blocks, sent }) =>
    note(`The board has all ${count(blocks)} blocks, of ${count(sent)} sent`),
  'board-refused': event => trouble('refused', `The board refuses the image: ${event.reason}`),
  'board-runs': event =>
    note(
      `The board has restarted and runs ${hexWord(event.fileVersion)}, activation ${event.activation}`,
    ),
  'board-switch': ({ switch: which, on }) =>
    note(
      `${which === 'power' ? 'Power of the board' : 'Supply of the hub'} switched ${on ? 'on' : 'off'}`,
    ),
  'board-lost': event => trouble('lost', `The board is lost: ${event.reason}`),
  'board-back': () => note('The board is back'),
  'board-failed': event =>
    trouble('failed', `The board has failed, ${event.cause}: ${event.reason}`),
}
