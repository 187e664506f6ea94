// The trace told to a person: one line for each thing that matters, with its virtual time. No logic of its own:
// everything said is in the events. What happens to single frames and blocks is only counted; what a box says again and
// again is told the first times, then now and then.

import type { Outcome } from '#emulators/play/play'
import { recipientOf } from '#emulators/service/messages'
import {
  type ByName,
  byName,
  type EventOf,
  type TraceEvent,
  type TraceName,
} from '#emulators/trace/trace'
import { ENDING_NAMES, isFailure } from '../../output/endings.ts'
import { clockTime, count, duration, hexWord, octets } from '../../output/format.ts'
import { expansions } from '../../output/glossary.ts'
import { oneLine } from '../../output/harmless.ts'
import { style } from '../../output/output.ts'
import { type BoardRecord, boardLine } from '../report/board-records.ts'
import { failureOf } from '../report/result.ts'
import { alertName, boxName, outcomeName, resultName } from '../report/words.ts'
import { BOARD_TELLERS } from './board-story.ts'
import { line, n, version } from './line.ts'

type Print = (text: string) => void

const FORMATS = {
  ota: 'ZigBee OTA file',
  hex: 'Intel HEX, its binary is carried',
  srec: 'S-record, its binary is carried',
}

/** What is counted between two milestones rather than told. */
const COUNTED: Partial<Record<TraceName, string>> = {
  'frame-lost': 'frame lost',
  'frame-corrupted': 'damaged',
  'frame-duplicated': 'duplicated',
  'frame-reordered': 'reordered',
  'frame-overflow': 'dropped by a full queue',
  'frame-deaf': 'sent to a deaf receiver',
  'frame-rewritten': 'made wrong on purpose',
}

/** What a box may say hundreds of times, and how often it is told at first; after that, each tenfold time. */
const OFTEN: Partial<Record<TraceName, number>> = {
  'ota-refused': 1,
  'ota-waits': 1,
  'ota-stopped': 3,
  'ota-offered': 3,
  'power-lost': 3,
  booted: 3,
  'supply-lost': 3,
  'supply-restored': 3,
  'slot-refused': 3,
  'slot-emptied': 3,
}

/** A sleepy device's progress is told at each of these parts. */
const QUARTERS = 4

const TELLERS: ByName<string | undefined, [story: Story]> = {
  start: tellStart,
  image: tellImage,
  step: tellStep,
  'step-failed': e => line('FAILED', `step ${e.kind}${ofLine(e.line)}: ${e.reason}`),
  'srv-sent': (e, story) =>
    e.service === '11.3' ? tellCommand(e, story) : tellDistribution(e, story),
  'srv-response': (e, story) =>
    e.service === '11.3'
      ? line(
          'response',
          `11.3 Response to the Supplier${story.about(e.device)}: ${outcomeName(e.code)}${versionRuns(e.version)}`,
        )
      : line(
          'response',
          `${e.service} Response to the Supplier${story.about(...e.targets)}: ${resultName(e.result)}${e.again ? ', said again' : ''}`,
        ),
  'transfer-resumed': e =>
    line('resume', `${e.source} holds ${n(e.held)} of ${n(e.blocks)} blocks from before`),
  'transfer-opened': (e, story) => {
    story.forgetFaults(e.source)
    return e.source === 'hub' && story.hasDco
      ? line('forward', 'DCO sends the image on to the Communications Hub')
      : undefined
  },
  'transfer-complete': (e, story) =>
    'blocks' in e
      ? line(
          'complete',
          `${e.source} holds all ${n(e.blocks)} blocks; on the way: ${story.faults(e.source)}`,
        )
      : line(
          'complete',
          `${e.source} has delivered version ${version(e.fileVersion)}${story.about(e.target)}`,
        ),
  'transfer-failed': (e, story) =>
    'tries' in e
      ? line('failed', `${e.source} got no answer after ${e.tries} tries`)
      : line(
          'failed',
          `${e.source} could not deliver version ${version(e.fileVersion)}${story.about(e.target)}: ${e.transfer}`,
        ),
  'slot-loaded': e =>
    e.source === 'hub'
      ? undefined
      : line('offer', `${e.source} offers version ${version(e.fileVersion)}, ${octets(e.size)}`),
  'slot-refused': e =>
    line(
      'refused',
      e.destination === undefined
        ? `${e.source} has no slot for version ${version(e.fileVersion)}`
        : `${e.source} refuses version ${version(e.fileVersion)}: it is meant for the device ${e.destination} alone`,
    ),
  'slot-emptied': e => line('emptied', `${e.source} drops version ${version(e.fileVersion)}`),
  'ota-offered': (e, story) => {
    const name = boxName(e.source)
    if (e.resumedAt > 0) {
      return line('HAN', `${name} resumes its download at offset ${n(e.resumedAt)}`)
    }
    story.forgetFaults(e.source)
    story.downloads.set(e.source, { began: e.t, size: e.size, told: 0, slept: 0 })
    return line(
      'HAN',
      `${name} downloads version ${version(e.fileVersion)} from ${story.homeServed.has(e.source) ? 'the server in the home' : 'the hub'}, block by block`,
    )
  },
  'ota-refused': e =>
    line(
      'refused',
      `the hub has no image for ${boxName(e.source)}: status ${hexWord(e.status, 2)}`,
    ),
  'ota-waits': e => line('waits', `${boxName(e.source)} is told to wait`),
  'ota-stopped': e =>
    line(
      'stopped',
      `download of ${boxName(e.source)} stopped at offset ${n(e.offset)}: status ${hexWord(e.status, 2)}`,
    ),
  'ota-whole': (e, story) => {
    const { began = e.t, slept = 0 } = story.downloads.get(e.source) ?? {}
    const naps = slept === 0 ? '' : `, with ${n(slept)} ${slept === 1 ? 'sleep' : 'sleeps'}`
    return line(
      'HAN',
      `${story.subject(e.source)}${n(e.blocks)} blocks in ${duration(e.t - began)}${naps}, ${n(e.retries)} asked for again; ${story.faults(e.source)}`,
    )
  },
  'device-slept': tellSleep,
  'image-verified': (e, story) =>
    line('verified', `${story.subject(e.source)}${e.reason}; hash ${e.hash.slice(0, 16)}…`),
  'image-rejected': (e, story) => line('rejected', `${story.subject(e.source)}${e.reason}`),
  'activation-scheduled': e => line('scheduled', `${boxName(e.source)} will activate at ${e.at}`),
  'activation-cancelled': e => line('cancelled', `${boxName(e.source)} has nothing scheduled`),
  'activation-refused': (e, story) =>
    line('refused', `${story.subject(e.source)}activation: ${outcomeName(e.code)}`),
  'activation-recorded': (e, story) =>
    line(
      'DSP',
      `records the activation of ${story.isAlone ? 'this listed ESME' : `listed ${story.nameOf(e.device)}`} at ${e.at}`,
    ),
  'activation-began': e => line('activation', `${boxName(e.source)} restarts into the new image`),
  'activation-ended': (e, story) =>
    e.code === 0
      ? line(
          'activation',
          `${story.subject(e.source, ' ')}ended: version ${version(e.before)} -> ${version(e.fileVersion)}`,
        )
      : line(
          'activation',
          `${story.subject(e.source, ' ')}failed: version ${version(e.fileVersion)} goes on`,
        ),
  ...BOARD_TELLERS,
  'power-restored': e =>
    e.alert === undefined
      ? undefined
      : line(
          'power',
          `${boxName(e.source)} has its mains back after ${duration(e.outage ?? 0)}: ${e.alert} to the Network Operator`,
        ),
  'power-lost': e => line('power', `${boxName(e.source)} has lost its power`),
  booted: e => {
    if (e.source === 'hub' && e.sound) return undefined
    const held = e.pending === 'nothing' ? '' : `, ${e.pending} up to offset ${n(e.offset)}`
    const state = e.sound ? `version ${version(e.fileVersion)} runs` : 'its image is damaged'
    return line('power', `${boxName(e.source)} is back: ${state}${held}`)
  },
  'supply-lost': e => line('supply', `the ${e.source} loses its supply`),
  'supply-restored': e => line('supply', `the ${e.source} has its supply back`),
  'alert-raised': (e, story) => {
    const { code, outage } = e
    const after =
      outage === undefined ? '' : ` after ${(outage / 1000).toFixed(3)} s without supply`
    const about = e.target === undefined ? '' : story.about(e.target)
    const who = e.source === 'hub' ? 'hub' : boxName(e.source)
    const why =
      e.transfer === 'hardware-mismatch'
        ? ': its hardware version is outside the range of the image'
        : ''
    const said = `${alertName(code)}${after}${about}${why}`
    // What a SMETS1 device tells goes to its S1SP, in a form of the S1SP's own.
    const told =
      story.hasDco && code !== 'AD1'
        ? `${who} reports to the S1SP: ${said} (${code} of SMETS2; the S1SP’s codes are not public)`
        : `${who} raises ${code}, ${said}`
    return `${line('alert', told)}${assumption(code, story)}${toWhom(code, story)}`
  },
  'list-replaced': (e, story) => {
    const names = e.devices.map(id => story.nameOf(id)).join(', ')
    return line('DSP', `has a new list: ${names || 'nobody'}`)
  },
  'ad1-verdict': e => {
    const verdict = e.suppressed
      ? `suppressed by the DSP: ${e.reason} (${e.afterActivation === undefined ? '' : `${duration(e.afterActivation)} after it, `}window ${duration(e.window)})`
      : `forwarded to the Network Operator: ${e.reason}`
    return `${line('AD1', verdict)}${byTheOther(e)}`
  },
}

/** The two things that the Supplier sends. */
type Command = Extract<EventOf<'srv-sent'>, { service: '11.3' }>
type Distribution = Exclude<EventOf<'srv-sent'>, Command>

interface Download {
  readonly began: number
  readonly size: number
  /** Quarters told. */
  told: number
  slept: number
}

export class Story {
  /** The download of each device that is going on. */
  readonly downloads = new Map<string, Download>()
  /** Whether blocks go through a DCO. */
  hasDco = true
  /** Devices that a server of the Supplier's in the home serves. */
  readonly homeServed = new Set<string>()
  /** Whether it was said who hears of transfers. */
  toldAcb = false
  /** Whether it is still to be said that AD1 of this hub is assumed. */
  assumesAd1 = false
  readonly #print: Print
  /** Everything told: what is short in it is expanded once, at the end. */
  readonly #told: string[] = []
  readonly #ids: ReadonlyMap<string, string>
  /** What befell frames since a receiver's transfer began, by link. */
  readonly #faults = new Map<string, Map<string, number>>()
  readonly #said = new Map<string, number>()
  /** True while what was told is what is played, and nothing has happened yet. */
  #isOpening = false
  /** A line that the next event may add to. */
  #held: { readonly t: number; readonly line: string } | undefined

  /** @param ids names of the boxes by their EUI-64. */
  constructor(print: Print, ids: ReadonlyMap<string, string>) {
    this.#print = text => {
      print(text)
      this.#told.push(text)
    }
    this.#ids = ids
  }

  /** True when there is one device: then it needs no name. */
  get isAlone(): boolean {
    return this.#ids.size <= 2
  }

  tell(event: TraceEvent): void {
    const told = this.#lineOf(event)
    const held = this.#held
    this.#held = undefined
    if (held !== undefined) {
      // An old ESME takes the hub's supply along: one thing, in one line.
      const takesHub = event.name === 'supply-lost' && event.t === held.t
      this.#print(`${held.line}${takesHub ? '; the hub loses its supply' : ''}\n`)
      if (takesHub) return
    }
    if (told === undefined) return
    const isOpening = event.name === 'start' || event.name === 'image'
    if (this.#isOpening && !isOpening) this.#print('\n')
    this.#isOpening = isOpening
    const whole = isOpening ? told : `${clockTime(event.t)}  ${told}`
    if (event.name === 'activation-began') this.#held = { t: event.t, line: whole }
    else this.#print(`${whole}\n`)
  }

  /** Takes note of an event that was told before. */
  recall(event: TraceEvent): void {
    this.#lineOf(event)
  }

  /** Prints what is still to be said. */
  end(): void {
    if (this.#held !== undefined) this.#print(`${this.#held.line}\n`)
    this.#held = undefined
  }

  /** Expands what was short, once. */
  explain(): void {
    const words = expansions(this.#told.join(''))
    if (words !== '') this.#print(`\n${line('words', words)}\n`)
  }

  /** Name of a box by its EUI-64. */
  nameOf(id: string): string {
    return boxName(this.#ids.get(id) ?? id)
  }

  /** ' for GSME' where there are several devices. */
  about(...ids: readonly string[]): string {
    return this.isAlone ? '' : ` for ${ids.map(id => this.nameOf(id)).join(', ')}`
  }

  /** 'GSME: ' where there are several devices. */
  subject(source: string, separator = ': '): string {
    return this.isAlone && source !== 'hub' ? '' : `${boxName(source)}${separator}`
  }

  /** What befell the frames on the way to a box. */
  faults(box: string): string {
    const sums = new Map<string, number>()
    for (const [link, counts] of this.#faults) {
      if (!this.#leadsTo(link, box)) continue
      for (const [what, times] of counts) sums.set(what, (sums.get(what) ?? 0) + times)
    }
    if (sums.size === 0) return 'no frame was lost or damaged'
    const most = [...sums].sort(([, a], [, b]) => b - a)
    const words = most.map(([what, times]) => `${count(times)} ${what}`).join(', ')
    return words.replace(/(?<!\b1) frame lost/, ' frames lost')
  }

  forgetFaults(box: string): void {
    for (const link of [...this.#faults.keys()]) {
      if (this.#leadsTo(link, box)) this.#faults.delete(link)
    }
  }

  #leadsTo(link: string, box: string): boolean {
    if (box === 'dco') return link.startsWith('wan.')
    if (box === 'hub') return link.startsWith('csp.') || (!this.hasDco && link.startsWith('wan.'))
    return link.startsWith(`han.${box}.`)
  }

  /** Takes an event in; what is to be said of it, if anything. */
  #lineOf(event: TraceEvent): string | undefined {
    const { source, name } = event
    const counted = COUNTED[name]
    if (counted) {
      const counts = this.#faults.get(source) ?? new Map<string, number>()
      counts.set(counted, (counts.get(counted) ?? 0) + 1)
      this.#faults.set(source, counts)
      return undefined
    }
    const told = byName(TELLERS, event, this)
    const atFirst = OFTEN[name]
    if (told === undefined || atFirst === undefined) return told
    const key = `${source} ${name}`
    const times = (this.#said.get(key) ?? 0) + 1
    this.#said.set(key, times)
    if (times <= atFirst) return told
    return /^10+$/.test(String(times)) ? `${told} (${count(times)} times by now)` : undefined
  }
}

function tellStart(e: EventOf<'start'>, story: Story): string {
  story.hasDco = e.generation === 'smets1'
  story.assumesAd1 = e.ad1 === 'assumed'
  const notices = (e.notices ?? []).map(notice => `\n${line('NOTICE', notice)}`).join('')
  return `${oneLine(`hanrig ${e.hanrig}: ${e.scenario}, seed ${e.seed}`)}${notices}`
}

/** "Large" is MP230's word, for SMETS1 alone. */
function byMp230(size: number, limit: number): string {
  return size > limit
    ? `large: ${count(size - limit)} B above the limit of ${octets(limit)} (MP230)`
    : `not large: at most ${octets(limit)} (MP230)`
}

function byDuis(size: number, limit: number): string {
  return size > limit
    ? `${count(size - limit)} B more than a request carries, ${count(limit)} B (DUIS)`
    : `within the ${count(limit)} B that a request carries (DUIS)`
}

function tellImage(e: EventOf<'image'>, story: Story): string {
  const { size, limit } = e
  const what =
    e.format === 'raw'
      ? 'unknown format, carried as raw octets'
      : `${FORMATS[e.format]}${e.kind === undefined ? '' : `, ${e.kind}`}`
  const sizeClass = story.hasDco ? byMp230(size, limit) : byDuis(size, limit)
  const notes = e.notes.map(note => `\n           note: ${oneLine(note)}`).join('')
  // The built-in scenario's image is called so; what a scenario file calls its image is worth more.
  const made = e.image === 'image' ? 'generated image' : e.image
  return `${line('image', `${e.file ?? made}: ${what}, ${count(size)} B`)}\n           ${sizeClass}${notes}`
}

/** Steps that speak for themselves: requests are told when they are sent. */
function tellStep(e: EventOf<'step'>, story: Story): string | undefined {
  const boxes = 'on' in e ? e.on.map(boxName).join(', ') : ''
  switch (e.kind) {
    case 'activate':
    case 'cancel':
    case 'relist':
      return undefined
    case 'distribute':
      if (e.via === 'han') for (const name of e.on) story.homeServed.add(name)
      return e.via === 'han'
        ? line(
            'step',
            `the Supplier's server in the home gets ${e.image} for ${boxes}; nothing of it reaches the DCC`,
          )
        : undefined
    case 'wait':
      return line('step', `wait ${duration(e.for)}`)
    case 'wait-event':
      return line('step', `wait for ${e.event}`)
    case 'discard':
      return line('step', `discard ${e.image}`)
    default:
      return line('step', `${e.kind} ${boxes}`)
  }
}

function tellDistribution(e: Distribution, story: Story): string {
  const to = story.hasDco ? 'the DCO' : 'the Communications Hub'
  const blocks = `${n(e.blocks)} blocks of up to ${n(e.blockSize)} B`
  return line(`SRV ${e.service}`, `Supplier sends ${blocks} to ${to}${story.about(...e.targets)}`)
}

function tellCommand(e: Command, story: Story): string {
  if (e.cancels) return line('SRV 11.3', `Supplier cancels the activation${story.about(e.device)}`)
  const when = e.executionTime === undefined ? 'now' : `at ${e.executionTime}`
  const touched = story.hasDco ? '; only now the Device is touched' : ''
  return line('SRV 11.3', `Supplier asks for activation ${when}${story.about(e.device)}${touched}`)
}

/** Whom it goes to, where that is not the Supplier; said once. */
function toWhom(code: EventOf<'alert-raised'>['code'], story: Story): string {
  if (story.hasDco || story.toldAcb || recipientOf(code) !== 'ACB') return ''
  story.toldAcb = true
  const who =
    'goes to the ACB (Access Control Broker); its User hears a DCC Alert, N60 or N61 of ESME and GSME'
  return `\n${' '.repeat(10)}${line('heard', who)}`
}

/** That AD1 of a SMETS1 hub is assumed is said once. */
function assumption(code: string, story: Story): string {
  if (code !== 'AD1' || !story.assumesAd1) return ''
  story.assumesAd1 = false
  return `\n${' '.repeat(10)}${line('assumed', 'no source tells whether a SMETS1 hub raises AD1')}`
}

/** What the other reading of the recorded time would have given, as a line of its own. */
function byTheOther(e: EventOf<'ad1-verdict'>): string {
  const { otherwise, otherwiseSuppressed, otherwiseReason, otherwiseAfter } = e
  if (otherwise === undefined) return ''
  const told = otherwiseSuppressed ? 'suppressed' : 'forwarded'
  const when = otherwise === 'requested' ? 'SRV 11.3 was requested' : 'its command was processed'
  const after = duration(Math.abs(otherwiseAfter ?? 0))
  return `\n${' '.repeat(10)}${line('otherwise', `recorded when ${when}, ${after} before, it would be ${told}: ${otherwiseReason}`)}`
}

/** What the device says that it runs; whoever answers in its place knows nothing of it. */
function versionRuns(fileVersion: number): string {
  return fileVersion === 0 ? '' : `, version ${version(fileVersion)} runs`
}

/** A sleepy device: its first sleep in a download, then each quarter that it has gained. */
function tellSleep(e: EventOf<'device-slept'>, story: Story): string | undefined {
  const download = story.downloads.get(e.source)
  if (!download) return undefined
  const name = boxName(e.source)
  const { size } = download
  const { offset } = e
  const quarters = Math.floor((offset * QUARTERS) / size)
  const isFirst = download.slept++ === 0
  if (!isFirst && quarters <= download.told) return undefined
  download.told = quarters
  const held = `with ${n(offset)} of ${n(size)} B`
  return line(
    'asleep',
    isFirst
      ? `${name} sleeps ${held}; it goes on at each wake`
      : `${name} ${held}, after ${n(download.slept)} wakes`,
  )
}

function ofLine(at: number): string {
  return at > 0 ? ` of line ${at}` : ''
}

/** What is shown beside the outcome. */
interface Beside {
  readonly notices: readonly string[]
  readonly boards: readonly BoardRecord[]
}

/** The last lines: what the devices run now and whether all is well. */
export function tellVerdict(outcome: Outcome, { notices, boards }: Beside, print: Print): void {
  const { ok, checks, devices, duration: virtual, wan, han } = outcome
  const alone = devices.length === 1 ? devices[0] : undefined
  const widest = Math.max(...devices.map(({ name }) => name.length))
  print('\n')
  for (const { name, fileVersion, sha256, expectedSha256, ending } of devices) {
    const same = sha256 === expectedSha256 ? ', equal to the file' : ', NOT equal to the file'
    const compared = expectedSha256 === '' ? '' : same
    if (alone) {
      const none = `none: no whole image arrived${isFailure(ending) ? `; ${ENDING_NAMES[ending]}` : ''}`
      const what = sha256 === '' ? none : `${sha256}${compared}`
      print(`${line('rebuilt', `sha256 ${what}`)}\n`)
    } else {
      const why = isFailure(ending) ? `: ${ENDING_NAMES[ending]}` : ''
      const what = sha256 === '' ? `nothing${why}` : `sha256 ${sha256.slice(0, 16)}…${compared}`
      const label = boxName(name).padEnd(widest + 1)
      print(`${line(label, `runs ${version(fileVersion)}, rebuilt ${what}`)}\n`)
    }
  }
  for (const board of boards) print(`${line('board', boardLine(board))}\n`)
  for (const notice of notices)
    print(`${line('NOTICE', '')}${style('yellow', oneLine(notice), process.stdout)}\n`)
  const verdict = ok ? style('green', 'ok', process.stdout) : style('red', 'NOT OK', process.stdout)
  const failed = checks.filter(check => !check.ok)
  const what = alone
    ? `version ${version(alone.fileVersion)} runs`
    : `${checks.length - failed.length} of ${checks.length} checks passed`
  print(
    `${line('blocks', `WAN ${count(wan.blocks)} sent, ${count(wan.repeats)} of them again; HAN ${count(han.blocks)} taken, ${count(han.retries)} asked for again`)}\n` +
      `${line('verdict', '')}${verdict}: ${what} after ${duration(virtual)} of virtual time\n`,
  )
  for (const check of failed) {
    const where = check.line > 0 ? `line ${check.line}: ` : ''
    print(`           ${oneLine(`${where}${check.name}: ${failureOf(check)}`)}\n`)
  }
}
