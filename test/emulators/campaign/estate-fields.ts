// The numbers of an estate: in range, with a source, and in SPEC as they are.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { withField } from '#cli/campaign/input/field-options'
import { fieldsText, shown } from '#cli/campaign/words/estate'
import { ESTATE_FIELDS } from '#emulators/campaign/estate-fields'
import { Rules } from '#emulators/campaign/transfer'
import { VOLUME_FIELDS } from '#emulators/campaign/volume-fields'
import type { Field } from '#emulators/profile/fields'
import { ROOT } from '../../helpers/hanrig.ts'
import { USUAL } from '../../helpers/simulated.ts'

const FIELDS = Object.entries(ESTATE_FIELDS) as [string, Field][]

t.test('every default lies in its range and has a source, and SPEC says the same', async t => {
  const spec = readFileSync(join(ROOT, 'docs', 'SPEC.md'), 'utf8')
  for (const [name, field] of [...FIELDS, ...Object.entries<Field>(VOLUME_FIELDS)]) {
    t.ok(field.value >= field.min && field.value <= field.max, name)
    t.ok(field.source.length > 0)
    const source = `${field.inferred ? 'inferred: ' : ''}${field.source}`
    t.ok(
      spec.includes(`| \`${name}\` | ${shown(field, field.value)} | ${field.about} | ${source} |`),
      `${name} in SPEC 10.3`,
    )
  }
  t.doesNotThrow(() => new Rules({ ...USUAL, lifetime: 1 }))
})

t.test('what is shown of a value can be given as it is', async t => {
  for (const [name, field] of FIELDS) {
    if (['devices', 'tries', 'a year'].includes(field.unit)) continue
    const given = withField(`${name}=${shown(field, field.value)}`)
    t.strictSame(given, { [name]: field.value })
  }
})

t.test('the list has them all', async t => {
  const text = fieldsText()
  for (const [name] of FIELDS) t.match(text, new RegExp(`^${name} `, 'm'))
})
