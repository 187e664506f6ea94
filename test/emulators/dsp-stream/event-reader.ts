// Streams of events: what is well written is read the same in either format and any pieces, the rest is told with its place.

import fc from 'fast-check'
import t from 'tap'
import { HanrigError } from '#core/errors/errors'
import { CANCEL_TIME } from '#core/power/activation'
import { EVENT_NAMES, type EventBatch } from '#emulators/dsp-stream/event-batch'
import { EventReader } from '#emulators/dsp-stream/event-reader'
import { ListReader } from '#emulators/dsp-stream/list-reader'
import { Synthetic } from '#emulators/dsp-stream/synthetic'
import {
  EVENT_HEADER,
  TextWriter,
  writeEvents,
  writeJsonEvents,
} from '#emulators/dsp-stream/text-writer'

/** Rows of a batch as texts, for comparing. */
function rowsOf(batch: EventBatch): string[] {
  return Array.from({ length: batch.length }, (_, i) =>
    [
      EVENT_NAMES[batch.kind[i]!],
      batch.cause[i],
      ...batch.device.subarray(2 * i, 2 * i + 2),
      ...batch.hub.subarray(2 * i, 2 * i + 2),
      batch.time[i],
      batch.requestTime[i],
      batch.executionTime[i],
      batch.outageStart[i],
      batch.outageEnd[i],
    ].join(' '),
  )
}

function read(texts: readonly string[], options: { skipBad?: boolean; chunk?: number } = {}) {
  const rows: string[] = []
  const { skipBad = false, chunk = 1e9 } = options
  const reader = new EventReader({ skipBad, take: batch => rows.push(...rowsOf(batch)) })
  for (const [i, text] of texts.entries()) {
    reader.begin(`file${i}`)
    const octets = new TextEncoder().encode(text)
    for (let at = 0; at < octets.length; at += chunk) reader.feed(octets.subarray(at, at + chunk))
    reader.end()
  }
  return { rows, reader }
}

function refusal(...texts: string[]): string {
  try {
    read(texts)
  } catch (error) {
    if (error instanceof HanrigError) return `${error.code} ${error.message}`
    throw error
  }
  return 'none'
}

/** A made-up stream, as rows and as both kinds of text. */
function sample() {
  const rows: string[] = []
  const csv: string[] = []
  const json: string[] = []
  const into = (texts: string[]) => (octets: Uint8Array) =>
    texts.push(new TextDecoder().decode(octets))
  const csvOut = new TextWriter(into(csv))
  const jsonOut = new TextWriter(into(json))
  csvOut.text(EVENT_HEADER).endLine()
  const stream = new Synthetic({ devices: 200, days: 2, seed: 3 }, batch => {
    rows.push(...rowsOf(batch))
    writeEvents(csvOut, batch)
    writeJsonEvents(jsonOut, batch)
  })
  for (const _ of stream.run());
  csvOut.flush()
  jsonOut.flush()
  return { rows, csv: csv.join(''), json: json.join('') }
}

t.test('a stream is read as it was written, in either format and in any pieces', async t => {
  const { rows, csv, json } = sample()
  t.ok(rows.length > 500)
  for (const chunk of [1, 7, 100, 4096, 1e9]) {
    t.strictSame(read([csv], { chunk }).rows, rows, `CSV by ${chunk}`)
    t.strictSame(read([json], { chunk }).rows, rows, `JSON by ${chunk}`)
  }
  t.strictSame(read([csv.replaceAll('\n', '\r\n')]).rows, rows, 'CR LF')
  t.strictSame(read([`\ufeff${csv.trimEnd()}`], { chunk: 5 }).rows, rows, 'BOM, no last line end')
  t.equal(read([csv]).reader.events, rows.length)
})

const T = '2026-01-05T09:00:00Z'
const ESME = '00-DB-12-34-56-78-90-A0'
const HUB = '00-DB-12-34-56-78-90-A2'

t.test('columns come in any order, quoted or not, and others are left out', async t => {
  const { rows, reader } = read([
    `event,"hub",note,time,device,executionTime\nactivation,"${HUB}",x,${T},${ESME},cancel\n\nad1,${HUB},,${T},\n`,
  ])
  t.equal(rows.length, 2)
  t.match(rows[0], new RegExp(`^activation 0 ${0x00db1234} ${0x567890a0} .* ${CANCEL_TIME} `))
  t.strictSame([...reader.ignored], ['note'])
})

t.test('a bad row is told with file, line and column', async t => {
  const head = 'time,event,device,hub,executionTime,outageStart,outageEnd,cause'
  const row = (line: string) => refusal(`${head}\n${T},ad1,,${HUB}\n${line}\n`)
  t.match(
    row(`${T},ad2,,${HUB}`),
    /^HANRIG_EVENTS_INVALID file0:3:22: "ad2" is no event: there are/,
  )
  t.match(row(`yesterday,ad1,,${HUB}`), /file0:3:1: "yesterday" is no time/)
  t.match(row(`${T},ad1,,00-11`), /file0:3:27: "00-11" is no EUI-64/)
  t.match(row(`${T},ad1,,`), /file0:3:27: ad1 needs the hub/)
  t.match(row(`${T},activation,,${HUB}`), /file0:3:33: activation needs the device/)
  t.match(row(`${T},,,`), /file0:3:22: the event is missing/)
  t.match(row(`,ad1,,${HUB}`), /file0:3:1: the time is missing/)
  t.match(row(T), /file0:3:1: the event is missing/)
  t.match(row(`${T},ad1,,${HUB},,,,storm`), /"storm" is no cause/)
  t.match(row(`${T},ad1,,${HUB},,,,,`), /more fields than columns/)
  t.match(row(`${T},ad1,,${HUB},,${T},2026-01-05T08:00:00Z`), /ends before it starts/)
  t.match(row(`${T},ad1\u001b[31m,,${HUB}`), /"ad1\\u001b\[31m" is no event/)
  t.match(refusal('time,kind\n'), /file0:1:1: the header names no column "event"/)
  t.match(refusal(''), /file0:1:1: the file is empty/)
  t.match(refusal(`${head}\n${'x'.repeat(70_000)}\n`), /longer than any event/)

  const json = (line: string) => refusal(`{"time":"${T}","event":"ad1","hub":"${HUB}"}\n${line}\n`)
  t.match(json('{'), /file0:2:1: this line is not JSON/)
  t.match(json('[]'), /this line is not an object/)
  t.match(json(`{"time":"${T}","event":"ad1","hub":"1"}`), /file0:2:46: "1" is no EUI-64/)
  t.match(json(`{"time":true,"event":"ad1"}`), /"time" is neither text nor a number/)
  t.match(json(`{"time":"${T}"}`), /the event is missing/)
  t.match(json(`{"time":"${T}","event":"ad1"}`), /ad1 needs the hub/)
})

t.test('time must not run backwards, from file to file neither', async t => {
  const head = 'time,event,hub\n'
  const at = (ms: number) => `${ms},ad1,${HUB}\n`
  t.match(refusal(head + at(5) + at(5) + at(4)), /^HANRIG_EVENTS_UNORDERED file0:4: this event is/)
  t.match(refusal(head + at(5), head + at(4)), /^HANRIG_EVENTS_UNORDERED file1:2/)
  t.equal(refusal(head + at(5), head + at(5)), 'none')
})

t.test('bad rows can be counted instead, and what is good goes on', async t => {
  const { rows, reader } = read(
    [`time,event,hub\n5,ad1,${HUB}\nx\n4,ad1,${HUB}\n6,ad1,nobody\n7,ad1,${HUB}\n`],
    { skipBad: true },
  )
  t.equal(rows.length, 2)
  t.equal(reader.bad, 3)
  t.equal(reader.events, 2)
})

t.test('whatever comes in is read or refused, never anything else', async () => {
  const piece = fc.constantFrom(
    ',',
    '\n',
    '\r\n',
    '"',
    '{',
    '}',
    'time',
    'event',
    'ad1',
    T,
    HUB,
    'x',
    '\u0000',
    '9',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.boolean(), (pieces, hasHead) => {
      const text = `${hasHead ? 'time,event,hub\n' : ''}${pieces.join('')}`
      refusal(text)
      return true
    }),
    { numRuns: 500 },
  )
})

t.test('a list is read from lines or from a first column', async t => {
  const listOf = (text: string, known: number) => {
    const reader = new ListReader(known)
    reader.begin('list.txt')
    reader.feed(new TextEncoder().encode(text))
    reader.end()
    return reader.list.list
  }
  const ids = Array.from({ length: 3_000 }, (_, i) => `00DB1234${String(i).padStart(8, '0')}`)
  for (const text of [
    ids.join('\n'),
    `guid,model\r\n"${ids.join('",x\r\n"')}",x\r\n# end\r\n\r\n`,
  ]) {
    for (const known of [0, text.length]) {
      const list = listOf(text, known)
      t.equal(list.size, 3_000)
      t.ok(list.has(0x00db1234, 0x00001234) && !list.has(0x00db1234, 0x00003000))
    }
  }
  t.throws(() => listOf(`${ids[0]}\nnobody\n`, 0), {
    code: 'HANRIG_EVENTS_INVALID',
    message: 'list.txt:2:1: "nobody" is no EUI-64.',
  })
})
