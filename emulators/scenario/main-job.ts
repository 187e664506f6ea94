// The scenario of `hanrig run` without a file: SMETS1 firmware from Supplier to ESME, and the outage that it causes.

import { eui64From } from '#core/eui64/text'
import type { OpenedImage } from '#core/image/open'
import { IMMEDIATE } from '#core/power/activation'
import type { FaultRates } from '../link/faults.ts'
import { type DeviceProfile, HAN, HUB, SERVICE, WAN } from '../profile/profiles.ts'
import type { Expectation, LinkSpec, Scenario, Step } from './schema/schema.ts'

export interface MainJob {
  /** File version that the image carries; its ESME runs the one before. */
  readonly fileVersion: number
  readonly seed: number
  readonly profile: DeviceProfile
  /** EUI-64 of the device; left out, that of its type. */
  readonly id?: string | undefined
  /** Faults on every link. */
  readonly faults: FaultRates
  /** Octets in a network block on the WAN. */
  readonly blockSize: number
  /** Whether the DSP lists this ESME as one that cuts the hub's supply. */
  readonly listed: boolean
  /** Milliseconds from the 11.1 Response to the activation, or IMMEDIATE. */
  readonly activateIn: number
  /** Unix ms at virtual time 0: a parameter, so that runs repeat. */
  readonly startUnixMs: number
  /** How the DSP reads times. */
  readonly dsp?: Scenario['dsp'] | undefined
}

/** Name of the image and of the device. */
export const MAIN_IMAGE = 'image'
export const MAIN_DEVICE = 'esme'
/** SRV 11.1 fails after 7 days; its target response time is 5 more. */
const UNTIL = 12 * 86_400_000

export function mainJob(job: MainJob): Scenario {
  const { profile, faults, activateIn } = job
  const to = [MAIN_DEVICE]
  const anyTime = { after: 0, within: Number.POSITIVE_INFINITY, line: 0 }
  const link = (values: typeof HAN): LinkSpec => ({
    ...values,
    ...faults,
    bursts: faults.bursts,
    deaf: faults.deaf,
  })
  const steps: Step[] = [
    { kind: 'distribute', image: MAIN_IMAGE, to, via: 'dcc', at: undefined, line: 0 },
    {
      kind: 'activate',
      image: MAIN_IMAGE,
      on: to,
      in: activateIn === IMMEDIATE ? 0 : activateIn,
      hash: 'right',
      wait: true,
      at: undefined,
      line: 0,
    },
  ]
  const expect: Expectation[] = [
    { kind: 'response', service: '11.1', code: 0, count: { min: 1, max: 1 }, ...anyTime },
    { kind: 'response', service: '11.3', count: { min: 1, max: 1 }, ...anyTime },
    { kind: 'device', device: MAIN_DEVICE, runs: MAIN_IMAGE, sha256: MAIN_IMAGE, line: 0 },
  ]
  const lines = ['wan', 'csp', `han.${MAIN_DEVICE}`]
  const both = lines.flatMap(name => [`${name}.up`, `${name}.down`])
  return {
    name: 'SMETS1 firmware distribution',
    description: '',
    seed: job.seed,
    start: job.startUnixMs,
    generation: 'smets1',
    trust: 'test',
    images: {},
    hub: { id: undefined, version: 1, fedBy: MAIN_DEVICE, ad1: 'assumed', values: HUB, wrong: [] },
    devices: {
      [MAIN_DEVICE]: {
        profile: profile.name,
        type: profile.type,
        id: job.id,
        version: (job.fileVersion - 1) >>> 0,
        listed: job.listed,
        plugged: true,
        values: profile.values,
        wrong: [],
      },
    },
    dsp: job.dsp,
    service: { ...SERVICE, wanBlockSize: job.blockSize },
    links: Object.fromEntries(both.map(name => [name, link(name.startsWith('han') ? HAN : WAN)])),
    steps,
    expect,
    until: UNTIL,
  }
}

/** The device that an image is for: of its hardware and, where the image names one, that very device. */
export function deviceFor(profile: DeviceProfile, { ota }: OpenedImage) {
  const { destination, minHardware: min, maxHardware: max } = ota?.header ?? {}
  const id = destination === undefined ? undefined : eui64From(destination)
  const { hardwareVersion: own } = profile.values
  if (min === undefined || max === undefined || (own >= min && own <= max)) return { profile, id }
  return { profile: { ...profile, values: { ...profile.values, hardwareVersion: min } }, id }
}
