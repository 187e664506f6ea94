// SYS, UTIL and APP_CNF: who the stick is, its non-volatile items, forming a network.

import type { OctetReader } from '#emulators/zigbee/octets'
import type { UnpiWriter } from '../unpi.ts'
import { command, type ZnpCommands } from './command.ts'
import { NvStore, OPERATION_FAILED, SUCCESS } from './nv.ts'

/** SYS, AF, ZDO, SAPI, UTIL, green power, APP_CNF: what a Z-Stack 3 stick says that it has. */
const CAPABILITIES = 0x0679
const TRANSPORT_REVISION = 2
const PRODUCT_ZSTACK_3X0 = 1
const MAJOR = 2
const MINOR = 7
const MAINTENANCE = 1
/** A firmware from 20211029 on sees to its LED itself. */
const REVISION = 20_240_710
/** Most octets of an item in one answer. */
const MOST = 246
/** A device that may be coordinator, router or end device. */
const DEVICE_TYPES = 7
const COORDINATOR_ADDRESS = 0

export const VERSION = [TRANSPORT_REVISION, PRODUCT_ZSTACK_3X0, MAJOR, MINOR] as const

/** Writes a status, a length and octets from `offset` of an item on. */
function writeItem(w: UnpiWriter, item: Uint8Array | undefined, offset: number, most: number) {
  if (!item || offset > item.length) w.u8(OPERATION_FAILED).u8(0)
  else {
    const some = item.subarray(offset, offset + Math.min(most, MOST))
    w.u8(SUCCESS).u8(some.length).octets(some)
  }
}

const itemKey = (r: OctetReader): string => NvStore.item(r.u16())
const elementKey = (r: OctetReader): string => NvStore.element(r.u8(), r.u16(), r.u16())

export const SYS_COMMANDS: ZnpCommands = [
  command(0x01, 'SYS_PING', (_, __, w) => w.u16(CAPABILITIES)),
  command(0x02, 'SYS_VERSION', (_, __, w) => {
    for (const octet of VERSION) w.u8(octet)
    w.u8(MAINTENANCE).u32(REVISION)
  }),
  command(0x04, 'SYS_GET_EXTADDR', (stick, _, w) => w.octets(stick.ieee)),
  command(0x07, 'SYS_OSAL_NV_ITEM_INIT', (stick, r, w) =>
    w.u8(stick.nv.init(itemKey(r), r.u16(), r.octets(r.u8()))),
  ),
  command(0x08, 'SYS_OSAL_NV_READ', (stick, r, w) =>
    writeItem(w, stick.nv.get(itemKey(r)), r.u8(), MOST),
  ),
  command(0x09, 'SYS_OSAL_NV_WRITE', (stick, r, w) =>
    w.u8(stick.nv.write(itemKey(r), r.u8(), r.octets(r.u8()))),
  ),
  command(0x0f, 'SYS_STACK_TUNE', (_, r, w) => w.u8(tuned(r))),
  command(0x12, 'SYS_OSAL_NV_DELETE', (stick, r, w) => w.u8(stick.nv.delete(itemKey(r), r.u16()))),
  command(0x13, 'SYS_OSAL_NV_LENGTH', (stick, r, w) =>
    w.u16(stick.nv.get(itemKey(r))?.length ?? 0),
  ),
  command(0x14, 'SYS_SET_TX_POWER', (_, r, w) => w.u8(r.u8())),
  command(0x1c, 'SYS_OSAL_NV_READ_EXT', (stick, r, w) =>
    writeItem(w, stick.nv.get(itemKey(r)), r.u16(), MOST),
  ),
  command(0x1d, 'SYS_OSAL_NV_WRITE_EXT', (stick, r, w) =>
    w.u8(stick.nv.write(itemKey(r), r.u16(), r.octets(r.u16()))),
  ),
  command(0x30, 'SYS_NV_CREATE', (stick, r, w) =>
    w.u8(stick.nv.init(elementKey(r), r.u32(), new Uint8Array(0))),
  ),
  command(0x31, 'SYS_NV_DELETE', (stick, r, w) => w.u8(stick.nv.remove(elementKey(r)))),
  command(0x32, 'SYS_NV_LENGTH', (stick, r, w) => w.u32(stick.nv.get(elementKey(r))?.length ?? 0)),
  command(0x33, 'SYS_NV_READ', (stick, r, w) =>
    writeItem(w, stick.nv.get(elementKey(r)), r.u16(), r.u8()),
  ),
  command(0x34, 'SYS_NV_WRITE', (stick, r, w) =>
    w.u8(stick.nv.write(elementKey(r), r.u16(), r.octets(r.u8()))),
  ),
]

/** Operation 0 sets the transmit power; the value that is in force is the status. */
function tuned(r: OctetReader): number {
  r.u8()
  return r.u8()
}

/**
 * An associated device, packed, and as it lies in the memory of firmware whose structures are aligned (hosts learn that by
 * its length). TI's AssocList.h.
 */
const ASSOCIATED = 29
const ASSOCIATED_IN_MEMORY = 36

/** The stick keeps no list of its own of who is associated: an entry of nobody. */
function writeNobody(w: UnpiWriter, length: number): void {
  const HEAD = 5
  w.u16(0xfffe)
    .u16(0xffff)
    .u8(0xff)
    .octets(new Uint8Array(length - HEAD))
}

export const UTIL_COMMANDS: ZnpCommands = [
  command(0x00, 'UTIL_GET_DEVICE_INFO', (stick, _, w) => {
    w.u8(SUCCESS).octets(stick.ieee).u16(COORDINATOR_ADDRESS)
    w.u8(DEVICE_TYPES).u8(stick.state).u8(0)
  }),
  command(0x0a, 'UTIL_LED_CONTROL', (_, __, w) => w.u8(SUCCESS)),
  command(0x49, 'UTIL_ASSOC_FIND_DEVICE', (_, __, w) => writeNobody(w, ASSOCIATED_IN_MEMORY)),
  command(0x4a, 'UTIL_ASSOC_GET_WITH_ADDRESS', (_, __, w) => writeNobody(w, ASSOCIATED)),
  command(0x63, 'UTIL_ASSOC_REMOVE', (_, __, w) => w.u8(SUCCESS)),
  command(0x64, 'UTIL_ASSOC_ADD', (_, __, w) => w.u8(SUCCESS)),
]

const FORM = 0x04
/** bdbCommissioningStatus: a network that is there already goes on, and forming another one fails. */
const FORMATION_FAILURE = 8
const COMMISSIONED_FORMATION = 2

export const APP_CNF_COMMANDS: ZnpCommands = [
  command(0x04, 'APP_CNF_BDB_ADD_INSTALLCODE', (_, __, w) => w.u8(SUCCESS)),
  command(0x05, 'APP_CNF_BDB_START_COMMISSIONING', (stick, r, w) => {
    const mode = r.u8()
    w.u8(SUCCESS)
    stick.afterwards(() => {
      const isThere = stick.hasNetwork
      if (isThere) stick.resume()
      else if (mode & FORM) stick.form()
      // Mode that ended, modes that remain.
      const status = isThere ? FORMATION_FAILURE : SUCCESS
      stick.event(0x4f, 0x80).u8(status).u8(COMMISSIONED_FORMATION).u8(0).end()
    })
  }),
  command(0x08, 'APP_CNF_BDB_SET_CHANNEL', (stick, r, w) => {
    const isPrimary = r.u8() !== 0
    const mask = r.u32()
    if (isPrimary) stick.channels = mask
    w.u8(SUCCESS)
  }),
]
