// The ZigBee device object: what a node, or the coordinator, answers to questions about itself. Frames are a sequence
// number and a payload; an answer has the request's cluster with the highest bit set. Layouts: ZigBee 3.0 (r22) §2.4.

import type { Bytes } from '#core/bytes/bytes'
import type { Endpoint, NodeDescription } from './endpoint.ts'
import { OctetReader, OctetWriter } from './octets.ts'

export const NWK_ADDR_REQ = 0x0000
export const IEEE_ADDR_REQ = 0x0001
export const NODE_DESC_REQ = 0x0002
export const POWER_DESC_REQ = 0x0003
export const SIMPLE_DESC_REQ = 0x0004
export const ACTIVE_EP_REQ = 0x0005
export const MATCH_DESC_REQ = 0x0006
export const DEVICE_ANNCE = 0x0013
export const BIND_REQ = 0x0021
export const UNBIND_REQ = 0x0022
export const MGMT_LQI_REQ = 0x0031
export const MGMT_RTG_REQ = 0x0032
export const MGMT_BIND_REQ = 0x0033
export const MGMT_LEAVE_REQ = 0x0034
export const MGMT_PERMIT_JOINING_REQ = 0x0036
/** Set in the cluster of an answer. */
export const RESPONSE = 0x8000

const SUCCESS = 0x00
const INV_REQUESTTYPE = 0x80
const DEVICE_NOT_FOUND = 0x81
const INVALID_EP = 0x82
const NOT_ACTIVE = 0x83
const NOT_SUPPORTED = 0x84
const NO_ENTRY = 0x88
const TABLE_FULL = 0x8c

/** Most bindings that a node keeps, and most that fit one answer. */
const MAX_BINDINGS = 16
const BINDINGS_AT_A_TIME = 3
const BINDING_TO_GROUP = 1
/** Leave flag: come back. */
const REJOIN = 0x80
const MAC_CAPABILITIES_ROUTER = 0x8e
const MAC_CAPABILITIES_SLEEPY = 0x80
const COORDINATOR = 0
const ROUTER = 1
const END_DEVICE = 2

/** A binding as it is asked for: source EUI-64 and endpoint, cluster, address mode, destination. */
export type Binding = Uint8Array

/** Whoever has a ZigBee device object. */
export interface ZdoOwner {
  readonly description: NodeDescription
  /** Network address, and EUI-64 with the lowest octet first. */
  readonly address: number
  readonly ieee: Uint8Array
  readonly bindings: Binding[]
  /** Leaves the network when the answer has gone out. */
  leave(rejoins: boolean): void
}

/** MAC capability flags of a node. */
export function capabilitiesOf({ isSleepy }: NodeDescription): number {
  return isSleepy ? MAC_CAPABILITIES_SLEEPY : MAC_CAPABILITIES_ROUTER
}

/** Writes a device announce; returns its length. */
export function writeAnnounce(out: Bytes, at: number, sequence: number, owner: ZdoOwner): number {
  const w = new OctetWriter(out, at).u8(sequence).u16(owner.address).octets(owner.ieee)
  return w.u8(capabilitiesOf(owner.description)).length
}

/** Answers the request of `length` octets of `src` at `from`; returns the answer's length, or 0 for none. */
export function answerZdo(
  owner: ZdoOwner,
  cluster: number,
  src: Bytes,
  from: number,
  length: number,
  out: Bytes,
  at: number,
): number {
  if (cluster >= RESPONSE || cluster === DEVICE_ANNCE || length < 1) return 0
  const r = new OctetReader(src, from, length)
  const w = new OctetWriter(out, at).u8(r.u8())
  const answer = ANSWERS[cluster]
  if (answer === undefined) w.u8(NOT_SUPPORTED)
  else answer(owner, r, w)
  return w.length
}

type Answer = (owner: ZdoOwner, r: OctetReader, w: OctetWriter) => void

const ANSWERS: Readonly<Record<number, Answer>> = {
  [NWK_ADDR_REQ]: (owner, _, w) => w.u8(SUCCESS).octets(owner.ieee).u16(owner.address),
  [IEEE_ADDR_REQ]: (owner, _, w) => w.u8(SUCCESS).octets(owner.ieee).u16(owner.address),
  [NODE_DESC_REQ]: forMe((owner, _, w) => writeNodeDescriptor(owner, w)),
  // Constantly on or now and then; mains or battery, full.
  [POWER_DESC_REQ]: forMe((owner, _, w) => {
    w.u8(SUCCESS).u16(owner.address)
    w.u16(owner.description.isSleepy ? 0xc441 : 0xc110)
  }),
  [SIMPLE_DESC_REQ]: forMe((owner, r, w) => writeSimpleDescriptor(owner, r.u8(), w)),
  [ACTIVE_EP_REQ]: forMe((owner, _, w) => {
    const { endpoints } = owner.description
    w.u8(SUCCESS).u16(owner.address).u8(endpoints.length)
    for (const { id } of endpoints) w.u8(id)
  }),
  [MATCH_DESC_REQ]: (owner, r, w) => {
    r.u16()
    const matching = matches(owner.description.endpoints, r)
    w.u8(SUCCESS).u16(owner.address).u8(matching.length)
    for (const id of matching) w.u8(id)
  },
  [BIND_REQ]: ({ bindings }, r, w) => {
    const binding = r.rest()
    const isKnown = find(bindings, binding) >= 0
    if (!isKnown && bindings.length === MAX_BINDINGS) w.u8(TABLE_FULL)
    else {
      if (!isKnown) bindings.push(binding)
      w.u8(SUCCESS)
    }
  },
  [UNBIND_REQ]: ({ bindings }, r, w) => {
    const found = find(bindings, r.rest())
    if (found >= 0) bindings.splice(found, 1)
    w.u8(found >= 0 ? SUCCESS : NO_ENTRY)
  },
  // The network is a star around the coordinator: nobody has neighbours or routes to tell of.
  [MGMT_LQI_REQ]: (_, r, w) => w.u8(SUCCESS).u8(0).u8(r.u8()).u8(0),
  [MGMT_RTG_REQ]: (_, r, w) => w.u8(SUCCESS).u8(0).u8(r.u8()).u8(0),
  [MGMT_BIND_REQ]: ({ bindings }, r, w) => {
    const first = r.u8()
    const some = bindings.slice(first, first + BINDINGS_AT_A_TIME)
    w.u8(SUCCESS).u8(bindings.length).u8(first).u8(some.length)
    for (const binding of some) w.octets(binding)
  },
  [MGMT_LEAVE_REQ]: (owner, r, w) => {
    const asked = r.octets(8)
    const flags = r.u8()
    const isMe = asked.every(octet => octet === 0) || Buffer.compare(asked, owner.ieee) === 0
    w.u8(isMe ? SUCCESS : DEVICE_NOT_FOUND)
    if (isMe) owner.leave((flags & REJOIN) !== 0)
  },
  [MGMT_PERMIT_JOINING_REQ]: (_, __, w) => w.u8(SUCCESS),
}

/** An answer to a question about the node whose address it names first. */
function forMe(answer: Answer): Answer {
  return (owner, r, w) => {
    const asked = r.u16()
    if (r.short) w.u8(INV_REQUESTTYPE).u16(owner.address)
    else if (asked !== owner.address) w.u8(DEVICE_NOT_FOUND).u16(asked)
    else answer(owner, r, w)
  }
}

function writeNodeDescriptor({ description, address }: ZdoOwner, w: OctetWriter): void {
  const { isSleepy, isCoordinator, manufacturerCode } = description
  const logicalType = isCoordinator ? COORDINATOR : isSleepy ? END_DEVICE : ROUTER
  w.u8(SUCCESS).u16(address).u8(logicalType)
  // 2.4 GHz band; buffers of 82 octets, transfers of 128; server mask of a device of revision 22.
  w.u8(0x40).u8(capabilitiesOf(description)).u16(manufacturerCode)
  w.u8(82).u16(128).u16(0x2c00).u16(128).u8(0)
}

function writeSimpleDescriptor(owner: ZdoOwner, id: number, w: OctetWriter): void {
  const endpoint = owner.description.endpoints.find(each => each.id === id)
  if (!endpoint) {
    w.u8(id === 0 || id > 240 ? INVALID_EP : NOT_ACTIVE)
      .u16(owner.address)
      .u8(0)
    return
  }
  const { profile, device, version, inputs, outputs } = endpoint
  w.u8(SUCCESS).u16(owner.address)
  w.u8(8 + 2 * (inputs.length + outputs.length))
  w.u8(id).u16(profile).u16(device).u8(version)
  for (const list of [inputs, outputs]) {
    w.u8(list.length)
    for (const cluster of list) w.u16(cluster)
  }
}

function matches(endpoints: readonly Endpoint[], r: OctetReader): number[] {
  const profile = r.u16()
  const inputs = clusters(r)
  const outputs = clusters(r)
  return endpoints
    .filter(
      each =>
        each.profile === profile &&
        (inputs.some(c => each.inputs.includes(c)) || outputs.some(c => each.outputs.includes(c))),
    )
    .map(each => each.id)
}

function clusters(r: OctetReader): number[] {
  return Array.from({ length: Math.min(r.u8(), r.left >> 1) }, () => r.u16())
}

/** Where a binding is in the list, or -1. */
function find(bindings: readonly Binding[], binding: Binding): number {
  return bindings.findIndex(each => Buffer.compare(each, binding) === 0)
}

/**
 * The octets of a binding in a request whose destination field is as wide for a group as for a node, as some
 * serial protocols have it.
 */
export function trimBinding(octets: Uint8Array): Uint8Array {
  const AT_MODE = 11
  return octets[AT_MODE] === BINDING_TO_GROUP ? octets.subarray(0, AT_MODE + 3) : octets
}
