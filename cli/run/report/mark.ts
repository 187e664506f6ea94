// A moment of a run that gets a mark, and what is said of it.

export type MarkKind =
  | 'request'
  | 'response'
  | 'raised'
  | 'received'
  | 'verdict'
  | 'trouble'
  | 'step'
  | 'note'

export interface Mark {
  /** Virtual ms. */
  readonly t: number
  readonly lane: string
  readonly kind: MarkKind
  /** As short as a drawing needs it; empty when the drawing does well without. */
  readonly label: string
  /** The whole of it, for people. */
  readonly text: string
  /** How often it was said in a row, and when last. */
  readonly times: number
  readonly until: number
}

export type Saying = Pick<Mark, 'kind' | 'label' | 'text'>
