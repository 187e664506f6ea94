// A stream judged by the library alone: events and a list as octets, rules, verdicts and counts; no command, no terminal.

import t from 'tap'
import { FORWARD_TOO_LATE, SUPPRESSED } from '#core/power/suppression'
import { judgeStream, USUAL_RULES } from '#emulators/dsp-stream/judge-stream'
import { eventsOf, listOf, madeUpEvents, type TextFile } from '#emulators/dsp-stream/sources'
import { TextWriter } from '#emulators/dsp-stream/text-writer'
import { VERDICT_HEADER, writeVerdict } from '#emulators/dsp-stream/verdict-text'

const ESME = '00-DB-12-34-56-78-90-A0'
const HUB = '00-DB-12-34-56-78-90-A2'
const EVENTS = `time,event,device,hub,executionTime,cause,colour
2026-01-05T09:00:00Z,activation,${ESME},${HUB},,,red
2026-01-05T09:03:00.001Z,ad1,,${HUB},,activation,red
2026-01-05T09:25:00Z,ad1,,${HUB},,genuine,red
2026-01-05T09:31:00Z,ad1,,${HUB},,activation,red
`
const MINUTE = 60_000

/** A text in chunks that are torn anywhere. */
function textFile(text: string, name = 'text'): TextFile {
  const octets = new TextEncoder().encode(text)
  const chunks = Array.from({ length: Math.ceil(octets.length / 50) }, (_, i) =>
    octets.subarray(i * 50, (i + 1) * 50),
  )
  return { name, chunks }
}

t.test('events and a list give verdicts, and counts under other windows', async t => {
  const list = await listOf(textFile(`# listed\n${ESME}\n`))
  let verdicts = ''
  const out = new TextWriter(octets => (verdicts += Buffer.from(octets).toString('latin1')))
  out.text(VERDICT_HEADER).endLine()
  const { events, bad, ignored, desk, tally } = await judgeStream({
    events: eventsOf([textFile(EVENTS)]),
    list,
    rules: { windows: [20 * MINUTE, 45 * MINUTE] },
    onVerdict: (batch, i, judged, verdict) => writeVerdict(out, batch, i, judged, verdict),
  })
  out.flush()
  t.same([events, bad, ignored], [4, 0, ['colour']])
  t.equal(desk.activations, 1)
  t.equal(tally.main.of(SUPPRESSED), 2)
  t.equal(tally.main.of(FORWARD_TOO_LATE), 1)
  t.same(
    tally.windows.map(each => [each.falseThrough, each.genuineHidden]),
    [
      [1, 0],
      [0, 1],
    ],
  )
  t.equal(
    verdicts,
    `${VERDICT_HEADER}
2026-01-05T09:03:00.001Z,${HUB},suppressed,within-window,180001,activation
2026-01-05T09:25:00.000Z,${HUB},suppressed,within-window,1500000,genuine
2026-01-05T09:31:00.000Z,${HUB},forwarded,too-late,1860000,activation
`,
  )
})

t.test(
  'rules that are not given are the usual ones; nobody is listed unless it is said',
  async t => {
    const forwarded = await judgeStream({ events: eventsOf([textFile(EVENTS)]) })
    t.equal(forwarded.tally.main.of(SUPPRESSED), 0)
    const all = await judgeStream({
      events: eventsOf([textFile(EVENTS)]),
      rules: { listAll: true },
    })
    t.equal(all.tally.main.of(SUPPRESSED), 2)
    const config = { ...USUAL_RULES.config, window: 31 * MINUTE }
    const rules = { listAll: true, config }
    const longer = await judgeStream({ events: eventsOf([textFile(EVENTS)]), rules })
    t.equal(longer.tally.main.of(SUPPRESSED), 3)
  },
)

t.test('a made-up estate is the same for the same seed, and tells how far it is', async t => {
  const estate = { devices: 300, days: 2, seed: 7 }
  const reached: number[] = []
  const judged = await judgeStream({
    events: madeUpEvents(estate, ({ events }) => void reached.push(events)),
  })
  const again = await judgeStream({ events: madeUpEvents(estate) })
  t.equal(judged.events, reached.at(-1))
  t.ok(judged.tally.main.alerts > 0)
  t.same(again.tally, judged.tally)
})

t.test('whoever is told how far it is, is waited for', async t => {
  let isBusy = false
  const heed = async (): Promise<void> => {
    t.notOk(isBusy)
    isBusy = true
    await new Promise(resolve => setImmediate(resolve))
    isBusy = false
  }
  await judgeStream({ events: eventsOf([textFile(EVENTS)], false, heed) })
})

t.test('a bad row is refused with its place, or counted', async t => {
  const files = [textFile(EVENTS.replace('2026-01-05T09:25:00Z', 'soon'), 'events.csv')]
  await t.rejects(judgeStream({ events: eventsOf(files) }), {
    code: 'HANRIG_EVENTS_INVALID',
    message: /^events\.csv:4:1: /,
  })
  const { bad } = await judgeStream({ events: eventsOf(files, true) })
  t.equal(bad, 1)
})
