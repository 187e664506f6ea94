// What came of updates over the air: a row a device for people, a line for programs, as of boards on a cable.

import type { HanrigError } from '#core/errors/errors'
import type { BlockCount } from '#hil/host/progress'
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
  /** What the device asked for, as far as it came; undefined when it asked for nothing. */
  readonly count?: BlockCount
  /** From the offer to the device's word that it has all, or to the failure. */
  readonly ms: number
}

export function airedJson(aired: Aired): object {
  const { port, device, fileVersion, updated, failure, count: blocks, ms } = aired
  const { from, runs, already = false } = updated ?? {}
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
      octets: blocks.octets,
      blocks: blocks.blocks,
      retries: blocks.retries,
      pastEnd: blocks.pastEnd,
      resumedAt: blocks.resumedAt,
    }),
    ...(updated && { announced: updated.announced, facts: factsJson(updated) }),
    ms: Math.round(ms),
    ...failureJson(failure),
  }
}

function factsJson({ facts }: Updated): object {
  const { name: _, ...rest } = deviceJson(facts)
  return rest
}

/** The image, the devices' rows, hints. */
export function airedText(all: readonly Aired[]): string {
  const { file, size, sha256 } = all[0]!
  const rows = all.map(aired => [mark(aired), aired.device, said(aired)])
  const failures = all.flatMap(({ failure }) => failure ?? [])
  const hints = new Set(failures.flatMap(hintsOf))
  const lines = [
    oneLine(`image ${file}: ${count(size)} B, sha256 ${sha256.slice(0, 16)}…`),
    ...tableLines({ rows, least: [MARK] }),
    ...[...hints].map(hint => `  hint: ${hint}`),
  ]
  if (all.length > 1) lines.push(`${all.length - failures.length} of ${all.length} devices`)
  return `${lines.join('\n')}\n`
}

function said({ size, updated, failure, count: blocks, ms }: Aired): string {
  if (failure) {
    const far = blocks
      ? ` (${count(blocks.octets)} of ${count(size)} B in ${count(blocks.blocks)} blocks, ${count(blocks.retries)} of them again; ${duration(ms)})`
      : ''
    return `${failure.code}: ${failure.message}${far}`
  }
  const { from, runs, announced, already, carriedMs, count: all } = updated!
  const before = hexWord(from.fileVersion)
  if (already) return `runs this image already (version ${before}); nothing was done`
  const went = all.resumedAt > 0 ? `went on at ${count(all.resumedAt)} B, ` : ''
  const sent = `${went}${count(all.blocks)} blocks, ${count(all.retries)} of them again`
  const rate = octets(Math.round(((size - all.resumedAt) * 1000) / Math.max(1, carriedMs)))
  const heard = announced ? 'heard again, what it runs was not asked' : 'not heard again'
  const end = runs === undefined ? heard : `verified; runs ${before} -> ${hexWord(runs)}`
  return `${sent}; ${end}; ${duration(carriedMs)}, ${rate}/s`
}
