// Every frame of the OTA cluster as a list of fields, written from the cluster's tables and not from the codec,
// with an encoder that is too plain to be wrong and an arbitrary for frames over the full range of each field.

import fc from 'fast-check'
import { Bytes } from '#core/bytes/bytes'
import { OtaFrame } from '#core/ota/ota-frame'
import { seeded } from './octets.ts'

/** The fields that a frame has on the wire. */
export type Field = Exclude<keyof OtaFrame, 'sequence' | 'command' | 'fromServer' | 'dataAt'>

interface Command {
  readonly name: string
  readonly command: number
  readonly fromServer: boolean
  /** Field and octets, in order; depends on what the frame itself announces. */
  readonly fields: (f: OtaFrame) => [Field, 1 | 2 | 4][]
}

const IMAGE: [Field, 2 | 4][] = [
  ['manufacturerCode', 2],
  ['imageType', 2],
  ['fileVersion', 4],
]
const IEEE: [Field, 4][] = [
  ['ieeeLow', 4],
  ['ieeeHigh', 4],
]

/** The ten commands of the cluster. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'imageNotify',
    command: 0,
    fromServer: true,
    fields: f => [
      ['payloadType', 1],
      ['queryJitter', 1],
      ...IMAGE.slice(0, Math.min(f.payloadType, 3)),
    ],
  },
  {
    name: 'queryNextImageRequest',
    command: 1,
    fromServer: false,
    fields: f => [['fieldControl', 1], ...IMAGE, ...(f.fieldControl & 1 ? [hardware()] : [])],
  },
  {
    name: 'queryNextImageResponse',
    command: 2,
    fromServer: true,
    fields: f => [['status', 1], ...(f.status === 0 ? [...IMAGE, size()] : [])],
  },
  {
    name: 'imageBlockRequest',
    command: 3,
    fromServer: false,
    fields: f => [
      ['fieldControl', 1],
      ...IMAGE,
      ['fileOffset', 4],
      ['maxDataSize', 1],
      ...(f.fieldControl & 1 ? IEEE : []),
      ...(f.fieldControl & 2 ? [period()] : []),
    ],
  },
  {
    name: 'imagePageRequest',
    command: 4,
    fromServer: false,
    fields: f => [
      ['fieldControl', 1],
      ...IMAGE,
      ['fileOffset', 4],
      ['maxDataSize', 1],
      ['pageSize', 2],
      ['responseSpacing', 2],
      ...(f.fieldControl & 1 ? IEEE : []),
    ],
  },
  {
    name: 'imageBlockResponse',
    command: 5,
    fromServer: true,
    fields: f => {
      if (f.status === 0) return [['status', 1], ...IMAGE, ['fileOffset', 4], ['dataSize', 1]]
      if (f.status !== 0x97) return [['status', 1]]
      return [['status', 1], ['currentTime', 4], ['requestTime', 4], period()]
    },
  },
  {
    name: 'upgradeEndRequest',
    command: 6,
    fromServer: false,
    fields: () => [['status', 1], ...IMAGE],
  },
  {
    name: 'upgradeEndResponse',
    command: 7,
    fromServer: true,
    fields: () => [...IMAGE, ['currentTime', 4], ['upgradeTime', 4]],
  },
  {
    name: 'queryDeviceSpecificFileRequest',
    command: 8,
    fromServer: false,
    fields: () => [...IEEE, ...IMAGE, ['stackVersion', 2]],
  },
  {
    name: 'queryDeviceSpecificFileResponse',
    command: 9,
    fromServer: true,
    fields: f => [['status', 1], ...(f.status === 0 ? [...IMAGE, size()] : [])],
  },
]

/** ZCL's default response, which either side sends. */
export const DEFAULT_RESPONSES: readonly Command[] = [false, true].map(fromServer => ({
  name: 'defaultRsp',
  command: 0x0b,
  fromServer,
  fields: () => [
    ['answered', 1],
    ['status', 1],
  ],
}))

function size(): [Field, 4] {
  return ['imageSize', 4]
}

function hardware(): [Field, 2] {
  return ['hardwareVersion', 2]
}

function period(): [Field, 2] {
  return ['minBlockPeriod', 2]
}

export interface Sample {
  readonly of: Command
  readonly frame: OtaFrame
  /** Memory that a block response's data comes from, at frame.dataAt. */
  readonly data: Bytes
}

export const hasData = ({ of, frame }: Sample): boolean => of.command === 5 && frame.status === 0

/** The data octets of a block response. */
export function dataOf({ frame, data }: Sample): Uint8Array {
  return data.u8.subarray(frame.dataAt, frame.dataAt + frame.dataSize)
}

/** The octets that the frame must become. */
export function plainEncode(sample: Sample): Buffer {
  const { of, frame } = sample
  const control = of.command === 0x0b ? (of.fromServer ? 0x18 : 0x10) : of.fromServer ? 0x19 : 0x01
  const octets = [control, frame.sequence, of.command]
  for (const [field, width] of of.fields(frame)) {
    for (let i = 0; i < width; i++)
      octets.push(Math.floor((frame[field] as number) / 256 ** i) & 255)
  }
  return Buffer.from(hasData(sample) ? [...octets, ...dataOf(sample)] : octets)
}

const DATA = new Bytes(seeded(400, 77))
const u8 = fc.nat(0xff)
const u16 = fc.nat(0xffff)
const u32 = fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 0x8000_0000, 0xffff_ffff))

/** Any frame of one of `commands`, each field over its full range. */
export function frames(commands: readonly Command[]): fc.Arbitrary<Sample> {
  const status = fc.oneof(fc.constantFrom(0, 0x7e, 0x95, 0x97, 0x98), u8)
  const fields = fc.record({
    sequence: u8,
    status,
    answered: u8,
    fieldControl: fc.oneof(fc.nat(3), u8),
    manufacturerCode: u16,
    imageType: u16,
    fileVersion: u32,
    hardwareVersion: u16,
    stackVersion: u16,
    imageSize: u32,
    fileOffset: u32,
    maxDataSize: u8,
    dataSize: u8,
    dataAt: fc.nat(140),
    pageSize: u16,
    responseSpacing: u16,
    currentTime: u32,
    requestTime: u32,
    upgradeTime: u32,
    minBlockPeriod: u16,
    payloadType: fc.oneof(fc.nat(3), u8),
    queryJitter: u8,
    ieeeLow: u32,
    ieeeHigh: u32,
  })
  return fc.tuple(fc.constantFrom(...commands), fields).map(([of, values]) => ({
    of,
    frame: Object.assign(new OtaFrame(), values, {
      command: of.command,
      fromServer: of.fromServer,
    }),
    data: DATA,
  }))
}
