// A flash is a list of steps, done one after another with an open port: what is done to the port, and talks. The next
// is asked for when the one before is done, so a list may depend on what a talk has found out.

import type { PortStep } from '../line/sequence.ts'
import type { Talk } from '../protocol/talk.ts'

/** One thing that is done with an open port: to the port itself, or a talk over it. */
export type Step =
  | PortStep
  /** What has come until now is of no use to whoever talks next. */
  | { readonly do: 'drop' }
  /** A talk that is made when its turn has come; `now` in ms, as its clock. */
  | { readonly do: 'converse'; readonly talk: (now: number) => Talk }
