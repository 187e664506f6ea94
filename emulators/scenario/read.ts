// A scenario from YAML text, or every reason why it is none: a line each, with its place in the file and, where a
// name is nearly right, the name that was probably meant. Nothing is guessed and nothing unknown is passed over.

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml'
import type { z } from 'zod'
import { HanrigError } from '../../core/errors.ts'
import { HAN, type LinkValues, WAN } from '../profile/profiles.ts'
import { isMerge, type Path, type Place, Places, placeAt } from './locate.ts'
import {
  type Expectation,
  type GivenLinks,
  KINDS,
  type Kinds,
  type LinkSpec,
  RESERVED,
  type Scenario,
  type Step,
  scenarioSchema,
  show,
} from './schema.ts'

/** Longest text that is read, characters: far more than a home of fifteen devices needs. */
const MAX_TEXT = 65_536
/** Most aliases in one text, and most copies that one anchor may grow to. */
const MAX_ALIASES = 200
/** Problems that are listed; of the others only the number is told. */
const MAX_LISTED = 20
/** Characters of the text that a sentence quotes at most. */
const MAX_TEXT_SHOWN = 64
/** Choices that are listed in a sentence; of more only the nearest is told. */
const MAX_CHOICES = 16

interface Problem extends Place {
  readonly sentence: string
}

type Draft = z.output<typeof scenarioSchema>

/**
 * Reads a scenario.
 * @param file its name, for the messages.
 * @throws HanrigError SCENARIO_INVALID with a line for each problem: `file:line:column: sentence`.
 */
export function readScenario(text: string, file: string): Scenario {
  const problems: Problem[] = []
  const refuse = () => {
    if (problems.length > 0)
      throw new HanrigError('HANRIG_SCENARIO_INVALID', listing(file, problems))
  }
  if (text.length > MAX_TEXT) {
    const sentence = `the file has ${text.length} characters; ${MAX_TEXT} are the most.`
    problems.push({ line: 1, column: 1, sentence })
    refuse()
  }
  const lines = new LineCounter()
  const document = parse(text, lines, problems)
  refuse()
  const places = new Places(document!, lines)
  checkAliases(document!, places, problems)
  refuse()
  const raw = plainOf(document!, problems)
  refuse()
  const parsed = scenarioSchema.safeParse(raw, { error: say })
  if (!parsed.success) {
    explainAll(parsed.error.issues, raw, places, problems)
    refuse()
  }
  const draft = parsed.data!
  new References(draft, places, problems).check()
  refuse()
  return settle(draft, places)
}

// YAML

const TOO_DEEP = 'the file is nested too deeply.'

/** What the parser's words do not say plainly. */
const YAML_ERRORS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'the key KEY is written twice.',
  MULTIPLE_DOCS: 'the file holds more than one YAML document.',
  NON_STRING_KEY: 'a key must be a text.',
  RESOURCE_EXHAUSTION: TOO_DEEP,
  TAG_RESOLVE_FAILED: 'the tag KEY is not known.',
}

/** A text nested without end makes the parser itself run out of stack. */
function parse(text: string, lines: LineCounter, problems: Problem[]): Document | undefined {
  const options = {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    merge: true,
    logLevel: 'error',
  } as const
  try {
    const document = parseDocument(text, options)
    for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
      const place = placeAt(lines, pos[0])
      const key = /^[^\s:,{}[\]]+/.exec(text.slice(pos[0], pos[0] + MAX_TEXT_SHOWN))?.[0]
      const told = YAML_ERRORS[code] ?? `this is not YAML: ${message.replace(/\.$/, '')}.`
      const sentence = told.replace('KEY', () => show(key ?? ''))
      const [last] = problems.slice(-1)
      if (last?.sentence === sentence && (sentence === TOO_DEEP || samePlace(last, place))) continue
      problems.push({ ...place, sentence })
    }
    return document
  } catch (error) {
    problems.push({ line: 1, column: 1, sentence: unreadable(error) })
    return undefined
  }
}

/** Refuses aliases of nothing, merges of what is no map, a key that JavaScript keeps for itself, and more aliases than anybody writes by hand. */
function checkAliases(document: Document, places: Places, problems: Problem[]): void {
  let aliases = 0
  const bad = (at: Place, sentence: string) => problems.push({ ...at, sentence })
  visit(document, {
    Alias(_, node) {
      if (++aliases > MAX_ALIASES) {
        bad(places.ofNode(node), `the file has more than ${MAX_ALIASES} aliases.`)
        return visit.BREAK
      }
      if (!places.anchorOf(node)) {
        bad(places.ofNode(node), `nothing before this has the anchor &${node.source}.`)
      }
      return undefined
    },
    Pair(_, pair) {
      if (isScalar(pair.key) && pair.key.value === '__proto__') {
        bad(places.ofNode(pair.key), 'the key "__proto__" cannot be used.')
      }
      if (!isMerge(pair)) return
      const value = places.anchorOf(pair.value)
      const sources = isSeq(value) ? value.items : [value]
      // An alias of nothing is refused as such.
      if (isAlias(pair.value) && value === undefined) return
      if (!sources.every(source => isAlias(source) || isMap(places.anchorOf(source)))) {
        bad(places.ofNode(pair.key as never), 'only maps can be merged with <<.')
      }
    },
  })
}

function plainOf(document: Document, problems: Problem[]): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (error) {
    problems.push({ line: 1, column: 1, sentence: unreadable(error) })
    return undefined
  }
}

function unreadable(error: unknown): string {
  if (error instanceof RangeError) return TOO_DEEP
  if (error instanceof ReferenceError) return 'its aliases stand for too much text.'
  return `the file cannot be read: ${(error as Error).message}.`
}

// What the schema found

/** Sentences for what the schema has no words of its own for; one line for each of several unknown keys. */
const say: z.core.$ZodErrorMap = issue => {
  if (issue.code === 'unrecognized_keys') {
    const shape = (issue.inst as z.ZodObject | undefined)?.def.shape ?? {}
    const known = Object.keys(shape)
    return issue.keys.map(key => `has no ${show(key)}${orNearest(key, known)}`).join('\n')
  }
  if (issue.input === undefined) return 'is missing'
  const found = show(issue.input)
  if (issue.code === 'invalid_value')
    return choice(issue.input, [...new Set(issue.values.map(String))])
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    const chosen = (issue.input as Record<string, unknown>)[issue.discriminator]
    const options = (issue as unknown as { options: unknown[] }).options.map(String)
    return chosen === undefined
      ? `is missing: it must be ${anyOf(options)}`
      : choice(chosen, options)
  }
  if (issue.code === 'invalid_type' && issue.expected === 'object')
    return `must be a map, not ${found}`
  return `cannot be ${found}`
}

function choice(input: unknown, options: readonly string[]): string {
  const nearest = typeof input === 'string' ? orNearest(input, options) : ''
  if (options.length > MAX_CHOICES && nearest !== '') return `cannot be ${show(input)}${nearest}`
  return `must be ${anyOf(options)}, not ${show(input)}${nearest}`
}

function anyOf(options: readonly string[]): string {
  return options.length === 1 ? options[0]! : `one of ${options.join(', ')}`
}

/** Turns issues into problems; a map that may be of several kinds is held against the kind that was meant alone. */
function explainAll(
  issues: readonly z.core.$ZodIssue[],
  raw: unknown,
  places: Places,
  problems: Problem[],
): void {
  const explained = new Set<unknown>()
  for (const issue of issues) {
    const [collection, name] = issue.path
    const kinds = KINDS[String(collection)]
    const map = at(raw, issue.path.slice(0, 2))
    if (kinds && name !== undefined && issue.code !== 'invalid_key' && isRecord(map)) {
      const path = [collection!, name]
      if (!explained.has(path.join())) explainKind(map, kinds, path, places, problems)
      explained.add(path.join())
    } else explain(issue, [], places, problems)
  }
}

function explainKind(
  map: Record<string, unknown>,
  kinds: Kinds,
  path: Path,
  places: Places,
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
function explain(issue: z.core.$ZodIssue, base: Path, places: Places, problems: Problem[]): void {
  const path = [...base, ...issue.path]
  const add = (place: Place, message: string) =>
    problems.push({ ...place, sentence: phrase(path, message) })
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
    const nearest = orNearest(key, telling)
    if (nearest !== '') return { key, message: `has no ${show(key)}${nearest}` }
  }
  return { message: `must have one of ${telling.join(', ')}` }
}

/** The alternative whose type is right and whose content is not. */
function branchOf(
  errors: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] | undefined {
  return errors.find(issues =>
    issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  )
}

// What names refer to

/** Checks that every name in a scenario is that of something in it. */
class References {
  readonly #draft: Draft
  readonly #places: Places
  readonly #problems: Problem[]
  readonly #images: readonly string[]
  readonly #devices: readonly string[]
  readonly #boxes: readonly string[]
  readonly #sources: readonly string[]

  constructor(draft: Draft, places: Places, problems: Problem[]) {
    this.#draft = draft
    this.#places = places
    this.#problems = problems
    this.#images = Object.keys(draft.images)
    this.#devices = Object.keys(draft.devices)
    this.#boxes = [...this.#devices, 'hub']
    this.#sources = [...this.#devices, ...RESERVED, ...linkNames(this.#devices)]
  }

  check(): void {
    this.#checkBoxes()
    for (const name of Object.keys(this.#draft.links)) this.#checkLink(name)
    for (const [i, step] of this.#draft.steps.entries()) this.#checkStep(step, ['steps', i])
    for (const [i, wanted] of this.#draft.expect.entries()) this.#checkWanted(wanted, ['expect', i])
  }

  #checkBoxes(): void {
    const { hub, devices } = this.#draft
    const ids = new Map<string, string[]>()
    for (const [name, { id, values }] of [['hub', hub] as const, ...Object.entries(devices)]) {
      const path = name === 'hub' ? ['hub'] : ['devices', name]
      if (id !== undefined) {
        this.#checkId(id, path, ids)
      }
      if (values.activationShortest > values.activationLongest) {
        this.#bad([...path, 'with'], 'makes activationShortest longer than activationLongest')
      }
    }
  }

  #checkId(id: string, path: string[], ids: Map<string, string[]>): void {
    const other = ids.get(id)
    ids.set(id, path)
    if (!other) return
    const at = [...path, 'id']
    const place = this.#places.ofValue(at)
    // Of two boxes that are aliases of one text, the name is what sets them apart.
    const same = samePlace(place, this.#places.ofValue([...other, 'id']))
    const sentence = phrase(at, `is the id of ${other.at(-1)} already`)
    this.#problems.push({ ...(same ? this.#places.ofKey(path) : place), sentence })
  }

  #checkLink(name: string): void {
    const [medium, device] = name.split('.')
    if (medium === 'han' && device !== undefined && !this.#devices.includes(device)) {
      this.#unknown(['links', name], device, 'a device', this.#devices, true)
    }
  }

  #checkStep(step: Draft['steps'][number], path: Path): void {
    if (step.at !== undefined && step.at > this.#draft.until) {
      this.#bad([...path, 'at'], 'is after the end of the run: see "until"')
    }
    switch (step.kind) {
      case 'distribute':
        this.#checkTargets(step.image, step.to, path, 'distribute', 'to')
        if (step.via === 'han' && targetsOf(this.#draft, step.image, step.to).includes('hub')) {
          this.#bad(
            [...path, 'via'],
            'cannot be han for the hub: only devices are served in the home',
          )
        }
        break
      case 'activate':
        this.#checkTargets(step.image, step.on, path, 'activate', 'on')
        break
      case 'discard':
        this.#image(step.image, [...path, 'discard'])
        break
      case 'cancel':
      case 'cut-power':
      case 'rot':
        this.#list(step.on, [...path, step.kind], this.#boxes)
        break
      case 'unplug':
      case 'plug':
      case 'query':
      case 'relist':
        this.#list(step.on, [...path, step.kind], this.#devices)
        break
      case 'wait-event':
        this.#name(step.source, [...path, 'wait', 'source'], 'a box or link', this.#sources)
        break
      case 'wait':
        break
    }
  }

  #checkWanted(wanted: Draft['expect'][number], path: Path): void {
    if ('after' in wanted && wanted.after > wanted.within) {
      this.#bad([...path, 'within'], 'is before "after"')
    }
    switch (wanted.kind) {
      case 'alert':
        this.#name(wanted.from, [...path, 'from'], 'a device or hub', this.#boxes)
        break
      case 'device':
        this.#name(wanted.device, [...path, 'device'], 'a device or hub', this.#boxes)
        if (typeof wanted.runs === 'string') this.#image(wanted.runs, [...path, 'runs'])
        if (wanted.holds !== 'nothing') this.#image(wanted.holds, [...path, 'holds'], ['nothing'])
        if (!isHash(wanted.sha256)) this.#image(wanted.sha256, [...path, 'sha256'])
        break
      case 'event':
        this.#name(wanted.source, [...path, 'source'], 'a box or link', this.#sources)
        break
      case 'response':
        this.#name(wanted.device, [...path, 'device'], 'a device or hub', this.#boxes)
        break
      case 'ends':
        break
    }
  }

  #checkTargets(image: string, to: readonly string[], path: Path, key: string, list: string): void {
    this.#list(to, [...path, list], this.#boxes)
    const known = this.#images.includes(image)
    if (!known) this.#image(image, [...path, key])
    else if (targetsOf(this.#draft, image, to).length === 0) {
      const type = this.#draft.images[image]!.for
      this.#bad(
        [...path, key],
        `is for ${type}, and no device is one: name the devices with "${list}"`,
      )
    }
  }

  #list(names: readonly string[], path: Path, known: readonly string[]): void {
    const what = known === this.#boxes ? 'a device or hub' : 'a device'
    for (const [i, name] of names.entries()) {
      if (names.indexOf(name) < i) this.#bad([...path, i], `names ${name} again`)
      this.#name(name, [...path, i], what, known)
    }
  }

  #image(name: string | undefined, path: Path, also: readonly string[] = []): void {
    this.#name(name, path, 'an image', [...this.#images, ...also])
  }

  #name(name: string | undefined, path: Path, what: string, known: readonly string[]): void {
    if (name !== undefined && !known.includes(name)) this.#unknown(path, name, what, known)
  }

  #unknown(path: Path, name: string, what: string, known: readonly string[], atKey = false): void {
    const place = atKey ? this.#places.ofKey(path) : this.#places.ofValue(path)
    const message = `${show(name)} is not ${what} of this scenario${orNearest(name, known)}`
    this.#problems.push({ ...place, sentence: phrase(path, message, ':') })
  }

  #bad(path: Path, message: string): void {
    this.#problems.push({ ...this.#places.ofValue(path), sentence: phrase(path, message) })
  }
}

// What the words stand for

function settle(draft: Draft, places: Places): Scenario {
  const on = <T extends object>(items: readonly T[], key: string) =>
    items.map((item, i) => ({ ...item, line: places.ofValue([key, i]).line }))
  const steps = draft.steps.map(step => {
    if (step.kind === 'distribute') return { ...step, to: targetsOf(draft, step.image, step.to) }
    if (step.kind === 'activate') return { ...step, on: targetsOf(draft, step.image, step.on) }
    return step
  })
  const expect = draft.expect.map(wanted =>
    wanted.kind === 'device' && isHash(wanted.sha256)
      ? { ...wanted, sha256: wanted.sha256!.toLowerCase() }
      : wanted,
  )
  return {
    ...draft,
    links: settleLinks(draft.links, Object.keys(draft.devices)),
    steps: on(steps, 'steps') as Step[],
    expect: on(expect, 'expect') as Expectation[],
  }
}

/** The named boxes, or all whose type the image is for. */
function targetsOf(draft: Draft, image: string, named: readonly string[]): string[] {
  const wanted = draft.images[image]?.for
  if (named.length > 0) return [...named]
  if (wanted === 'hub') return ['hub']
  return Object.entries(draft.devices)
    .filter(([, { type }]) => type === wanted)
    .map(([name]) => name)
}

/** Both directions of every link of a scenario with these devices. */
function linkNames(devices: readonly string[]): string[] {
  const links = ['wan', 'csp', ...devices.map(name => `han.${name}`)]
  return links.flatMap(link => [`${link}.up`, `${link}.down`])
}

function settleLinks(given: GivenLinks, devices: readonly string[]): Record<string, LinkSpec> {
  return Object.fromEntries(
    linkNames(devices).map(name => {
      const parts = name.split('.')
      const medium: LinkValues = parts[0] === 'han' ? HAN : WAN
      const spec: Record<string, unknown> = {
        loss: 0,
        corruption: 0,
        duplication: 0,
        reordering: 0,
        bursts: undefined,
        deaf: undefined,
        ...medium,
      }
      // From the widest name to the closest, so that the closest has the last word.
      for (let n = 1; n <= parts.length; n++) {
        Object.assign(spec, given[parts.slice(0, n).join('.')])
      }
      return [name, spec as unknown as LinkSpec]
    }),
  )
}

// Words

function listing(file: string, problems: readonly Problem[]): string {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
  const said = sorted
    .slice(0, MAX_LISTED)
    .map(({ line, column, sentence }) => `${file}:${line}:${column}: ${sentence}`)
  const more = sorted.length - said.length
  if (more > 0) said.push(`${file}: and ${more} more.`)
  return said.join('\n')
}

/** 'devices.esme.with must be …'; a question ends as one. */
function phrase(path: Path, message: string, colon = ''): string {
  let subject = ''
  for (const step of path) {
    if (typeof step === 'number') subject += `[${step}]`
    else subject += subject === '' ? String(step) : `.${String(step)}`
  }
  return `${subject || 'the scenario'}${colon} ${message}${message.endsWith('?') ? '' : '.'}`
}

/** '; did you mean "x"?' when one of the known words is near. */
function orNearest(word: string, known: readonly string[]): string {
  const nearest = nearestTo(word, known)
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`
}

/** The known word that is the fewest slips of the hand away, at most a third of the letters. */
export function nearestTo(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let fewest = Math.max(1, Math.floor(word.length / 3)) + 1
  if (word.length > 64) return undefined
  for (const candidate of known) {
    const slips = slipsBetween(word.toLowerCase(), candidate.toLowerCase())
    if (slips < fewest) {
      fewest = slips
      best = candidate
    }
  }
  return best
}

/** Letters put in, left out, exchanged or swapped with their neighbour. */
function slipsBetween(a: string, b: string): number {
  let older: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, older[j - 2]! + 1)
      }
      row.push(least)
    }
    older = above
    above = row
  }
  return above[b.length]!
}

function samePlace(a: Place, b: Place): boolean {
  return a.line === b.line && a.column === b.column
}

function isHash(text: string | undefined): boolean {
  return text !== undefined && /^[0-9A-Fa-f]{64}$/.test(text)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function at(value: unknown, path: Path): unknown {
  for (const step of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step]
  return value
}
