// How many devices an update gets to, and what it costs in sends: a PPMID that left its HAN is still in the inventory, so it is
// sent for, try after try, and gets nothing. All of it is arithmetic on assumptions that are named.

/** How many of an estate's PPMIDs are joined to their HAN on average, by three fits to the ages of October 2023. Inferred. */
export interface JoinedFit {
  readonly name: 'optimistic' | 'central' | 'pessimistic'
  /** Average over the estate. */
  readonly joined: number
  /** Years of exp(-(age / years)^shape), with a shape of WEIBULL_SHAPE, and with one of 1. */
  readonly weibull: number
  readonly exponential: number
}

/**
 * The pessimistic one is bounded by a source: 31 % of households had had problems with their display (Citizens Advice, survey of
 * August to October 2023). That all of these left their HAN is the worst case; the others are chosen.
 */
export const JOINED_FITS: readonly JoinedFit[] = [
  { name: 'optimistic', joined: 0.9, weibull: 87.5, exponential: 21.5 },
  { name: 'central', joined: 0.8, weibull: 24.6, exponential: 9.9 },
  { name: 'pessimistic', joined: 0.69, weibull: 10.3, exponential: 5.8 },
]

/** Many leave soon, and few afterwards: Suppliers look after a display for its first twelve months. Inferred. */
export const WEIBULL_SHAPE = 0.6

/** Share of devices of an age, years, that are joined. */
export function joinedAt(age: number, { weibull }: JoinedFit): number {
  return Math.exp(-((age / weibull) ** WEIBULL_SHAPE))
}

/** The same where they leave at a steady rate. */
export function joinedSteadily(age: number, { exponential }: JoinedFit): number {
  return Math.exp(-age / exponential)
}

/** What a number of tries comes to, each a share of all devices. */
export interface Tries {
  readonly tries: number
  /** Devices updated. */
  readonly updated: number
  /** Sends, a device of the inventory. */
  readonly sends: number
  /** Of these, sends that updated nothing. */
  readonly wasted: number
}

/**
 * @param reached share of devices that an image can reach.
 * @param success of a try at one of these.
 * @param skipped share of the others that is known, and not sent for: those silent for long.
 */
export function afterTries(reached: number, success: number, tries: number, skipped = 0): Tries {
  let waiting = reached
  let sends = 0
  for (let i = 0; i < tries; i++) {
    sends += waiting + (1 - reached) * (1 - skipped)
    waiting *= 1 - success
  }
  const updated = reached - waiting
  return { tries, updated, sends, wasted: sends - updated }
}
