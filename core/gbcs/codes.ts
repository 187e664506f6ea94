// Numbers of GBCS: message codes and what each use case lays down for its content and its protection
// (sources in docs/SPEC.md §13). A use case that is not here is read all the same, its content as octets.

/** CRA flag: which way a message goes. */
export const COMMAND = 1
export const RESPONSE = 2
export const ALERT = 3
export type Direction = 1 | 2 | 3
export const DIRECTIONS = ['', 'command', 'response', 'alert'] as const

/** Message codes. */
export const CS06 = 0x0012
export const ECS52 = 0x0059
export const ECS80 = 0x0067
export const GCS38 = 0x0084
/** The alert that a command of CS06 with an execution time ends in. */
export const CS06_ACTIVATION = 0x00ca
export const FDRA_DLMS = 0x00ce
export const FDRA_ZIGBEE = 0x00cf
export const CCS06 = 0x010f
export const CCS08 = 0x0128
export const CS08 = 0x0129
export const CS09 = 0x012b

/** Alert codes. */
export const VERIFICATION_FAILED = 0x8f1c
export const VERIFIED = 0x8f72
export const ACTIONED = 0x8f66
export const NOT_ACTIONED = 0x8f67
export const TRANSFER_FAILED = 0x8f89
export const TRANSFER_SUCCEEDED = 0x8f8a
export const PPMID_ACTIVATION = 0x8f8b
/** Supply restored: 8F35 and 8F36 of the whole supply, then two for each of three phases. */
export const SUPPLY_RESTORED = 0x8f35
export const LAST_SUPPLY_RESTORED = 0x8f3c

/** Contents that have a layout. */
export const OPAQUE = 0
export const CS06_COMMAND = 1
export const CS06_RESPONSE = 2
export const CS06_ALERT = 3
export const CS08_COMMAND = 4
export const CS08_RESPONSE = 5
export const ECS52_COMMAND = 6
export const ECS52_RESPONSE = 7
export const GCS38_COMMAND = 8
export const GCS38_RESPONSE = 9
export const CCS06_COMMAND = 10
export const CCS06_RESPONSE = 11
export const CCS08_ALERT = 12
export const CS09_ALERT = 13
export const FDRA_DLMS_ALERT = 14
export const FDRA_ZIGBEE_ALERT = 15
export const ECS80_ALERT = 16
export type Layout = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16

/** The layout of a content; OPAQUE when there is none for it. */
export function layoutOf(messageCode: number, direction: number): Layout {
  switch (messageCode) {
    case CS06:
      return direction === COMMAND ? CS06_COMMAND : direction === RESPONSE ? CS06_RESPONSE : OPAQUE
    case CS08:
      return direction === COMMAND ? CS08_COMMAND : direction === RESPONSE ? CS08_RESPONSE : OPAQUE
    case ECS52:
      return direction === COMMAND
        ? ECS52_COMMAND
        : direction === RESPONSE
          ? ECS52_RESPONSE
          : OPAQUE
    case GCS38:
      return direction === COMMAND
        ? GCS38_COMMAND
        : direction === RESPONSE
          ? GCS38_RESPONSE
          : OPAQUE
    case CCS06:
      return direction === COMMAND
        ? CCS06_COMMAND
        : direction === RESPONSE
          ? CCS06_RESPONSE
          : OPAQUE
    default:
      return direction === ALERT ? layoutOfAlert(messageCode) : OPAQUE
  }
}

function layoutOfAlert(messageCode: number): Layout {
  switch (messageCode) {
    case CS06_ACTIVATION:
      return CS06_ALERT
    case CCS08:
      return CCS08_ALERT
    case CS09:
      return CS09_ALERT
    case FDRA_DLMS:
      return FDRA_DLMS_ALERT
    case FDRA_ZIGBEE:
      return FDRA_ZIGBEE_ALERT
    case ECS80:
      return ECS80_ALERT
    default:
      return OPAQUE
  }
}

/** How a message of a layout is protected; of one without a layout either or both may be there, but not neither. */
export function isSigned(layout: Layout): boolean {
  return (
    layout === CS06_COMMAND ||
    layout === CS06_RESPONSE ||
    layout === CS06_ALERT ||
    layout >= CCS08_ALERT
  )
}

export function isMaced(layout: Layout): boolean {
  return layout === CS06_COMMAND || (layout >= CS08_COMMAND && layout <= CCS06_RESPONSE)
}

/** Names of use cases and what they are for, by message code. Those without a layout here are named only. */
const USE_CASES: Readonly<Record<number, readonly [name: string, purpose?: string]>> = {
  [CS06]: ['CS06', 'Activate Firmware'],
  [CS06_ACTIVATION]: ['CS06', 'Future Dated Firmware Activation Alert'],
  [CS08]: ['CS08', 'Read PPMID/HCALCS Firmware Version'],
  [ECS52]: ['ECS52', 'Read ESME/Comms Hub Firmware Version'],
  [GCS38]: ['GCS38', 'Read GSME Firmware Version'],
  [CCS06]: ['CCS06', 'Read CHF Device Log and Check HAN Communications'],
  [CCS08]: ['CCS08', 'Firmware Transfer Alert'],
  [CS09]: ['CS09', 'PPMID Firmware Activation Alert'],
  [FDRA_DLMS]: ['FDRA-DLMS', 'Firmware Distribution Receipt Alert'],
  [FDRA_ZIGBEE]: ['FDRA-ZigBee', 'Firmware Distribution Receipt Alert (GSME)'],
  [ECS80]: ['ECS80', 'Supply Outage Restore Alert'],
  4: ['CCS05/CCS04'],
  19: ['CS07'],
  24: ['CS14', 'Device Log Changed Alert'],
  73: ['ECS35b', 'Read ESME Security Log'],
  254: ['CCS07'],
  4096: ['generic critical alert'],
  4097: ['generic non-critical alert'],
}

/** Name of the use case of a message code; undefined when hanrig knows none. */
export function useCaseOf(messageCode: number): string | undefined {
  return USE_CASES[messageCode]?.[0]
}

/** What the use case is for, in words. */
export function purposeOf(messageCode: number): string | undefined {
  return USE_CASES[messageCode]?.[1]
}
