// What a library user can reach from the doors of the built package: every name that a door exports, and every type that
// its declarations speak of, with the docstrings that reach the .d.ts files. Read with the compiler's own parser.

import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import {
  type ClassDeclaration,
  type ExportDeclaration,
  type ImportDeclaration,
  type ImportTypeNode,
  type Node,
  type SourceFile,
  type Statement,
  SyntaxKind,
} from 'typescript/unstable/ast'
import { API } from 'typescript/unstable/sync'

/** A name that can be reached, or a member of one. */
export interface Reached {
  /** Such as 'core/bytes/bytes.d.ts Bytes.alloc'. */
  readonly name: string
  /** Its docstring as it stands in the file, of all overloads; empty without one. */
  readonly doc: string
}

interface Place {
  readonly file: string
  readonly name: string
}

type Named = Node & { readonly name?: Node & { readonly text?: string } }
type Documented = Node & { readonly jsDoc?: readonly Node[] }

/** What of a class or an interface is somebody's to call or read. */
const MEMBERS: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.PropertySignature,
  SyntaxKind.MethodSignature,
  SyntaxKind.PropertyDeclaration,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
])

/**
 * Everything that can be reached.
 * @param project a tsconfig.json that has the doors among its files.
 * @param root directory of the built files.
 * @param doors declaration files, as paths from the root.
 */
export function reachable(project: string, root: string, doors: readonly string[]): Reached[] {
  const api = new API({ cwd: root })
  try {
    const snapshot = api.updateSnapshot({ openProjects: [project] })
    const { program } = snapshot.getProjects()[0]!
    return new Walk(root, file => program.getSourceFile(file)).from(doors)
  } finally {
    api.close()
  }
}

class Walk {
  readonly #root: string
  readonly #open: (file: string) => SourceFile | undefined
  readonly #files = new Map<string, SourceFile>()
  readonly #seen = new Set<string>()
  readonly #queue: Place[] = []
  readonly #found: Reached[] = []

  constructor(root: string, open: (file: string) => SourceFile | undefined) {
    this.#root = root
    this.#open = open
  }

  from(doors: readonly string[]): Reached[] {
    for (const door of doors) {
      for (const statement of this.#sourceOf(join(this.#root, door)).statements) {
        this.#enter(join(this.#root, door), statement)
      }
    }
    for (let place = this.#queue.shift(); place; place = this.#queue.shift()) this.#visit(place)
    return this.#found
  }

  /** A door has re-exports, each by name. */
  #enter(door: string, statement: Statement): void {
    if (statement.kind !== SyntaxKind.ExportDeclaration) {
      throw new Error(`${door} has more than re-exports`)
    }
    const { exportClause, moduleSpecifier } = statement as ExportDeclaration
    const file = this.#resolve(door, textOf(moduleSpecifier))
    if (!file || exportClause?.kind !== SyntaxKind.NamedExports) {
      throw new Error(`${door} has a re-export that is not by name`)
    }
    for (const { name, propertyName } of exportClause.elements) {
      this.#reach({ file, name: textOf(propertyName ?? name) })
    }
  }

  #reach(place: Place): void {
    const key = `${place.file} ${place.name}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.#queue.push(place)
  }

  #visit({ file, name }: Place): void {
    const source = this.#sourceOf(file)
    const here = source.statements.filter(each => namesOf(each).includes(name))
    if (here.length === 0) {
      // A door that leads to another one.
      const from = source.statements.find(each => exportsOf(each).has(name))
      if (!from) throw new Error(`${file} declares no ${name}`)
      const next = this.#resolve(file, textOf((from as ExportDeclaration).moduleSpecifier))!
      this.#reach({ file: next, name: exportsOf(from).get(name)! })
      return
    }
    const title = `${relative(this.#root, file)} ${name}`
    this.#found.push({ name: title, doc: here.map(each => docOf(each)).join('\n') })
    for (const statement of here) {
      this.#members(title, statement)
      this.#follow(file, source, statement)
    }
  }

  /** Members of a class or an interface; a type that is written in place is told of by whoever has it. */
  #members(title: string, statement: Statement): void {
    const docs = new Map<string, string>()
    for (const member of (statement as Partial<ClassDeclaration>).members ?? []) {
      if (!MEMBERS.has(member.kind) || isPrivate(member)) continue
      const name = `${title}.${textOf((member as Named).name)}`
      docs.set(name, `${docs.get(name) ?? ''}${docOf(member)}`)
    }
    for (const [name, doc] of docs) this.#found.push({ name, doc })
  }

  /** Every name that a declaration speaks of and that this package declares. */
  #follow(file: string, source: SourceFile, statement: Statement): void {
    const look = (node: Node): void => {
      if (isPrivate(node)) return
      if (node.kind === SyntaxKind.ImportType) {
        const { argument, qualifier } = node as ImportTypeNode
        const said = (argument as Node & { literal?: Node }).literal ?? argument
        const at = this.#resolve(file, textOf(said))
        if (at && qualifier) this.#reach({ file: at, name: textOf(qualifier).split('.')[0]! })
      }
      if (node.kind === SyntaxKind.Identifier) this.#mention(file, source, textOf(node))
      node.forEachChild(child => {
        look(child)
        return undefined
      })
    }
    statement.forEachChild(child => {
      look(child)
      return undefined
    })
  }

  #mention(file: string, source: SourceFile, name: string): void {
    for (const statement of source.statements) {
      if (namesOf(statement).includes(name)) this.#reach({ file, name })
      if (statement.kind !== SyntaxKind.ImportDeclaration) continue
      const { importClause, moduleSpecifier } = statement as ImportDeclaration
      const bindings = importClause?.namedBindings
      if (bindings?.kind !== SyntaxKind.NamedImports) continue
      const one = bindings.elements.find(each => textOf(each.name) === name)
      const from = one && this.#resolve(file, textOf(moduleSpecifier))
      if (from) this.#reach({ file: from, name: textOf(one.propertyName ?? one.name) })
    }
  }

  #sourceOf(file: string): SourceFile {
    const known = this.#files.get(file) ?? this.#open(file)
    if (!known) throw new Error(`${file} is not among the files of the doors`)
    this.#files.set(file, known)
    return known
  }

  /** The declaration file that a specifier names; undefined for another package's. */
  #resolve(from: string, said: string): string | undefined {
    const path = said.startsWith('#')
      ? join(this.#root, said.slice(1))
      : said.startsWith('.')
        ? resolve(dirname(from), said)
        : undefined
    if (path === undefined) return undefined
    const file = `${path.replace(/\.(ts|js)$/, '')}.d.ts`
    if (!existsSync(file)) throw new Error(`${from} speaks of ${said}, and there is no ${file}`)
    return file
  }
}

function textOf(node: Node | undefined): string {
  const { text } = (node ?? {}) as { text?: string }
  return text ?? node?.getText() ?? ''
}

function namesOf(statement: Statement): string[] {
  if (statement.kind === SyntaxKind.FirstStatement) {
    const { declarationList } = statement as Statement & {
      declarationList: { declarations: readonly Named[] }
    }
    return declarationList.declarations.map(({ name }) => textOf(name))
  }
  const { name } = statement as unknown as ClassDeclaration
  return name ? [textOf(name)] : []
}

/** What a re-export calls its names, and what they are called where they come from. */
function exportsOf(statement: Statement): Map<string, string> {
  if (statement.kind !== SyntaxKind.ExportDeclaration) return new Map()
  const { exportClause } = statement as ExportDeclaration
  if (exportClause?.kind !== SyntaxKind.NamedExports) return new Map()
  return new Map(
    exportClause.elements.map(({ name, propertyName }) => [
      textOf(name),
      textOf(propertyName ?? name),
    ]),
  )
}

function docOf(node: Node): string {
  return ((node as Documented).jsDoc ?? []).map(each => each.getText()).join('\n')
}

function isPrivate(node: Node): boolean {
  const { modifiers, name } = node as Named & { modifiers?: readonly Node[] }
  if (name?.kind === SyntaxKind.PrivateIdentifier) return true
  return modifiers?.some(each => each.kind === SyntaxKind.PrivateKeyword) ?? false
}
