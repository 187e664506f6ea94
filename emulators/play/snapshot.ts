// A run in the middle, as one file: the scenario, its images, everything that happened so far, and the state of every
// box. Whoever has it needs nothing else to go on. Gzip around a structured clone behind a magic and a hash.

import { deserialize, serialize } from 'node:v8'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Bytes } from '#core/bytes/bytes'
import type { HanrigError } from '#core/errors/errors'
import { openImage } from '#core/image/open'
import { sha256, TrustAnchor } from '../crypto/crypto.ts'
import { hanrigError } from '../errors/errors.ts'
import { type Cargo, cargoOf } from '../home/cargo.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { Loader, Saver } from '../storage/archive.ts'
import type { TraceEvent } from '../trace/trace.ts'
import type { Run } from './play.ts'

export interface Snapshot {
  /** Version of hanrig; another one may have other boxes. */
  readonly hanrig: string
  /** Scenario file, for reports; undefined for the built-in scenario. */
  readonly file: string | undefined
  readonly scenario: Scenario
  readonly cargo: ReadonlyMap<string, Cargo>
  /** File that each image came from, by name. */
  readonly files: ReadonlyMap<string, string>
  readonly anchor: TrustAnchor | undefined
  /** What happened so far. */
  readonly events: readonly TraceEvent[]
  readonly state: Uint8Array
}

const MAGIC = Buffer.from('HANRIGS1')
const HASH = 32

/** Saves every box of a run that stands still. */
export function saveState(run: Run): Uint8Array {
  const saver = new Saver()
  run.archive(saver)
  return saver.octets
}

/** @throws HanrigError SNAPSHOT_DAMAGED when the state is not one of this run. */
export function loadState(run: Run, state: Uint8Array): void {
  const loader = new Loader(state)
  run.archive(loader)
  if (!loader.ended) throw damaged('it holds more than the scenario has')
}

export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  const cargo = [...snapshot.cargo.values()].map(({ name, image, for: type, isFile }) => ({
    name,
    type,
    isFile,
    octets: Buffer.from(image.octets.u8),
    format: image.format,
    kind: image.ota?.kind,
  }))
  const content = serialize({ ...snapshot, cargo, anchor: snapshot.anchor?.der })
  return Buffer.concat([MAGIC, sha256(content), gzipSync(content, { level: 1 })])
}

/**
 * @param hanrig the version that reads it.
 * @throws HanrigError SNAPSHOT_DAMAGED.
 */
export function decodeSnapshot(file: Uint8Array, hanrig: string): Snapshot {
  const head = MAGIC.length + HASH
  if (file.length < head || !MAGIC.equals(file.subarray(0, MAGIC.length))) {
    throw damaged('it does not begin as one')
  }
  let content: Buffer
  try {
    content = gunzipSync(file.subarray(head))
  } catch {
    throw damaged('it is cut off or damaged')
  }
  if (Buffer.compare(sha256(content), file.subarray(MAGIC.length, head)) !== 0) {
    throw damaged('its hash is wrong')
  }
  const found = deserialize(content)
  if (found.hanrig !== hanrig) throw damaged(`hanrig ${found.hanrig} took it, this is ${hanrig}`)
  const cargo = new Map<string, Cargo>()
  for (const { name, type, isFile, octets, format, kind } of found.cargo) {
    const opened = openImage(new Bytes(octets), { format: kind ? 'ota' : 'raw', kind })
    cargo.set(name, cargoOf(name, { ...opened, format }, type, isFile))
  }
  const anchor = found.anchor && TrustAnchor.ofDer(found.anchor)
  return { ...found, cargo, anchor }
}

function damaged(why: string): HanrigError {
  return hanrigError('HANRIG_SNAPSHOT_DAMAGED', `The snapshot cannot be used: ${why}.`)
}
