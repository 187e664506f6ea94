// Supply switches: commands are real processes, a line is what a port is asked for.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { ModemLines } from '#hil/line/port'
import { CommandSwitch, wordsOf } from '#hil/power/command'
import { LineSwitch } from '#hil/power/line'

const NODE = process.execPath
const SPEC = { timeout: 10_000, settle: 0, shell: false }

t.test(
  'the words of a command are those that a shell would read, and nothing is expanded',
  async t => {
    const cases: [string, string[]][] = [
      ['uhubctl -l 1-1 -a on', ['uhubctl', '-l', '1-1', '-a', 'on']],
      ['  a\tb\n', ['a', 'b']],
      ['"two words" \'and "more"\' c\\ d', ['two words', 'and "more"', 'c d']],
      ['--name="a b"c \'\' ""', ['--name=a bc', '', '']],
      ['"a \\" b" \'\\\'', ['a " b', '\\']],
      ['echo $HOME * ; rm -rf `x`', ['echo', '$HOME', '*', ';', 'rm', '-rf', '`x`']],
    ]
    for (const [line, words] of cases) t.same(wordsOf(line), words, line)
    for (const line of ['"open', "a 'b", 'a"b', 'x\\']) {
      t.throws(() => wordsOf(line), { code: 'HANRIG_USAGE', message: /not closed/ }, line)
    }
    t.throws(() => wordsOf('  '), { code: 'HANRIG_USAGE' })
  },
)

t.test('a command switches, is waited for, and what it prints is logged', async t => {
  const directory = t.testdir({})
  const file = join(directory, 'state')
  const write = (word: string) =>
    `'${NODE}' -e 'fs.appendFileSync(process.argv[1], "${word} "); console.log("is ${word}"); console.error("oh")' '${file}'`
  const said: string[] = []
  const switching = new CommandSwitch({ ...SPEC, on: write('on'), off: write('off') }, text =>
    said.push(text),
  )
  await switching.set(false)
  await switching.set(true)
  t.equal(readFileSync(file, 'utf8'), 'off on ')
  t.match(said[0], /^\$ .*-e/)
  t.same(new Set(said.filter(text => !text.startsWith('$'))), new Set(['is off', 'is on', 'oh']))
  t.equal(switching.kind, 'command')
})

t.test('a command that fails, hangs or is not there is named', async t => {
  const run = (line: string, more = {}) =>
    new CommandSwitch({ ...SPEC, on: line, off: line, ...more }, () => {}).set(true)
  await t.rejects(run(`'${NODE}' -e 'process.exit(3)'`), {
    code: 'HANRIG_SWITCH_FAILED',
    message: /it ended with 3\./,
    kind: 'device',
  })
  await t.rejects(run(`'${NODE}' -e 'process.kill(process.pid, "SIGTERM")'`), {
    code: 'HANRIG_SWITCH_FAILED',
    message: /it was ended by SIGTERM/,
  })
  await t.rejects(run('/no/such/command on'), { code: 'HANRIG_SWITCH_FAILED', message: /ENOENT/ })
  await t.rejects(run('"open'), { code: 'HANRIG_USAGE' })
  const began = performance.now()
  // What a command starts in the background holds its output open: that does not help it either.
  const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`
  const hang = `'${NODE}' -e "require('child_process').spawn(process.execPath, ['-e', \\"${stubborn}\\"], { stdio: 'inherit' }); setInterval(() => {}, 1000)"`
  await t.rejects(run(hang, { timeout: 600 }), {
    code: 'HANRIG_SWITCH_STUCK',
    message: /has not ended after 600 ms/,
    kind: 'timeout',
  })
  t.ok(performance.now() - began < 8_000)
})

t.test('a shell reads the command only when one is asked for', async t => {
  const said: string[] = []
  const spec = { ...SPEC, on: 'echo a$((1+1))b | cat', off: 'exit 4' }
  const log = (text: string) => said.push(text)
  await new CommandSwitch({ ...spec, shell: true }, log).set(true)
  t.equal(said.at(-1), 'a2b')
  await t.rejects(new CommandSwitch({ ...spec, shell: true }, log).set(false), /it ended with 4/)
  await new CommandSwitch(spec, log).set(true)
  t.equal(said.at(-1), 'a$((1+1))b | cat', 'without one these are words')
})

t.test('the supply is given time to settle', async t => {
  const began = performance.now()
  const quick = `'${NODE}' -e ''`
  await new CommandSwitch({ ...SPEC, on: quick, off: quick, settle: 250 }, () => {}).set(true)
  t.ok(performance.now() - began >= 250)
})

t.test('a line of the port is set and cleared, or the other way round', async t => {
  const asked: ModemLines[] = []
  let answers = true
  const port = {
    async setLines(lines: ModemLines) {
      asked.push(lines)
      return answers
    },
  }
  const dtr = new LineSwitch(
    { line: 'dtr', inverted: false },
    () => port,
    () => {},
  )
  const rts = new LineSwitch(
    { line: 'rts', inverted: true },
    () => port,
    () => {},
  )
  await dtr.set(true)
  await dtr.set(false)
  await rts.set(true)
  t.same(asked, [{ dtr: true }, { dtr: false }, { rts: false }])
  t.equal(dtr.kind, 'line dtr')
  answers = false
  await t.rejects(dtr.set(true), { code: 'HANRIG_SWITCH_FAILED', message: /the port has none/ })
  const closed = new LineSwitch(
    { line: 'dtr', inverted: false },
    () => undefined,
    () => {},
  )
  await t.rejects(closed.set(true), { code: 'HANRIG_SWITCH_FAILED', message: /port is not open/ })
})
