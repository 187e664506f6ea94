// Snapshots that somebody changed and gave the right hash: what is inside, out and in again.

import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'

const LENGTH_AT = 8
const HASH_AT = 12
const HEAD = 44

export interface Parts {
  // biome-ignore lint/suspicious/noExplicitAny: tests write into it whatever they want
  head: any
  /** Images, then the state of the boxes. */
  rest: Buffer
}

/** Head and rest of a snapshot. */
export function takeApart(snapshot: Uint8Array): Parts {
  const content = gunzipSync(snapshot.subarray(HEAD))
  const end = 4 + content.readUInt32LE(0)
  return { head: JSON.parse(content.toString('utf8', 4, end)), rest: content.subarray(end) }
}

export function putTogether({ head, rest }: Parts): Buffer {
  const json = Buffer.from(JSON.stringify(head))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return around(Buffer.concat([length, json, rest]))
}

/** A file with this content, its length and its hash. */
export function around(content: Uint8Array, stated = content.length): Buffer {
  const file = Buffer.alloc(HEAD)
  file.write('HANRIGS2')
  file.writeUInt32LE(stated, LENGTH_AT)
  createHash('sha256').update(content).digest().copy(file, HASH_AT)
  return Buffer.concat([file, gzipSync(content, { level: 1 })])
}
