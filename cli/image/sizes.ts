// `hanrig image sizes`: what a size means before there is a file: its class, its time on the HAN, the days of a campaign, and
// what a few octets less would change. For manufacturers, who choose the size.

import { basename, join } from 'node:path'
import { Command } from 'commander'
import { fitsRequest, MOST_IMAGE } from '#core/campaign/device-lists'
import { CAPACITY_PER_DAY, UNSCHEDULED_PER_DAY } from '#core/campaign/mp230'
import { HAS_HARDWARE_VERSIONS, headerLengthOf } from '#core/image/header'
import { TRAILER_LENGTH } from '#core/image/ota-image'
import { isLarge, type KbReading, LARGE_IMAGE_KB, largeImageLimit } from '#core/image/size-class'
import { sizeOf } from '#emulators/language/units'
import {
  downloadTime,
  FASTEST_RATE,
  HAN_PROFILE,
  LINK_LOSS,
  SLEEPY_PROFILE,
  SLOWEST_RATE,
} from '#emulators/profile/han-profile'
import { airTimes } from '#emulators/profile/media'
import type { Section, Sheet, SheetColumn } from '../drawing/sheet.ts'
import { hanrigError } from '../errors/errors.ts'
import { openFile, whole } from '../options/options.ts'
import { count, duration, percent } from '../output/format.ts'
import { print } from '../output/output.ts'
import { writeOut } from '../output/outputs.ts'
import { makeDirectory } from '../output/whole-file.ts'

interface SizesOptions {
  readonly count: number
  readonly json?: true
  readonly report?: string
}

/** A size, what it is called, and the octets in it that are no firmware. */
interface Sized {
  readonly name: string
  readonly size: number
  readonly around: number
}

const MOST_DEVICES = 100_000_000
const DEFAULT_COUNT = 100_000
const MOST_SIZE = 16 * 1024 * 1024
/** Sizes of a range, ends included, beside the limits that lie in it. */
const STEPS = 8
/** Firmware is filled up to whole blocks of 16 octets by many a build: the most that this takes. Inferred. */
const PADDING = 15
const READINGS: readonly KbReading[] = [1000, 1024]
/** B/s: the slowest seen in public, what hanrig takes for usual, the fastest argued. */
const USUAL_RATE = Math.round((HAN_PROFILE.blockSize * 1000) / HAN_PROFILE.period)
const RATES = [SLOWEST_RATE, USUAL_RATE, FASTEST_RATE] as const
const GB_HEADER = headerLengthOf(HAS_HARDWARE_VERSIONS)

export function sizesCommand(): Command {
  return new Command('sizes')
    .description(
      'Say what sizes mean, no file needed: class, pieces, blocks, time on the HAN, days of a campaign, and what a few octets less would change.',
    )
    .argument('<sizes...>', 'sizes ("740 kB"), ranges (700kB..1.2MB) or files')
    .option('--count <n>', 'devices of the campaign', whole(1, MOST_DEVICES), DEFAULT_COUNT)
    .option('--json', 'print JSON Lines; the last line sums up')
    .option('--report <dir>', 'write sizes.html there: bars and tables')
    .action(async (args: string[], options: SizesOptions) => {
      const { sheetPage, sheetText, writeSheet } = await import('../drawing/sheet.ts')
      const sheet = sizesSheet(args.flatMap(sizesOf), options.count)
      if (options.report !== undefined) {
        makeDirectory(options.report)
        await writeOut(join(options.report, 'sizes.html'), Buffer.from(sheetPage(sheet)))
      }
      if (options.json) writeSheet(sheet)
      else print(sheetText(sheet))
    })
}

/** What an argument stands for. @throws HanrigError USAGE, and what opening a file throws. */
function sizesOf(text: string): Sized[] {
  const [from = '', to, more] = text.split('..').map(part => part.trim())
  const first = octetsOf(from)
  if (to === undefined && first !== undefined) return [named(first)]
  const last = to === undefined ? undefined : octetsOf(to)
  if (more === undefined && first !== undefined && last !== undefined) {
    if (first > last) throw hanrigError('HANRIG_USAGE', `${text} goes from more to less.`)
    return range(first, last)
  }
  const image = openFile(text, {})
  const firmware = image.ota ? image.ota.hashed.length : image.octets.length
  const size = image.octets.length
  return [{ name: basename(text), size, around: size - firmware }]
}

function octetsOf(text: string): number | undefined {
  const size = /^\d{1,9}$/.test(text) ? Number(text) : sizeOf(text)
  if (size === undefined) return undefined
  if (size < 1 || size > MOST_SIZE) {
    throw hanrigError('HANRIG_USAGE', `A size is 1 B to ${count(MOST_SIZE)} B, not ${text}.`)
  }
  return size
}

/** A GB image: its header has hardware versions, and it is signed. */
function named(size: number): Sized {
  return { name: `${count(size)} B`, size, around: GB_HEADER + TRAILER_LENGTH + PADDING }
}

function range(from: number, to: number): Sized[] {
  const step = (to - from) / (STEPS - 1)
  const even = Array.from({ length: STEPS }, (_, i) => Math.round(from + i * step))
  const limits = READINGS.flatMap(kb => [largeImageLimit(kb), largeImageLimit(kb) + 1])
  const sizes = [...even, ...limits.filter(limit => limit >= from && limit <= to)]
  return [...new Set(sizes)].sort((a, b) => a - b).map(named)
}

const text = (key: string, name: string): SheetColumn => ({ key, name })
const amount = (key: string, name: string): SheetColumn => ({ key, name, show: count })
const time = (key: string, name: string): SheetColumn => ({ key, name, show: duration })

function sizesSheet(sizes: readonly Sized[], devices: number): Sheet {
  const large = sizes.filter(({ size }) => isLarge(size, 1000)).length
  return {
    name: 'sizes',
    title: 'What a size means',
    about: `Images for ${count(devices)} devices of one Supplier. Large is more than ${LARGE_IMAGE_KB} kB (MP230) and said of SMETS1; what a kB is, no source says.`,
    tiles: [
      ['Sizes', count(sizes.length), ''],
      ['Large for SMETS1', count(large), 'at 1,000 B a kB'],
      ['Devices', count(devices), '--count'],
    ],
    sections: [
      classSection(sizes),
      daysSection(sizes, devices),
      blockSection(sizes),
      hanSection(sizes),
      leverSection(sizes, devices),
      headroomSection(sizes),
    ],
    summary: { sizes: sizes.length, large, count: devices },
  }
}

function classSection(sizes: readonly Sized[]): Section {
  return {
    name: 'class',
    title: 'Class and pieces',
    from: `MP230: larger than ${LARGE_IMAGE_KB} kB, SMETS1 only; DUIS V5.4: a request takes an image of at most ${count(MOST_IMAGE)} octets, of either generation; pieces of at most ${LARGE_IMAGE_KB} kB of 1,000 B`,
    columns: [
      text('size', 'Size'),
      text('smets1At1000', 'SMETS1, kB = 1,000 B'),
      text('smets1At1024', 'SMETS1, kB = 1,024 B'),
      text('smets2', 'SMETS2'),
      amount('pieces', 'Pieces'),
    ],
    rows: sizes.map(({ name, size }) => ({
      size: name,
      octets: size,
      smets1At1000: isLarge(size, 1000) ? 'large' : 'not large',
      smets1At1024: isLarge(size, 1024) ? 'large' : 'not large',
      smets2: fitsRequest(size) ? 'no limit of MP230' : 'refused by DUIS',
      pieces: Math.ceil(size / largeImageLimit(1000)),
    })),
  }
}

/** Days on which an image is released to so many devices. */
function daysOf(size: number, devices: number, kb: KbReading) {
  if (!isLarge(size, kb)) return { scheduled: 1, unscheduled: 1 }
  return {
    scheduled: Math.ceil(devices / CAPACITY_PER_DAY),
    unscheduled: Math.ceil(devices / UNSCHEDULED_PER_DAY),
  }
}

function daysSection(sizes: readonly Sized[], devices: number): Section {
  return {
    name: 'days',
    title: 'Days of a campaign',
    from: `MP230: ${count(CAPACITY_PER_DAY)} large images a day under an agreed schedule, all of them this Supplier’s here; ${UNSCHEDULED_PER_DAY} a day without one; SMETS1, kB = 1,000 B; an image that is not large has no limit a day`,
    columns: [
      text('size', 'Size'),
      amount('scheduled', 'Days, scheduled'),
      amount('unscheduled', 'Days, no schedule'),
    ],
    rows: sizes.map(({ name, size }) => ({ size: name, ...daysOf(size, devices, 1000) })),
    bars: [
      ['scheduled', 'first'],
      ['unscheduled', 'third'],
    ],
  }
}

function blockSection(sizes: readonly Sized[]): Section {
  const media = airTimes(1, 0)
  const key = (name: string) => name.replace(' ', '').toLowerCase()
  return {
    name: 'blocks',
    title: 'Blocks',
    from: 'block sizes seen on ZigBee devices; the WAN’s is hanrig’s own, for no public text defines one',
    columns: [
      text('size', 'Size'),
      ...media.map(({ name, blockSize }) =>
        amount(key(name), `${name.split(' ')[0]}, ${blockSize} B`),
      ),
    ],
    rows: sizes.map(({ name, size }) => ({
      size: name,
      ...Object.fromEntries(airTimes(size, 0).map(each => [key(each.name), each.blocks])),
    })),
  }
}

function hanSection(sizes: readonly Sized[]): Section {
  const { wakeInterval, awakeTime } = SLEEPY_PROFILE
  return {
    name: 'han',
    title: 'Time on the HAN',
    from: `${RATES.join(', ')} B/s: the slowest seen in public (a battery node, 40 B each 0.85 s), hanrig’s usual one (50 B each 250 ms, zigbee-herdsman’s default), the fastest argued (50 B each 72 ms); no loss, and at the usual one with ${percent(LINK_LOSS.value)} of frames lost; a GSME awake ${duration(awakeTime)} every ${duration(wakeInterval)}, as \`image check\` has it; none of it measured in GB`,
    columns: [
      text('size', 'Size'),
      ...RATES.map(rate => time(`at${rate}`, `${rate} B/s`)),
      time('withLoss', `${USUAL_RATE} B/s with loss`),
      time('asleep', 'GSME'),
    ],
    rows: sizes.map(({ name, size }) => ({
      size: name,
      ...Object.fromEntries(RATES.map(rate => [`at${rate}`, Math.round((size / rate) * 1000)])),
      withLoss: Math.round(downloadTime(size, HAN_PROFILE, LINK_LOSS.value)),
      asleep: Math.round(downloadTime(size, SLEEPY_PROFILE, 0)),
    })),
    bars: [[`at${USUAL_RATE}`, 'first']],
  }
}

function leverSection(sizes: readonly Sized[], devices: number): Section {
  const rows = sizes.flatMap(({ name, size }) => {
    const less = READINGS.flatMap(kb => {
      if (!isLarge(size, kb)) return []
      const { scheduled, unscheduled } = daysOf(size, devices, kb)
      const octetsLess = size - largeImageLimit(kb)
      return [
        {
          size: name,
          lever: `${count(octetsLess)} B less (kB = ${count(kb)} B): 1 day instead of ${count(scheduled)}, or ${count(unscheduled)} without a schedule`,
          octetsLess,
          kb,
          days: 1,
          insteadOf: scheduled,
          insteadOfUnscheduled: unscheduled,
        },
      ]
    })
    if (fitsRequest(size)) return less
    const over = size - MOST_IMAGE
    return [
      { size: name, lever: `${count(over)} B less: DUIS takes it`, octetsLess: over },
      ...less,
    ]
  })
  return {
    name: 'lever',
    title: 'What fewer octets would change',
    from: 'the limits and days above',
    columns: [text('size', 'Size'), text('lever', 'Lever')],
    rows,
  }
}

function headroomSection(sizes: readonly Sized[]): Section {
  const room = (key: string, name: string): SheetColumn => ({
    key,
    name,
    show: value => (value < 0 ? `${count(-value)} B too many` : `${count(value)} B`),
  })
  return {
    name: 'headroom',
    title: 'Headroom for firmware',
    from: `the file counts (inferred): a header of ${GB_HEADER} B, a signature trailer of ${TRAILER_LENGTH} B and up to ${PADDING} B of padding around the firmware; of a file what it has`,
    columns: [
      text('size', 'Size'),
      amount('firmware', 'Firmware, B'),
      amount('around', 'Around it, B'),
      room('roomAt1000', 'To the limit, kB = 1,000 B'),
      room('roomAt1024', 'To the limit, kB = 1,024 B'),
    ],
    rows: sizes.map(({ name, size, around }) => ({
      size: name,
      firmware: Math.max(0, size - around),
      around,
      roomAt1000: largeImageLimit(1000) - size,
      roomAt1024: largeImageLimit(1024) - size,
    })),
  }
}
