// The published schema of the trace against traces: every event has the fields that the schema names, and no other.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { TRACE_NAMES } from '#emulators/trace/events/events'
import { traceJsonSchema } from '#emulators/trace/events/published'
import { hanrig, jsonLines, ROOT } from '../../helpers/hanrig.ts'
import { playYaml } from '../../helpers/home.ts'
import { FULL_HOME } from '../../helpers/run-report.ts'
import { KEYWORDS, problems, problemsOf, type Schema, schema } from '../../helpers/trace-schema.ts'

const HOW = 'after a change to the declarations run: node test/helpers/write-schemas.ts'

/** Events that the ready scenarios do not lead to. */
const RARE = `
name: Rare events
images:
  one: { size: 5 kB, for: esme, version: 2 }
  two: { size: 6 kB, for: esme, version: 3 }
  three: { size: 5 kB, for: gsme, version: 4 }
  four: { size: 5 kB, for: gsme, version: 5 }
devices:
  esme: { profile: esme }
  gsme: { profile: gsme, plugged: no }
hub: { with: { minBlockPeriod: 2 s } }
steps:
  - distribute: one
  - relist: [esme]
  - activate: one
    in: 2 d
  - cancel: [esme]
  - activate: one
    hash: wrong
  - wait: 1 h
  - distribute: three
  - distribute: four
`

const DEAD_LINE = `
name: A line that carries nothing
generation: smets1
images: { one: { size: 5 kB, for: esme } }
devices: { esme: { profile: esme } }
links: { wan: { loss: 100 % } }
steps: [{ distribute: one }, { wait: { event: booted, atMost: 1 h } }]
`

/** A log that a DCO had before, and more frames in flight than a line holds, are not in these traces. */
const NOT_SEEN = ['frame-overflow', 'transfer-resumed']

/** Those of boards: test/hil/rig.ts holds them to the schema. */
const OF_BOARDS = TRACE_NAMES.filter(name => name.startsWith('board-'))

/** A stick's: test/stick has them. */
const OF_STICKS = [
  ...['host-connected', 'host-gone', 'host-refused', 'host-unknown', 'network-formed'],
  ...['permit-join', 'device-joined', 'device-announced', 'device-left', 'confirm-scripted'],
  'confirm-withheld',
  ...['host-survived', 'stick-listening', 'stick-report'],
]

t.test(
  'the published schema is what the declarations say: every event once, with every field described',
  async t => {
    t.strictSame(schema, traceJsonSchema(), HOW)
    const { $defs, properties } = schema
    const names = (properties!.name as Schema).oneOf!
    t.same(
      names.map(each => each.const),
      TRACE_NAMES,
    )
    for (const each of names) t.match(each.description, /^[A-Z].*\.$/, String(each.const))
    const visit = (rule: Schema | true, at: string): void => {
      if (rule === true) return
      for (const key of Object.keys(rule)) t.ok(KEYWORDS.has(key), `${at} uses ${key}`)
      if (rule.$ref) t.ok($defs![rule.$ref.slice(8)], `${at} refers to ${rule.$ref}`)
      for (const [key, each] of Object.entries(rule.properties ?? {})) {
        if (each !== true && !('const' in each && key === 'name')) {
          const described = each.$ref ? $defs![each.$ref.slice(8)]!.description : undefined
          const isGroup = each.type === 'object'
          t.ok(each.description ?? described ?? isGroup, `${at}.${key} is described`)
        }
        visit(each, `${at}.${key}`)
      }
      for (const key of rule.required ?? []) t.ok(rule.properties![key], `${at}.${key} is known`)
      if (rule.items) visit(rule.items, `${at}[]`)
      for (const each of rule.anyOf ?? []) visit(each, at)
      if (rule.properties) t.equal(rule.additionalProperties, false, `${at} has no other fields`)
    }
    for (const name of TRACE_NAMES) visit($defs![name]!, name)
  },
)

t.test('what is not right is found', async t => {
  const good = { t: 1, source: 'esme', name: 'ota-stopped', status: 0x95, offset: 5 }
  t.same(problemsOf(good), [])
  t.same(problems(good, schema, 'event'), [])
  const bad: [object, RegExp][] = [
    [{ status: 256 }, /status is too great/],
    [{ status: '149' }, /status is no integer/],
    [{ offset: -1 }, /offset is too small/],
    [{ offset: undefined }, /has no offset/],
    [{ more: 1 }, /has an unknown more/],
    [{ t: -1 }, /\.t is too small/],
    [{ source: '' }, /source is too short/],
  ]
  for (const [change, problem] of bad) {
    const event = JSON.parse(JSON.stringify({ ...good, ...change }))
    t.match(problemsOf(event).join('\n'), problem)
    t.not(problems(event, schema, 'event').length, 0)
  }
  const alert = { t: 1, source: 'dsp', name: 'list-replaced', devices: ['00-DB'] }
  t.match(problemsOf(alert).join(), 'another form')
})

t.test('the traces of many scenarios keep to it', async t => {
  const directory = join(ROOT, 'scenarios')
  const files = readdirSync(directory).filter(name => name.endsWith('.yaml'))
  t.ok(files.length > 10)
  const texts = files.map(name => readFileSync(join(directory, name), 'utf8'))
  const seen = new Set<string>()
  for (const yaml of [...texts, FULL_HOME, RARE, DEAD_LINE]) {
    const wrong = new Set<string>()
    for (const event of playYaml(yaml).events) {
      seen.add(event.name)
      for (const problem of problemsOf(JSON.parse(JSON.stringify(event)))) wrong.add(problem)
    }
    t.same([...wrong].slice(0, 5), [], /name: .*/.exec(yaml)![0])
  }
  const unseen = TRACE_NAMES.filter(name => !seen.has(name))
  t.same(
    new Set(unseen),
    new Set(['start', 'image', 'verdict', ...NOT_SEEN, ...OF_STICKS, ...OF_BOARDS]),
  )
})

t.test('so does everything that is printed', async t => {
  const { stdout } = hanrig('run', join(ROOT, 'scenarios', 'smets2-esme-gsme.yaml'), '--json')
  const events = jsonLines(stdout)
  t.same(events.flatMap(problemsOf).slice(0, 5), [])
  t.equal(events[0].name, 'start')
  t.equal(events[1].name, 'image')
  t.equal(events.at(-1).name, 'verdict')
})
