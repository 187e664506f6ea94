// Where in the YAML text a value stands. A path leads through aliases and merge keys as the values themselves do;
// what a path names but the text does not have is at the nearest thing around it that the text has.

import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml'

/** Line and column, from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

export type Path = readonly PropertyKey[]

const MERGE = '<<'

/** Whether a pair is a merge key, as YAML 1.1 has it; a quoted one is a key like any other. */
export function isMerge({ key }: Pair): boolean {
  if (!isScalar(key)) return false
  if (typeof key.value === 'symbol') return key.value.description === MERGE
  return key.value === MERGE && key.type === 'PLAIN'
}

/** The place of an offset into the text. */
export function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}

export function samePlace(a: Place, b: Place): boolean {
  return a.line === b.line && a.column === b.column
}

/** Finds where a value and its key stand. */
export interface Finder {
  /** What the file is as a whole, for sentences about it. */
  readonly whole: string
  ofValue(path: Path): Place
  ofKey(path: Path): Place
}

export class Places implements Finder {
  readonly whole: string
  readonly #document: Document
  readonly #lines: LineCounter
  /** Finding an anchor walks the whole document, so each is found once. */
  readonly #anchors = new Map<unknown, Node | undefined>()

  constructor(document: Document, lines: LineCounter, whole: string) {
    this.whole = whole
    this.#document = document
    this.#lines = lines
  }

  /** The place of a node. */
  ofNode(node: Node): Place {
    return placeAt(this.#lines, node.range?.[0] ?? 0)
  }

  /** The place of the value that a path leads to. */
  ofValue(path: Path): Place {
    let found: unknown = this.#document.contents
    let offset = startOf(found) ?? 0
    for (const step of path) {
      const pair = this.#child(found, step)
      if (!pair) break
      found = pair.value
      offset = startOf(found) ?? startOf(pair.key) ?? offset
    }
    return placeAt(this.#lines, offset)
  }

  /** The place of the key under which the value of a path stands. */
  ofKey(path: Path): Place {
    const parent = path.slice(0, -1)
    let found: unknown = this.#document.contents
    for (const step of parent) found = this.#child(found, step)?.value
    const offset = startOf(this.#child(found, path.at(-1)!)?.key)
    return offset === undefined ? this.ofValue(parent) : placeAt(this.#lines, offset)
  }

  /** The node that an alias stands for; undefined when nothing has its anchor. */
  anchorOf(node: unknown): unknown {
    if (!isAlias(node)) return node
    if (!this.#anchors.has(node)) this.#anchors.set(node, node.resolve(this.#document))
    return this.#anchors.get(node)
  }

  #child(parent: unknown, step: PropertyKey): { key: unknown; value: unknown } | undefined {
    const node = this.anchorOf(parent)
    if (isSeq(node)) {
      const value = node.items[Number(step)]
      return value === undefined ? undefined : { key: value, value }
    }
    return isMap(node) ? this.#pairOf(node, String(step)) : undefined
  }

  /** A map's own pair goes before those that it merges, and an earlier merged map before a later one. */
  #pairOf(map: YAMLMap, name: string): { key: unknown; value: unknown } | undefined {
    const own = map.items.find(pair => !isMerge(pair) && nameOf(pair.key) === name)
    if (own) return own
    for (const pair of map.items.filter(isMerge)) {
      const merged = this.anchorOf(pair.value)
      for (const source of isSeq(merged) ? merged.items : [merged]) {
        const node = this.anchorOf(source)
        const found = isMap(node) && node !== map ? this.#pairOf(node, name) : undefined
        if (found) return found
      }
    }
    return undefined
  }
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value ?? '') : ''
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}
