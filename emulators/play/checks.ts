// What a scenario expects, held against what happened: an expectation counts events of the trace, or looks at a box when
// the run is over. Whatever is expected, a run must come to rest, and every box must run one whole image and hold only
// what was sent: that is checked of every run.

import { hex, sha256 } from '../crypto/crypto.ts'
import type { Firmware } from '../device/firmware.ts'
import { NOTHING_PENDING, PARTIAL } from '../device/flash.ts'
import { HUB_NAME } from '../device/hub-setup.ts'
import type { Cargo } from '../home/cargo.ts'
import type { Premises } from '../home/premises.ts'
import type { Expectation, Scenario } from '../scenario/schema/schema.ts'
import type { TraceEvent } from '../trace/trace.ts'
import { matches } from './director.ts'

/** One thing that was expected, and whether it is so. */
export interface Check {
  /** What was looked at. */
  readonly name: string
  /** Whether it is as expected. */
  readonly ok: boolean
  /** What was expected, for people. */
  readonly expected: string
  /** What was found, for people. */
  readonly actual: string
  /** Line of the scenario file; 0 for what every run must fulfil. */
  readonly line: number
}

type Of<K extends Expectation['kind']> = Extract<Expectation, { kind: K }>
type Counted = Of<'alert'> | Of<'event'> | Of<'response'>

export class Checks {
  readonly #scenario: Scenario
  readonly #ids: ReadonlyMap<string, string>
  readonly #cargo: ReadonlyMap<string, Cargo>
  readonly #counts: number[]
  /** Steps that failed, and why. */
  readonly #failed: string[] = []
  /** When the last event came that each expectation would have counted but for its time. */
  readonly #outside: (number | undefined)[] = []

  constructor(
    scenario: Scenario,
    ids: ReadonlyMap<string, string>,
    cargo: ReadonlyMap<string, Cargo>,
  ) {
    this.#scenario = scenario
    this.#ids = ids
    this.#cargo = cargo
    this.#counts = scenario.expect.map(() => 0)
  }

  /** Hears an event of the trace. */
  heed(event: TraceEvent): void {
    if (event.name === 'step-failed') this.#failed.push(`${event.kind}: ${event.reason}`)
    for (const [i, expectation] of this.#scenario.expect.entries()) {
      if (!isCounted(expectation) || !this.#isCounted(expectation, event)) continue
      if (event.t >= expectation.after && event.t <= expectation.within) this.#counts[i]!++
      else this.#outside[i] = event.t
    }
  }

  /** The verdicts, when the run is over. */
  verdicts(premises: Premises, atRest: boolean, stuck: string | undefined): Check[] {
    const { expect } = this.#scenario
    const said = expect.map((each, i) => this.#judge(each, i, premises))
    return [...this.#always(premises, atRest, stuck), ...said]
  }

  #isCounted(wanted: Counted, event: TraceEvent): boolean {
    switch (wanted.kind) {
      case 'event':
        return matches(event, wanted)
      case 'alert':
        if (wanted.suppressed !== undefined) {
          return event.name === 'ad1-verdict' && event.suppressed === wanted.suppressed
        }
        return (
          event.name === 'alert-raised' &&
          event.code === wanted.alert &&
          (wanted.from === undefined || event.source === wanted.from) &&
          (wanted.detail === undefined || event.detail === wanted.detail)
        )
      case 'response': {
        if (event.name !== 'srv-response' || event.service !== wanted.service) return false
        const id = wanted.device === undefined ? undefined : this.#ids.get(wanted.device)
        const isCommand = event.service === '11.3'
        const about = isCommand ? [event.device] : event.targets
        const code = isCommand ? event.code : event.result
        return (
          (isCommand || event.again === undefined) &&
          (id === undefined || about.includes(id)) &&
          (wanted.code === undefined || code === wanted.code)
        )
      }
    }
  }

  #judge(expectation: Expectation, i: number, premises: Premises): Check {
    const { line } = expectation
    if (expectation.kind === 'device') return { line, ...this.#judgeBox(expectation, premises) }
    if (expectation.kind === 'ends') {
      const { now } = premises.clock
      const expected = `at rest by ${expectation.within} ms`
      return { line, name: 'ends', ok: now <= expectation.within, expected, actual: `${now} ms` }
    }
    const { count, after, within } = expectation
    const found = this.#counts[i]!
    const late = this.#outside[i]
    const wanted =
      count.min === count.max
        ? times(count.min)
        : count.max === Number.POSITIVE_INFINITY
          ? `at least ${times(count.min)}`
          : `${count.min} to ${times(count.max)}`
    const window =
      (after > 0 ? ` from ${after} ms` : '') +
      (within < Number.POSITIVE_INFINITY ? ` until ${within} ms` : '')
    return {
      line,
      name: `${count.max === 0 ? 'no ' : ''}${titleOf(expectation)}`,
      ok: found >= count.min && found <= count.max,
      expected: `${wanted}${window}`,
      actual: `${times(found)}${late === undefined ? '' : `, and outside that time, last at ${late} ms`}`,
    }
  }

  #judgeBox(wanted: Of<'device'>, premises: Premises): Omit<Check, 'line'> {
    const device = premises.devices.get(wanted.device)
    const firmware = device?.firmware ?? premises.hub.firmware
    const expected: string[] = []
    const actual: string[] = []
    const compare = (what: string, want: string, is: string): void => {
      expected.push(`${what} ${want}`)
      actual.push(`${what} ${is}`)
    }
    if (wanted.runs !== undefined) {
      const want =
        typeof wanted.runs === 'number' ? wanted.runs : this.#cargo.get(wanted.runs)!.fileVersion
      compare('runs', word(want), word(firmware.fileVersion))
      if (typeof wanted.runs === 'string') {
        compare(
          'running file',
          this.#cargo.get(wanted.runs)!.sha256,
          hex(sha256(firmware.flash.running)),
        )
      }
    }
    if (wanted.holds !== undefined) compare('holds', wanted.holds, this.#heldBy(firmware))
    if (wanted.state !== undefined) compare('state', wanted.state, device?.state ?? 'none')
    if (wanted.sha256 !== undefined) {
      const want = this.#cargo.get(wanted.sha256)?.sha256 ?? wanted.sha256.toLowerCase()
      compare('rebuilt', want, firmware.rebuilt || 'nothing')
    }
    return {
      name: `device ${wanted.device}`,
      ok: expected.every((text, i) => text === actual[i]),
      expected: expected.join(', '),
      actual: actual.join(', '),
    }
  }

  /**
   * Name of the image that a box holds ready; 'nothing', or 'unknown octets'. A header and a force-replace octet that
   * were damaged on the way are found by no device, for no signature covers them: that is said of the image.
   */
  #heldBy({ flash }: Firmware): string {
    const { kept } = flash
    if (kept.pending === NOTHING_PENDING || kept.pending === PARTIAL) return 'nothing'
    const held = flash.pending.u8.subarray(0, kept.size)
    const file = hex(sha256(held))
    const cargo = [...this.#cargo.values()]
    const same = cargo.find(each => each.sha256 === file)
    if (same) return same.name
    const signed = cargo.find(({ image, hash }) => {
      const { at, length } = image.ota?.hashed ?? { at: 0, length: image.octets.length }
      const fits = image.octets.length === held.length
      return fits && hex(sha256(held.subarray(at, at + length))) === hex(hash)
    })
    return signed ? `${signed.name} with other octets around it` : 'unknown octets'
  }

  #always(premises: Premises, atRest: boolean, stuck: string | undefined): Check[] {
    const checks: Check[] = []
    const rule = (name: string, ok: boolean, expected: string, actual: string): void => {
      checks.push({ name, ok, expected, actual, line: 0 })
    }
    rule('the run comes to rest', atRest, 'at rest', atRest ? 'at rest' : 'still moving')
    const steps = stuck === undefined ? 'all ended' : `${stuck} has not ended`
    rule('every step ends', stuck === undefined, 'all ended', steps)
    // Who expects something of steps that fail knows that they may.
    const mayFail = this.#scenario.expect.some(
      each => each.kind === 'event' && each.event === 'step-failed',
    )
    if (!mayFail) {
      const ok = this.#failed.length === 0
      rule('no step fails', ok, 'none failed', ok ? 'none failed' : this.#failed.join('; '))
    }
    const rotten = this.#scenario.steps.flatMap(step => (step.kind === 'rot' ? step.on : []))
    const boxes: [string, Firmware][] = [
      [HUB_NAME, premises.hub.firmware],
      ...[...premises.devices].map(
        ([name, { firmware }]) => [name, firmware] as [string, Firmware],
      ),
    ]
    for (const [name, firmware] of boxes) {
      const held = this.#heldBy(firmware)
      const whole = firmware.flash.runsSound || rotten.includes(name)
      const actual = `${whole ? 'runs a whole image' : 'runs a damaged image'}, holds ${held}`
      const ok = whole && held !== 'unknown octets'
      rule(`${name} is sound`, ok, 'runs a whole image, holds none or one that was sent', actual)
    }
    return checks
  }
}

function isCounted(expectation: Expectation): expectation is Counted & { readonly line: number } {
  return expectation.kind !== 'device' && expectation.kind !== 'ends'
}

function titleOf(wanted: Counted): string {
  switch (wanted.kind) {
    case 'alert': {
      const from = wanted.from === undefined ? '' : ` from ${wanted.from}`
      const fate =
        wanted.suppressed === undefined ? '' : wanted.suppressed ? ' suppressed' : ' forwarded'
      return `alert ${wanted.alert}${from}${fate}`
    }
    case 'event': {
      const from = wanted.source === undefined ? '' : ` from ${wanted.source}`
      const fields = Object.entries(wanted.where).map(([field, value]) => ` ${field}=${value}`)
      return `event ${wanted.event}${from}${fields.join('')}`
    }
    case 'response': {
      const about = wanted.device === undefined ? '' : ` for ${wanted.device}`
      const code = wanted.code === undefined ? '' : ` code ${wanted.code}`
      return `response ${wanted.service}${about}${code}`
    }
  }
}

function times(n: number): string {
  return n === 0 ? 'never' : n === 1 ? 'once' : `${n} times`
}

function word(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`
}
