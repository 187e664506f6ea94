// What travels between boxes outside ZigBee's OTA cluster: network block frames, some of them control frames.
// A control frame is a block frame whose index lies above any block's: 0xFFFFFF00 plus the kind. Its CRC guards it
// and its image id holds a transfer's id or a message's number. This is hanrig's own protocol: no public text says
// how a DCO or a hub is fed. docs/SPEC.md has the payloads.

import { AT_INDEX, encodeFrame, FRAME_HEADER } from '#core/block/block-frame'
import { Bytes } from '#core/bytes/bytes'

const CONTROL = 0xffffff00

/** Kinds of control frame. */
export const ACK = 0x00
export const OPEN = 0x01
export const ASK = 0x02
export const STATUS = 0x03
export const FIRST_MESSAGE = 0x10
export const SRV_11_1_RESPONSE = 0x10
export const SRV_11_3 = 0x11
export const SRV_11_3_RESPONSE = 0x12
export const ALERT = 0x13

/** Octets of the longest control payload. */
export const MAX_CONTROL = 1024
export const MAX_CONTROL_FRAME = FRAME_HEADER + MAX_CONTROL

/** The kind of the control frame at `at`, or -1 when it is a block. */
export function controlKind(src: Bytes, at: number, length: number): number {
  if (length < FRAME_HEADER) return -1
  const index = src.dv.getUint32(at + AT_INDEX, true)
  return index >= CONTROL ? index - CONTROL : -1
}

/** Writes a control frame of `length` payload octets; returns its length. */
export function encodeControl(
  out: Bytes,
  at: number,
  kind: number,
  id: number,
  payload: Bytes,
  length: number,
): number {
  return encodeFrame(out, at, id, CONTROL + kind, payload, 0, length)
}

/** A frame's payload octets: a view. */
export function payloadOf(src: Bytes, at: number, length: number): Bytes {
  return new Bytes(src.u8.subarray(at + FRAME_HEADER, at + length))
}
