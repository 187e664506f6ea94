// YAML text to plain values, or why not: what the parser refuses, in plain words, and what it would let pass.

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
import { isMerge, type Place, Places, placeAt, samePlace } from './places.ts'
import { type Problem, SCENARIO, type TextKind } from './problems.ts'
import { show } from './wording.ts'

/** Most aliases in one text, and most copies that one anchor may grow to. */
const MAX_ALIASES = 200
/** Characters of the text that a sentence quotes at most. */
const MAX_SHOWN = 64

const TOO_DEEP = 'the file is nested too deeply.'

/** What the parser's words do not say plainly. */
const YAML_ERRORS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'the key KEY is written twice.',
  MULTIPLE_DOCS: 'the file holds more than one YAML document.',
  NON_STRING_KEY: 'a key must be a text.',
  RESOURCE_EXHAUSTION: TOO_DEEP,
  TAG_RESOLVE_FAILED: 'the tag KEY is not known.',
}

/** The plain value of a text and where its parts stand; undefined after problems. */
export function readYaml(
  text: string,
  problems: Problem[],
  { whole, longest, pieces }: TextKind = SCENARIO,
): { readonly raw: unknown; readonly places: Places } | undefined {
  if (text.length > longest) {
    const sentence = `the file has ${text.length} characters; ${longest} are the most.`
    problems.push({ line: 1, column: 1, sentence })
    return undefined
  }
  if (pieces !== undefined && hasMore(text, pieces)) {
    const sentence = `the file has more than ${pieces} lines, keys, items and brackets in all.`
    problems.push({ line: 1, column: 1, sentence })
    return undefined
  }
  try {
    const lines = new LineCounter()
    const document = parse(text, lines, problems)
    const places = new Places(document, lines, whole)
    if (problems.length === 0) checkAliases(document, places, problems)
    if (problems.length > 0) return undefined
    return { raw: document.toJS({ maxAliasCount: MAX_ALIASES }), places }
  } catch (error) {
    // A text nested without end makes the parser itself run out of stack.
    problems.push({ line: 1, column: 1, sentence: unreadable(error) })
    return undefined
  }
}

/** What the parser makes a piece of its own of, each for some microseconds and some hundred octets. */
const PIECE = /[\n,[{]|[-:?](?=\s)/g

function hasMore(text: string, pieces: number): boolean {
  let count = 0
  for (const _ of text.matchAll(PIECE)) if (++count > pieces) return true
  return false
}

function parse(text: string, lines: LineCounter, problems: Problem[]): Document {
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    merge: true,
    logLevel: 'error',
  })
  const all = [...document.errors, ...document.warnings]
  // Where the parser gave up, what it says else is of that.
  const end = all.find(({ code }) => code === 'RESOURCE_EXHAUSTION')
  for (const { code, message, pos } of end ? [end] : all) {
    const place = placeAt(lines, pos[0])
    const key = /^[^\s:,{}[\]]+/.exec(text.slice(pos[0], pos[0] + MAX_SHOWN))?.[0]
    const told = YAML_ERRORS[code] ?? `this is not YAML: ${message.replace(/\.$/, '')}.`
    const sentence = told.replace('KEY', () => show(key ?? ''))
    const last = problems.at(-1)
    const isAgain = last?.sentence === sentence && samePlace(last, place)
    if (!isAgain) problems.push({ ...place, sentence })
  }
  return document
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

function unreadable(error: unknown): string {
  if (error instanceof RangeError) return TOO_DEEP
  if (error instanceof ReferenceError) return 'its aliases stand for too much text.'
  return `the file cannot be read: ${(error as Error).message}.`
}
