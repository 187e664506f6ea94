// The numbers of an estate in words: a value with its unit, and all of them with their sources.

import { ESTATE_FIELDS } from '#emulators/campaign/estate-fields'
import type { VOLUME_FIELDS } from '#emulators/campaign/volume-fields'
import { writeDuration } from '#emulators/language/units'
import type { Field } from '#emulators/profile/fields'
import { count, octets, percent } from '../../output/format.ts'
import { tableText } from '../../output/text-table.ts'

/** A value as it is written. */
export function shown(field: Field, value: number): string {
  switch (field.unit) {
    case 'share':
      return percent(value)
    case 'ms':
      return writeDuration(value)
    case 'B':
      return octets(value)
    case 'yes/no':
      return value === 1 ? 'yes' : 'no'
    case 'times':
    case 'day':
      return String(value)
    case '£':
      return `£${value}`
    default:
      return `${value >= 1 ? count(value) : value} ${field.unit}`
  }
}

/** Every field with its default, and where that comes from. */
export function fieldsText(
  fields: typeof ESTATE_FIELDS | typeof VOLUME_FIELDS = ESTATE_FIELDS,
): string {
  const rows = Object.entries(fields).flatMap(([name, described]) => {
    const field: Field = described
    const source = field.inferred ? `inferred: ${field.source}` : field.source
    return [
      [name, shown(field, field.value), field.about],
      ['', '', source],
    ]
  })
  return tableText({ rows, least: [22, 10], gap: 1 })
}
