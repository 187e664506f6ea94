// Fields of the estate on the command line: `--with loss=5%`, each read by its unit and held to its range.

import { InvalidArgumentError } from 'commander'
import { ESTATE_FIELDS } from '#emulators/campaign/estate-fields'
import { VOLUME_FIELDS } from '#emulators/campaign/volume-fields'
import { orNearest } from '#emulators/language/nearest'
import { durationOf, sizeOf } from '#emulators/language/units'
import type { Field } from '#emulators/profile/fields'
import { probability } from '../../options/options.ts'
import { shown } from '../words/estate.ts'

type Name = keyof typeof ESTATE_FIELDS
export type GivenFields = Partial<Record<Name, number>>
export type GivenVolumes = Partial<Record<keyof typeof VOLUME_FIELDS, number>>

/** Adds 'name=value' to the fields given so far. */
export function withField(text: string, given: GivenFields = {}): GivenFields {
  return { ...given, ...readGiven(ESTATE_FIELDS, text, given, 'loss=5%') }
}

/** The same of what volumes rest on. */
export function withVolume(text: string, given: GivenVolumes = {}): GivenVolumes {
  return { ...given, ...readGiven(VOLUME_FIELDS, text, given, 'tries=3') }
}

function readGiven(
  fields: Readonly<Record<string, Field>>,
  text: string,
  given: object,
  example: string,
): Record<string, number> {
  const names = Object.keys(fields)
  const at = text.indexOf('=')
  const name = names.find(each => each === text.slice(0, at).trim())
  if (at < 0) {
    throw new InvalidArgumentError(`It must be a field and its value, such as ${example}.`)
  }
  if (!name) {
    const near = orNearest(text.slice(0, at), names)
    throw new InvalidArgumentError(`There is no such field${near || '; --fields lists them'}`)
  }
  if (Object.hasOwn(given, name)) throw new InvalidArgumentError(`${name} is given already.`)
  return { [name]: read(name, fields[name]!, text.slice(at + 1).trim()) }
}

/** A parser of the value of one field, for an option of its own. */
export function fieldValue(name: Name): (text: string) => number {
  return text => read(name, ESTATE_FIELDS[name], text)
}

function read(name: string, field: Field, text: string): number {
  const value = parse(field, text)
  if (value === undefined || !(value >= field.min && value <= field.max)) {
    const range = `${shown(field, field.min)} to ${shown(field, field.max)}`
    throw new InvalidArgumentError(`${name} must be ${KINDS[field.unit] ?? 'a number'}, ${range}.`)
  }
  if (name === 'jitter' && !Number.isInteger(Math.log2(value))) {
    throw new InvalidArgumentError('jitter must be a power of two, such as 64 ms.')
  }
  return value
}

const KINDS: Partial<Record<Field['unit'], string>> = {
  share: 'a share such as 2%',
  ms: 'a time such as 15 min',
  B: 'a size such as 50 B',
  'yes/no': 'yes or no',
}

function parse(field: Field, text: string): number | undefined {
  switch (field.unit) {
    case 'share':
      return probability(text.replace(/ %$/, '%'))
    case 'ms':
      return durationOf(text)
    case 'B':
      return sizeOf(text) ?? number(text, true)
    case 'yes/no':
      return text === 'yes' ? 1 : text === 'no' ? 0 : undefined
    default:
      return number(text.replace(/^£/, ''), !FRACTIONS.has(field.unit))
  }
}

/** Units of which there are parts. */
const FRACTIONS: ReadonlySet<Field['unit']> = new Set(['a year', 'times', '£'])

function number(text: string, isWhole: boolean): number | undefined {
  const value = /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN
  return Number.isNaN(value) || (isWhole && !Number.isInteger(value)) ? undefined : value
}
