// The trace told to a person: one line for each thing that matters, with its virtual time. No logic of its own:
// everything said is in the events.

import type { Outcome } from '../../emulators/premises.ts'
import type { TraceEvent } from '../../emulators/trace.ts'
import { clockTime, count, duration, hexWord, octets } from '../format.ts'
import { style } from '../output.ts'

type Print = (text: string) => void
type Teller = (event: TraceEvent, story: Story) => string | undefined

const ALERTS: Readonly<Record<string, string>> = {
  AD1: 'Power Outage Alert',
  '8F72': 'firmware verification successful',
  '8F1C': 'firmware verification failed',
  '8F66': 'future-dated activation actioned',
  '8F67': 'future-dated activation not actioned',
  '8F8A': 'transfer to the device successful',
  '8F89': 'transfer to the device failed',
}

const OUTCOMES = ['success', 'no image held', 'hash mismatch', 'activation failure'] as const

/** A firmware version of an event. */
function version(value: unknown): string {
  return hexWord(Number(value))
}

function faults(counts: Map<string, number>): string {
  if (counts.size === 0) return 'no frame was lost or damaged'
  return [...counts].map(([what, n]) => `${count(n)} ${what}`).join(', ')
}

const TELLERS: Partial<Record<TraceEvent['name'], Teller>> = {
  start: e =>
    `hanrig ${e.hanrig}: seed ${e.seed}, ${Number(e.loss) * 100} % loss on every link, profile ${e.profile}`,
  image: tellImage,
  'srv-sent': e =>
    e.service === '11.1'
      ? `SRV 11.1   Supplier sends ${count(Number(e.blocks))} blocks of up to ${count(Number(e.blockSize))} B to the DCO`
      : `SRV 11.3   Supplier asks for activation ${e.executionTime === undefined ? 'now' : `at ${e.executionTime}`}; only now the Device is touched`,
  'transfer-resumed': e =>
    `resume     ${e.source} holds ${count(Number(e.held))} of ${count(Number(e.blocks))} blocks from before`,
  'transfer-opened': (e, story) => {
    story.faults.clear()
    return e.source === 'hub'
      ? 'forward    DCO sends the image on to the Communications Hub'
      : undefined
  },
  'transfer-complete': (e, story) =>
    `complete   ${e.source} holds all ${count(Number(e.blocks))} blocks; on the way: ${faults(story.faults)}`,
  'transfer-failed': e => `failed     ${e.source} got no answer after ${e.tries} tries`,
  'srv-response': e =>
    e.service === '11.1'
      ? `response   11.1 Response to the Supplier: ${e.ok ? 'every block is stored' : 'the blocks are not the image announced'}`
      : `response   11.3 Response to the Supplier: ${outcomeText(Number(e.code))}, version ${version(e.version)} runs`,
  'ota-offered': (e, story) => {
    if (e.resumedAt === 0) {
      story.faults.clear()
      story.hanBegan = e.t
    }
    return Number(e.resumedAt) > 0
      ? `HAN        ESME resumes its download at offset ${count(Number(e.resumedAt))}`
      : `HAN        ESME downloads version ${version(e.fileVersion)} from the hub, block by block`
  },
  'ota-refused': e =>
    `refused    the hub has no image for the ESME: status ${hexWord(Number(e.status), 2)}`,
  'ota-stopped': e =>
    `stopped    download stopped at offset ${count(Number(e.offset))}: status ${hexWord(Number(e.status), 2)}`,
  'ota-whole': (e, story) =>
    `HAN        ${count(Number(e.blocks))} blocks in ${duration(e.t - story.hanBegan)}, ${count(Number(e.retries))} asked for again; ${faults(story.faults)}`,
  'image-verified': e => `verified   ${e.reason}; hash ${String(e.hash).slice(0, 16)}…`,
  'image-rejected': e => `rejected   ${e.reason}`,
  'activation-scheduled': e => `scheduled  ESME will activate at ${e.at}`,
  'activation-refused': e => `refused    activation: ${outcomeText(Number(e.code))}`,
  'activation-recorded': e => `DSP        records the activation of this listed ESME at ${e.at}`,
  'activation-began': e =>
    `activation ESME restarts into the new image; ${e.cutsHubSupply ? 'the hub loses its supply' : 'the hub keeps its supply'}`,
  'supply-restored': () => 'supply     the hub has its supply back',
  'alert-raised': e => {
    const code = String(e.code)
    const after =
      code === 'AD1' ? ` after ${(Number(e.outage) / 1000).toFixed(3)} s without supply` : ''
    return `alert      ${e.source} raises ${code}, ${ALERTS[code] ?? 'unknown'}${after}`
  },
  'ad1-verdict': e =>
    e.suppressed
      ? `AD1        suppressed by the DSP: ${e.reason} (${duration(Number(e.afterActivation))} after it, window ${duration(Number(e.window))})`
      : `AD1        forwarded to the Network Operator: ${e.reason}`,
  'activation-ended': e =>
    e.code === 0
      ? `activation ended: version ${version(e.before)} -> ${version(e.fileVersion)}`
      : `activation failed: version ${version(e.fileVersion)} goes on`,
}

/** What is counted between two milestones rather than told. */
const COUNTED: Partial<Record<TraceEvent['name'], string>> = {
  'frame-lost': 'frames lost',
  'frame-corrupted': 'damaged',
  'frame-duplicated': 'duplicated',
  'frame-reordered': 'reordered',
  'frame-overflow': 'dropped by a full queue',
}

export class Story {
  readonly faults = new Map<string, number>()
  hanBegan = 0
  readonly #print: Print

  constructor(print: Print) {
    this.#print = print
  }

  tell(event: TraceEvent): void {
    const counted = COUNTED[event.name]
    if (counted) this.faults.set(counted, (this.faults.get(counted) ?? 0) + 1)
    const line = TELLERS[event.name]?.(event, this)
    if (line === undefined) return
    this.#print(event.source === 'run' ? `${line}\n` : `${clockTime(event.t)}  ${line}\n`)
  }
}

/** The last lines: what the device runs now and whether all is well. */
export function tellVerdict(outcome: Outcome, print: Print): void {
  const { ok, sha256, expectedSha256, failures, duration: virtual, wan, han } = outcome
  const same = sha256 === expectedSha256
  print(
    `\nrebuilt    sha256 ${sha256 || 'none: no whole image arrived'}${sha256 === '' ? '' : same ? ', equal to the file' : ', NOT equal to the file'}\n` +
      `blocks     WAN ${count(wan.blocks)} sent, ${count(wan.repeats)} of them again; HAN ${count(han.blocks)} taken, ${count(han.retries)} asked for again\n` +
      `verdict    ${ok ? style('green', 'ok', process.stdout) : style('red', 'NOT OK', process.stdout)}: version ${version(outcome.fileVersion)} runs after ${duration(virtual)} of virtual time\n`,
  )
  for (const failure of failures) print(`           ${failure}\n`)
}

function tellImage(e: TraceEvent): string {
  const size = Number(e.size)
  const limit = Number(e.limit)
  const what =
    e.format === 'raw'
      ? 'unknown format, carried as raw octets'
      : `${FORMATS[String(e.format)]}${e.kind === undefined ? '' : `, ${e.kind}`}`
  const sizeClass = e.large
    ? `large: ${count(size - limit)} B above the limit of ${octets(limit)} (MP230)`
    : `not large: at most ${octets(limit)} (MP230)`
  const notes = (e.notes as string[]).map(note => `\n           note: ${note}`).join('')
  return `image      ${e.file}: ${what}, ${count(size)} B\n           ${sizeClass}${notes}\n`
}

const FORMATS: Readonly<Record<string, string>> = {
  ota: 'ZigBee OTA file',
  hex: 'Intel HEX, its binary is carried',
  srec: 'S-record, its binary is carried',
}

function outcomeText(code: number): string {
  return OUTCOMES[code] ?? 'accepted, outcome follows by alert'
}
