// Numbers of ZigBee's OTA upgrade cluster (0x0019). Sources: ZCL chapter 11 as implemented by zigbee-herdsman's
// genOta definition and as used by GB Communications Hubs (ZSE profile 0x0109).

export const OTA_CLUSTER = 0x0019
/** ZigBee Smart Energy profile, which GB ESME and GSME use. */
export const ZSE_PROFILE = 0x0109

export const IMAGE_NOTIFY = 0x00
export const QUERY_NEXT_IMAGE_REQUEST = 0x01
export const QUERY_NEXT_IMAGE_RESPONSE = 0x02
export const IMAGE_BLOCK_REQUEST = 0x03
export const IMAGE_PAGE_REQUEST = 0x04
export const IMAGE_BLOCK_RESPONSE = 0x05
export const UPGRADE_END_REQUEST = 0x06
export const UPGRADE_END_RESPONSE = 0x07
export const QUERY_DEVICE_SPECIFIC_FILE_REQUEST = 0x08
export const QUERY_DEVICE_SPECIFIC_FILE_RESPONSE = 0x09
/** ZCL's profile-wide default response; its number lies outside the cluster's own, so one field holds both. */
export const DEFAULT_RESPONSE = 0x0b

export const SUCCESS = 0x00
export const NOT_AUTHORIZED = 0x7e
export const MALFORMED_COMMAND = 0x80
export const UNSUP_CLUSTER_COMMAND = 0x81
export const TIMEOUT = 0x94
export const ABORT = 0x95
export const INVALID_IMAGE = 0x96
export const WAIT_FOR_DATA = 0x97
export const NO_IMAGE_AVAILABLE = 0x98
export const REQUIRE_MORE_IMAGE = 0x99

/** Wildcards: any manufacturer, any image type, any file version. */
export const ANY_MANUFACTURER = 0xffff
export const ANY_IMAGE_TYPE = 0xffff
export const ANY_FILE_VERSION = 0xffffffff
/** upgradeTime of "wait for a further command": in GB that is SRV 11.3, and no ZCL message. */
export const WAIT_FOR_COMMAND = 0xffffffff

/** Field-control bits of the requests. */
export const HARDWARE_VERSION_PRESENT = 0x01
export const IEEE_PRESENT = 0x01
export const BLOCK_PERIOD_PRESENT = 0x02
