// The boards of a run in its page: which they were, what they took, and their own log with its times.

import { type Markup, markup, type Piece } from '../../drawing/markup.ts'
import { factTable } from '../../drawing/table.ts'
import { count, hexWord } from '../../output/format.ts'
import { type BoardRecord, logLines } from './board-records.ts'
import { boxName } from './words.ts'

export function boardSection(boards: readonly BoardRecord[]): Markup {
  return markup`<h2>Boards</h2>
<p class="dim">What stood behind the devices: the octets that came over the emulated HAN went on to these, and they ran them.</p>
${boards.map(board => markup`<h3>Board of ${boxName(board.device)}</h3>\n${facts(board)}\n${log(board)}\n`)}`
}

function facts(board: BoardRecord): Markup {
  const { address, pool, agent, model, serial, hardwareVersion, power, hubSupply } = board
  const rows: [string, Piece][] = [
    [
      'Port',
      markup`<code>${address}</code>${pool === undefined ? undefined : markup` (${pool} of the pool)`}`,
    ],
    [
      'Board',
      `${model}${serial === '' ? '' : `, serial ${serial}`}, hardware ${hexWord(hardwareVersion, 4)}, agent ${agent}`,
    ],
    ['Firmware', versions(board)],
    ['Images', transfers(board)],
    ['Losses', losses(board)],
    ['Switches', `power: ${power}; hub’s supply: ${hubSupply}`],
  ]
  return factTable(rows)
}

function versions({ before, runs, activations }: BoardRecord): string {
  const first = before === 0 ? 'as it left the factory' : hexWord(before)
  if (activations === 0) return `${first}; nothing was activated`
  return `${hexWord(runs)} by its own word, before that ${first}; activated ${times(activations)}`
}

function transfers({ flashes, refusals, blocks, sent, resent }: BoardRecord): string {
  const refused = refusals > 0 ? `; refused ${times(refusals)}` : ''
  if (flashes === 0) return `none was taken whole${refused}`
  const again = resent > 0 ? `, ${count(resent)} of them again` : ''
  return `taken whole ${times(flashes)}: ${count(blocks)} blocks, ${count(sent)} sent${again}${refused}`
}

function losses({ losses, resumes, failure }: BoardRecord): Piece {
  const lost = losses === 0 ? 'never' : `${times(losses)}, resumed ${times(resumes)}`
  return failure === undefined ? lost : markup`${lost}; <span class="no">failed</span>: ${failure}`
}

function times(n: number): string {
  return n === 1 ? 'once' : `${count(n)} times`
}

function log(board: BoardRecord): Markup {
  const lines = logLines(board)
  if (lines.length === 0) return markup`<p class="dim">It logged nothing.</p>`
  return markup`<pre class="log">${lines.join('\n')}</pre>`
}
