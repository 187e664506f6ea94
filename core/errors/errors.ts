// How hanrig refuses something: a stable code, a kind, one sentence and hints. Each floor declares the codes that it raises,
// in a table of its own (here codes.ts; emulators/errors, hil/errors, cli/errors), and raises none that is not declared.
// The sentence is made where the error is raised, on the throw path only. docs/ERRORS.md has a section for each code.

/**
 * A stable code: docs/ERRORS.md has a section for each. A docstring that says `@throws HanrigError IMAGE_EMPTY` means the
 * code HANRIG_IMAGE_EMPTY.
 */
export type ErrorCode = `HANRIG_${string}`

/**
 * What an error is, whatever its cause:
 * - `unusable`: what was asked for or given cannot be used; the same again is refused again.
 * - `device`: a device or the line to it failed.
 * - `internal`: a defect in hanrig.
 * - `timeout`: something did not come in the time that it was given.
 * - `refused`: it could be done and must not be.
 * - `in-use`: another process, or another job, has what is wanted.
 * - `interrupted`: the caller ended it.
 */
export type ErrorKind =
  | 'unusable'
  | 'device'
  | 'internal'
  | 'timeout'
  | 'refused'
  | 'in-use'
  | 'interrupted'

/** What holds of a code wherever it is raised. */
export interface Declaration {
  /** What sort of an error it is. */
  readonly kind: ErrorKind
  /** What helps, a sentence each; it is true for whoever calls a function, so it names no command and no option of one. */
  readonly hints: readonly string[]
}

export type Declarations = Readonly<Record<ErrorCode, Declaration>>

export const unusable = (...hints: string[]): Declaration => ({ kind: 'unusable', hints })
export const device = (...hints: string[]): Declaration => ({ kind: 'device', hints })
export const internal = (...hints: string[]): Declaration => ({ kind: 'internal', hints })
export const timeout = (...hints: string[]): Declaration => ({ kind: 'timeout', hints })
export const refused = (...hints: string[]): Declaration => ({ kind: 'refused', hints })
export const inUse = (...hints: string[]): Declaration => ({ kind: 'in-use', hints })
export const interrupted = (...hints: string[]): Declaration => ({ kind: 'interrupted', hints })

/**
 * What hanrig throws when something cannot be or must not be done. `message` is one sentence that says what is wrong with what;
 * `code` is for programs and does not change between versions; `kind` and `hints` are those of its declaration.
 */
export class HanrigError extends Error {
  /** For programs; it does not change between versions. */
  readonly code: ErrorCode
  /** What sort of an error it is. */
  readonly kind: ErrorKind
  /** What helps, a sentence each; there may be none. */
  readonly hints: readonly string[]

  /**
   * @param kind and `hints` are those of the declaration of `code`.
   * @param sentence one sentence that says what is wrong with what, ending in a full stop.
   */
  constructor(code: ErrorCode, { kind, hints }: Declaration, sentence: string) {
    super(sentence)
    this.name = 'HanrigError'
    this.code = code
    this.kind = kind
    this.hints = hints
  }
}

/** Makes the errors of the codes that a floor may raise: its own, and those of the floors below it. */
export function errorsOf<Declared extends Declarations>(
  declared: Declared,
): (code: keyof Declared & ErrorCode, sentence: string) => HanrigError {
  return (code, sentence) => new HanrigError(code, declared[code]!, sentence)
}
