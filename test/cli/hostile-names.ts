// Names of others in what hanrig writes: whatever a file or a name in it holds, nothing of it acts on a terminal, a CI log or a
// spreadsheet, nor makes a line of its own; a name without such things stays as it is, octet for octet.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { csvLine } from '#cli/output/csv-line'
import { harmless, oneLine } from '#cli/output/harmless'
import { StatusLine } from '#cli/output/status-line'
import { tableLines } from '#cli/output/text-table'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { hanrigAll, jsonLines, ROOT } from '../helpers/hanrig.ts'
import { sourceFiles } from '../helpers/house.ts'

/** Colours, a title, an erasure by C1, a line break with a command behind it, and writing from right to left. */
const HOSTILE =
  '\x1b[31m\x1b]0;t\x07a\r\n::error::b\u009b2J\n  ::add-mask::c\u202e\u2066d##[debug]e\x7f\x08'
/** A file may be called so. */
const FILE = HOSTILE.replaceAll('/', '')
/** An address has no line ends. */
const PORT = `serial:/dev/${HOSTILE.replaceAll(/[\r\n/]/g, '')}`
const QUOTED = JSON.stringify(HOSTILE)

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about these
const ACTING = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/
const COMMAND = /^\s*::|##\[/m

t.test('nothing in a file acts, in any command', async t => {
  const directory = t.testdir({})
  const at = (name: string) => join(directory, name)
  const file = (ending: string, text: string | Uint8Array): string => {
    writeFileSync(at(FILE + ending), text)
    return at(FILE + ending)
  }
  const home = (rest: string) => `name: ${QUOTED}\ndescription: ${QUOTED}\n${rest}`
  const image = file('.ota', gbFixture({ size: 3_000 }).u8)
  const raw = file('.bin', Buffer.alloc(4_000, 3))
  const good = file(
    '.yaml',
    home(`images:
  meter: { file: ${JSON.stringify(`${FILE}.ota`)}, for: esme }
devices:
  esme: { profile: esme }
steps:
  - distribute: meter
expect:
  - { event: image-verified, source: esme, where: { reason: ${QUOTED} }, count: 3 }
`),
  )
  const bad = file(
    '.bad.yaml',
    home(`${QUOTED}: 1
images: { ${QUOTED}: { size: 1 kB, for: ${QUOTED} } }
devices:
  esme: { profile: ${QUOTED}, board: { tag: ${QUOTED}, name: ${QUOTED} } }
  ${QUOTED}: { profile: esme }
steps: [ { distribute: ${QUOTED} }, { ${QUOTED}: 1 } ]
`),
  )
  const unknown = file(
    '.unknown.yaml',
    home('devices: { esme: { profile: esme, board: { tag: x } } }'),
  )
  const boards = file(
    '.boards.yaml',
    home(`devices:
  esme: { profile: esme, board: { port: ${JSON.stringify(PORT)}, power: { on: ${QUOTED}, off: x } } }
`),
  )
  const pool = file(
    '.pool.yaml',
    `leases: ${JSON.stringify(FILE)}\nboards: { one: { port: ${JSON.stringify(PORT)}, tags: [x], notes: ${QUOTED} } }`,
  )
  const badPool = file('.bad.pool.yaml', `${QUOTED}: 1\nboards: { ${QUOTED}: { port: ${QUOTED} } }`)
  const portfolio = file(
    '.portfolio.yaml',
    `name: ${QUOTED}\nrequests:\n  - { supplier: ${JSON.stringify(HOSTILE.slice(0, 70))}, request: ${JSON.stringify(HOSTILE.slice(0, 70))}, devices: 90000, image: 900 kB, deadline: 1, serviceDesk: no }\n`,
  )
  const badPortfolio = file('.csv', `supplier,devices,image,"${HOSTILE}"\na,1,${HOSTILE},\n`)
  const events = file('.events.csv', `time,event,device,hub,"${HOSTILE.replaceAll('\n', '')}"\n`)
  const badEvents = file('.bad.csv', `time,event,device\n${HOSTILE.replaceAll('\n', '')},x,y\n`)
  const parts = at(`parts ${FILE}`)
  const report = at(`report ${FILE}`)
  mkdirSync(at('csv'))

  const commands: string[][] = [
    ['run', good],
    ['run', good, '--json'],
    ['run', good, '--tap', '--junit', at('junit.xml')],
    ['run', good, '--report', report],
    ['run', good, good],
    ['run', good, bad, '--json'],
    ['run', good, bad],
    ['run', bad],
    ['run', bad, '--json'],
    ['run', unknown, '--pool', pool],
    ['run', unknown, '--pool', badPool],
    ['run', boards],
    ['run', boards, '--allow', 'commands'],
    ['run', '--image', image],
    ['run', '--image', image, '--json'],
    ['run', '--image', at(`${FILE}absent`)],
    ['run', HOSTILE],
    ['run', '--board', HOSTILE],
    ['snapshot', good, '--at', '1 s', '--out', at(`${FILE}.snap`)],
    ['run', '--resume', at(`${FILE}.snap`)],
    ['run', '--resume', image],
    ['image', 'inspect', image],
    ['image', 'check', image],
    ['image', 'check', raw, '--json'],
    ['image', 'build', raw, '--out', at(`${FILE}.built`)],
    ['image', 'split', raw, '--out', parts, '--part-size', '1000'],
    ['image', 'split', image, '--out', parts],
    ['image', 'join', parts, '--out', at(`${FILE}.joined`)],
    ['image', 'join', directory, '--out', at(`${FILE}.joined`)],
    ['campaign', 'plan', portfolio],
    ['campaign', 'plan', portfolio, '--json', '--csv', at('plan.csv'), '--report', report],
    ['campaign', 'simulate', portfolio, '--devices', '100', '--csv', at('csv')],
    ['campaign', 'plan', badPortfolio],
    ['alerts', events],
    ['alerts', badEvents],
    ['alerts', events, '--list', badEvents],
    ['boards', '--pool', pool, '--timeout', '100'],
    ['boards', '--pool', pool, '--timeout', '100', '--json'],
    ['boards', '--pool', badPool],
    ['boards', '--port', HOSTILE, '--timeout', '100'],
    ['boards', '--port', `virtual:${HOSTILE}`, '--timeout', '100'],
    ['flash', raw, '--port', PORT, '--wait', '0'],
    ['flash', raw, '--port', 'virtual:wasm', '--file-version', '2'],
    ['flash', raw, '--board', 'tag=x', '--pool', pool, '--wait', '0'],
    ['flash', raw, '--board', HOSTILE, '--pool', pool],
    ['flash', raw, '--stick', HOSTILE, '--device', '00-15-8D-00-01-02-03-04', '--data', at(FILE)],
    ['han', 'list', '--data', at(FILE)],
    ['stick', bad],
    ['stick', '--state', directory],
    [HOSTILE],
    ['run', `--${HOSTILE}`],
  ]
  const ran = hanrigAll(commands)
  for (const [i, { stdout, stderr }] of ran.entries()) {
    const name = oneLine(commands[i]!.join(' ').replaceAll(directory, ''))
    t.ok(stdout + stderr !== '', `${name}: something is said`)
    t.notMatch(stdout, ACTING, `${name}: stdout`)
    t.notMatch(stderr, ACTING, `${name}: stderr`)
    t.notMatch(stdout, COMMAND, `${name}: no command in stdout`)
    t.notMatch(stderr, COMMAND, `${name}: no command in stderr`)
    t.notMatch(stderr, 'HANRIG_INTERNAL', name)
  }
  const [start] = jsonLines(ran[1]!.stdout)
  t.equal(start.scenario, HOSTILE, 'for programs a name is what it was')
  t.match(
    ran[0]!.stdout,
    `hanrig ${start.hanrig}: ${oneLine(HOSTILE)}`.replaceAll('##', '\\u0023#'),
  )
  for (const csv of ['plan.csv', 'csv/batches.csv']) {
    t.ok(readFileSync(at(csv), 'utf8').length > 0, csv)
  }
})

t.test('what a name is shown as', async t => {
  t.equal(oneLine('a\x1b[1m\r\n\tb\u009b\u202e\x7f'), 'a\\u001b[1m\\r\\n\\tb\\u009b\\u202e\\u007f')
  for (const plain of [
    'a::b c',
    'München — 日本 🙂',
    "it's #1 \\ 100 % [x] :)",
    'e\u0301',
    '\u00a0',
  ]) {
    t.equal(oneLine(plain), plain)
    t.equal(harmless(`${plain}\n`, false), `${plain}\n`)
    t.equal(csvLine([plain]), `${plain}\r\n`)
  }
  t.equal(
    harmless('a\n ::b\n::c ##[d] ##vso[e] # #\n', false),
    'a\n \\u003a:b\n\\u003a:c \\u0023#[d] \\u0023#vso[e] # #\n',
  )
  t.equal(harmless('\x1b[31mred\x1b[39m\x1b[2J', true), '\x1b[31mred\x1b[39m\\u001b[2J')
  t.equal(harmless('\x1b[31mred', false), '\\u001b[31mred')
})

t.test('tables and progress take names as they come', async t => {
  const rows = [[{ colour: 'green', words: 'ok' } as const, HOSTILE, 'b']]
  const lines = tableLines({ head: ['a', 'name', 'c'], rows }, 60)
  for (const line of lines) t.notMatch(line, ACTING)
  let said = ''
  const screen = { isLive: false, columns: 80, rows: 24, write: (text: string) => (said += text) }
  let now = 0
  const status = new StatusLine(screen as never, () => now)
  now = 2_000
  status.offer(() => [{ text: HOSTILE }])
  t.equal(said.indexOf('\n'), said.length - 1, 'one line')
  t.notMatch(said, ACTING)
})

t.test('a cell that a spreadsheet would compute stays a text; numbers stay numbers', async t => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1']) {
    t.equal(csvLine([text, 1]), `'${text},1\r\n`)
  }
  t.equal(csvLine(['\r=1']), `"'\r=1"\r\n`)
  t.equal(csvLine(['=HYPERLINK("x")']), `"'=HYPERLINK(""x"")"\r\n`)
  t.equal(csvLine([-1, 'a=b', '', true]), '-1,a=b,,true\r\n')
})

t.test('text reaches stdout and stderr through one room', async t => {
  const writers = sourceFiles().filter(
    path =>
      path.startsWith('cli/') &&
      /process\.std(out|err)\.write\(/.test(readFileSync(join(ROOT, path), 'utf8')),
  )
  const own = [
    // Its own words only: the version and the list of commands.
    'cli/at-once.ts',
    'cli/main.ts',
    'cli/output/log.ts',
    'cli/output/output.ts',
    'cli/output/status-line.ts',
  ]
  t.same(writers.sort(), own)
})
