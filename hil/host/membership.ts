// Who is on the network: devices join while it is open and are known once they were interviewed, and leave when told.

import { HanrigError } from '#core/errors/errors'
import { fromIeee } from '#core/eui64/text'
import { hanrigError } from '../errors/errors.ts'
import { within } from './bounds.ts'
import { type DeviceFacts, factsOf } from './devices.ts'
import type { Device } from './herdsman.ts'
import type { Host } from './host.ts'

/** ZigBee opens a network for 254 s at most; 255 would mean for ever. */
export const MAX_JOIN_SECONDS = 254
/** An interview that has begun when joining closes may end: two attributes without an answer take 20 s. */
const INTERVIEW_GRACE = 30_000
const OPEN_LIMIT = 20_000
const LEAVE_LIMIT = 20_000
const PING_LIMIT = 5_000

export type JoinEvent =
  | { readonly name: 'present'; readonly facts: DeviceFacts }
  | { readonly name: 'open'; readonly seconds: number }
  | { readonly name: 'joined'; readonly device: string; readonly shortAddress: number }
  | { readonly name: 'interviewed'; readonly facts: DeviceFacts }
  | { readonly name: 'interview-failed'; readonly device: string }

export interface JoinOptions {
  readonly seconds: number
  /** The one device that may join; left out, any may. */
  readonly device: string | undefined
  /** Devices after which joining closes early. */
  readonly count: number
  readonly signal: AbortSignal
  heed(event: JoinEvent): void
}

/**
 * Opens the network until enough devices have joined and were interviewed.
 * @throws HanrigError JOIN_TIMEOUT when fewer did in time, INTERRUPTED, STICK_LOST.
 */
export async function join(host: Host, options: JoinOptions): Promise<DeviceFacts[]> {
  const { seconds, count, heed, signal } = options
  const { controller } = host
  const present = await presentAlready(host, options)
  if (present) {
    heed({ name: 'present', facts: present })
    return [present]
  }
  const done = new Map<string, DeviceFacts>()
  const pending = new Set<string>()
  const isWanted = (eui64: string) => options.device === undefined || options.device === eui64
  const ended = Promise.withResolvers<void>()
  let isClosed = false

  const endWhenQuiet = () => {
    if (done.size >= count || (isClosed && pending.size === 0)) ended.resolve()
  }
  const onJoined = ({ device }: { device: Device }) => {
    heed({
      name: 'joined',
      device: fromIeee(device.ieeeAddr),
      shortAddress: device.networkAddress,
    })
  }
  const welcome = (device: Device) => {
    const facts = factsOf(device)
    done.set(facts.eui64, facts)
    heed({ name: 'interviewed', facts })
    endWhenQuiet()
  }
  const onInterview = ({ status, device }: { status: string; device: Device }) => {
    const eui64 = fromIeee(device.ieeeAddr)
    if (!isWanted(eui64)) return
    if (status === 'started') pending.add(eui64)
    else pending.delete(eui64)
    if (status === 'failed') heed({ name: 'interview-failed', device: eui64 })
    if (status === 'successful') welcome(device)
    else endWhenQuiet()
  }
  // A device that was interviewed before is not again when it comes back; this is all that is heard of it.
  const onSeen = ({ device, reason }: { device: Device; reason: string }) => {
    const facts = factsOf(device)
    if (reason !== 'deviceJoined' || !facts.interviewed || !isWanted(facts.eui64)) return
    if (!done.has(facts.eui64)) welcome(device)
  }
  const onLost = () => ended.reject(lost())
  controller.on('deviceJoined', onJoined)
  controller.on('deviceInterview', onInterview)
  controller.on('lastSeenChanged', onSeen)
  controller.on('adapterDisconnected', onLost)
  const closing = setTimeout(() => {
    isClosed = true
    endWhenQuiet()
  }, seconds * 1000)
  const late = () => timedOut(options, done.size, pending)
  try {
    await within(controller.permitJoin(seconds), OPEN_LIMIT, notOpened, signal)
    heed({ name: 'open', seconds })
    await within(ended.promise, seconds * 1000 + INTERVIEW_GRACE, late, signal)
  } finally {
    clearTimeout(closing)
    controller.off('deviceJoined', onJoined)
    controller.off('deviceInterview', onInterview)
    controller.off('lastSeenChanged', onSeen)
    controller.off('adapterDisconnected', onLost)
  }
  if (done.size < count) throw late()
  return [...done.values()]
}

/** The one device that is wanted, when it is on the network, was interviewed and answers. */
async function presentAlready(host: Host, options: JoinOptions): Promise<DeviceFacts | undefined> {
  const { device: eui64, signal } = options
  const device = host.devices.find(({ ieeeAddr }) => fromIeee(ieeeAddr) === eui64)
  if (!device || !factsOf(device).interviewed) return undefined
  const late = () => new Error('late')
  try {
    await within(device.ping(true), PING_LIMIT, late, signal)
    return factsOf(device)
  } catch (error) {
    if (error instanceof HanrigError) throw error
    return undefined
  }
}

function timedOut({ seconds, device, count }: JoinOptions, got: number, pending: Set<string>) {
  const [unfinished] = pending
  const what =
    unfinished !== undefined
      ? `The interview of ${unfinished} did not end`
      : device !== undefined
        ? `${device} did not join`
        : got === 0
          ? 'No device joined'
          : `${got} of ${count} devices joined`
  return hanrigError('HANRIG_JOIN_TIMEOUT', `${what} within ${seconds} s.`)
}

/**
 * Has a device leave, or only forgets it.
 * @throws HanrigError DEVICE_UNKNOWN, DEVICE_SILENT, INTERRUPTED.
 */
export async function remove(
  host: Host,
  eui64: string,
  force: boolean,
  signal: AbortSignal,
): Promise<DeviceFacts> {
  const device = host.device(eui64)
  const facts = factsOf(device)
  if (force) {
    device.removeFromDatabase()
    return facts
  }
  const late = () => unanswered(eui64, `within ${LEAVE_LIMIT / 1000} s`)
  try {
    await within(device.removeFromNetwork(), LEAVE_LIMIT, late, signal)
  } catch (error) {
    if (error instanceof HanrigError) throw error
    throw host.isLost ? lost() : unanswered(eui64, `: ${(error as Error).message}`)
  }
  return facts
}

function unanswered(eui64: string, how: string): HanrigError {
  const gap = how.startsWith(':') ? '' : ' '
  return hanrigError('HANRIG_DEVICE_SILENT', `${eui64} did not answer that it leaves${gap}${how}.`)
}

function notOpened(): HanrigError {
  const sentence = `The stick did not open the network within ${OPEN_LIMIT / 1000} s.`
  return hanrigError('HANRIG_STICK_SILENT', sentence)
}

export function lost(): HanrigError {
  return hanrigError('HANRIG_STICK_LOST', 'The stick went away.')
}
