// `hanrig flash IMAGE --stick PORT --device EUI64`: the image goes over the air, to one device or to several in turn. Loaded
// only then. Progress and outcome are told as of boards on a cable.

import { basename } from 'node:path'
import { HanrigError } from '#core/errors/errors'
import { hex, sha256 } from '#emulators/crypto/crypto'
import { checkCarried, otaHeader } from '#hil/host/carry'
import { requireListed } from '#hil/host/devices'
import { loadHerdsman } from '#hil/host/herdsman'
import type { Host } from '#hil/host/host'
import { lost } from '#hil/host/membership'
import { type Updated, type UpdateEvent, update } from '#hil/host/update'
import { hanrigError } from '../errors/errors.ts'
import { EXIT_OK, worstOf } from '../errors/exit.ts'
import { deviceList, withHost } from '../han/options.ts'
import { warnUnlessResumed } from '../han/warn.ts'
import { openFile } from '../options/options.ts'
import { print, printJson } from '../output/output.ts'
import type { AirOptions } from './air-options.ts'
import { AirProgress } from './air-progress.ts'
import { type Aired, airedJson, airedText } from './air-summary.ts'
import { takenJson, tellTaken } from './taken.ts'

/**
 * Updates the devices and returns the exit code: of several that of the worst outcome.
 * @throws HanrigError what is wrong before the stick is opened.
 */
export async function flashOverAir(path: string, options: AirOptions): Promise<number> {
  const { json = false, stick: port } = options
  const devices = devicesOf(options)
  const image = openFile(path, options)
  const header = otaHeader(image)
  // Only what the header counts goes over the air.
  const { u8: octets } = image.ota!.file
  for (const device of devices) requireListed(deviceList(options.data), device)
  checkCarried(await loadHerdsman(() => {}), header, octets)

  const about = { file: basename(path), size: octets.length, sha256: hex(sha256(octets)) }
  const { fileVersion } = header
  if (json) {
    for (const device of devices) {
      printJson({ name: 'begin', port, device, ...about, fileVersion, ...takenJson(image) })
    }
  } else tellTaken(path, image)
  const progress = new AirProgress(devices, octets.length, json)
  const ended: Aired[] = []
  const end = (device: string, outcome: Outcome): void => {
    const aired = { ...about, port, device, fileVersion, ...outcome }
    ended.push(aired)
    progress.ended(device)
    if (json) printJson(airedJson(aired))
  }
  try {
    await withHost(options, {}, async (host, signal) => {
      warnUnlessResumed(host)
      await each(devices, options.jobs, async device => {
        const go = { host, options, header, octets, signal, progress }
        end(device, await outcomeOf(device, go))
      })
    })
  } catch (error) {
    // The stick itself: nobody was updated who is not told of yet.
    if (!(error instanceof HanrigError)) throw error
    const left = devices.filter(device => ended.every(aired => aired.device !== device))
    for (const device of left) end(device, { failure: error, updated: undefined, ms: 0 })
  } finally {
    progress.end()
  }
  const exit = worstOf(ended.map(({ failure }) => failure))
  if (json) printJson({ name: 'verdict', ok: exit === EXIT_OK, boards: devices.length, exit })
  else print(airedText(ended))
  return exit
}

/** @throws HanrigError USAGE for none, for one that is named twice, and for a queue of one. */
function devicesOf({ device: devices = [], jobs }: AirOptions): readonly string[] {
  if (devices.length === 0) {
    throw hanrigError('HANRIG_USAGE', '--stick needs --device: the EUI-64 to update.')
  }
  const twice = devices.find((device, i) => devices.indexOf(device) !== i)
  if (twice !== undefined) throw hanrigError('HANRIG_USAGE', `${twice} is named twice.`)
  if (jobs > 1 && devices.length === 1) {
    throw hanrigError('HANRIG_USAGE', '--jobs is for several devices.')
  }
  return devices
}

/** Does `work` for each device in order, for as many at a time. */
async function each(
  devices: readonly string[],
  jobs: number,
  work: (device: string) => Promise<void>,
): Promise<void> {
  const queue = devices.values()
  const worker = async (): Promise<void> => {
    for (const device of queue) await work(device)
  }
  await Promise.all(Array.from({ length: Math.min(jobs, devices.length) }, worker))
}

type Outcome = Pick<Aired, 'updated' | 'failure' | 'ms'> & Partial<Pick<Aired, 'count'>>

interface Go {
  readonly host: Host
  readonly options: AirOptions
  readonly header: Parameters<typeof update>[1]['header']
  readonly octets: Uint8Array
  readonly signal: AbortSignal
  readonly progress: AirProgress
}

async function outcomeOf(device: string, go: Go): Promise<Outcome> {
  const { host, options, header, octets, signal, progress } = go
  const { allowDowngrade = false, force = false } = options
  const began = performance.now()
  let count: Outcome['count']
  let updated: Updated | undefined
  let failure: HanrigError | undefined
  try {
    if (host.isLost) throw lost()
    updated = await update(host, {
      octets,
      header,
      device,
      allowed: { downgrade: allowDowngrade, reinstall: force },
      blockSize: options.maxData,
      blockDelay: options.turnaround ?? 0,
      patience: options.patience,
      verify: options.verify,
      signal,
      heed: (event: UpdateEvent) => {
        if ('count' in event) count = event.count
        progress.heed(device, event)
      },
    })
    count = updated.count
  } catch (error) {
    if (!(error instanceof HanrigError)) throw error
    failure = error
  }
  const ms = updated ? updated.carriedMs : performance.now() - began
  return { updated, failure, ms, ...(count && { count }) }
}
