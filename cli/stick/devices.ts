// Which devices a stick has behind it: those of a scenario, with its faults, or ESMEs on a desk as the options have them.

import { ANY_MANUFACTURER } from '#core/ota/codes'
import { TrustAnchor } from '#emulators/crypto/crypto'
import { testPublicKey } from '#emulators/crypto/test-key'
import { type Identity, ZIGBEE_PRO } from '#emulators/home/identity'
import type { ZigbeeHomeOptions } from '#emulators/home/zigbee-home'
import { findProfile } from '#emulators/profile/profiles'
import { BOX_IMAGES, SAMPLE_MANUFACTURER } from '#emulators/profile/types'
import { deskScenario } from '#hil/stick/desk-home'
import { openFile, tellNotes } from '../options/options.ts'
import { readWhole } from '../output/files.ts'
import { note } from '../output/output.ts'
import type { StickOptions } from './options.ts'

type Devices = Omit<ZigbeeHomeOptions, 'startUnixMs' | 'frames'>

/** Version that a device on the desk runs when no image says which comes next. */
const FIRST_VERSION = 1
export const USUAL_SEED = 1

export async function devicesOf(file: string | undefined, options: StickOptions): Promise<Devices> {
  const names = { manufacturer: options.maker, model: options.model }
  return { ...(file === undefined ? desk(options) : await ofScenario(file, options)), ...names }
}

async function ofScenario(file: string, { seed }: StickOptions): Promise<Devices> {
  const { findSubject } = await import('../run/subject.ts')
  const { hanrigVersion } = await import('#emulators/storage/version')
  const unused = { loss: 0, blockSize: 1, profile: '', boards: false }
  const { scenario, cargo, anchor } = await findSubject(file, unused, hanrigVersion())
  const skipped = scenario.steps.filter(({ at }) => at === undefined).length
  if (skipped > 0) {
    note(
      `${skipped} of the scenario's steps are left to the host: only cut-power, cut-mains, unplug, plug, query and rot with "at" are played`,
    )
  }
  return { scenario: seed === undefined ? scenario : { ...scenario, seed }, cargo, anchor }
}

function desk(options: StickOptions): Devices {
  const profile = findProfile(options.profile)!
  const image = options.image === undefined ? undefined : openFile(options.image, options)
  if (image) tellNotes(image)
  const usual = BOX_IMAGES[profile.type]
  const header = image?.ota?.header
  const isRaw = image !== undefined && !image.ota
  const identity: Identity = {
    manufacturerCode:
      options.manufacturer ??
      header?.manufacturerCode ??
      (isRaw ? ANY_MANUFACTURER : SAMPLE_MANUFACTURER),
    imageType: options.imageType ?? header?.imageType ?? usual.imageType,
    stackVersion: header?.stackVersion ?? ZIGBEE_PRO,
    credentialVersion: header?.credentialVersion,
    expected: image?.ota?.kind ?? (isRaw ? 'raw' : (options.kind ?? usual.kind)),
  }
  const { turnaround, retry, block, page, unclipped } = options
  const hardware = header?.minHardware
  const scenario = deskScenario({
    devices: options.devices,
    profile: profile.name,
    version: header ? (header.fileVersion - 1) >>> 0 : FIRST_VERSION,
    seed: options.seed ?? USUAL_SEED,
    values: {
      ...(turnaround === undefined ? {} : { turnaround }),
      ...(retry === undefined ? {} : { answerTimeout: retry }),
      ...(block === undefined ? {} : { maxDataSize: block }),
      ...(page === undefined ? {} : { pageSize: page }),
      ...(unclipped ? { clipsPages: 0 } : {}),
      ...(hardware === undefined ? {} : { hardwareVersion: hardware }),
    },
  })
  return { scenario, cargo: new Map(), anchor: anchorOf(options), identity }
}

/** Whose signature a device wants: of the test key, unless a file of somebody's is at hand. */
function anchorOf({ trust, image }: StickOptions): TrustAnchor | undefined {
  if (trust !== undefined) {
    return TrustAnchor.ofPem(Buffer.from(readWhole(trust).u8).toString('utf8'))
  }
  return image === undefined ? TrustAnchor.ofPoint(testPublicKey()) : undefined
}
