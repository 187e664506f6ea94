// The NV items that make a network of a Z-Stack 3.x stick with aligned structures, and how they are made when one is
// formed. Numbers and offsets: TI's Z-Stack 3 (nwk.h, ZComDef.h), as zigbee-herdsman reads them.

import type { NetworkParameters } from '../front.ts'
import {
  ADDRESSES,
  APS_USE_EXT_PANID,
  BDB_NODE_IS_ON_A_NETWORK,
  EXTADDR,
  EXTENDED_PAN_ID,
  fillTable,
  freshItem,
  KEY_INFO_LENGTH,
  NWK_ACTIVE_KEY_INFO,
  NWK_ALTERN_KEY_INFO,
  NWK_SEC_MATERIAL_TABLE,
  PANID,
  PRECFGKEY,
  STARTUP_OPTION,
  ZSTACK,
} from './factory.ts'
import { NvStore } from './nv.ts'

export const NIB = 0x0021
export const APS_LINK_KEY_TABLE = 0x004c

const NIB_LENGTH = 116
const AT_SECURITY_LEVEL = 12
const AT_DEV_ADDRESS = 22
const AT_CHANNEL = 24
const AT_COORD_EXT_ADDRESS = 28
const AT_PAN_ID = 36
const AT_STATE = 38
const AT_CHANNEL_LIST = 40
const AT_EXTENDED_PAN_ID = 57
const AT_KEY_LOADED = 65
const SECURITY_LEVEL = 5
/** NWK_ROUTER: the network is up. */
const STATE_UP = 8
const KEY_LENGTH = 16
const LINK_KEY_TABLE_LENGTH = 20
/** Frame counter, extended PAN id. */
const AT_SEC_EXTENDED_PAN_ID = 4
const SEC_ENTRIES = 5
const FIRST_CHANNEL = 11
const LAST_CHANNEL = 26
const NO_PAN = 0xffff

/** What a host has written for the network to be formed. @param mask channels, bit 11 to 26. */
export function wantedNetwork(nv: NvStore, mask: number, pan: () => number): NetworkParameters {
  const panOctets = nv.get(NvStore.item(PANID))
  const asked = panOctets && panOctets.length >= 2 ? panOctets[0]! | (panOctets[1]! << 8) : NO_PAN
  const extended = [APS_USE_EXT_PANID, EXTENDED_PAN_ID].map(id => nv.get(NvStore.item(id)))
  const given = extended.find(
    id => id?.length === 8 && id.some(octet => octet !== 0 && octet !== 0xff),
  )
  let channel = FIRST_CHANNEL
  while (channel < LAST_CHANNEL && (mask & (1 << channel)) === 0) channel++
  return {
    panId: asked === NO_PAN ? pan() : asked,
    extendedPanId: (given ?? nv.get(NvStore.item(EXTADDR))!).slice(),
    channel,
    key: keyOf(nv),
  }
}

/** Writes the items of a network that was formed. */
export function keepNetwork(nv: NvStore, network: NetworkParameters): void {
  const nib = new Uint8Array(NIB_LENGTH)
  const view = new DataView(nib.buffer)
  nib[AT_SECURITY_LEVEL] = SECURITY_LEVEL
  view.setUint16(AT_DEV_ADDRESS, 0, true)
  nib[AT_CHANNEL] = network.channel
  nib.set(nv.get(NvStore.item(EXTADDR))!, AT_COORD_EXT_ADDRESS)
  view.setUint16(AT_PAN_ID, network.panId, true)
  nib[AT_STATE] = STATE_UP
  view.setUint32(AT_CHANNEL_LIST, 1 << network.channel, true)
  nib.set(network.extendedPanId, AT_EXTENDED_PAN_ID)
  nib[AT_KEY_LOADED] = 1
  nv.set(NvStore.item(NIB), nib)
  const info = new Uint8Array(KEY_INFO_LENGTH)
  info.set(network.key, 1)
  nv.set(NvStore.item(NWK_ACTIVE_KEY_INFO), info)
  nv.set(NvStore.item(NWK_ALTERN_KEY_INFO), info.slice())
  nv.set(NvStore.item(PANID), nib.slice(AT_PAN_ID, AT_PAN_ID + 2))
  nv.set(NvStore.item(EXTENDED_PAN_ID), network.extendedPanId.slice())
  nv.set(NvStore.item(APS_LINK_KEY_TABLE), new Uint8Array(LINK_KEY_TABLE_LENGTH))
  fillTable(nv, ADDRESSES)
  keepFrameCounter(nv, network.extendedPanId)
  nv.set(NvStore.item(BDB_NODE_IS_ON_A_NETWORK), Uint8Array.of(1))
}

/** Sees to it that the network has a frame counter: one that it had goes on. */
function keepFrameCounter(nv: NvStore, extendedPanId: Uint8Array): void {
  const keys = Array.from({ length: SEC_ENTRIES }, (_, sub) =>
    NvStore.element(ZSTACK, NWK_SEC_MATERIAL_TABLE, sub),
  )
  const isOf = (id: Uint8Array) => (key: string) => {
    const entry = nv.get(key)?.subarray(AT_SEC_EXTENDED_PAN_ID)
    return entry !== undefined && Buffer.compare(entry, id) === 0
  }
  if (keys.some(isOf(extendedPanId))) return
  const entry = new Uint8Array(AT_SEC_EXTENDED_PAN_ID + 8)
  entry.set(extendedPanId, AT_SEC_EXTENDED_PAN_ID)
  nv.set(keys.find(isOf(new Uint8Array(8))) ?? keys[0]!, entry)
}

/** The network that the items describe, or undefined when there is none. */
export function keptNetwork(nv: NvStore): NetworkParameters | undefined {
  const nib = nv.get(NvStore.item(NIB))
  if (nib?.length !== NIB_LENGTH) return undefined
  const view = new DataView(nib.buffer, nib.byteOffset)
  return {
    panId: view.getUint16(AT_PAN_ID, true),
    extendedPanId: nib.slice(AT_EXTENDED_PAN_ID, AT_EXTENDED_PAN_ID + 8),
    channel: nib[AT_CHANNEL]!,
    key: keyOf(nv),
  }
}

/** Drops the network, as a stick does that starts with its state cleared. */
export function dropNetwork(nv: NvStore): void {
  nv.remove(NvStore.item(NIB))
  for (const id of [NWK_ACTIVE_KEY_INFO, NWK_ALTERN_KEY_INFO, BDB_NODE_IS_ON_A_NETWORK]) {
    nv.set(NvStore.item(id), freshItem(id))
  }
}

/** A network formed before any host came: what a host that brings the same parameters resumes. */
export function preform(nv: NvStore, network: NetworkParameters): void {
  const HAS_CONFIGURED = 0x0060
  nv.set(NvStore.item(PRECFGKEY), network.key.slice())
  nv.set(NvStore.item(HAS_CONFIGURED), Uint8Array.of(0x55))
  nv.set(NvStore.item(STARTUP_OPTION), Uint8Array.of(0))
  keepNetwork(nv, network)
}

function keyOf(nv: NvStore): Uint8Array {
  const key = new Uint8Array(KEY_LENGTH)
  key.set((nv.get(NvStore.item(PRECFGKEY)) ?? key).subarray(0, KEY_LENGTH))
  return key
}
