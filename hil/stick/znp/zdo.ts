// ZDO: requests about nodes, which TI's protocol puts into commands of their own. Each is the payload of a ZDO frame
// behind the address that it is for; the answer comes back as an event with the answering node's address before it.

import type { OctetReader } from '#emulators/zigbee/octets'
import {
  ACTIVE_EP_REQ,
  BIND_REQ,
  IEEE_ADDR_REQ,
  MATCH_DESC_REQ,
  MGMT_BIND_REQ,
  MGMT_LEAVE_REQ,
  MGMT_LQI_REQ,
  MGMT_RTG_REQ,
  NODE_DESC_REQ,
  NWK_ADDR_REQ,
  POWER_DESC_REQ,
  SIMPLE_DESC_REQ,
  trimBinding,
  UNBIND_REQ,
} from '#emulators/zigbee/zdo'
import type { UnpiWriter } from '../unpi.ts'
import {
  command,
  NOT_STARTED,
  STARTED,
  type ZnpCommand,
  type ZnpCommands,
  type ZnpOwner,
} from './command.ts'

const SUCCESS = 0x00
const FAILED = 0x01
/** ZDO_STARTUP: the network of before goes on, or a new one was formed. */
const RESTORED = 0
const FORMED = 1
const NO_PARENT = 0x0000
const COORDINATOR = 0x0000

/** A request to one node. @param shape what of the octets behind the address goes into the frame. */
function ask(
  number: number,
  name: string,
  cluster: number,
  shape: (octets: Uint8Array) => Uint8Array = octets => octets,
): ZnpCommand {
  return command(number, name, (stick, r, w) => {
    const address = r.u16()
    const payload = shape(r.rest())
    w.u8(SUCCESS)
    stick.afterwards(() => stick.askZdo(address, cluster, payload))
  })
}

/** Requests by which an address is looked up: the node is named by the other one. */
function lookUp(
  number: number,
  name: string,
  cluster: number,
  find: (stick: ZnpOwner, r: OctetReader) => [number, Uint8Array],
): ZnpCommand {
  return command(number, name, (stick, r, w: UnpiWriter) => {
    const [address, payload] = find(stick, r)
    w.u8(SUCCESS)
    stick.afterwards(() => stick.askZdo(address, cluster, payload))
  })
}

export const ZDO_COMMANDS: ZnpCommands = [
  lookUp(0x00, 'ZDO_NWK_ADDR_REQ', NWK_ADDR_REQ, (stick, r) => {
    const payload = r.rest()
    return [stick.addressOf(payload.subarray(0, 8)), payload]
  }),
  lookUp(0x01, 'ZDO_IEEE_ADDR_REQ', IEEE_ADDR_REQ, (_, r) => {
    const payload = r.rest()
    return [payload[0]! | (payload[1]! << 8), payload]
  }),
  ask(0x02, 'ZDO_NODE_DESC_REQ', NODE_DESC_REQ),
  ask(0x03, 'ZDO_POWER_DESC_REQ', POWER_DESC_REQ),
  ask(0x04, 'ZDO_SIMPLE_DESC_REQ', SIMPLE_DESC_REQ),
  ask(0x05, 'ZDO_ACTIVE_EP_REQ', ACTIVE_EP_REQ),
  ask(0x06, 'ZDO_MATCH_DESC_REQ', MATCH_DESC_REQ),
  ask(0x21, 'ZDO_BIND_REQ', BIND_REQ, trimBinding),
  ask(0x22, 'ZDO_UNBIND_REQ', UNBIND_REQ, trimBinding),
  ask(0x31, 'ZDO_MGMT_LQI_REQ', MGMT_LQI_REQ),
  ask(0x32, 'ZDO_MGMT_RTG_REQ', MGMT_RTG_REQ),
  ask(0x33, 'ZDO_MGMT_BIND_REQ', MGMT_BIND_REQ),
  ask(0x34, 'ZDO_MGMT_LEAVE_REQ', MGMT_LEAVE_REQ),
  command(0x36, 'ZDO_MGMT_PERMIT_JOIN_REQ', (stick, r, w) => {
    r.u8()
    r.u16()
    const seconds = r.u8()
    w.u8(SUCCESS)
    stick.afterwards(() => {
      stick.network.permitJoin(seconds)
      stick.event(0x45, 0xb6).u16(COORDINATOR).u8(SUCCESS).end()
      stick.event(0x45, 0xcb).u8(seconds).end()
    })
  }),
  command(0x3e, 'ZDO_MSG_CB_REGISTER', (stick, _, w) => {
    stick.rawZdo = true
    w.u8(SUCCESS)
  }),
  command(0x40, 'ZDO_STARTUP_FROM_APP', (stick, _, w) => {
    const kept = stick.hasNetwork
    w.u8(kept ? RESTORED : FORMED)
    stick.afterwards(() => (kept ? stick.resume() : stick.form()))
  }),
  command(0x45, 'ZDO_EXT_ROUTE_DISC', (_, __, w) => w.u8(SUCCESS)),
  command(0x46, 'ZDO_EXT_ROUTE_CHK', (_, __, w) => w.u8(SUCCESS)),
  command(0x4a, 'ZDO_EXT_FIND_GROUP', (stick, r, w) => {
    const endpoint = r.u8()
    const group = r.u16()
    w.u8(stick.groups.has((endpoint << 16) | group) ? SUCCESS : FAILED)
    w.u16(group).u8(0)
  }),
  command(0x4b, 'ZDO_EXT_ADD_GROUP', (stick, r, w) => {
    stick.groups.add((r.u8() << 16) | r.u16())
    w.u8(SUCCESS)
  }),
  command(0x50, 'ZDO_EXT_NWK_INFO', (stick, _, w) => {
    const { parameters } = stick
    w.u16(COORDINATOR).u8(parameters ? STARTED : NOT_STARTED)
    w.u16(parameters?.panId ?? 0xffff).u16(NO_PARENT)
    w.octets(parameters?.extendedPanId ?? new Uint8Array(8)).octets(new Uint8Array(8))
    w.u8(parameters?.channel ?? 0)
  }),
]
