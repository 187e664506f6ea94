// Profile fields as keys of a scenario: from each field's unit and range its value, from the rest its description.

import { z } from 'zod'
import { duration, size, whole, yesNo } from '../../language/quantities.ts'
import { writeDuration, writeSize } from '../../language/units.ts'
import { sentence } from '../../language/wording.ts'
import type { Field } from '../../profile/fields.ts'

/** Values of fields by name, each in its field's unit; `about` describes a field. */
export function fieldValues<T extends Record<string, Field>>(
  fields: T,
  about: (field: Field, name: string) => string = aboutField,
) {
  const shape = Object.entries(fields).map(([name, field]) => [
    name,
    fieldValue(field).optional().describe(about(field, name)),
  ])
  type Value = z.ZodOptional<z.ZodType<number>>
  return z.strictObject(Object.fromEntries(shape) as { [K in keyof T]: Value })
}

/** The given values over the ones that hold otherwise. */
export function over<T extends Record<string, number>>(base: T, given: object): T {
  return { ...base, ...given }
}

/** A field's value the way that a scenario writes it. */
export function inUnit({ unit }: Field, value: number): string {
  if (unit === 'ms') return writeDuration(value)
  if (unit === 'B') return writeSize(value)
  if (unit === 'yes/no') return value === 0 ? 'no' : 'yes'
  if (unit === 'word') return `0x${value.toString(16).padStart(4, '0')}`
  return String(value)
}

/** '; 1 to 64 images', or nothing where the type says it. */
export function limitsOf(field: Field): string {
  const { unit, min, max } = field
  if (unit === 'yes/no') return ''
  const isWritten = unit === 'ms' || unit === 'B' || unit === 'word'
  return `; ${inUnit(field, min)} to ${inUnit(field, max)}${isWritten ? '' : ` ${unit}`}`
}

function aboutField(field: Field): string {
  const { about, value, source, inferred } = field
  const main = `${sentence(about)} Default: ${inUnit(field, value)}${limitsOf(field)}. ${sentence(source)}`
  return inferred ? `${main} Inferred.` : main
}

function fieldValue({ unit, min, max }: Field): z.ZodType<number> {
  if (unit === 'ms') return duration(min, max)
  if (unit === 'B') return size(min, max)
  if (unit === 'yes/no') return yesNo().transform(Number)
  return whole(min, max)
}
