// `hanrig campaign volumes`: reads a portfolio, reckons, tells. Exit 0: it was reckoned. Exit 2: unusable input.

import { join } from 'node:path'
import type { Portfolio } from '#core/campaign/portfolio'
import { JOINED_FITS } from '#core/campaign/reach'
import { VOLUME_FIELDS } from '#emulators/campaign/volume-fields'
import { defaults } from '#emulators/profile/fields'
import { sheetPage, sheetText, writeSheet } from '../../drawing/sheet.ts'
import { EXIT_OK } from '../../errors/exit.ts'
import { print } from '../../output/output.ts'
import { writeOut } from '../../output/outputs.ts'
import { makeDirectory } from '../../output/whole-file.ts'
import { loadPortfolio } from '../input/load.ts'
import { fieldsText } from '../words/estate.ts'
import type { VolumeOptions } from './options.ts'
import { volumeSheet } from './sheet.ts'

/** @returns the exit code. @throws HanrigError for whatever cannot be read or written. */
export async function campaignVolumes(
  file: string | undefined,
  options: VolumeOptions,
): Promise<number> {
  if (options.fields) {
    print(fieldsText(VOLUME_FIELDS))
    return EXIT_OK
  }
  const { format, mode, fit, capacity = {}, policy, report } = options
  const { name, portfolio } =
    file === undefined
      ? { name: 'the PPMIDs of Great Britain', portfolio: nation() }
      : await loadPortfolio(file, format, undefined)
  const { joined } = JOINED_FITS.find(each => each.name === fit)!
  const fields = { ...defaults(VOLUME_FIELDS), joined, ...options.with }
  const sheet = volumeSheet({ name, portfolio, fields, mode, fit, capacity, policy })
  if (report !== undefined) {
    makeDirectory(report)
    await writeOut(join(report, 'volumes.html'), Buffer.from(sheetPage(sheet)))
  }
  if (options.json) writeSheet(sheet)
  else print(sheetText(sheet))
  return EXIT_OK
}

/** Homes with a SMETS2 hub: 20.0 million meters (Current±, August 2024), 1.65 a home; at most one PPMID each. Inferred. */
const NATION = 12_100_000
/** The median of 897 public ZigBee images is 241 kB; no GB size is public. Inferred. */
const PPMID_IMAGE = 240_000

/** SECMP0007's question: all PPMIDs at once. */
function nation(): Portfolio {
  return {
    suppliers: ['all Suppliers'],
    requests: [
      {
        name: 'PPMID',
        supplier: 0,
        deviceType: 'PPMID',
        generation: 'smets2',
        devices: NATION,
        octets: PPMID_IMAGE,
        from: 0,
        perDay: Number.POSITIVE_INFINITY,
        deadline: undefined,
        contact: 'as-needed',
        filed: 0,
        priority: 0,
        minute: 0,
      },
    ],
  }
}
