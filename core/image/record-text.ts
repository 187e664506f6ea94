// A text that is mostly records and starts with something else: a log with an image in it, a listing, two formats in one.

import { Bytes } from '../bytes/bytes.ts'
import type { Content } from './content/found.ts'
import { isText } from './content/octets.ts'
import { isHexRecord } from './intel-hex.ts'
import { RecordLines } from './record-lines.ts'
import { isSrecRecord } from './srec.ts'

/** Octets that are looked at. */
const HEAD = 0x1_0000
const FEWEST = 2

/** What the file is when more than half of its first lines are records, and more than one; else undefined. */
export function findRecordText(file: Bytes): Content | undefined {
  if (!isText(file)) return undefined
  const lines = new RecordLines(new Bytes(file.u8.subarray(0, HEAD)))
  let records = 0
  let others = 0
  let first = 0
  while (lines.next()) {
    if (isHexRecord(lines) || isSrecRecord(lines)) records++
    else if (others++ === 0) first = lines.line
  }
  if (records < FEWEST || records <= others) return undefined
  return {
    code: 'record-text',
    name: 'a text that is mostly Intel HEX or S-records',
    standing: 'to-take-apart',
    advice: `take out what is no record, first line ${first}`,
  }
}
