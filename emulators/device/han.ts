// The HAN as hanrig models it: a two-octet cluster id (little-endian), then the cluster's payload. Joining, routing
// and APS security are outside; what is inside an OTA payload is real ZCL.

import { Bytes } from '../../core/bytes/bytes.ts'
import { OTA_CLUSTER } from '../../core/ota/codes.ts'
import type { Link } from '../link/link.ts'
import { MAX_CONTROL_FRAME } from '../link/wire.ts'

export const CLUSTER_HEADER = 2
export const MAX_HAN_FRAME = CLUSTER_HEADER + MAX_CONTROL_FRAME
/** ZigBee Smart Energy tunnelling: carries GBCS messages in GB. */
export const TUNNEL_CLUSTER = 0x0704

/** A frame to be filled from CLUSTER_HEADER on. */
export function hanFrame(cluster: number): Bytes {
  const frame = Bytes.alloc(MAX_HAN_FRAME)
  frame.dv.setUint16(0, cluster, true)
  return frame
}

/** True when the frame at `at` is one of the OTA cluster. */
export function isOta(src: Bytes, at: number): boolean {
  return src.dv.getUint16(at, true) === OTA_CLUSTER
}

/** A link that puts every frame into the tunnel; for a courier. */
export class Tunnel implements Link {
  readonly #inner: Link
  readonly #frame = hanFrame(TUNNEL_CLUSTER)

  constructor(inner: Link) {
    this.#inner = inner
  }

  send(src: Bytes, at: number, length: number, extraDelay: number): void {
    this.#frame.u8.set(src.u8.subarray(at, at + length), CLUSTER_HEADER)
    this.#inner.send(this.#frame, 0, CLUSTER_HEADER + length, extraDelay)
  }
}
