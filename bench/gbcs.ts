// GBCS messages for gates and probes: all layouts by turns, unlike each other, one behind another in one piece of memory.

import { Bytes } from '#core/bytes/bytes'
import {
  ACTIONED,
  ALERT,
  CCS08,
  COMMAND,
  CS06,
  CS06_ACTIVATION,
  CS08,
  CS09,
  type Direction,
  ECS52,
  ECS80,
  FDRA_DLMS,
  FDRA_ZIGBEE,
  GCS38,
  isMaced,
  isSigned,
  layoutOf,
  PPMID_ACTIVATION,
  RESPONSE,
  SUPPLY_RESTORED,
  TRANSFER_SUCCEEDED,
  VERIFIED,
} from '#core/gbcs/codes'
import { GbcsContent } from '#core/gbcs/content'
import { encodeMessage, GbcsMessage, SIGNED, UNSIGNED } from '#core/gbcs/message'
import { encodeContent, MAX_CONTENT } from '#core/gbcs/write-content'

const COUNT = 512
const STRIDE = 256
const TIME = Date.UTC(2030, 0, 15, 9)
/** Above 2^31 on purpose: such numbers are the ones that V8 boxes. */
const VERSION = 0xa1b2c3d4
const KINDS: readonly (readonly [number, Direction, Partial<GbcsContent>])[] = [
  [CS06, COMMAND, { executionTime: TIME }],
  [CS06, RESPONSE, { version: VERSION }],
  [CS06_ACTIVATION, ALERT, { alertCode: ACTIONED, executionTime: TIME, version: VERSION }],
  [CS08, RESPONSE, { version: VERSION }],
  [ECS52, COMMAND, {}],
  [ECS52, RESPONSE, { version: VERSION }],
  [GCS38, RESPONSE, { version: VERSION }],
  [CCS08, ALERT, { alertCode: TRANSFER_SUCCEEDED, time: TIME, version: VERSION }],
  [CS09, ALERT, { alertCode: PPMID_ACTIVATION, time: TIME, version: VERSION }],
  [FDRA_DLMS, ALERT, { alertCode: VERIFIED, time: TIME }],
  [FDRA_ZIGBEE, ALERT, { alertCode: VERIFIED, time: TIME }],
  [ECS80, ALERT, { alertCode: SUPPLY_RESTORED, time: TIME, interruption: TIME, restoration: TIME }],
]

export interface Messages {
  readonly octets: Bytes
  readonly at: Int32Array
  readonly lengths: Int32Array
  readonly count: number
}

/** 512 messages; their signatures and MACs are zeros. */
export function gbcsMessages(): Messages {
  const octets = Bytes.alloc(COUNT * STRIDE)
  const content = Bytes.alloc(MAX_CONTENT)
  const hash = Bytes.alloc(32)
  const at = new Int32Array(COUNT)
  const lengths = new Int32Array(COUNT)
  for (let i = 0; i < COUNT; i++) {
    const [messageCode, direction, fields] = KINDS[i % KINDS.length]!
    const m = Object.assign(new GbcsMessage(), { messageCode, direction, counterLow: i })
    const layout = layoutOf(messageCode, direction)
    m.ending = isSigned(layout) ? SIGNED : UNSIGNED
    m.hasMac = isMaced(layout)
    encodeContent(content, 0, m, Object.assign(new GbcsContent(), fields), hash)
    at[i] = i * STRIDE
    lengths[i] = encodeMessage(octets, at[i]!, m, content)
  }
  return { octets, at, lengths, count: COUNT }
}
