// A line of the story: a verb in its column, then what happened, with what others named harmless; numbers as people read them.

import { count, hexWord } from '../../output/format.ts'
import { oneLine } from '../../output/harmless.ts'

/** A verb takes twelve columns, so that what follows lines up. */
const COLUMN = 11

export const line = (verb: string, text: string): string => oneLine(`${verb.padEnd(COLUMN)}${text}`)
export const n = (value: number): string => count(value)
/** A firmware version of an event. */
export const version = (value: number): string => hexWord(value)
