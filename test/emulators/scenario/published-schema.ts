// The published JSON Schema: what the declarations say, in the form that editors need.

import { readFileSync } from 'node:fs'
import { test } from 'tap'
import { parse } from 'yaml'
import { z } from 'zod'
import { scenarioJsonSchema } from '#emulators/scenario/schema/schema'
import { EVERYTHING, HEAD, problemsOf, small } from '../../helpers/scenario-texts.ts'

const HOW = 'after a change to the language run: node test/helpers/write-schemas.ts'

test('the published JSON Schema is what the declarations say', async t => {
  t.strictSame(published(), scenarioJsonSchema(), HOW)
})

test('the published JSON Schema explains every property and keeps every form', async t => {
  const patterns = new Set<string>()
  let properties = 0
  walk(published(), (node, path) => {
    if (typeof node.pattern === 'string') patterns.add(node.pattern)
    for (const [name, property] of Object.entries((node.properties ?? {}) as Schema)) {
      properties++
      t.type((property as Schema).description, 'string', `${path}.${name}`)
    }
    if (node.properties) t.equal(node.additionalProperties, false, path)
  })
  t.ok(properties > 150, `${properties} properties`)
  for (const form of ['ms)', 'MiB|', ' ?%$', '[0-9A-Fa-f]{2}', 'Z$', 'wan|csp', 'supplier|dco']) {
    t.ok(
      [...patterns].some(pattern => pattern.includes(form)),
      form,
    )
  }
})

test('editors say what they would in plain words, and of each property what it is', async t => {
  let patterns = 0
  walk(published(), (node, path) => {
    if (typeof node.pattern !== 'string') return
    patterns++
    t.match(node.errorMessage, /^Must be .*\.$/, path)
  })
  t.ok(patterns >= 8, `${patterns} patterns`)
  // What a shared definition says of itself would stand in place of what the property says.
  for (const [name, shared] of Object.entries(published().definitions as Schema)) {
    t.notOk((shared as Schema).description, name)
  }
  const { images, steps, hub } = published().properties as Record<string, Schema>
  const hubFields = (hub!.properties as Record<string, Schema>).with!.properties
  t.match(hubFields, { serverMaxDataSize: { minimum: 1, maximum: 255 } })
  const kinds = (of: unknown) => (of as { anyOf: Schema[] }).anyOf.map(({ title }) => title)
  t.strictSame(kinds(images!.additionalProperties), ['made image', 'image file'])
  t.strictSame(kinds(steps!.items).slice(0, 3), ['distribute', 'wait', 'activate'])
})

test('the published JSON Schema takes and refuses what reading does, names aside', async t => {
  const schema = z.fromJSONSchema(published() as Parameters<typeof z.fromJSONSchema>[0])
  const takes = (text: string) => schema.safeParse(parse(text, { merge: true })).success
  t.ok(takes(EVERYTHING))
  t.ok(takes(HEAD))
  t.ok(takes(small('hub: { with: { minBlockPeriod: 0, serverMaxDataSize: 255 } }')))
  for (const more of [
    'sead: 1',
    'until: 5',
    'until: 5 mins',
    'links: { han: { loss: 5 } }',
    'links: { hann: {} }',
    'hub: { with: { retention: 7 } }',
    'hub: { with: { serverMaxDataSize: 1 KB } }',
    'hub: { with: { serverMaxDataSize: 1.5 } }',
    'hub: { with: { minBlockPeriod: 1 } }',
    'hub: { wrong: [{ what: ask-zero }] }',
    'steps: [{ distribute: meter, activate: meter }]',
    'steps: [{ wait: 5 }]',
    'expect: [{ alert: AD2 }]',
    'start: 2026-01-05',
    'hub: { id: 00-DB }',
  ]) {
    t.notOk(takes(small(more)), more)
    t.ok(problemsOf(small(more)).length > 0, more)
  }
  t.notOk(takes('name: x\ndevices: { hub: { profile: esme } }'))
  t.notOk(takes('name: x\ndevices: {}'))
})

type Schema = Record<string, unknown>

function published(): Schema {
  const file = new URL('../../../docs/scenario.schema.json', import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8'))
}

function walk(value: unknown, see: (node: Schema, path: string) => void, path = '#'): void {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) see(value as Schema, path)
  for (const [key, inner] of Object.entries(value)) walk(inner, see, `${path}/${key}`)
}
