// What Wireshark's dissectors make of a capture: tshark's field values as numbers and text, one record a packet.
// tshark is a part of the tests' environment, not of hanrig; where it is missing, a test that asks it fails and says so.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Field } from './ota-frames.ts'

export interface Dissected {
  /** From 1, as Wireshark counts. */
  readonly number: number
  /** Unix milliseconds. */
  readonly time: number
  /** Short addresses of the network layer. */
  readonly from: number
  readonly to: number
  /** EUI-64 behind `from`, with colons; empty when nothing told it yet. */
  readonly fromEui64: string
  readonly fromEndpoint: number
  readonly toEndpoint: number
  readonly profile: number
  readonly cluster: number
  readonly fcsOk: boolean
  /** True for an APS block whose payload is shown at a later packet. */
  readonly isPart: boolean
  /** Packets that the payload shown here came in. */
  readonly parts: number
  /** Of the ZCL frame, when there is one. */
  readonly sequence: number | undefined
  readonly command: number | undefined
  readonly fromServer: boolean
  /** Fields of an OTA frame or of a default response: those that the dissector found. */
  readonly fields: Partial<Record<Field, number>>
  /** Data of an image block response, hex. */
  readonly data: string
  /** Octets that no dissector knows, hex: a part's payload, a tunnel's message. */
  readonly rest: string
  /** Bit 0 of metering's functional notification flags. */
  readonly newFirmware: boolean | undefined
  readonly comment: string
  /** Dissectors that took part, outermost first. */
  readonly protocols: readonly string[]
  /** What the dissectors complain of: expert information from "warning" up, malformed packets. */
  readonly problems: readonly string[]
}

const OTA = 'zbee_zcl_general.ota.'

/** Where the fields stand; of several names the packet has one. */
const OTA_FIELDS = [
  ['status', `${OTA}status`],
  ['status', 'zbee_zcl.attr.status'],
  ['answered', 'zbee_zcl.cmd.id.rsp'],
  ['fieldControl', `${OTA}query_next_image_req.field_ctrl`],
  ['fieldControl', `${OTA}image_block_req.field_ctrl`],
  ['fieldControl', `${OTA}image_page_req.field_ctrl`],
  ['manufacturerCode', `${OTA}manufacturer_code`],
  ['imageType', `${OTA}image.type`],
  ['fileVersion', `${OTA}file.version`],
  ['hardwareVersion', `${OTA}hw_ver`],
  ['stackVersion', `${OTA}zb_stack.ver`],
  ['imageSize', `${OTA}image.size`],
  ['fileOffset', `${OTA}file.offset`],
  ['maxDataSize', `${OTA}max_data_size`],
  ['dataSize', `${OTA}data_size`],
  ['pageSize', `${OTA}page.size`],
  ['responseSpacing', `${OTA}rsp_spacing`],
  ['currentTime', `${OTA}current_time`],
  ['requestTime', `${OTA}request_time`],
  ['upgradeTime', `${OTA}upgrade_time`],
  ['minBlockPeriod', `${OTA}min_block_period`],
  ['payloadType', `${OTA}payload.type`],
  ['queryJitter', `${OTA}query_jitter`],
] as const satisfies (readonly [Field, string])[]

const IEEE = `${OTA}ieee_addr`
const COMMANDS = [
  `${OTA}cmd.srv_rx.id`,
  `${OTA}cmd.srv_tx.id`,
  'zbee_zcl_se.tun.cmd.srv_rx.id',
  'zbee_zcl_se.tun.cmd.srv_tx.id',
  'zbee_zcl.cmd.id',
  'zbee_zcl.cs.cmd.id',
]

const COLUMNS = [
  'frame.number',
  'frame.time_epoch',
  'frame.comment',
  'frame.protocols',
  'wpan.fcs_ok',
  'zbee_nwk.src',
  'zbee_nwk.dst',
  'zbee_nwk.src64',
  'zbee_aps.src',
  'zbee_aps.dst',
  'zbee_aps.profile',
  'zbee_aps.cluster',
  'zbee_aps.zdp_cluster',
  'zbee_aps.fragmentation',
  'zbee_aps.fragment.count',
  'zbee_zcl.cmd.tsn',
  'zbee_zcl.dir',
  ...COMMANDS,
  ...OTA_FIELDS.map(([, name]) => name),
  IEEE,
  `${OTA}image.data`,
  'data.data',
  'zbee_zcl_se.met.attr.func_noti_flag.new_ota_firmware',
  '_ws.expert.severity',
  '_ws.expert.message',
  '_ws.malformed',
]

/** Between the values of a field that a packet has several times; no text holds it. */
const UNIT = '\x1f'
/** Severities of Wireshark's expert information, from "warning". */
const WARNING = 0x0060_0000

/** Has tshark dissect a capture file. @throws Error when tshark is missing or does not take the file. */
export async function dissect(file: string): Promise<Dissected[]> {
  // Two passes, as Wireshark's window has them: the first learns which EUI-64 a short address stands for.
  const options = ['-n', '-2', '-r', file, '-T', 'fields', '-E', `aggregator=${UNIT}`]
  const columns = COLUMNS.flatMap(name => ['-e', name])
  const { stdout } = await promisify(execFile)('tshark', [...options, ...columns], {
    maxBuffer: 1024 * 1024 * 1024,
  }).catch(error => {
    if (error.code !== 'ENOENT') throw error
    throw new Error('tshark is not installed (Debian: apt-get install tshark)')
  })
  return stdout
    .split('\n')
    .slice(0, -1)
    .map(line => dissected(line.split('\t')))
}

function dissected(values: readonly string[]): Dissected {
  const row = new Map(COLUMNS.map((name, i) => [name, values[i] ?? '']))
  const all = (name: string) => row.get(name)!.split(UNIT)
  const text = (name: string) => all(name)[0]!
  const number = (name: string) => (row.get(name) === '' ? undefined : Number(text(name)))
  const some = (...names: string[]) => names.map(number).find(value => value !== undefined)

  const fields: Partial<Record<Field, number>> = {}
  for (const [field, name] of OTA_FIELDS) {
    const value = number(name)
    if (value !== undefined) fields[field] = value
  }
  if (text(IEEE) !== '') {
    const ieee = BigInt(text(IEEE))
    fields.ieeeLow = Number(ieee & 0xffff_ffffn)
    fields.ieeeHigh = Number(ieee >> 32n)
  }
  const severities = all('_ws.expert.severity')
  const problems = all('_ws.expert.message').filter((_, i) => Number(severities[i]) >= WARNING)
  const protocols = text('frame.protocols').split(':')
  if (text('_ws.malformed') !== '' || protocols.includes('_ws.malformed')) {
    problems.push('malformed')
  }
  const parts = number('zbee_aps.fragment.count')
  const newFirmware = text('zbee_zcl_se.met.attr.func_noti_flag.new_ota_firmware')
  return {
    number: number('frame.number')!,
    time: Math.round(number('frame.time_epoch')! * 1000),
    from: number('zbee_nwk.src')!,
    to: number('zbee_nwk.dst')!,
    fromEui64: text('zbee_nwk.src64'),
    fromEndpoint: number('zbee_aps.src')!,
    toEndpoint: number('zbee_aps.dst')!,
    profile: number('zbee_aps.profile')!,
    cluster: some('zbee_aps.cluster', 'zbee_aps.zdp_cluster')!,
    fcsOk: isTrue(text('wpan.fcs_ok')),
    isPart: number('zbee_aps.fragmentation') !== undefined && parts === undefined,
    parts: parts ?? 1,
    sequence: number('zbee_zcl.cmd.tsn'),
    command: some(...COMMANDS),
    fromServer: isTrue(text('zbee_zcl.dir')),
    fields,
    data: text(`${OTA}image.data`).replaceAll(':', ''),
    rest: text('data.data').replaceAll(':', ''),
    newFirmware: newFirmware === '' ? undefined : isTrue(newFirmware),
    comment: text('frame.comment'),
    protocols,
    problems,
  }
}

/** tshark 4.0 prints flags as 0 and 1, later ones as words. */
function isTrue(flag: string): boolean {
  return flag === '1' || flag === 'True'
}
