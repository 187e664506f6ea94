// The Communications Hub and the devices of a scenario: what each is, and what at it is other than usual.

import { z } from 'zod'
import { boxName } from '../../language/names.ts'
import { eui64, version, yesNo } from '../../language/quantities.ts'
import { must, sentence } from '../../language/wording.ts'
import { DEVICE_FIELDS, HUB_FIELDS } from '../../profile/fields.ts'
import { findProfile, HUB, PROFILES } from '../../profile/profiles.ts'
import { board } from './boards.ts'
import { fieldValues, over } from './profile-fields.ts'
import { deviceWrong, hubWrong, wrongs } from './wrongs.ts'

const firmware = () =>
  version().prefault(1).describe('File version of the firmware that runs at the start.')

/** Fields of an emulated body that a real board decides. */
const THE_BOARDS = ['verifyTime', 'activationFails', 'hardwareVersion'] as const

/** What a hub may be told. */
export const hub = z
  .strictObject({
    id: eui64().optional().describe('EUI-64 of the hub; left out, the engine chooses one.'),
    version: firmware(),
    fedBy: boxName()
      .optional()
      .describe(
        'The ESME from which it has its supply, or mains for mains of its own. Default: the first ESME that has power at the start.',
      ),
    ad1: z
      .literal([true, false, 'yes', 'no', 'assumed'], must('yes, no or assumed'))
      .transform(value => (value === true ? 'yes' : value === false ? 'no' : value))
      .optional()
      .describe(
        'Whether it raises AD1. Default: yes for smets2; no for smets1, of which no source tells, so there it can be assumed.',
      ),
    with: fieldValues(HUB_FIELDS).prefault({}).describe('What is other than usual at this hub.'),
    wrong: wrongs(hubWrong).describe('What the hub does wrong on purpose.'),
  })
  .transform(({ with: given, ...rest }) => ({ ...rest, values: over(HUB, given) }))

/** What a device may be told. */
export const device = z
  .strictObject({
    profile: z.enum(PROFILES.map(({ name }) => name)).meta({
      description: 'What kind of device it is.',
      enumDescriptions: PROFILES.map(({ label }) => sentence(label)),
    }),
    id: eui64().optional().describe('EUI-64 of the device; left out, the engine chooses one.'),
    version: firmware(),
    listed: yesNo()
      .prefault(false)
      .describe('Whether the DCC lists it as one that cuts the hub’s supply (MP102B).'),
    plugged: yesNo().prefault(true).describe('Whether it has power at the start.'),
    board: board().optional(),
    with: fieldValues(DEVICE_FIELDS)
      .prefault({})
      .describe('What is other than the profile says at this device.'),
    wrong: wrongs(deviceWrong).describe('What the device does wrong on purpose.'),
  })
  .superRefine(({ board, with: given }, context) => {
    for (const field of THE_BOARDS) {
      if (board === undefined || given[field] === undefined) continue
      const message = 'is not for a device with a board: the board says so itself'
      context.addIssue({ code: 'custom', path: ['with', field], message })
    }
  })
  .transform(({ with: given, ...rest }) => {
    const { type, values } = findProfile(rest.profile)!
    return { ...rest, type, values: over(values, given) }
  })
