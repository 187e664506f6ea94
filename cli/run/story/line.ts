// A line of the story: a verb in its column, then what happened; numbers as people read them.

import { count, hexWord } from '../../output/format.ts'

/** A verb takes twelve columns, so that what follows lines up. */
const COLUMN = 11

export const line = (verb: string, text: string): string => `${verb.padEnd(COLUMN)}${text}`
export const n = (value: number): string => count(value)
/** A firmware version of an event. */
export const version = (value: number): string => hexWord(value)
