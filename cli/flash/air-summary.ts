// What came of an update over the air: a row for people, a line for programs, as of boards on a cable.

import type { HanrigError } from '#core/errors/errors'
import type { Updated } from '#hil/host/update'
import { hintsOf } from '../errors/hints.ts'
import { deviceJson } from '../han/show.ts'
import { count, duration, hexWord, octets } from '../output/format.ts'
import { oneLine } from '../output/harmless.ts'
import { tableLines } from '../output/text-table.ts'
import { failureJson, MARK, mark } from './cable-summary.ts'

export interface Aired {
  readonly file: string
  readonly size: number
  readonly sha256: string
  readonly fileVersion: number
  readonly port: string
  readonly device: string
  readonly updated: Updated | undefined
  readonly failure: HanrigError | undefined
}

export function airedJson({ port, device, fileVersion, updated, failure }: Aired): object {
  const { from, runs, count: blocks, carriedMs = 0, already = false } = updated ?? {}
  return {
    name: 'end',
    port,
    device,
    ok: failure === undefined,
    protocol: 'zigbee',
    already,
    verified: runs === fileVersion,
    running: runs === fileVersion,
    ...(from && { versionBefore: from.fileVersion }),
    ...(runs !== undefined && { version: runs }),
    ...(blocks && {
      blocks: blocks.blocks,
      retries: blocks.retries,
      resumedAt: blocks.resumedAt,
    }),
    ...(updated && { announced: updated.announced, facts: factsJson(updated) }),
    ms: Math.round(carriedMs),
    ...failureJson(failure),
  }
}

function factsJson({ facts }: Updated): object {
  const { name: _, ...rest } = deviceJson(facts)
  return rest
}

/** The image, the device's row, hints. */
export function airedText(aired: Aired): string {
  const { file, size, sha256, device, failure } = aired
  const lines = [
    oneLine(`image ${file}: ${count(size)} B, sha256 ${sha256.slice(0, 16)}…`),
    ...tableLines({ rows: [[mark(aired), device, said(aired)]], least: [MARK] }),
    ...(failure ? hintsOf(failure) : []).map(hint => `  hint: ${hint}`),
  ]
  return `${lines.join('\n')}\n`
}

function said({ size, updated, failure }: Aired): string {
  if (failure) return `${failure.code}: ${failure.message}`
  const { from, runs, count: blocks, carriedMs, announced, already } = updated!
  const before = hexWord(from.fileVersion)
  if (already) return `runs this image already (version ${before}); nothing was done`
  const went = blocks.resumedAt > 0 ? `went on at ${count(blocks.resumedAt)} B, ` : ''
  const sent = `${went}${count(blocks.blocks)} blocks, ${count(blocks.retries)} of them again`
  const rate = octets(Math.round(((size - blocks.resumedAt) * 1000) / Math.max(1, carriedMs)))
  const heard = announced ? 'heard again, what it runs was not asked' : 'not heard again'
  const end = runs === undefined ? heard : `verified; runs ${before} -> ${hexWord(runs)}`
  return `${sent}; ${end}; ${duration(carriedMs)}, ${rate}/s`
}
