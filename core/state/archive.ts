// How a box is saved in the middle of a run and comes back: one method, archive(), walks its volatile state, and the
// same walk saves and loads. What was handed in at construction is not in it: whoever loads builds the box again first.
// Only the interface is here; emulators/archive.ts has the two walkers.

/** Memory that a walk saves or overwrites. */
export type Numbers = Uint8Array | Int32Array | Float64Array

/** What walks the state of a box, to save it or to load it: the same walk does both. */
export interface Archive {
  /** True when the walk fills the box, false when it reads it. */
  readonly loading: boolean
  /** Saves `value` and returns it, or returns what was saved. Infinities and NaN survive. */
  number(value: number): number
  /** Saves `value` and returns it, or returns what was saved. */
  flag(value: boolean): boolean
  /** Saves `value` and returns it, or returns what was saved. */
  text(value: string): string
  /** Saves the elements, or overwrites them in place; the length is not part of it. */
  numbers(memory: Numbers): void
}
