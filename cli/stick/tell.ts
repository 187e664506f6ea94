// What happens behind a stick told to a person: a line for each thing that matters, with the time since the start.

import { type ByName, byName, type FieldsOf, type TraceEvent } from '#emulators/trace/trace'
import { clockTime, count, hexWord, octets } from '../output/format.ts'
import { oneLine } from '../output/harmless.ts'
import { style } from '../output/output.ts'

const COLUMN = 11

const line = (verb: string, text: string): string => oneLine(`${verb.padEnd(COLUMN)}${text}`)
const n = (value: number): string => count(value)
const version = (value: number): string => hexWord(value)
const address = (value: number): string => hexWord(value, 4)
const status = (value: number): string => hexWord(value, 2)
const things = (value: number, one: string, many: string): string =>
  `${n(value)} ${value === 1 ? one : many}`

const REFUSED: Readonly<Record<FieldsOf<'host-refused'>['why'], string>> = {
  'in-use': 'came while another host has the stick',
  text: 'speaks text, as a browser does, and no serial protocol',
  silent: 'has said nothing sound',
  unread: 'does not read what it is told',
  crowded: 'said nothing, and others came after it',
}

const TELLERS: ByName<string> = {
  'stick-listening': e =>
    line(
      'listening',
      `a ${e.protocol} stick at ${e.where}, with ${things(e.devices, 'device', 'devices')} behind it`,
    ),
  'host-connected': e => line('host', `${e.from} has the stick`),
  'host-refused': e => line('refused', `${e.from} ${REFUSED[e.why]}`),
  'host-gone': e =>
    line(
      'host',
      `gone after ${n(e.frames)} frames` +
        (e.malformed || e.noise
          ? `; skipped: ${n(e.noise)} octets of noise, ${n(e.malformed)} damaged frames`
          : ''),
    ),
  'host-unknown': e => line('unknown', `the host sent ${e.command}, which the stick does not have`),
  'network-formed': e =>
    line(
      'network',
      `${e.resumed ? 'resumed' : 'formed'}: PAN ${address(e.panId)} on channel ${e.channel}`,
    ),
  'permit-join': e =>
    e.seconds === 0
      ? line('permit', 'joining has ended')
      : line('permit', e.seconds === 255 ? 'joining is open' : `joining for ${e.seconds} s`),
  'device-joined': e => line('joined', `${e.source}, ${e.id}, as ${address(e.address)}`),
  'device-announced': e => line('announced', `${e.source} as ${address(e.address)}`),
  'device-left': e => line('left', `${e.source}`),
  'confirm-withheld': e => line('confirm', `no. ${n(e.number)} is not given`),
  'confirm-scripted': e =>
    line('confirm', `data request ${n(e.number)} gets status ${status(e.status)} and is lost`),
  'ota-offered': e =>
    line(
      'download',
      `${e.source}: version ${version(e.fileVersion)}, ${octets(e.size)}` +
        (e.resumedAt > 0 ? `, goes on at ${n(e.resumedAt)}` : ''),
    ),
  'ota-refused': e =>
    line('refused', `${e.source} gets no image, or none for it: ${status(e.status)}`),
  'ota-stopped': e => line('stopped', `${e.source} at ${octets(e.offset)}: ${status(e.status)}`),
  'ota-whole': e =>
    line('whole', `${e.source}: ${n(e.blocks)} blocks, ${things(e.retries, 'retry', 'retries')}`),
  'image-verified': e => line('verified', `${e.source}: ${e.reason}; SHA-256 ${e.sha256}`),
  'image-rejected': e => line('rejected', `${e.source}: ${e.reason}`),
  'activation-began': e => line('activation', `${e.source} restarts into the new image`),
  'activation-ended': e =>
    line('activation', `${e.source}: ${version(e.before)} -> ${version(e.fileVersion)}`),
  'activation-refused': e => line('activation', `${e.source} refuses: code ${e.code}`),
  'power-lost': e => line('power', `${e.source} has none`),
  booted: e => line('booted', `${e.source} runs ${version(e.fileVersion)}; pending: ${e.pending}`),
  'host-survived': e => line('survived', `${e.source}: ${survived(e)}`),
}

/** The line of an event; undefined for one that is not told. */
export function tell(event: TraceEvent): string | undefined {
  const text = byName(TELLERS, event)
  if (text === undefined) return undefined
  return `${style('dim', clockTime(event.t), process.stdout)}  ${text}\n`
}

type Counts = FieldsOf<'host-survived'>

/** What a host did wrong, and what the air did. */
function survived({ retries, lost, dropped, empties, strays }: Counts): string {
  const parts: string[] = []
  if (dropped > 0) {
    parts.push(`the host dropped ${things(dropped, 'request', 'requests')}`)
  }
  if (empties > 0) {
    parts.push(
      `the host sent ${things(empties, 'block', 'blocks')} of 0 octets past the image’s end`,
    )
  }
  if (strays > 0) {
    parts.push(`${things(strays, 'block', 'blocks')} came late or twice`)
  }
  if (lost > 0) parts.push(`the air took ${things(lost, 'frame', 'frames')}`)
  if (retries > 0) parts.push(`asked again ${things(retries, 'time', 'times')}`)
  return parts.length > 0 ? parts.join(', ') : 'nothing went wrong'
}

type ReportedDevice = FieldsOf<'stick-report'>['devices'][number]

/** What became of the devices: a line each, and one more for what a device put up with. */
export function tellReport(devices: readonly ReportedDevice[]): string {
  return devices
    .map(device => {
      const { name, fileVersion, sha256, finding, blocks, wrong } = device
      const wrongs = wrong.map(({ what, times }) => `${what} ${things(times, 'time', 'times')}`)
      const onPurpose =
        wrongs.length > 0 ? `${line('', `wrong on purpose: ${wrongs.join(', ')}`)}\n` : ''
      const image = sha256 === '' ? 'no image received' : `${finding}; SHA-256 ${sha256}`
      return (
        `${line('report', `${name} runs ${version(fileVersion)}; ${n(blocks)} blocks; ${image}`)}\n` +
        `${line('', survived(device))}\n${onPurpose}`
      )
    })
    .join('')
}
