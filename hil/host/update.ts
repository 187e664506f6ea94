// One device updated over the air by zigbee-herdsman: asked what it runs, checked against the image, served, and asked
// again after its restart. What zigbee-herdsman does not look at is looked at here.

import { HanrigError } from '#core/errors/errors'
import type { OtaHeader } from '#core/image/header'
import { hanrigError } from '../errors/errors.ts'
import { interrupted, pause, within } from './bounds.ts'
import { CarriedFile } from './carry.ts'
import { type DeviceFacts, factsOf } from './devices.ts'
import { endedEarly, failureOf } from './ending.ts'
import type { Device, Endpoint } from './herdsman.ts'
import type { Host } from './host.ts'
import { lost } from './membership.ts'
import { type Allowed, checkUpdate, type Query, word } from './policy.ts'
import { type Asked, BlockCount } from './progress.ts'
import { answerNothing, otaEndpoint, type Queried, query } from './query.ts'

/** From being heard again to running the new image: devices check it, copy it, start twice. */
const CONFIRM_LIMIT = 60_000
/** How long an abort may take: it is told with the answer to the device's next request. */
const ABORT_LIMIT = 5_000
const CONFIRM_EVERY = 5_000
const READ_LIMIT = 5_000
const DOES_NOT_RUN = ['HANRIG_DEVICE_RUNS_OLD', 'HANRIG_DEVICE_SILENT']

export interface UpdateOptions {
  readonly octets: Uint8Array
  readonly header: OtaHeader
  readonly device: string
  readonly allowed: Allowed
  /** Octets of a block at most. */
  readonly blockSize: number
  /** Milliseconds between two blocks at least. */
  readonly blockDelay: number
  /** Milliseconds that the device may be silent: before it asks for the image, and between two blocks. */
  readonly patience: number
  /** Whether to ask the device afterwards what it runs. */
  readonly verify: boolean
  /** Milliseconds from being heard again to running the new image; 60 s unless told otherwise. */
  readonly confirmWithin?: number
  readonly signal: AbortSignal
  heed(event: UpdateEvent): void
}

export type UpdateEvent =
  | { readonly name: 'asked'; readonly query: Query }
  | { readonly name: 'progress'; readonly count: BlockCount }
  | { readonly name: 'carried'; readonly count: BlockCount; readonly ms: number }
  | { readonly name: 'heard-again'; readonly ms: number }
  | { readonly name: 'runs'; readonly fileVersion: number }

export interface Updated {
  readonly from: Query
  /** The device ran the image's version before, and nothing was done. */
  readonly already: boolean
  /** The version that the device says it runs; undefined when it was not asked. */
  readonly runs: number | undefined
  readonly count: BlockCount
  /** Milliseconds from the offer to the device's word that it has all. */
  readonly carriedMs: number
  /** Whether the device announced itself after its restart. */
  readonly announced: boolean
  readonly facts: DeviceFacts
}

/**
 * @throws HanrigError DEVICE_UNKNOWN, DEVICE_NO_OTA, DEVICE_SILENT, DEVICE_REFUSED, DEVICE_NOT_ENDING,
 * DEVICE_ENDED_EARLY, DEVICE_RUNS_OLD, UPDATE_WRONG_DEVICE, UPDATE_DOWNGRADE, PAGE_PAST_END, STICK_LOST, STICK_FAILED or INTERRUPTED.
 */
export async function update(host: Host, options: UpdateOptions): Promise<Updated> {
  const { octets, header, device: eui64, allowed, heed, signal } = options
  const device = host.device(eui64)
  const endpoint = otaEndpoint(device)
  const ask = (ms: number) => orLost(host, signal, stop => query(device, endpoint, ms, stop))
  const asked = await ask(options.patience)
  heed({ name: 'asked', query: asked.query })
  const count = new BlockCount(octets.length, options.blockSize)
  let goes = false
  try {
    goes = checkUpdate(eui64, header, asked.query, allowed)
  } finally {
    if (!goes) await answerNothing(endpoint, asked.sequence)
  }
  if (!goes) {
    const runs = asked.query.fileVersion
    const facts = factsOf(device)
    return { from: asked.query, already: true, runs, count, carriedMs: 0, announced: false, facts }
  }
  const file = new CarriedFile()
  try {
    const index = file.offerTo(asked.query, header, octets)
    const served = await serve(host, device, endpoint, asked, index, count, options)
    const runs = await running(ask, endpoint, count, options)
    const facts = await refreshed(device)
    return { from: asked.query, already: false, runs, count, ...served, facts }
  } finally {
    file.remove()
  }
}

/** What the device runs, if it is to be asked. One that said it was done too early may have had the rest from before. */
async function running(
  ask: (ms: number) => Promise<Queried>,
  endpoint: Endpoint,
  count: BlockCount,
  options: UpdateOptions,
): Promise<number | undefined> {
  const isEarly = count.hasBegun && !count.isAllAsked
  if (!options.verify) {
    if (isEarly) throw endedEarly(options.device, count)
    return undefined
  }
  try {
    return await confirm(ask, endpoint, options)
  } catch (error) {
    const isAnswer = error instanceof HanrigError && DOES_NOT_RUN.includes(error.code)
    throw isEarly && isAnswer ? endedEarly(options.device, count) : error
  }
}

/** Serves the image until the device has restarted on it, or for all that is heard of it has. */
async function serve(
  host: Host,
  device: Device,
  endpoint: Endpoint,
  asked: Queried,
  index: string,
  count: BlockCount,
  options: UpdateOptions,
): Promise<{ carriedMs: number; announced: boolean }> {
  const { heed, signal } = options
  const began = performance.now()
  let heardAt = began
  let carriedMs: number | undefined
  let announced = false
  let fault: HanrigError | undefined
  const stopped = Promise.withResolvers<never>()
  stopped.promise.catch(() => {})

  const stop = async (error: HanrigError) => {
    fault ??= error
    device.abortOta()
    // A device that asks for nothing hears of no abort; it gives up by itself.
    await pause(ABORT_LIMIT)
    stopped.reject(fault)
  }
  const onMessage = ({ type, data }: { type: string; data: unknown }) => {
    heardAt = performance.now()
    const isAsking = type === 'commandImageBlockRequest' || type === 'commandImagePageRequest'
    if (carriedMs !== undefined && isAsking && !count.isAllAsked) {
      // It said that it was done, and asks for what it has not: zigbee-herdsman is deaf to that by now.
      stopped.reject(endedEarly(options.device, count))
      return
    }
    const fits = count.heed(type, data as Asked)
    if (isAsking) heed({ name: 'progress', count })
    if (!fits) void stop(pagePastEnd(options.device))
  }
  const onAnnounce = () => {
    if (carriedMs === undefined) return
    announced = true
    heed({ name: 'heard-again', ms: performance.now() - began })
  }
  const onProgress = (share: number) => {
    if (share < 100 || carriedMs !== undefined) return
    carriedMs = performance.now() - began
    count.end()
    heed({ name: 'carried', count, ms: carriedMs })
  }
  const onLost = () => stopped.reject(lost())
  const onAbort = () => {
    // Once the device has all there is nothing to abort: only the waiting for its restart ends.
    if (carriedMs === undefined) void stop(interrupted())
    else stopped.reject(interrupted())
  }
  device.on('message', onMessage)
  device.on('deviceAnnounce', onAnnounce)
  host.controller.on('adapterDisconnected', onLost)
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  try {
    const settings = {
      requestTimeout: options.patience,
      responseDelay: options.blockDelay,
      baseSize: options.blockSize,
    }
    const source = { url: index }
    const { request, sequence } = asked
    const run = device.updateOta(source, request, sequence, {}, onProgress, settings, endpoint)
    run.catch(() => {})
    const [, to] = await Promise.race([run, stopped.promise])
    if (to === undefined) {
      throw hanrigError('HANRIG_STICK_FAILED', 'zigbee-herdsman did not offer the image.')
    }
    return { carriedMs: carriedMs!, announced }
  } catch (error) {
    if (fault) throw fault
    if (error instanceof HanrigError) throw error
    if (host.isLost) throw lost()
    const { device: id, patience } = options
    const silentFor = performance.now() - heardAt
    throw failureOf({ device: id, count, silentFor, patience }, (error as Error).message)
  } finally {
    device.off('message', onMessage)
    device.off('deviceAnnounce', onAnnounce)
    host.controller.off('adapterDisconnected', onLost)
    signal.removeEventListener('abort', onAbort)
  }
}

/** Asks the device what it runs now. */
async function confirm(
  ask: (ms: number) => Promise<Queried>,
  endpoint: Endpoint,
  { header, device: eui64, heed, signal, confirmWithin = CONFIRM_LIMIT }: UpdateOptions,
): Promise<number> {
  const until = performance.now() + confirmWithin
  const every = Math.min(CONFIRM_EVERY, confirmWithin / 2)
  for (;;) {
    const left = Math.max(1, until - performance.now())
    const { query: now, sequence } = await ask(left)
    await answerNothing(endpoint, sequence)
    if (now.fileVersion === header.fileVersion) {
      heed({ name: 'runs', fileVersion: now.fileVersion })
      return now.fileVersion
    }
    // It may still be checking and copying: it is asked until the time is up.
    if (performance.now() + every > until || !(await pause(every, signal))) {
      if (signal.aborted) throw interrupted()
      throw hanrigError(
        'HANRIG_DEVICE_RUNS_OLD',
        `${eui64} took the image and still runs version ${word(now.fileVersion)}.`,
      )
    }
  }
}

/** What the Basic cluster says after an update; a device without one, or a slow one, keeps what is known. */
async function refreshed(device: Device): Promise<DeviceFacts> {
  const basic = device.endpoints.find(e => e.supportsInputCluster('genBasic'))
  const read = basic?.read('genBasic', ['swBuildId', 'dateCode', 'appVersion'])
  await within(Promise.resolve(read), READ_LIMIT, () => new Error('late')).catch(() => {})
  return factsOf(device)
}

/** What work gives; it is stopped when the stick goes away. */
async function orLost<T>(
  { controller }: Host,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const gone = new AbortController()
  const onLost = () => gone.abort()
  controller.on('adapterDisconnected', onLost)
  try {
    return await work(AbortSignal.any([signal, gone.signal]))
  } catch (error) {
    throw gone.signal.aborted && !signal.aborted ? lost() : error
  } finally {
    controller.off('adapterDisconnected', onLost)
  }
}

function pagePastEnd(device: string): HanrigError {
  return hanrigError(
    'HANRIG_PAGE_PAST_END',
    `${device} asked for a page that reaches past the image’s end, which zigbee-herdsman would answer with empty blocks for ever.`,
  )
}
