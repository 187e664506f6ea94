// What the story says of the boards behind devices.

import type { ByName } from '#emulators/trace/trace'
import { duration } from '../../output/format.ts'
import { boxName } from '../report/words.ts'
import { line, n, version } from './line.ts'

export const BOARD_TELLERS: ByName<string> = {
  'board-ready': e =>
    line(
      'board',
      `${boxName(e.source)} stands on ${e.pool === undefined ? '' : `${e.pool}, `}${e.board}: agent ${e.agent}, ${e.fileVersion === 0 ? 'as it left the factory' : `runs version ${version(e.fileVersion)}`}; power by ${e.power}, hub supply by ${e.hubSupply}`,
    ),
  'board-sending': e =>
    line(
      'board',
      e.held === 0
        ? `${boxName(e.source)}: ${n(e.size)} B go to the board in ${n(e.blocks)} blocks`
        : `${boxName(e.source)}: goes on at block ${n(e.held)} of ${n(e.blocks)}`,
    ),
  'board-whole': e =>
    line(
      'board',
      `${boxName(e.source)}: all ${n(e.blocks)} blocks are there, ${n(e.sent)} sent, ${n(e.resent)} of them again; SHA-256 right`,
    ),
  'board-refused': e => line('board', `${boxName(e.source)}: refused, ${e.cause}: ${e.reason}`),
  'board-activating': e =>
    line(
      'board',
      `${boxName(e.source)}: the board activates for ${duration(e.duration)}${e.cutsSupply ? ' and cuts the hub’s supply' : ''}`,
    ),
  'board-runs': e =>
    line(
      'board',
      `${boxName(e.source)}: restarted (start ${e.boot}), activation ${e.activation}, runs version ${version(e.fileVersion)}`,
    ),
  'board-switch': e =>
    line(
      'switch',
      `${boxName(e.source)}: ${e.switch === 'power' ? 'power of the board' : 'supply of the hub'} ${e.on ? 'on' : 'off'}, by ${e.by}`,
    ),
  'board-lost': e => line('board', `${boxName(e.source)}: lost. ${e.reason}`),
  'board-back': e => line('board', `${boxName(e.source)}: back, start ${e.boot}`),
  'board-log': e => line('log', `${boxName(e.source)}: ${e.text}`),
  'board-failed': e => line('failed', `${boxName(e.source)}: ${e.cause}: ${e.reason}`),
}
