// The non-volatile items of a Z-Stack 3.x stick that never had a network, as data: of a CC2652R, with structures aligned,
// as one reads them out of a fresh one. Numbers and names: TI's ZComDef.h; values: the defaults of its ZGlobals.c and
// nwk_globals.c. What a stick draws for itself (keys, seeds) is drawn here from its EUI-64.

import { Random } from '#core/time/random'
import { NvStore } from './nv.ts'

export const EXTADDR = 0x0001
export const STARTUP_OPTION = 0x0003
export const EXTENDED_PAN_ID = 0x002d
export const NWK_ACTIVE_KEY_INFO = 0x003a
export const NWK_ALTERN_KEY_INFO = 0x003b
export const APS_USE_EXT_PANID = 0x0047
export const BDB_NODE_IS_ON_A_NETWORK = 0x0055
export const PRECFGKEY = 0x0062
export const NWKKEY = 0x0082
export const PANID = 0x0083
export const TCLK_SEED = 0x0101

/** Tables of Z-Stack's own system number. */
export const ZSTACK = 1
export const ADDRESS_MANAGER = 1
export const TCLK_TABLE = 4
export const APS_KEY_DATA_TABLE = 6
export const NWK_SEC_MATERIAL_TABLE = 7

/** Sequence number and key. */
export const KEY_INFO_LENGTH = 17

/** Items that are the same in every fresh stick: number, octets. */
const ITEMS: readonly (readonly [id: number, octets: string, name: string])[] = [
  [STARTUP_OPTION, '00', 'STARTUP_OPTION'],
  [0x0004, '0a', 'START_DELAY'],
  [0x0024, 'b80b', 'POLL_RATE_OLD16'],
  [0x0028, '02', 'DATA_RETRIES'],
  [0x0029, '03', 'POLL_FAILURE_RETRIES'],
  [0x002a, '02', 'STACK_PROFILE'],
  [0x002b, '14', 'INDIRECT_MSG_TIMEOUT'],
  [0x002c, '1e', 'ROUTE_EXPIRY_TIME'],
  [0x002e, '02', 'BCAST_RETRIES'],
  [0x002f, '05', 'PASSIVE_ACK_TIMEOUT'],
  [0x0030, '1e', 'BCAST_DELIVERY_TIME'],
  [0x0032, '01', 'CONCENTRATOR_ENABLE'],
  [0x0033, '78', 'CONCENTRATOR_DISCOVERY'],
  [0x0034, '0a', 'CONCENTRATOR_RADIUS'],
  [
    0x0035,
    'b80b0000b8010000640000006400000000000000e803000000000000000000008459002001000000',
    'POLL_RATE',
  ],
  [0x0036, '01', 'CONCENTRATOR_RC'],
  [0x0037, '01', 'NWK_MGR_MODE'],
  [0x0038, 'ff', 'SRC_RTG_EXPIRY_TIME'],
  [0x0039, '05', 'ROUTE_DISCOVERY_TIME'],
  [NWK_ACTIVE_KEY_INFO, '00'.repeat(KEY_INFO_LENGTH), 'NWK_ACTIVE_KEY_INFO'],
  [NWK_ALTERN_KEY_INFO, '00'.repeat(KEY_INFO_LENGTH), 'NWK_ALTERN_KEY_INFO'],
  [0x003c, '00', 'ROUTER_OFF_ASSOC_CLEANUP'],
  [0x003d, '01', 'NWK_LEAVE_REQ_ALLOWED'],
  [0x003e, '00', 'NWK_CHILD_AGE_ENABLE'],
  [0x0043, '03', 'APS_FRAME_RETRIES'],
  [0x0044, 'b80b', 'APS_ACK_WAIT_DURATION'],
  [0x0045, '02', 'APS_ACK_WAIT_MULTIPLIER'],
  [0x0046, '803e', 'BINDING_TIME'],
  [APS_USE_EXT_PANID, '0000000000000000', 'APS_USE_EXT_PANID'],
  [0x0048, '01', 'APS_USE_INSECURE_JOIN'],
  [0x0049, 'feff', 'COMMISSIONED_NWK_ADDR'],
  [0x004b, '02', 'APS_NONMEMBER_RADIUS'],
  [0x004d, 'e803', 'APS_DUPREJ_TIMEOUT_INC'],
  [0x004e, '0a', 'APS_DUPREJ_TIMEOUT_COUNT'],
  [0x004f, '0500', 'APS_DUPREJ_TABLE_SIZE'],
  [0x0051, '01', 'NWK_PARENT_INFO'],
  [0x0052, '08', 'NWK_ENDDEV_TIMEOUT_DEF'],
  [0x0053, '08', 'END_DEV_TIMEOUT_VALUE'],
  [0x0054, '00', 'END_DEV_CONFIGURATION'],
  [BDB_NODE_IS_ON_A_NETWORK, '00', 'BDBNODEISONANETWORK'],
  [0x0063, '00', 'PRECFGKEYS_ENABLE'],
  [0x0065, '01', 'SECURE_PERMIT_JOIN'],
  [0x0066, '01', 'APS_LINK_KEY_TYPE'],
  [0x0067, '00', 'APS_ALLOW_R19_SECURITY'],
  [0x006d, '01', 'USE_DEFAULT_TCLK'],
  [0x0071, '0000000000000000', 'TRUSTCENTER_ADDR'],
  [0x0081, '00'.repeat(17), 'USERDESC'],
  // Its length tells hosts that structures are aligned.
  [NWKKEY, '00'.repeat(24), 'NWKKEY'],
  [PANID, 'ffff', 'PANID'],
  [0x0084, '00000000', 'CHANLIST'],
  [0x0086, '04', 'SCAN_DURATION'],
  [0x0087, '00', 'LOGICAL_TYPE'],
  [0x0088, '14', 'NWKMGR_MIN_TX'],
  [0x008f, '01', 'ZDO_DIRECT_CB'],
  [0x00a1, 'e0', 'SAPI_ENDPOINT'],
]

interface Table {
  readonly item: number
  readonly elements: number
  /** An element without a use. */
  readonly empty: string
}

/** Tables that are there from the start. A real one has room for 200 trust-centre link keys; a host reads every one. */
const TABLES: readonly Table[] = [
  { item: TCLK_TABLE, elements: 100, empty: `${'00'.repeat(16)}ff000000` },
  { item: APS_KEY_DATA_TABLE, elements: 3, empty: '00'.repeat(24) },
  { item: NWK_SEC_MATERIAL_TABLE, elements: 5, empty: '00'.repeat(12) },
]

/** Made with the first network. */
export const ADDRESSES: Table = { item: ADDRESS_MANAGER, elements: 100, empty: 'ff'.repeat(12) }

/** The octets of a fresh stick's item that is the same in every one. */
export function freshItem(id: number): Uint8Array {
  return octetsOf(ITEMS.find(([each]) => each === id)![1])
}

/** Makes what a stick makes when it starts and finds it missing; with `anew`, whatever a configuration is made of. */
export function fillFactory(nv: NvStore, ieee: Uint8Array, anew = false): void {
  const make = (id: number, octets: Uint8Array): void => {
    const key = NvStore.item(id)
    if (anew || nv.get(key) === undefined) nv.set(key, octets)
  }
  if (nv.get(NvStore.item(EXTADDR)) === undefined) nv.set(NvStore.item(EXTADDR), ieee.slice())
  for (const [id, octets] of ITEMS) make(id, octetsOf(octets))
  make(EXTENDED_PAN_ID, nv.get(NvStore.item(EXTADDR))!.slice())
  make(PRECFGKEY, drawn(ieee, 'network key'))
  make(TCLK_SEED, drawn(ieee, 'link key seed'))
  for (const table of TABLES) fillTable(nv, table)
}

/** Makes the elements of a table that are missing. */
export function fillTable(nv: NvStore, { item, elements, empty }: Table): void {
  for (let sub = 0; sub < elements; sub++) {
    const key = NvStore.element(ZSTACK, item, sub)
    if (nv.get(key) === undefined) nv.set(key, octetsOf(empty))
  }
}

/** A key that a stick of this EUI-64 draws. */
function drawn(ieee: Uint8Array, concern: string): Uint8Array {
  const key = new Uint8Array(16)
  new Random(new DataView(ieee.buffer, ieee.byteOffset).getUint32(0, true), concern).fill(key)
  return key
}

function octetsOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}
