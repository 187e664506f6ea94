// What is wrong with an event of a trace, by the published schema; for the tests of whatever emits events.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './hanrig.ts'

export interface Schema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly type?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly items?: Schema
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema | true>>
  readonly additionalProperties?: false
  readonly description?: string
}

/** What this test knows of JSON Schema; the schema must use nothing else. */
export const KEYWORDS = new Set([
  ...['$schema', '$ref', '$defs', 'oneOf', 'anyOf', 'const', 'enum', 'type', 'minimum', 'maximum'],
  ...['minLength', 'pattern', 'items', 'required', 'properties', 'additionalProperties'],
  ...['title', 'description'],
])

export const schema: Schema = JSON.parse(readFileSync(join(ROOT, 'docs/trace.schema.json'), 'utf8'))

/** What every event must fulfil, without what each has of its own. */
const { oneOf: _, ...common } = schema

/** What is wrong with a value; nothing when it is valid. */
export function problems(value: unknown, rule: Schema | true, at: string): string[] {
  if (rule === true) return []
  const found: string[] = []
  const must = (ok: boolean, what: string): void => {
    if (!ok) found.push(`${at} ${what}: ${JSON.stringify(value)}`)
  }
  if (rule.$ref) found.push(...problems(value, schema.$defs![rule.$ref.slice(8)]!, at))
  if (rule.oneOf) {
    const fits = rule.oneOf.filter(each => problems(value, each, at).length === 0)
    must(fits.length === 1, `fits ${fits.length} of ${rule.oneOf.length}`)
  }
  if (rule.anyOf) {
    const cases = rule.anyOf.map(each => problems(value, each, at))
    // The case that was meant is the one that least speaks against.
    if (cases.every(each => each.length > 0)) {
      found.push(...cases.reduce((best, each) => (each.length < best.length ? each : best)))
    }
  }
  if (rule.const !== undefined) must(value === rule.const, `is not ${rule.const}`)
  if (rule.enum) must(rule.enum.includes(value), 'is none of the values')
  if (rule.type) must(typeOf(value).includes(rule.type), `is no ${rule.type}`)
  if (rule.minimum !== undefined) must(Number(value) >= rule.minimum, 'is too small')
  if (rule.maximum !== undefined) must(Number(value) <= rule.maximum, 'is too great')
  if (rule.minLength !== undefined) must(String(value).length >= rule.minLength, 'is too short')
  if (rule.pattern) must(new RegExp(rule.pattern, 'u').test(String(value)), 'has another form')
  if (rule.items && Array.isArray(value)) {
    for (const [i, item] of value.entries())
      found.push(...problems(item, rule.items, `${at}[${i}]`))
  }
  if (typeof value !== 'object' || value === null) return found
  for (const key of rule.required ?? []) must(key in value, `has no ${key}`)
  for (const [key, each] of Object.entries(value)) {
    const known = rule.properties?.[key]
    if (known !== undefined) found.push(...problems(each, known, `${at}.${key}`))
    else must(rule.additionalProperties !== false, `has an unknown ${key}`)
  }
  return found
}

function typeOf(value: unknown): string[] {
  if (Array.isArray(value)) return ['array']
  if (Number.isInteger(value)) return ['integer', 'number']
  return [typeof value]
}

/** What is wrong with an event, by the definition of its name: shorter than what the whole schema says. */
export function problemsOf(event: { readonly name: string }): string[] {
  const { name } = event
  return [...problems(event, common, name), ...problems(event, { $ref: `#/$defs/${name}` }, name)]
}
