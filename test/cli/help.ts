// The help of the whole program against commander's own of it with every command loaded: a text that is written without any
// of them must say what they are.

import { Command } from 'commander'
import t from 'tap'
import { COMMANDS } from '#cli/commands'
import { programHelp } from '#cli/help'
import { programOf } from '#cli/program'
import { hanrigAll } from '../helpers/hanrig.ts'

t.test('help says what commander would, however wide the terminal is', async t => {
  const program = await programOf()
  for (const columns of [20, 40, 72, 73, 79, 80, 81, 100, 120, 200, 400]) {
    program.configureOutput({ getOutHelpWidth: () => columns })
    const theirs = Command.prototype.helpInformation.call(program)
    t.equal(programHelp(columns).slice(0, theirs.length), theirs, `${columns} columns`)
  }
})

t.test('behind it stand the exit codes', async t => {
  t.match(programHelp(80), /\n\nExit codes: 0 ok, (?:.*\n)*.*docs\/ERRORS\.md\.\n$/)
})

t.test('every command bears the name by which it is called', async t => {
  for (const [name, { load }] of Object.entries(COMMANDS)) {
    t.equal((await load(() => {})).name(), name)
  }
})

t.test('every way to ask gives the same text, and every command its own', async t => {
  const ways = [
    ['--help'],
    ['-h'],
    ['help'],
    ['help', '--help'],
    ['--verbose', '-h'],
    ['rnu', '-h'],
  ]
  for (const [i, { exit, stdout, stderr }] of hanrigAll(ways).entries()) {
    t.same({ exit, stdout, stderr }, { exit: 0, stdout: programHelp(80), stderr: '' }, `${ways[i]}`)
  }
  const names = Object.keys(COMMANDS)
  const asked = hanrigAll(
    names.flatMap(name => [
      [name, '--help'],
      ['help', name],
    ]),
  )
  for (const [i, name] of names.entries()) {
    const [own, help] = asked.slice(2 * i)
    t.equal(own!.exit, 0)
    t.match(own!.stdout, `Usage: hanrig ${name} `)
    t.match(own!.stdout.replaceAll(/\s+/g, ' '), COMMANDS[name]!.about)
    t.same(help, own)
  }
})

t.test('a mistyped command is met with the one that was probably meant', async t => {
  const cases = [
    ['rnu', 'run'],
    ['imgae', 'image'],
    ['scenario', 'scenarios'],
    ['campain', 'campaign'],
  ]
  for (const [i, { exit, stderr }] of hanrigAll(cases.map(([word]) => [word!])).entries()) {
    const [word, near] = cases[i]!
    t.equal(exit, 2)
    t.match(stderr, `unknown command '${word}' (Did you mean ${near}?)`)
  }
  t.match(hanrigAll([['xyzzy']])[0]!.stderr, "unknown command 'xyzzy'.")
})
