// `hanrig flash IMAGE --stick PORT --device EUI64`: the image goes over the air. Loaded only then. Progress and outcome
// are told as of a board on a cable.

import { basename } from 'node:path'
import { HanrigError } from '#core/errors/errors'
import { hex, sha256 } from '#emulators/crypto/crypto'
import { checkCarried, otaHeader } from '#hil/host/carry'
import { requireListed } from '#hil/host/devices'
import { type Updated, update } from '#hil/host/update'
import { hanrigError } from '../errors/errors.ts'
import { EXIT_OK, exitOf } from '../errors/exit.ts'
import { deviceList, withHost } from '../han/options.ts'
import { warnUnlessResumed } from '../han/warn.ts'
import { openFile } from '../options/options.ts'
import { print, printJson } from '../output/output.ts'
import type { AirOptions } from './air-options.ts'
import { AirProgress } from './air-progress.ts'
import { type Aired, airedJson, airedText } from './air-summary.ts'
import { takenJson, tellTaken } from './taken.ts'

/**
 * Updates the device and returns the exit code.
 * @throws HanrigError what is wrong before the stick is opened.
 */
export async function flashOverAir(path: string, options: AirOptions): Promise<number> {
  const { device, json = false } = options
  if (device === undefined) {
    throw hanrigError('HANRIG_USAGE', '--stick needs --device: the EUI-64 to update.')
  }
  const image = openFile(path, options)
  const header = otaHeader(image)
  // Only what the header counts goes over the air.
  const { u8: octets } = image.ota!.file
  requireListed(deviceList(options.data), device)

  const file = basename(path)
  const about = { file, size: octets.length, sha256: hex(sha256(octets)) }
  const { fileVersion } = header
  if (json) {
    const begin = { name: 'begin', port: options.stick, device, ...about, fileVersion }
    printJson({ ...begin, ...takenJson(image) })
  } else tellTaken(path, image)
  const progress = new AirProgress(device, octets.length, json)
  let updated: Updated | undefined
  let failure: HanrigError | undefined
  try {
    updated = await withHost(options, {}, async (host, signal) => {
      checkCarried(host.herdsman, octets)
      warnUnlessResumed(host)
      const { allowDowngrade = false, force = false } = options
      return await update(host, {
        octets,
        header,
        device,
        allowed: { downgrade: allowDowngrade, reinstall: force },
        blockSize: options.maxData,
        blockDelay: options.turnaround ?? 0,
        patience: options.patience,
        verify: options.verify,
        signal,
        heed: event => progress.heed(event),
      })
    })
  } catch (error) {
    if (!(error instanceof HanrigError)) throw error
    failure = error
  } finally {
    progress.end()
  }
  const aired: Aired = { ...about, port: options.stick, device, fileVersion, updated, failure }
  const exit = failure ? exitOf(failure) : EXIT_OK
  if (json) {
    printJson(airedJson(aired))
    printJson({ name: 'verdict', ok: exit === EXIT_OK, boards: 1, exit })
  } else print(airedText(aired))
  return exit
}
