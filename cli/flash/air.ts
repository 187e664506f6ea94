// `hanrig flash IMAGE --stick PORT --device EUI64`: the image goes over the air. Loaded only then.

import { basename } from 'node:path'
import { hex, sha256 } from '../../emulators/crypto.ts'
import { checkCarried, otaHeader } from '../../hil/host/carry.ts'
import type { AdapterName } from '../../hil/host/stick.ts'
import { type Updated, update } from '../../hil/host/update.ts'
import { count, duration, hexWord, octets } from '../format.ts'
import { withHost } from '../han/options.ts'
import { deviceJson } from '../han/show.ts'
import { warnUnlessResumed } from '../han/warn.ts'
import { openFile } from '../options.ts'
import { print, printJson } from '../output.ts'
import { AirProgress } from './air-progress.ts'

/** zigbee-herdsman's own, unless told otherwise. */
export const DEFAULT_BLOCK_SIZE = 50
/** Its buffers of 250 octets hold no more. */
export const MAX_BLOCK_SIZE = 223
/** Seconds that a device may take between two blocks: zigbee-herdsman's own. */
export const DEFAULT_PATIENCE = 150

export interface AirOptions {
  readonly stick: string
  readonly device: string
  readonly adapter?: AdapterName
  readonly baud?: number
  readonly data: string
  /** Octets of a block at most. */
  readonly blockSize: number
  /** Milliseconds between two blocks at least. */
  readonly blockDelay: number
  /** Seconds. */
  readonly patience: number
  readonly allowDowngrade?: true
  readonly reinstall?: true
  readonly verify: boolean
  readonly json?: true
}

/** What came of it: the last line of --json, and what a report is made from. */
export interface AirResult {
  readonly name: 'verdict'
  readonly ok: true
  readonly sha256: string
  readonly [field: string]: unknown
}

export async function flashOverAir(path: string, options: AirOptions): Promise<AirResult> {
  const { device, json } = options
  const image = openFile(path, {}, true)
  const header = otaHeader(image)
  const { u8 } = image.octets
  const result = await withHost(options, {}, async (host, signal) => {
    checkCarried(host.herdsman, u8)
    warnUnlessResumed(host)
    const progress = new AirProgress(u8.length, json === true)
    try {
      return await update(host, {
        octets: u8,
        header,
        device,
        allowed: {
          downgrade: options.allowDowngrade === true,
          reinstall: options.reinstall === true,
        },
        blockSize: options.blockSize,
        blockDelay: options.blockDelay,
        patience: options.patience * 1000,
        verify: options.verify,
        signal,
        heed: event => progress.heed(event),
      })
    } finally {
      progress.end()
    }
  })
  const verdict = verdictOf(basename(path), hex(sha256(u8)), u8.length, header.fileVersion, result)
  if (json) printJson(verdict)
  else print(textOf(verdict.sha256, basename(path), u8.length, header.fileVersion, result))
  return verdict
}

function verdictOf(
  file: string,
  digest: string,
  size: number,
  fileVersion: number,
  { from, runs, count: blocks, carriedMs, announced, facts }: Updated,
): AirResult {
  const { name: _, ...device } = deviceJson(facts)
  return {
    name: 'verdict',
    ok: true,
    sha256: digest,
    file,
    size,
    fileVersion,
    from: from.fileVersion,
    runs: runs ?? null,
    verified: runs === fileVersion,
    announced,
    blocks: blocks.blocks,
    retries: blocks.retries,
    resumedAt: blocks.resumedAt,
    ms: Math.round(carriedMs),
    device,
  }
}

function textOf(
  digest: string,
  file: string,
  size: number,
  fileVersion: number,
  { from, runs, count: blocks, carriedMs, announced, facts }: Updated,
): string {
  const sent = size - blocks.resumedAt
  const rate = octets(Math.round((sent * 1000) / Math.max(1, carriedMs)))
  const resumed = blocks.resumedAt > 0 ? `, went on at ${count(blocks.resumedAt)}` : ''
  const proof =
    runs !== undefined
      ? `the device says that it runs ${hexWord(runs)}`
      : announced
        ? 'the device was heard again; what it runs was not asked'
        : 'the device was not heard again'
  const build = facts.softwareBuild ?? facts.dateCode
  const lines = [
    ['image', `${file}, ${octets(size)}, version ${hexWord(fileVersion)}`],
    ['sha256', digest],
    ['device', `${facts.eui64}, ran ${hexWord(from.fileVersion)}`],
    [
      'carried',
      `in ${duration(carriedMs)}, ${rate}/s, ${count(blocks.blocks)} blocks, ${count(blocks.retries)} retries${resumed}`,
    ],
    ['now', build === undefined ? proof : `${proof}; software build ${build}`],
  ]
  return lines.map(([name, text]) => `${name!.padEnd(8)} ${text}\n`).join('')
}
