// The moments of a board that get a mark: what it took, what it runs, and when it was not there.

import type { TraceEvent, TraceName } from '#emulators/trace/trace'
import { count, hexWord } from '../../output/format.ts'
import { textOf } from './fields.ts'
import type { Saying } from './mark.ts'

const trouble = (label: string, text: string): Saying => ({ kind: 'trouble', label, text })
const note = (text: string): Saying => ({ kind: 'note', label: '', text })

export const BOARD_SAYINGS: Partial<Record<TraceName, (event: TraceEvent) => Saying>> = {
  'board-ready': event => note(`The board at ${textOf(event, 'board')} has answered`),
  'board-whole': ({ blocks, sent }) =>
    note(`The board has all ${count(Number(blocks))} blocks, of ${count(Number(sent))} sent`),
  'board-refused': event =>
    trouble('refused', `The board refuses the image: ${textOf(event, 'reason')}`),
  'board-runs': event =>
    note(
      `The board has restarted and runs ${hexWord(Number(event.fileVersion))}, activation ${textOf(event, 'activation')}`,
    ),
  'board-switch': ({ switch: which, on }) =>
    note(
      `${which === 'power' ? 'Power of the board' : 'Supply of the hub'} switched ${on ? 'on' : 'off'}`,
    ),
  'board-lost': event => trouble('lost', `The board is lost: ${textOf(event, 'reason')}`),
  'board-back': () => note('The board is back'),
  'board-failed': event =>
    trouble(
      'failed',
      `The board has failed, ${textOf(event, 'cause')}: ${textOf(event, 'reason')}`,
    ),
}
