// What came of flashing: a table for people, a line a board for programs.

import type { HanrigError } from '#core/errors/errors'
import { hex } from '#emulators/crypto/crypto'
import type { Flash } from '#hil/flash/flash'
import type { FlashImage } from '#hil/flash/image'
import { SENDING, VERIFYING } from '#hil/protocol/agent-table'
import { errorJson, hintsOf } from '../errors/hints.ts'
import { count, duration, hexWord, octets } from '../output/format.ts'
import { oneLine } from '../output/harmless.ts'
import { type Cell, tableLines } from '../output/text-table.ts'

export function beginJson(flash: Flash, image: FlashImage, sha256: string): object {
  const { name: file, octets: memory, fileVersion } = image
  const version = fileVersion === undefined ? {} : { fileVersion }
  return { name: 'begin', port: flash.address, file, size: memory.length, sha256, ...version }
}

export function endJson(flash: Flash): object {
  const { board, counts, failure, versionBefore } = flash
  return {
    name: 'end',
    port: flash.address,
    ok: failure === undefined,
    protocol: flash.protocol,
    already: flash.already,
    verified: flash.verified,
    running: flash.running,
    ...(board && { board: board.name, serial: board.serial, agent: board.agent }),
    ...(versionBefore !== undefined && { versionBefore }),
    ...(board && { version: board.runningVersion }),
    ...flash.facts,
    blocks: counts.blocks,
    heldBefore: counts.heldBefore,
    sent: counts.sent,
    resent: counts.resent,
    retries: counts.retries,
    octetsSent: counts.octets,
    resumptions: flash.resumptions,
    ms: Math.round(flash.transferMs),
    sendMs: Math.round(flash.spent[SENDING]!),
    verifyMs: Math.round(flash.spent[VERIFYING]!),
    ...(flash.notes.length > 0 && { notes: flash.notes }),
    ...(flash.heard !== '' && { heard: flash.heard }),
    ...failureJson(failure, hintsFor(flash)),
  }
}

/** Why there is no success, as a field of an end. */
export function failureJson(failure: HanrigError | undefined, hints?: string[]): object {
  return failure ? { error: errorJson(failure, hints) } : {}
}

/** What helps: what always does, and waiting where it would. */
function hintsFor({ failure, mayWait }: Flash): string[] {
  if (!failure) return []
  const hints = hintsOf(failure)
  if (mayWait === undefined) return hints
  return mayWait === 'first'
    ? [...hints, 'What is not there or not free yet is waited for with --wait.']
    : [...hints, 'A longer --wait waits longer for it to come back.']
}

/** One row a board, then how many were flashed. */
export function summaryText(flashes: readonly Flash[], image: FlashImage): string {
  const rows = flashes.map(flash => [mark(flash), flash.address, said(flash)])
  const hints = new Set(flashes.flatMap(hintsFor))
  const failed = flashes.filter(flash => flash.failure)
  const lines = [
    oneLine(
      `image ${image.name}: ${count(image.octets.length)} B, sha256 ${hex(image.sha256).slice(0, 16)}…`,
    ),
    ...tableLines({ rows, least: [MARK] }),
    ...flashes.flatMap(({ address, notes }) => notes.map(note => `  note: ${address}: ${note}`)),
    ...[...hints].map(hint => `  hint: ${hint}`),
  ]
  if (flashes.length > 1)
    lines.push(`${flashes.length - failed.length} of ${flashes.length} boards`)
  return `${lines.join('\n')}\n`
}

/** Columns of the longest mark. */
export const MARK = 4

/** What came of it, in a word. */
export function mark({ failure }: { readonly failure: HanrigError | undefined }): Cell {
  return failure ? { colour: 'red', words: 'FAIL' } : { colour: 'green', words: 'ok' }
}

function said(flash: Flash): string {
  const { failure, counts, versionBefore, board } = flash
  if (failure) return `${failure.code}: ${failure.message}`
  const runs = hexWord(board?.runningVersion ?? 0)
  const words = flash.lastWords === '' ? '' : `; it said "${flash.lastWords}"`
  if (flash.already && flash.outcome !== undefined)
    return `has this image already; nothing was written; ${flash.outcome}${words}`
  if (flash.already) return `runs this image already (version ${runs}); nothing was done`
  const blocks =
    counts.heldBefore > 0
      ? `${count(counts.heldBefore)} of ${count(counts.blocks)} blocks were there, `
      : ''
  const sent = `${blocks}${count(counts.sent)} sent, ${count(counts.resent)} of them again`
  const rate = octets(Math.round((counts.doneOctets * 1000) / Math.max(1, flash.transferMs)))
  const time = duration(flash.transferMs)
  if (flash.outcome !== undefined) return `${sent}; ${flash.outcome}; ${time}, ${rate}/s${words}`
  if (!board) {
    return `${sent}; ${time}, ${rate}/s; ${flash.protocol} does not read back${words}`
  }
  const end = flash.running
    ? `runs ${hexWord(versionBefore ?? 0)} -> ${runs}`
    : 'waits for its activation'
  return `${sent}; ${flash.verified ? 'verified' : 'held'}; ${end}; ${time}`
}
