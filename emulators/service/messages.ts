// Payloads of the messages that couriers carry: responses, activation commands, alerts. Little-endian but for EUI-64s;
// times are Unix milliseconds as f64. docs/SPEC.md lists them; hanrig's own, standing for DUIS and GBCS messages.

import { Bytes } from '#core/bytes/bytes'
import { decodeEui64, encodeEui64 } from '#core/eui64/octets'
import type { BoxType } from '../profile/types.ts'

/** Results of an SRV 11.1 or 11.4. */
export const SRV_OK = 0
/** All blocks were there, but together they are not the image that was announced. */
export const SRV_IMAGE_DAMAGED = 1
/** Refused: a target that this path does not update, or no slot free for the image. */
export const SRV_REFUSED = 2

export interface Result {
  /** Image id of the transfer that is answered. */
  readonly imageId: number
  readonly code: number
}

export function encodeResult(result: Result): Bytes {
  const out = Bytes.alloc(8)
  out.dv.setUint32(0, result.code, true)
  out.dv.setInt32(4, result.imageId, true)
  return out
}

export function decodeResult(payload: Bytes): Result {
  return { code: payload.dv.getUint32(0, true), imageId: payload.dv.getInt32(4, true) }
}

/** SRV 11.3 on its way to a device. */
export interface ActivateCommand {
  /** EUI-64 of the device. */
  readonly device: string
  /** SHA-256 of the Manufacturer Image, 32 octets. */
  readonly hash: Uint8Array
  /** Originator counter. */
  readonly counter: number
  /** Unix ms, or IMMEDIATE or CANCEL_TIME of core/power/activation. */
  readonly executionTime: number
}

export function encodeActivate(command: ActivateCommand): Bytes {
  const out = Bytes.alloc(52)
  out.dv.setUint32(0, command.counter, true)
  out.dv.setFloat64(4, command.executionTime, true)
  out.u8.set(command.hash, 12)
  encodeEui64(out, 44, command.device)
  return out
}

export function decodeActivate(payload: Bytes): ActivateCommand {
  return {
    counter: payload.dv.getUint32(0, true),
    executionTime: payload.dv.getFloat64(4, true),
    hash: payload.u8.slice(12, 44),
    device: decodeEui64(payload, 44),
  }
}

/** Code of an outcome that no device gave: the command was never taken. hanrig's own, as no source names one. */
export const NOT_DELIVERED = 8

/** What a device answers to an activation command. */
export interface Outcome {
  /** CS06 response code 0..3, ACCEPTED_NULL or NOT_DELIVERED. */
  readonly code: number
  /** Firmware version now running. */
  readonly version: number
  /** Originator counter of the command that is answered. */
  readonly counter: number
  /** EUI-64 of the device. */
  readonly device: string
}

export function encodeOutcome(outcome: Outcome): Bytes {
  const out = Bytes.alloc(20)
  out.dv.setUint32(0, outcome.code, true)
  out.dv.setUint32(4, outcome.version, true)
  out.dv.setUint32(8, outcome.counter, true)
  encodeEui64(out, 12, outcome.device)
  return out
}

export function decodeOutcome(payload: Bytes): Outcome {
  return {
    code: payload.dv.getUint32(0, true),
    version: payload.dv.getUint32(4, true),
    counter: payload.dv.getUint32(8, true),
    device: decodeEui64(payload, 12),
  }
}

/** The outcome of an activation command that was given up on its way: whoever gave it up answers it. */
export function undelivered(command: Bytes): Bytes {
  const { device, counter } = decodeActivate(command)
  return encodeOutcome({ code: NOT_DELIVERED, version: 0, counter, device })
}

/** Alert codes that hanrig's boxes raise (GBCS names; AD1 is DUIS's). */
export const ALERT_CODES = [
  'AD1',
  '8F72',
  '8F1C',
  '8F66',
  '8F67',
  '8F1B',
  '8F89',
  '8F8A',
  '8F8B',
] as const
export type AlertCode = (typeof ALERT_CODES)[number]

/** Alerts that go to the DCC's Access Control Broker: CCS08 of the hub, CS09 of a PPMID. Users hear a DCC Alert of them. */
const TO_ACB: readonly AlertCode[] = ['8F89', '8F8A', '8F8B']

/** How a User hears of an alert that is not handed to it as the device made it. */
export type HeardAs = 'N60/N61' | 'DCC Alert' | 'S1SPAlert'

/**
 * How a User hears of an alert; undefined where the device's own message reaches it. Since 2021 N60 and N61 tell of an ESME
 * or a GSME that a transfer succeeded or failed; which is which, and the codes of an S1SPAlert, are not public.
 * @param about type of the device that it is about.
 */
export function heardAs(
  code: AlertCode,
  generation: 'smets1' | 'smets2',
  about: BoxType | undefined,
): HeardAs | undefined {
  if (generation === 'smets1') return 'S1SPAlert'
  if (!TO_ACB.includes(code)) return undefined
  return code !== '8F8B' && (about === 'esme' || about === 'gsme') ? 'N60/N61' : 'DCC Alert'
}

/** Whom an alert of SMETS2 is addressed to. */
export function recipientOf(code: AlertCode): 'ACB' | 'Supplier' | 'Network Operator' {
  if (code === 'AD1') return 'Network Operator'
  return TO_ACB.includes(code) ? 'ACB' : 'Supplier'
}

export interface Alert {
  readonly code: AlertCode
  /** When it was raised, Unix ms. */
  readonly at: number
  /** What the code speaks of: CCS08 transfer code, or an outcome's code. */
  readonly detail: number
  /** Firmware version that it speaks of. */
  readonly version: number
  /** EUI-64 of the device that raised it. */
  readonly device: string
  /** EUI-64 of the device it is about: of a transfer, its target. */
  readonly about: string
}

export function encodeAlert(alert: Alert): Bytes {
  const out = Bytes.alloc(36)
  for (let i = 0; i < 4; i++) out.u8[i] = alert.code.charCodeAt(i) || 0x20
  out.dv.setFloat64(4, alert.at, true)
  out.dv.setUint32(12, alert.detail, true)
  out.dv.setUint32(16, alert.version, true)
  encodeEui64(out, 20, alert.device)
  encodeEui64(out, 28, alert.about)
  return out
}

export function decodeAlert(payload: Bytes): Alert {
  return {
    code: String.fromCharCode(...payload.u8.subarray(0, 4)).trimEnd() as AlertCode,
    at: payload.dv.getFloat64(4, true),
    detail: payload.dv.getUint32(12, true),
    version: payload.dv.getUint32(16, true),
    device: decodeEui64(payload, 20),
    about: decodeEui64(payload, 28),
  }
}
