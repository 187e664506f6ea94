// `hanrig image check`: the manufacturers' gate. Exit 0: not large. Exit 5: large by the chosen reading. Exit 2: unusable.

import { basename } from 'node:path'
import { Command } from 'commander'
import {
  batchConsequence,
  CAPACITY_PER_DAY,
  TRT_DAYS,
  UNSCHEDULED_PER_DAY,
} from '#core/campaign/mp230'
import type { Generation } from '#core/campaign/portfolio'
import { DUIS_MOST_IDS, sizeRuleOf } from '#core/campaign/size-rule'
import { formatName, type OpenedImage } from '#core/image/open'
import {
  isLarge,
  type KbReading,
  largeImageLimit,
  MEASURES,
  type Measured,
} from '#core/image/size-class'
import {
  downloadTime,
  FASTEST_RATE,
  HAN_PROFILE,
  LINK_LOSS,
  SLEEPY_PROFILE,
  SLOWEST_RATE,
} from '#emulators/profile/han-profile'
import { airTimes } from '#emulators/profile/media'
import { hanrigError } from '../errors/errors.ts'
import { EXIT_OK, EXIT_POLICY } from '../errors/exit.ts'
import { oneOf, openFile, probability, type ReadAs, readAsOptions } from '../options/options.ts'
import { count, duration, percent } from '../output/format.ts'
import { oneLine } from '../output/harmless.ts'
import { imageNotes } from '../output/image-notes.ts'
import { print, printJson } from '../output/output.ts'
import { type Cell, tableText } from '../output/text-table.ts'

interface CheckOptions extends ReadAs {
  kb: '1000' | '1024'
  measure: Measured
  loss: number
  generation: Generation
  json?: true
}

export function checkCommand(done: (exitCode: number) => void): Command {
  const command = new Command('check')
    .description(
      'Say whether an image is large (MP230) and what that means. Exit 0, 5 (large) or 2.',
    )
    .argument('<file>', 'OTA, Intel HEX, S-record or any other file')
    .option(
      '--kb <octets>',
      'octets of a kB, 1000 or 1024',
      oneOf(['1000', '1024'] as const),
      '1000',
    )
    .option(
      '--measure <what>',
      `octets that count: ${MEASURES.join(', ')}`,
      oneOf(MEASURES),
      'file',
    )
  return readAsOptions(command)
    .option(
      '--loss <p>',
      'frames that the HAN loses, for the times with loss [I]',
      probability,
      LINK_LOSS.value,
    )
    .option(
      '--generation <which>',
      'of the Devices: smets1 is judged by MP230, smets2 by the limits of DUIS',
      oneOf(['smets1', 'smets2'] as const),
      'smets1',
    )
    .option('--json', 'print one JSON line')
    .action((file: string, options: CheckOptions) => {
      const image = openFile(file, options)
      const facts = checkFacts(image, options)
      if (options.json) printJson({ name: 'check', file: basename(file), ...facts })
      else print(checkText(basename(file), image, facts))
      done(facts.large ? EXIT_POLICY : EXIT_OK)
    })
}

/** Octets a second of the block size and period that hanrig takes for usual. */
const RATE = Math.round((HAN_PROFILE.blockSize * 1000) / HAN_PROFILE.period)

type Facts = ReturnType<typeof checkFacts>

function checkFacts(image: OpenedImage, { kb, measure, loss: asked, generation }: CheckOptions) {
  const loss = Math.min(asked, LINK_LOSS.max)
  const size = image.octets.length
  const asleep = (without: number) => Math.round(downloadTime(size, SLEEPY_PROFILE, without))
  const octets = measuredOctets(image, measure)
  const reading = Number(kb) as KbReading
  const { rule, limit } = sizeRuleOf(generation, reading)
  return {
    format: image.format,
    kind: image.ota?.kind,
    size,
    measure,
    measured: octets,
    kb: reading,
    generation,
    rule,
    limit,
    large: octets > limit,
    largeAt1000: isLarge(octets, 1000),
    largeAt1024: isLarge(octets, 1024),
    scheduleNeeded: rule === 'MP230' && batchConsequence(octets, reading).scheduleNeeded,
    loss,
    media: airTimes(size, loss),
    // A meter that sleeps, and the two ends of what was seen in public: ms, as in `media`.
    sleepy: { airTime: asleep(0), withLoss: asleep(loss) },
    range: { slowest: rateTime(size, SLOWEST_RATE), fastest: rateTime(size, FASTEST_RATE) },
    contains: image.contains?.code,
    notes: imageNotes(image),
  }
}

/** Milliseconds that so many octets take at a rate in B/s. */
function rateTime(octets: number, rate: number): number {
  return Math.round((octets / rate) * 1000)
}

function measuredOctets(image: OpenedImage, measure: Measured): number {
  if (measure === 'file') return image.octets.length
  if (!image.ota) {
    throw hanrigError('HANRIG_USAGE', `--measure ${measure} needs an OTA file.`)
  }
  return measure === 'upgrade-image' ? image.ota.upgradeImage.length : image.ota.hashed.length
}

function checkText(name: string, image: OpenedImage, facts: Facts): string {
  const rows: Cell[][] = [
    ['measured', `${count(facts.measured)} B (${facts.measure})`],
    ...(facts.rule === 'MP230' ? mp230Rows(facts) : duisRows(facts)),
    ...facts.media.map(medium => [
      medium.name,
      `${count(medium.blocks)} blocks of ${count(medium.blockSize)} B, about ${duration(medium.airTime)} without faults${medium.withLoss === undefined ? '' : `, ${duration(medium.withLoss)} with ${percent(facts.loss)} of frames lost`}`,
    ]),
    [
      'HAN asleep',
      `a GSME wakes for ${duration(SLEEPY_PROFILE.awakeTime)} every ${duration(SLEEPY_PROFILE.wakeInterval)}: about ${duration(facts.sleepy.airTime)} without faults, ${duration(facts.sleepy.withLoss)} with`,
    ],
    [
      'HAN range',
      `${duration(facts.range.fastest)} to ${duration(facts.range.slowest)}: ${FASTEST_RATE} to ${SLOWEST_RATE} B/s seen in public, none of it for GB; here ${RATE} B/s`,
    ],
    ...facts.notes.map(({ message }) => ['note', message]),
    verdictRow(facts),
  ]
  const first = `${name}: ${formatName(image)}${facts.kind ? `, ${facts.kind}` : ''}`
  return `${oneLine(first)}\n${tableText({ rows, least: [13], gap: 1 })}`
}

/** Large is said of SMETS1 alone. */
function mp230Rows({ measured, scheduleNeeded }: Facts): Cell[][] {
  return [
    ['kB = 1000', sizeLine(measured, 1000)],
    ['kB = 1024', sizeLine(measured, 1024)],
    [
      'batches',
      scheduleNeeded
        ? `SMETS1: more than ${UNSCHEDULED_PER_DAY} a day need a schedule agreed through the Service Desk;` +
          ` all Users together ${count(CAPACITY_PER_DAY)} a day, TRT ${TRT_DAYS} days from each batch’s release`
        : `no limit of MP230 applies; TRT ${TRT_DAYS} days`,
    ],
  ]
}

function duisRows({ measured, limit }: Facts): Cell[][] {
  const many = count(Math.abs(limit - measured))
  return [
    [
      'DUIS',
      `${many} B ${measured > limit ? 'above' : 'below or at'} the ${count(limit)} B of a request`,
    ],
    [
      'batches',
      `SMETS2: MP230 sets no limit; a request names at most ${count(DUIS_MOST_IDS)} devices`,
    ],
  ]
}

function verdictRow({ rule, large }: Facts): Cell[] {
  const words = rule === 'MP230' ? ['LARGE', 'NOT LARGE'] : ['TOO LARGE', 'FITS']
  return large
    ? [{ colour: 'yellow', words: words[0]! }, `exit ${EXIT_POLICY}`]
    : [{ colour: 'green', words: words[1]! }, `exit ${EXIT_OK}`]
}

function sizeLine(octets: number, kb: KbReading): string {
  const limit = largeImageLimit(kb)
  return octets > limit
    ? `large: ${count(octets - limit)} B above ${count(limit)} B`
    : `not large: ${count(limit - octets)} B below or at ${count(limit)} B`
}
