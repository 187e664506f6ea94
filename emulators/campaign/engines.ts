// How the downloads of an estate can be played: events for all, exact totals for all, or each where it is wanted.

export const ENGINES = ['auto', 'totals', 'events'] as const
export type Engine = (typeof ENGINES)[number]
