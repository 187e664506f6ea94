// How the downloads of an estate can be played: events for all, exact totals for all, or each where it is wanted.

/** Names of the ways. */
export const ENGINES = ['auto', 'totals', 'events'] as const
/** How the downloads of an estate are played. */
export type Engine = (typeof ENGINES)[number]
