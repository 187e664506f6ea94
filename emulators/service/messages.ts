// Payloads of the messages that couriers carry: responses, activation commands, alerts. Little-endian; times are
// Unix milliseconds as f64. docs/SPEC.md lists them; hanrig's own, standing for DUIS and GBCS messages.

import { Bytes } from '../../core/bytes/bytes.ts'

/** Results of an SRV 11.1. */
export const SRV_OK = 0
/** All blocks were there, but together they are not the image that was announced. */
export const SRV_IMAGE_DAMAGED = 1

export function encodeResult(code: number): Bytes {
  const out = Bytes.alloc(4)
  out.dv.setUint32(0, code, true)
  return out
}

export function decodeResult(payload: Bytes): number {
  return payload.dv.getUint32(0, true)
}

/** SRV 11.3 on its way to a device. */
export interface ActivateCommand {
  /** SHA-256 of the Manufacturer Image, 32 octets. */
  readonly hash: Uint8Array
  /** Originator counter. */
  readonly counter: number
  /** Unix ms, or IMMEDIATE or CANCEL_TIME of core/power/activation. */
  readonly executionTime: number
}

export function encodeActivate(command: ActivateCommand): Bytes {
  const out = Bytes.alloc(44)
  out.dv.setUint32(0, command.counter, true)
  out.dv.setFloat64(4, command.executionTime, true)
  out.u8.set(command.hash, 12)
  return out
}

export function decodeActivate(payload: Bytes): ActivateCommand {
  return {
    counter: payload.dv.getUint32(0, true),
    executionTime: payload.dv.getFloat64(4, true),
    hash: payload.u8.slice(12, 44),
  }
}

/** What a device says of an activation, in a response or an alert. */
export interface Outcome {
  /** CS06 response code 0..3, or ACCEPTED_NULL. */
  readonly code: number
  /** Firmware version now running. */
  readonly version: number
}

export function encodeOutcome(outcome: Outcome): Bytes {
  const out = Bytes.alloc(8)
  out.dv.setUint32(0, outcome.code, true)
  out.dv.setUint32(4, outcome.version, true)
  return out
}

export function decodeOutcome(payload: Bytes): Outcome {
  return { code: payload.dv.getUint32(0, true), version: payload.dv.getUint32(4, true) }
}

/** Alert codes that hanrig's boxes raise (GBCS names; AD1 is DUIS's). */
export type AlertCode = 'AD1' | '8F72' | '8F1C' | '8F66' | '8F67' | '8F89' | '8F8A'

export interface Alert {
  readonly code: AlertCode
  /** When it was raised, Unix ms. */
  readonly at: number
  /** What the code speaks of: CCS08 transfer code, or an outcome's code. */
  readonly detail: number
  /** Firmware version that it speaks of. */
  readonly version: number
}

export function encodeAlert(alert: Alert): Bytes {
  const out = Bytes.alloc(20)
  for (let i = 0; i < 4; i++) out.u8[i] = alert.code.charCodeAt(i) || 0x20
  out.dv.setFloat64(4, alert.at, true)
  out.dv.setUint32(12, alert.detail, true)
  out.dv.setUint32(16, alert.version, true)
  return out
}

export function decodeAlert(payload: Bytes): Alert {
  return {
    code: String.fromCharCode(...payload.u8.subarray(0, 4)).trimEnd() as AlertCode,
    at: payload.dv.getFloat64(4, true),
    detail: payload.dv.getUint32(12, true),
    version: payload.dv.getUint32(16, true),
  }
}
