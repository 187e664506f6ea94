// Who the boxes of a home are: their EUI-64s, and what their firmware says of itself.

import { eui64Text } from '#core/eui64/text'
import { ANY_MANUFACTURER } from '#core/ota/codes'
import { HUB_NAME } from '../device/hub-setup.ts'
import type { Expected } from '../device/verify.ts'
import { BOX_IMAGES, type BoxType, SAMPLE_MANUFACTURER } from '../profile/types.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import type { Cargo } from './cargo.ts'

/** Ids of devices whose scenario gives none: the test vectors' prefix, then the type's octet; others count on from here. */
const ID_PREFIX = [0x00db1234, 0x56780000] as const
const FIRST_FREE = 0x9100

export interface Identity {
  readonly manufacturerCode: number
  readonly imageType: number
  /** ZigBee stack version. */
  readonly stackVersion: number
  /** Security credential version; undefined where none is asked for. */
  readonly credentialVersion: number | undefined
  readonly expected: Expected
}

/** ZigBee PRO, as the headers of GB images say. */
export const ZIGBEE_PRO = 2

/** What the firmware of a type of box says of itself: as the file that it is sent does, else as its type does. */
export function identityOf(cargo: ReadonlyMap<string, Cargo>, type: BoxType): Identity {
  const file = [...cargo.values()].find(each => each.isFile && each.for === type)?.image
  if (!file) {
    const { imageType, kind } = BOX_IMAGES[type]
    return {
      manufacturerCode: SAMPLE_MANUFACTURER,
      imageType,
      stackVersion: ZIGBEE_PRO,
      credentialVersion: undefined,
      expected: kind,
    }
  }
  return {
    manufacturerCode: file.ota?.header.manufacturerCode ?? ANY_MANUFACTURER,
    imageType: file.ota?.header.imageType ?? 0,
    stackVersion: file.ota?.header.stackVersion ?? ZIGBEE_PRO,
    credentialVersion: file.ota?.header.credentialVersion,
    expected: file.ota?.kind ?? 'raw',
  }
}

/** The EUI-64 of each device of a scenario and of its hub, by name. */
export function idsOf(scenario: Scenario): Map<string, string> {
  const ids = new Map([[HUB_NAME, scenario.hub.id ?? idOfType('hub')]])
  const taken = new Set([...ids.values(), ...Object.values(scenario.devices).map(d => d.id)])
  let next = FIRST_FREE
  for (const [name, { id, type }] of Object.entries(scenario.devices)) {
    let chosen = id ?? idOfType(type)
    while (id === undefined && taken.has(chosen)) chosen = idOf(next++)
    taken.add(chosen)
    ids.set(name, chosen)
  }
  return ids
}

function idOfType(type: BoxType): string {
  return idOf(0x9000 | BOX_IMAGES[type].id)
}

/** The id whose last two octets are `tail`. */
export function idOf(tail: number): string {
  return eui64Text(ID_PREFIX[0], ID_PREFIX[1] | tail)
}
