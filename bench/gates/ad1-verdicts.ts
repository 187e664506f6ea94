// MP102B at the size of the country: look-ups in a list of ESMEs and AD1 verdicts, against Maps keyed by text.
// Compared with a million devices each, for the rival's ten million do not fit; ours is then filled with ten million, and
// it is that list and a month's tracked activations that the octets count. Half of what is asked for is there.
// The process starts itself again to weigh (bench/heap.ts says why the flags are needed).

import { equal } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeEui64 } from '#core/eui64/eui64'
import { ActivationTracker } from '#core/power/activation-tracker'
import { GuidList } from '#core/power/guid-list'
import { SUPPRESSED } from '#core/power/suppression'
import { Random } from '#core/time/random'
import { HEAP_FLAGS, weigh } from '../heap.ts'
import { type Case, measure } from '../measure.ts'
import { report } from '../result.ts'
import { StringMapDsp } from '../rivals/string-map.ts'

const COMPARED = 1_000_000
const LISTED = 10_000_000
/** A month of MP230's 12,000 devices a day: future-dated activations wait at most that long. */
const TRACKED = 30 * 12_000
const QUESTIONS = 250_000
/** Questions asked at a stretch. */
const UNIT = 50
/** Fewer than elsewhere, for filling the tables takes its time. */
const ROUNDS = 11
const T = Date.UTC(2026, 0, 5)
/** Makers' prefixes: devices are numbered in a row behind one. */
const MAKERS = [0x00db_1234, 0x0012_4b00, 0x70b3_d500]
const HUB = 0x000d_6f00
const TIMES = 256

interface Scales {
  readonly rivalOctets: number
  readonly bytes: number
  readonly collections: number
}

const esmeHi = (i: number): number => MAKERS[i % MAKERS.length]!
const text = (hi: number, lo: number): string => {
  writeEui64(scratch, 0, hi, lo)
  // A string of its own each time, as a reader of a stream would have one.
  return scratch.toString('latin1')
}
const scratch = Buffer.alloc(23)

/** Our two parts, filled: every second number is listed, and every listed one of the first ones has a record. */
function ours(devices: number): { list: GuidList; tracker: ActivationTracker } {
  const list = new GuidList(devices)
  for (let i = 0; i < 2 * devices; i += 2) list.add(esmeHi(i), i)
  equal(list.size, devices, 'every device is listed')
  const tracker = new ActivationTracker(list, TRACKED)
  for (let i = 0; i < 2 * TRACKED; i += 2) tracker.activation(esmeHi(i), i, HUB, i, T, T)
  equal(tracker.size, TRACKED, 'every activation is tracked')
  return { list, tracker }
}

function theirs(devices: number): StringMapDsp {
  const dsp = new StringMapDsp()
  for (let i = 0; i < 2 * devices; i += 2) dsp.list(text(esmeHi(i), i))
  return dsp
}

/** Puts ESMEs on the HANs that alerts come from, and records the same activations as ours. */
function activate(dsp: StringMapDsp): void {
  for (let i = 0; i < 2 * TRACKED; i++) {
    const esme = text(esmeHi(i), i)
    dsp.join(esme, text(HUB, i))
    if ((i & 1) === 0) dsp.activation(esme, T)
  }
}

/** Numbers of devices, below `most`, drawn. */
function drawn(most: number): Int32Array {
  const random = new Random(1, 'bench.ad1')
  return Int32Array.from({ length: QUESTIONS }, () => random.between(0, most - 1))
}

/** Look-ups in batches, each device touched before the first is asked about, as a reader of a stream can. */
function lookups(list: GuidList, numbers: Int32Array): (n: number) => number {
  const highs = numbers.map(esmeHi)
  let next = 0
  return n => {
    let found = 0
    let touched = 0
    for (; n > 0; n--) {
      for (let i = next; i < next + UNIT; i++) touched ^= list.touch(highs[i]!, numbers[i]!)
      for (let i = next; i < next + UNIT; i++) if (list.has(highs[i]!, numbers[i]!)) found++
      next = next + UNIT === QUESTIONS ? 0 : next + UNIT
    }
    sink[0] = touched
    return found
  }
}

const sink = new Int32Array(1)

/** Alert times go through the window and out of it. */
const alertTimes = Float64Array.from({ length: TIMES }, (_, i) => T - 60_000 + i * 10_000)

function verdicts(tracker: ActivationTracker, numbers: Int32Array): (n: number) => number {
  let next = 0
  return n => {
    let kept = 0
    let touched = 0
    for (; n > 0; n--) {
      for (let i = next; i < next + UNIT; i++) touched ^= tracker.touch(HUB, numbers[i]!)
      for (let i = next; i < next + UNIT; i++) {
        if (tracker.judge(HUB, numbers[i]!, alertTimes[i & (TIMES - 1)]!) === SUPPRESSED) kept++
      }
      next = next + UNIT === QUESTIONS ? 0 : next + UNIT
    }
    sink[0] = touched
    return kept
  }
}

/** In the process that weighs: what a rival's device takes, and what our answers leave behind. */
function weighAll(): Scales {
  globalThis.gc!()
  const before = process.memoryUsage().heapUsed
  const rival = theirs(COMPARED)
  globalThis.gc!()
  const rivalOctets = (process.memoryUsage().heapUsed - before) / COMPARED
  equal(rival.listed.size, COMPARED, 'the rival lists as many')
  const { list, tracker } = ours(COMPARED)
  const ask = lookups(list, drawn(2 * COMPARED))
  const judge = verdicts(tracker, drawn(2 * TRACKED))
  const { bytes, collections } = weigh(() => {
    ask(40)
    judge(40)
  }, 1_000)
  return { rivalOctets, bytes, collections }
}

function main(): void {
  const flags = [...HEAP_FLAGS, import.meta.filename]
  const child = spawnSync(process.execPath, flags, { encoding: 'utf8' })
  if (child.status !== 0) throw new Error(child.stderr)
  const scales: Scales = JSON.parse(child.stdout)

  const asked = drawn(2 * COMPARED)
  const alerting = drawn(2 * TRACKED)
  const small = ours(COMPARED)
  const rival = theirs(COMPARED)
  activate(rival)
  const askedTexts = Array.from(asked, i => text(esmeHi(i), i))
  const alertingTexts = Array.from(alerting, i => text(HUB, i))
  // Both give the same answers to all questions.
  const found = lookups(small.list, asked)(QUESTIONS / UNIT)
  const theirFound = askedTexts.filter(each => rival.listed.has(each)).length
  equal(theirFound, found, 'both find as many')
  const suppressed = verdicts(small.tracker, alerting)(QUESTIONS / UNIT)
  const at = (i: number): number => alertTimes[i & (TIMES - 1)]!
  const judged = alertingTexts.filter((hub, i) => rival.judge(hub, at(i)) === SUPPRESSED)
  equal(judged.length, suppressed, 'both suppress as many')

  const large = ours(LISTED)
  const octets = (large.list.octets + large.tracker.octets) / LISTED
  const asMany = (answer: (i: number) => boolean) => {
    let next = 0
    return (n: number) => {
      let yes = 0
      for (; n > 0; n--) {
        for (let i = next; i < next + UNIT; i++) if (answer(i)) yes++
        next = next + UNIT === QUESTIONS ? 0 : next + UNIT
      }
      return yes
    }
  }
  const cases: Case[] = [
    { name: 'look-up', run: lookups(small.list, asked) },
    { name: 'look-up by text', run: asMany(i => rival.listed.has(askedTexts[i]!)) },
    { name: 'verdict', run: verdicts(small.tracker, alerting) },
    {
      name: 'verdict by text',
      run: asMany(i => rival.judge(alertingTexts[i]!, at(i)) === SUPPRESSED),
    },
    { name: 'look-up of ten million', run: lookups(large.list, drawn(2 * LISTED)) },
  ]
  const timings = measure(
    cases.map(each => ({ ...each, per: UNIT })),
    ROUNDS,
  )
  const millions = (name: string): number => 1e3 / timings.best(name)
  report('ad1-verdicts', {
    exact: [
      {
        name: 'smaller than Maps',
        value: scales.rivalOctets / octets,
        bound: 5,
        better: 'more',
        unit: 'x',
        aim: 10,
      },
      { name: 'octets a device', value: octets, bound: 13, unit: ' B', aim: 12 },
      { name: 'growth of the heap', value: scales.bytes / 1024, bound: 64, unit: ' kB', aim: 0 },
      { name: 'collections', value: scales.collections, bound: 0 },
    ],
    ratios: [
      {
        name: 'look-up by text / ours',
        ratio: timings.ratio('look-up by text', 'look-up'),
        floor: 2,
        usual: [3.98, 4.84],
        aim: 8,
      },
      {
        name: 'verdict by text / ours',
        ratio: timings.ratio('verdict by text', 'verdict'),
        floor: 3,
        usual: [7, 11.5],
        aim: 8,
      },
    ],
    informs: [
      {
        name: 'look-ups among ten million, a second',
        figure: millions('look-up of ten million'),
        unit: ' M',
        aim: 5,
      },
      { name: 'verdicts a second', figure: millions('verdict'), unit: ' M', aim: 5 },
    ],
    detail: {
      lookupNs: timings.ns('look-up'),
      lookupByTextNs: timings.ns('look-up by text'),
      verdictNs: timings.ns('verdict'),
      verdictByTextNs: timings.ns('verdict by text'),
      lookupOfTenMillionNs: timings.ns('look-up of ten million'),
      rivalOctets: scales.rivalOctets,
    },
  })
}

if (process.execArgv.includes('--expose-gc')) console.log(JSON.stringify(weighAll()))
else main()
