// zigbee-herdsman's codec for the OTA image block request and response, called the way its controller calls it.
// Its index would load serial ports and mDNS; the codec alone lies in dist/zspec/zcl.

import { Direction, FrameType } from 'zigbee-herdsman/dist/zspec/zcl/definition/enums.js'
import { ZclFrame } from 'zigbee-herdsman/dist/zspec/zcl/zclFrame.js'
import { ZclHeader } from 'zigbee-herdsman/dist/zspec/zcl/zclHeader.js'
import { OTA_CLUSTER, SUCCESS } from '#core/ota/codes'

export interface BlockResponse {
  status: number
  manufacturerCode: number
  imageType: number
  fileVersion: number
  fileOffset: number
  dataSize: number
  data: Buffer
}

export interface BlockRequest {
  fieldControl: number
  manufacturerCode: number
  imageType: number
  fileVersion: number
  fileOffset: number
  maximumDataSize: number
}

/** herdsman looks custom clusters up in this; a network without any passes it empty. */
const NONE = {}

export function encode(
  sequence: number,
  manufacturerCode: number,
  imageType: number,
  fileVersion: number,
  fileOffset: number,
  data: Buffer,
): Buffer {
  return ZclFrame.create(
    FrameType.SPECIFIC,
    Direction.SERVER_TO_CLIENT,
    true,
    undefined,
    sequence,
    'imageBlockResponse',
    'genOta',
    {
      status: SUCCESS,
      manufacturerCode,
      imageType,
      fileVersion,
      fileOffset,
      dataSize: data.length,
      data,
    },
    NONE,
  ).toBuffer()
}

export function encodeRequest(
  sequence: number,
  manufacturerCode: number,
  imageType: number,
  fileVersion: number,
  fileOffset: number,
  maximumDataSize: number,
): Buffer {
  return ZclFrame.create(
    FrameType.SPECIFIC,
    Direction.CLIENT_TO_SERVER,
    false,
    undefined,
    sequence,
    'imageBlockRequest',
    'genOta',
    { fieldControl: 0, manufacturerCode, imageType, fileVersion, fileOffset, maximumDataSize },
    NONE,
  ).toBuffer()
}

export function decode(frame: Buffer): BlockResponse {
  return payloadOf(frame)
}

export function decodeRequest(frame: Buffer): BlockRequest {
  return payloadOf(frame)
}

// biome-ignore lint/suspicious/noExplicitAny: herdsman types every payload so.
function payloadOf(frame: Buffer): any {
  return ZclFrame.fromBuffer(OTA_CLUSTER, ZclHeader.fromBuffer(frame), frame, NONE).payload
}
