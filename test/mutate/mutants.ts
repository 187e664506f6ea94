// The mutants of a source text: each is one small change that some test should notice. Types are stripped first, which
// moves nothing, so that what is left is JavaScript and its places are those of the text.

import { stripTypeScriptTypes } from 'node:module'
import { type AnyNode, type Expression, parse, type Token } from 'acorn'

export const KINDS = ['comparison', 'constant', 'check', 'logic'] as const

export interface Mutant {
  readonly kind: (typeof KINDS)[number]
  /** Where the text that gives way begins and ends. */
  readonly start: number
  readonly end: number
  /** What takes its place. */
  readonly after: string
}

const COMPARISONS: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
}
const LOGIC: Readonly<Record<string, string>> = { '&&': '||', '||': '&&' }
const LEAVES = new Set(['ReturnStatement', 'ThrowStatement', 'ContinueStatement', 'BreakStatement'])

/** All mutants of a TypeScript text, in the order of their places. */
export function mutantsOf(text: string): Mutant[] {
  const tokens: Token[] = []
  const program = parse(stripTypeScriptTypes(text), {
    ecmaVersion: 'latest',
    sourceType: 'module',
    onToken: tokens,
  })
  const mutants: Mutant[] = []
  for (const node of nodesOf(program)) mutants.push(...mutantsAt(node, text, tokens))
  return mutants.sort((a, b) => a.start - b.start || a.end - b.end)
}

/** Number of the line that a place is on, from 1. */
export function lineOf(text: string, place: number): number {
  return text.slice(0, place).split('\n').length
}

function mutantsAt(node: AnyNode, text: string, tokens: readonly Token[]): Mutant[] {
  switch (node.type) {
    case 'BinaryExpression':
      return operator('comparison', COMPARISONS[node.operator], node, text, tokens)
    case 'LogicalExpression':
      return operator('logic', LOGIC[node.operator], node, text, tokens)
    case 'Literal':
      return Number.isSafeInteger(node.value) ? constants(node, text) : []
    case 'ConditionalExpression':
      return [forced(node.test, true), forced(node.test, false)]
    case 'IfStatement': {
      const { consequent, alternate, start, end, test } = node
      const last = consequent.type === 'BlockStatement' ? consequent.body.at(-1) : consequent
      const isCheck = !alternate && last !== undefined && LEAVES.has(last.type)
      const never: Mutant = isCheck
        ? { kind: 'check', start, end, after: ';' }
        : forced(test, false)
      return [forced(test, true), never]
    }
    default:
      return []
  }
}

function operator(
  kind: Mutant['kind'],
  after: string | undefined,
  { left, right, operator }: { left: AnyNode; right: AnyNode; operator: string },
  text: string,
  tokens: readonly Token[],
): Mutant[] {
  if (after === undefined) return []
  const isIt = ({ start, end }: Token): boolean =>
    start >= left.end && end <= right.start && text.slice(start, end) === operator
  const { start, end } = tokens.find(isIt)!
  return [{ kind, start, end, after }]
}

/** One more and one less, written as the number is. */
function constants({ start, end }: AnyNode, text: string): Mutant[] {
  const before = text.slice(start, end)
  const isHex = /^0x/i.test(before)
  const value = Number(before.replaceAll('_', ''))
  return [value + 1, value - 1].map(each => {
    const digits = isHex ? `${each < 0 ? '-' : ''}0x${Math.abs(each).toString(16)}` : `${each}`
    return { kind: 'constant', start, end, after: each < 0 ? `(${digits})` : digits }
  })
}

function forced({ start, end }: Expression, to: boolean): Mutant {
  return { kind: 'check', start, end, after: `${to}` }
}

function* nodesOf(node: AnyNode): Generator<AnyNode> {
  yield node
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type === 'string') yield* nodesOf(child)
    }
  }
}
