// Plain data drawn as a tree for people: a branch for each field, nothing for fields that are not there.

import type { Leaf, Tree } from '#core/gbcs/tree'

/** Columns of a field's name. */
const NAME = 20

export function treeText(title: string, tree: Tree): string {
  return `${title}\n${branches(tree, '')}`
}

function branches(tree: Tree, indent: string): string {
  const fields = Object.entries(tree).filter(([, value]) => value !== null)
  return fields
    .map(([name, value], i) => {
      const isLast = i === fields.length - 1
      const head = `${indent}${isLast ? '└─' : '├─'} `
      return branch(head, `${indent}${isLast ? '   ' : '│  '}`, name, value)
    })
    .join('')
}

function branch(head: string, indent: string, name: string, value: Tree[string]): string {
  if (!isInner(value)) {
    return `${head}${name.padEnd(NAME - Math.max(0, head.length - 3))} ${value}\n`
  }
  const inner: Tree = Array.isArray(value)
    ? Object.fromEntries(value.map((each: Tree, i) => [String(i + 1), each]))
    : (value as Tree)
  return `${head}${name}\n${branches(inner, indent)}`
}

function isInner(value: Tree[string]): value is Exclude<Tree[string], Leaf> {
  return typeof value === 'object' && value !== null
}
