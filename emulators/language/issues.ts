// What the schema found, in sentences and with places. A map that may be of several kinds is held against the kind that
// was meant alone, a value of several types against the type that it has.

import type { z } from 'zod'
import type { Kinds } from './kinds.ts'
import { orNearest } from './nearest.ts'
import type { Finder, Path, Place } from './places.ts'
import { type Problem, phrase } from './problems.ts'
import { show } from './wording.ts'

/** Most choices that are listed beside the nearest one; of more it is told alone. */
const MAX_CHOICES = 16

type Issue = z.core.$ZodIssue

/**
 * Holds plain values against a schema; undefined after problems.
 * @param kinds the collections whose maps are of several kinds, by their names; none unless told.
 */
export function parseValues<T>(
  schema: z.ZodType<T>,
  raw: unknown,
  places: Finder,
  problems: Problem[],
  kinds: Readonly<Record<string, Kinds>> = {},
): T | undefined {
  const { data, error } = schema.safeParse(raw, { error: say })
  for (const issue of error?.issues ?? []) {
    const [collection, name] = issue.path
    const several = kinds[String(collection)]
    const map = at(raw, issue.path.slice(0, 2))
    if (several && name !== undefined && issue.code !== 'invalid_key' && isRecord(map)) {
      explainKind(map, several, [collection!, name], places, problems)
    } else explain(issue, [], places, problems)
  }
  return data
}

/** Sentences for what the schema has no words of its own for; one line for each of several unknown keys. */
const say: z.core.$ZodErrorMap = issue => {
  if (issue.code === 'unrecognized_keys') {
    const shape = (issue.inst as z.ZodObject | undefined)?.def.shape ?? {}
    const known = Object.keys(shape)
    return issue.keys.map(key => noKey(key, known)).join('\n')
  }
  if (issue.code === 'invalid_value')
    return choice(issue.input, [...new Set(issue.values.map(String))])
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    const chosen = (issue.input as Record<string, unknown>)[issue.discriminator]
    return choice(chosen, (issue as unknown as { options: unknown[] }).options.map(String))
  }
  if (issue.input === undefined) return 'is missing'
  const found = show(issue.input)
  if (issue.code === 'invalid_type' && issue.expected === 'object')
    return `must be a map, not ${found}`
  return `cannot be ${found}`
}

function noKey(key: string, known: readonly string[]): string {
  return `has no key ${show(key)}${orNearest(key, known)}`
}

function choice(input: unknown, options: readonly string[]): string {
  const listed = options.length === 1 ? options[0]! : `one of ${options.join(', ')}`
  const isLong = options.length > MAX_CHOICES
  if (input === undefined) return isLong ? 'is missing' : `is missing: it must be ${listed}`
  const nearest = typeof input === 'string' ? orNearest(input, options) : ''
  if (isLong && nearest !== '') return `cannot be ${show(input)}${nearest}`
  return `must be ${listed}, not ${show(input)}${nearest}`
}

function explainKind(
  map: Record<string, unknown>,
  kinds: Kinds,
  path: Path,
  places: Finder,
  problems: Problem[],
): void {
  const meant = kindOf(map, kinds.keys)
  if (typeof meant === 'number') {
    const { error } = kinds.options[meant]!.safeParse(map, { error: say })
    for (const issue of error?.issues ?? []) explain(issue, path, places, problems)
    return
  }
  const { key, message } = meant
  const place = key === undefined ? places.ofValue(path) : places.ofKey([...path, key])
  problems.push({ ...place, sentence: phrase(path, message) })
}

/** Turns an issue of the value at `base` into problems with their places. */
function explain(issue: Issue, base: Path, places: Finder, problems: Problem[]): void {
  const path = [...base, ...issue.path]
  const add = (place: Place, message: string) =>
    problems.push({ ...place, sentence: phrase(path, message, '', places.whole) })
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message.split('\n')
    for (const [i, key] of issue.keys.entries()) add(places.ofKey([...path, key]), messages[i]!)
  } else if (issue.code === 'invalid_key') {
    add(places.ofKey(path), issue.issues[0]!.message)
  } else {
    const meant = issue.code === 'invalid_union' ? branchOf(issue.errors) : undefined
    if (meant) for (const inner of meant) explain(inner, path, places, problems)
    else add(places.ofValue(path), issue.message)
  }
}

/** Which of several kinds a map is, by the key that only this kind needs; or why it is none. */
function kindOf(
  map: Record<string, unknown>,
  kinds: Kinds['keys'],
): number | { readonly key?: string; readonly message: string } {
  const telling = kinds.map(keys => keys[0]!)
  const there = Object.keys(map).filter(key => telling.includes(key))
  // What tells one kind may be said in passing in another: a response names its device.
  const meant = there.filter(
    key => !there.some(other => other !== key && kinds[telling.indexOf(other)]!.includes(key)),
  )
  if (meant.length === 1) return telling.indexOf(meant[0]!)
  if (meant.length > 1) {
    return { key: meant[1]!, message: `can have only one of ${meant.join(', ')}` }
  }
  for (const key of Object.keys(map)) {
    if (orNearest(key, telling) !== '') return { key, message: noKey(key, telling) }
  }
  return { message: `must have one of ${telling.join(', ')}` }
}

/** The alternative whose type is right and whose content is not; of several the one with the least against it. */
function branchOf(errors: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return errors
    .filter(issues =>
      issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
    )
    .toSorted((a, b) => a.length - b.length)[0]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function at(value: unknown, path: Path): unknown {
  for (const step of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step]
  return value
}
