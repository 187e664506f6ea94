// AF: the host's endpoints, and data from them into the network.

import type { OctetReader } from '#emulators/zigbee/octets'
import type { UnpiWriter } from '../unpi.ts'
import { command, type ZnpCommands, type ZnpOwner } from './command.ts'

/** afStatus. */
const SUCCESS = 0x00
const FAILED = 0x01
const INVALID_PARAMETER = 0x02
/** An endpoint of that number is registered. */
const DUPLICATE = 0xb8

/** Address modes of AF_DATA_REQUEST_EXT. */
const GROUP = 1
const NETWORK = 2
const IEEE = 3
const BROADCAST = 15
/** An address that no node has. */
const NOBODY = 0xfff7
/** Everybody in a group: devices are in none, so it is sent and nobody hears. */
const GROUPCAST = 0

export const AF_COMMANDS: ZnpCommands = [
  command(0x00, 'AF_REGISTER', (stick, r, w) => {
    const id = r.u8()
    const profile = r.u16()
    const device = r.u16()
    const version = r.u8()
    r.u8()
    const inputs = clusters(r)
    const outputs = clusters(r)
    if (stick.endpoints.has(id)) w.u8(DUPLICATE)
    else {
      stick.endpoints.set(id, { id, profile, device, version, inputs, outputs })
      w.u8(SUCCESS)
    }
  }),
  command(0x01, 'AF_DATA_REQUEST', (stick, r, w) => {
    const address = r.u16()
    const destination = r.u8()
    const source = r.u8()
    const cluster = r.u16()
    const transaction = r.u8()
    r.u16()
    const length = r.u8()
    request(stick, r, w, address, destination, source, cluster, transaction, length)
  }),
  command(0x02, 'AF_DATA_REQUEST_EXT', (stick, r, w) => {
    const mode = r.u8()
    const octets = r.octets(8)
    const destination = r.u8()
    r.u16()
    const source = r.u8()
    const cluster = r.u16()
    const transaction = r.u8()
    r.u16()
    const length = r.u16()
    const address = addressOf(stick, mode, octets)
    request(stick, r, w, address, destination, source, cluster, transaction, length)
  }),
  command(0x03, 'AF_DATA_REQUEST_SRC_RTG', (stick, r, w) => {
    const address = r.u16()
    const destination = r.u8()
    const source = r.u8()
    const cluster = r.u16()
    const transaction = r.u8()
    r.u16()
    // In a star there is nothing to go by.
    r.octets(2 * r.u8())
    const length = r.u8()
    request(stick, r, w, address, destination, source, cluster, transaction, length)
  }),
  command(0x04, 'AF_DELETE', (stick, r, w) => {
    w.u8(stick.endpoints.delete(r.u8()) ? SUCCESS : FAILED)
  }),
]

function clusters(r: OctetReader): number[] {
  return Array.from({ length: Math.min(r.u8(), r.left >> 1) }, () => r.u16())
}

function addressOf(stick: ZnpOwner, mode: number, octets: Uint8Array): number {
  if (mode === IEEE) return stick.network.of(octets)?.address ?? NOBODY
  if (mode === NETWORK || mode === BROADCAST) return octets[0]! | (octets[1]! << 8)
  return mode === GROUP ? GROUPCAST : NOBODY
}

/** Answers a data request whose header was read, and sends its data after that. */
function request(
  stick: ZnpOwner,
  r: OctetReader,
  w: UnpiWriter,
  address: number,
  destination: number,
  source: number,
  cluster: number,
  transaction: number,
  length: number,
): void {
  const endpoint = stick.endpoints.get(source)
  if (r.short || length > r.left || (!endpoint && source !== 0)) {
    w.u8(INVALID_PARAMETER)
    return
  }
  const status = stick.acceptance
  w.u8(status)
  if (status !== SUCCESS) return
  const profile = destination === 0 ? 0 : (endpoint?.profile ?? 0)
  stick.data(address, destination, source, profile, cluster, transaction, r, length)
}
