// `hanrig image check`: the manufacturers' gate. Exit 0: not large. Exit 5: large by the chosen reading. Exit 2: unusable.

import { basename } from 'node:path'
import { Command } from 'commander'
import {
  batchConsequence,
  CAPACITY_PER_DAY,
  TRT_DAYS,
  UNSCHEDULED_PER_DAY,
} from '#core/campaign/mp230'
import { formatName, type OpenedImage } from '#core/image/open'
import {
  isLarge,
  type KbReading,
  largeImageLimit,
  MEASURES,
  type Measured,
} from '#core/image/size-class'
import { airTimes } from '#emulators/profile/media'
import { hanrigError } from '../errors/errors.ts'
import { EXIT_OK, EXIT_POLICY } from '../errors/exit.ts'
import { oneOf, openFile, type ReadAs, readAsOptions } from '../options/options.ts'
import { count, duration } from '../output/format.ts'
import { oneLine } from '../output/harmless.ts'
import { imageNotes } from '../output/image-notes.ts'
import { print, printJson } from '../output/output.ts'
import { type Cell, tableText } from '../output/text-table.ts'

interface CheckOptions extends ReadAs {
  kb: '1000' | '1024'
  measure: Measured
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
    .option('--json', 'print one JSON line')
    .action((file: string, options: CheckOptions) => {
      const image = openFile(file, options)
      const facts = checkFacts(image, options)
      if (options.json) printJson({ name: 'check', file: basename(file), ...facts })
      else print(checkText(basename(file), image, facts))
      done(facts.large ? EXIT_POLICY : EXIT_OK)
    })
}

type Facts = ReturnType<typeof checkFacts>

function checkFacts(image: OpenedImage, { kb, measure }: CheckOptions) {
  const octets = measuredOctets(image, measure)
  const reading = Number(kb) as KbReading
  return {
    format: image.format,
    kind: image.ota?.kind,
    size: image.octets.length,
    measure,
    measured: octets,
    kb: reading,
    limit: largeImageLimit(reading),
    large: isLarge(octets, reading),
    largeAt1000: isLarge(octets, 1000),
    largeAt1024: isLarge(octets, 1024),
    scheduleNeeded: batchConsequence(octets, reading).scheduleNeeded,
    media: airTimes(image.octets.length),
    contains: image.contains?.code,
    notes: imageNotes(image),
  }
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
    ['kB = 1000', sizeLine(facts.measured, 1000)],
    ['kB = 1024', sizeLine(facts.measured, 1024)],
    [
      'batches',
      facts.scheduleNeeded
        ? `SMETS1: more than ${UNSCHEDULED_PER_DAY} a day need a schedule agreed through the Service Desk;` +
          ` all Users together ${count(CAPACITY_PER_DAY)} a day, TRT ${TRT_DAYS} days from each batch’s release`
        : `no limit of MP230 applies; TRT ${TRT_DAYS} days`,
    ],
    ...facts.media.map(medium => [
      medium.name,
      `${count(medium.blocks)} blocks of ${count(medium.blockSize)} B, about ${duration(medium.airTime)} without faults`,
    ]),
    ...facts.notes.map(({ message }) => ['note', message]),
    facts.large
      ? [{ colour: 'yellow', words: 'LARGE' }, `exit ${EXIT_POLICY}`]
      : [{ colour: 'green', words: 'NOT LARGE' }, `exit ${EXIT_OK}`],
  ]
  const first = `${name}: ${formatName(image)}${facts.kind ? `, ${facts.kind}` : ''}`
  return `${oneLine(first)}\n${tableText({ rows, least: [13], gap: 1 })}`
}

function sizeLine(octets: number, kb: KbReading): string {
  const limit = largeImageLimit(kb)
  return octets > limit
    ? `large: ${count(octets - limit)} B above ${count(limit)} B`
    : `not large: ${count(limit - octets)} B below or at ${count(limit)} B`
}
