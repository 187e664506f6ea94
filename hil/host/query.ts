// Asking a device what it runs, as a server of the OTA cluster does: an Image Notify, and its Query Next Image Request.

import { fromIeee } from '#core/eui64/text'
import { hanrigError } from '../errors/errors.ts'
import { pause, within } from './bounds.ts'
import type { Device, Endpoint } from './herdsman.ts'
import type { Query } from './policy.ts'
import { orOnes } from './progress.ts'

/** A device that sleeps, or just came back, misses a notice; it is told again. */
const NOTIFY_EVERY = 5_000
/** ZCL: how much of devices answers; 100 is all. */
const ALL = 100
const QUERY = 'commandQueryNextImageRequest'
export const NO_IMAGE_AVAILABLE = 0x98

export interface Queried {
  readonly query: Query
  /** The request as zigbee-herdsman wants it back. */
  readonly request: Parameters<Device['updateOta']>[1]
  readonly sequence: number
}

/** @throws HanrigError DEVICE_NO_OTA. */
export function otaEndpoint(device: Device): Endpoint {
  const endpoint = device.endpoints.find(e => e.supportsOutputCluster('genOta'))
  if (endpoint) return endpoint
  throw hanrigError(
    'HANRIG_DEVICE_NO_OTA',
    `${fromIeee(device.ieeeAddr)} has no client of the OTA cluster on any endpoint.`,
  )
}

/**
 * Notifies until the device asks.
 * @throws HanrigError DEVICE_SILENT after `ms`, INTERRUPTED.
 */
export async function query(
  device: Device,
  endpoint: Endpoint,
  ms: number,
  signal: AbortSignal,
): Promise<Queried> {
  const asked = Promise.withResolvers<Queried>()
  // biome-ignore lint/suspicious/noExplicitAny: a message's data is whatever its command carries
  const onMessage = ({ type, data, meta }: { type: string; data: any; meta: any }) => {
    if (type !== QUERY) return
    asked.resolve({
      query: {
        manufacturerCode: orOnes(data.manufacturerCode, 2),
        imageType: orOnes(data.imageType, 2),
        fileVersion: orOnes(data.fileVersion, 4),
        hardwareVersion:
          data.hardwareVersion === undefined ? undefined : orOnes(data.hardwareVersion, 2),
      },
      request: data,
      sequence: meta.zclTransactionSequenceNumber,
    })
  }
  const done = new AbortController()
  device.on('message', onMessage)
  let complaint = ''
  const notify = async () => {
    do {
      const payload = { payloadType: 0, queryJitter: ALL }
      await endpoint
        .commandResponse('genOta', 'imageNotify', payload, { sendPolicy: 'immediate' })
        .catch(error => {
          complaint = ` (${error.message})`
        })
    } while (await pause(NOTIFY_EVERY, done.signal))
  }
  void notify()
  const late = () =>
    hanrigError(
      'HANRIG_DEVICE_SILENT',
      `${fromIeee(device.ieeeAddr)} did not ask for an image within ${ms / 1000} s of being notified${complaint}.`,
    )
  try {
    return await within(asked.promise, ms, late, signal)
  } finally {
    done.abort()
    device.off('message', onMessage)
  }
}

/** Tells a device that there is nothing for it. */
export async function answerNothing(endpoint: Endpoint, sequence: number): Promise<void> {
  const payload = { status: NO_IMAGE_AVAILABLE }
  await endpoint
    .commandResponse('genOta', 'queryNextImageResponse', payload, undefined, sequence)
    // A device that hears no answer asks again later and hears it then: nothing to do about it now.
    .catch(() => {})
}
