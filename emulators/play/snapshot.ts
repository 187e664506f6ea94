// A run in the middle, as one file: where its scenario comes from, its images, everything that happened so far, and the
// state of every box. Whoever has it needs nothing else to go on. Whoever made it may mean ill: it takes no more memory
// than it states and is allowed, everything in it is checked, and it can ask for nothing but virtual time.

import { gunzipSync, gzipSync } from 'node:zlib'
import { z } from 'zod'
import { Bytes } from '#core/bytes/bytes'
import { HanrigError } from '#core/errors/errors'
import { NOTE_CODES } from '#core/image/note'
import { IMAGE_FORMATS, type OpenedImage, openImage } from '#core/image/open'
import { IMAGE_KINDS, type ImageKind } from '#core/image/ota-image'
import { sha256, TrustAnchor } from '../crypto/crypto.ts'
import { hanrigError } from '../errors/errors.ts'
import { type Cargo, cargoOf } from '../home/cargo.ts'
import { BOX_IMAGES, type BoxType } from '../profile/types.ts'
import { MAIN_IMAGE } from '../scenario/main-job.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { Loader, Saver } from '../storage/archive.ts'
import { EVENTS } from '../trace/events/events.ts'
import type { TraceEvent, TraceName } from '../trace/trace.ts'
import { type Origin, originSchema, scenarioOf } from './origin.ts'
import type { Run } from './play.ts'

/** What is saved of a run. */
export interface Saved {
  /** Version of hanrig; another one may have other boxes. */
  readonly hanrig: string
  readonly origin: Origin
  readonly cargo: ReadonlyMap<string, Cargo>
  /** File that each image came from, by name. */
  readonly files: ReadonlyMap<string, string>
  readonly anchor: TrustAnchor | undefined
  /** What happened so far. */
  readonly events: readonly TraceEvent[]
  readonly state: Uint8Array
}

export interface Snapshot extends Saved {
  /** Scenario file, for reports; undefined for one that is in none. */
  readonly file: string | undefined
  readonly scenario: Scenario
}

/** The file: this, octets of the content (u32, little-endian), SHA-256 of it, and then it as gzip. */
const MAGIC = Buffer.from('HANRIGS2')
const OLD_MAGIC = Buffer.from('HANRIGS1')
const HASH = 32
const HEAD = MAGIC.length + 4 + HASH
/** Most octets of a content: images of 16 MiB in the flash of many devices. */
const MOST = 512 * 1024 * 1024

const noteSchema = z.strictObject({
  code: z.enum(NOTE_CODES),
  message: z.string().max(1_000),
  at: z.int().min(0).optional(),
  line: z.int().min(1).optional(),
})

const imageSchema = z.strictObject({
  name: z.string(),
  for: z.enum(Object.keys(BOX_IMAGES) as BoxType[]),
  isFile: z.boolean(),
  format: z.enum(IMAGE_FORMATS),
  kind: z.enum(IMAGE_KINDS).optional(),
  file: z.string().max(4_096).optional(),
  octets: z.int().min(1),
  notes: z.array(noteSchema).max(100),
})

/** The first part of the content, JSON; the octets of the images follow in their order, and then the boxes' state. */
const headSchema = z.strictObject({
  hanrig: z.string(),
  origin: originSchema,
  images: z.array(imageSchema),
  /** DER, base64. */
  anchor: z.base64().max(1_000).optional(),
  events: z.array(z.unknown()),
})

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

/** @throws HanrigError USAGE when a snapshot cannot hold so much. */
export function encodeSnapshot(saved: Saved): Uint8Array {
  const { hanrig, origin, cargo, files, anchor, events, state } = saved
  const images = [...cargo.values()].map(({ name, image, for: type, isFile }) => ({
    name,
    for: type,
    isFile,
    format: image.format,
    kind: image.ota?.kind,
    file: files.get(name),
    octets: image.octets.length,
    notes: image.notes,
  }))
  const der = anchor && Buffer.from(anchor.der).toString('base64')
  const head = Buffer.from(JSON.stringify({ hanrig, origin, images, anchor: der, events }))
  const octets = [...cargo.values()].map(({ image }) => image.octets.u8)
  const content = Buffer.concat([u32(head.length), head, ...octets, state])
  if (content.length > MOST) {
    const sentence = `A snapshot holds at most ${MOST} B, and this run has ${content.length} B at that moment.`
    throw hanrigError('HANRIG_USAGE', sentence)
  }
  const packed = gzipSync(content, { level: 1 })
  return Buffer.concat([MAGIC, u32(content.length), sha256(content), packed])
}

function u32(value: number): Buffer {
  const octets = Buffer.alloc(4)
  octets.writeUInt32LE(value)
  return octets
}

/**
 * @param hanrig the version that reads it.
 * @throws HanrigError SNAPSHOT_DAMAGED.
 */
export function decodeSnapshot(file: Uint8Array, hanrig: string): Snapshot {
  const content = contentOf(Buffer.from(file.buffer, file.byteOffset, file.length))
  try {
    return snapshotOf(content, hanrig)
  } catch (error) {
    if (error instanceof HanrigError && error.code === 'HANRIG_SNAPSHOT_DAMAGED') throw error
    const [first] = (error as Error).message.split('\n')
    throw damaged(`what it holds does not fit together (${first!.slice(0, 200)})`)
  }
}

function contentOf(file: Buffer): Buffer {
  const magic = file.subarray(0, MAGIC.length)
  if (OLD_MAGIC.equals(magic)) throw damaged('hanrig 0.3.0 or older took it')
  if (file.length < HEAD || !MAGIC.equals(magic)) throw damaged('it does not begin as one')
  const length = file.readUInt32LE(MAGIC.length)
  if (length > MOST) throw damaged(`it states ${length} B; ${MOST} B are the most`)
  let content: Buffer
  try {
    content = gunzipSync(file.subarray(HEAD), { maxOutputLength: Math.max(length, 1) })
  } catch {
    throw damaged('it is cut off or damaged')
  }
  if (content.length !== length) throw damaged('it is shorter than it states')
  if (Buffer.compare(sha256(content), file.subarray(HEAD - HASH, HEAD)) !== 0) {
    throw damaged('its hash is wrong')
  }
  return content
}

function snapshotOf(content: Buffer, hanrig: string): Snapshot {
  const headLength = content.readUInt32LE(0)
  let at = 4 + headLength
  if (at > content.length) throw damaged('its head is cut off')
  const json = JSON.parse(content.toString('utf8', 4, at))
  if (json?.hanrig !== hanrig) throw damaged(`hanrig ${json?.hanrig} took it, this is ${hanrig}`)
  const { data: head, error } = headSchema.safeParse(json)
  if (!head) throw damaged(`its head is wrong at ${error.issues[0]!.path.join('.')}`)
  const cargo = new Map<string, Cargo>()
  const files = new Map<string, string>()
  for (const { name, for: type, isFile, octets, format, kind, file, notes } of head.images) {
    if (octets > content.length - at || cargo.has(name)) throw damaged('its images are wrong')
    const image = new Bytes(Uint8Array.from(content.subarray(at, at + octets)))
    at += octets
    const opened = reopened(image, kind)
    cargo.set(name, cargoOf(name, { ...opened, format, notes }, type, isFile))
    if (file !== undefined) files.set(name, file)
  }
  const { origin } = head
  const scenario = scenarioOf(origin, cargo.get(MAIN_IMAGE))
  checkImages(origin, scenario, cargo)
  checkEvents(head.events)
  return {
    hanrig,
    origin,
    file: origin.kind === 'file' ? origin.file : undefined,
    scenario,
    cargo,
    files,
    anchor: head.anchor === undefined ? undefined : anchorOf(head.anchor),
    events: head.events,
    state: content.subarray(at),
  }
}

function anchorOf(base64: string): TrustAnchor {
  return TrustAnchor.ofDer(Buffer.from(base64, 'base64'))
}

/** Every image that the scenario names is there, for the box that it names, and no other. */
function checkImages(origin: Origin, scenario: Scenario, cargo: ReadonlyMap<string, Cargo>): void {
  const wanted =
    origin.kind === 'built-in'
      ? [[MAIN_IMAGE, 'esme'] as const]
      : Object.entries(scenario.images).map(([name, source]) => [name, source.for] as const)
  const fits = wanted.every(([name, type]) => cargo.get(name)?.for === type)
  if (!fits || cargo.size !== wanted.length) throw damaged('its images are not the scenario’s')
}

/** Each is an event as it is declared, and none is before the one before. */
function checkEvents(events: readonly unknown[]): asserts events is TraceEvent[] {
  let before = 0
  for (const event of events) {
    const { t, source, name, ...fields } = (event ?? {}) as Readonly<Record<string, unknown>>
    const isOne =
      typeof t === 'number' &&
      t >= before &&
      typeof source === 'string' &&
      typeof name === 'string' &&
      Object.hasOwn(EVENTS, name) &&
      EVENTS[name as TraceName].safeParse(fields).success
    if (!isOne) throw damaged('what happened before is no trace')
    before = t
  }
}

/** An OTA file as it was opened: with the kind that was found in it, or the one that was asked for. */
function reopened(octets: Bytes, kind: ImageKind | undefined): OpenedImage {
  if (!kind) return openImage(octets, { format: 'raw' })
  const opened = openImage(octets, { format: 'ota' })
  return opened.ota?.kind === kind ? opened : openImage(octets, { format: 'ota', kind })
}

function damaged(why: string): HanrigError {
  return hanrigError('HANRIG_SNAPSHOT_DAMAGED', `The snapshot cannot be used: ${why}.`)
}
