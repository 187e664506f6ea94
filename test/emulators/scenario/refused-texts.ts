// Texts that are no scenario for how they are written: no YAML, unknown keys, too much of anything. Every refusal is
// checked with its line, its column and the word that it proposes.

import fc from 'fast-check'
import { test } from 'tap'
import { PROFILES } from '#emulators/profile/profiles'
import { EVERYTHING, problemsOf, refuses, small } from '../../helpers/scenario-texts.ts'

test('what is not YAML is refused where it ceases to be', async t => {
  await refuses(t, [
    ['', '1:1: the scenario must be a map, not nothing.'],
    ['5', '1:1: the scenario must be a map, not 5.'],
    ['- 5', '1:1: the scenario must be a map, not a list of 1.'],
    [small('seed: 1\nseed: 2'), '5:1: the key "seed" is written twice.'],
    [small('steps:\n  - { wait: 1 s, wait : 2 s }'), '5:18: the key "wait" is written twice.'],
    [small('seed: !dice 6'), '4:7: the tag "!dice" is not known.'],
    [small('hub:\n\tversion: 1'), '5:1: this is not YAML: Tabs are not allowed as indentation.'],
    [small('hub: *none\nseed: 1\nseed: 2'), '6:1: the key "seed" is written twice.'],
    [small('hub: *none'), '4:6: nothing before this has the anchor &none.'],
    [small('hub: { <<: *none }'), '4:12: nothing before this has the anchor &none.'],
    [small('hub: { <<: 5 }'), '4:8: only maps can be merged with <<.'],
    [small('hub: { <<: [{}, 5] }'), '4:8: only maps can be merged with <<.'],
    [small('hub: { __proto__: {} }'), '4:8: the key "__proto__" cannot be used.'],
    [small('? [a]\n: 1'), '4:3: a key must be a text.'],
    [`${small('')}---\na: 1\n`, '5:1: the file holds more than one YAML document.'],
    [
      'a:\n  - { b: {\nc: 1 } }',
      '3:1: this is not YAML: Flow map in block collection must be sufficiently indented and end with a }.',
    ],
    [
      'a: [',
      '1:5: this is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ].',
    ],
  ])
})

test('unknown keys are refused at the key, with the known one that is near', async t => {
  await refuses(t, [
    [small('sead: 1'), '4:1: the scenario has no key "sead"; did you mean "seed"?'],
    [small('colour: red'), '4:1: the scenario has no key "colour".'],
    [
      small('hub: { with: { retenton: 3 d } }'),
      '4:16: hub.with has no key "retenton"; did you mean "retention"?',
    ],
    [small('hub: { with: { maxDataSize: 4 } }'), '4:16: hub.with has no key "maxDataSize".'],
    [small('service:\n  RetryAfter: 1 s'), '5:3: service has no key "RetryAfter".'],
    [
      small('links: { han: { los: 5 % } }'),
      '4:17: links.han has no key "los"; did you mean "loss"?',
    ],
    [small('hub: { "two\\nlines \\e[31m": 1 }'), '4:8: hub has no key "two\\nlines \\u001b[31m".'],
    [
      small('links: { "two\\nlines": {} }'),
      '4:10: links["two\\nlines"] must be a link: wan, csp or han, then .up, .down or the name of a device, not "two\\nlines".',
    ],
    [
      small('hub: { aa: 1, version: -1 }'),
      '4:8: hub has no key "aa".',
      '4:24: hub.version must be a whole number from 0 to 0xffffffff, not -1.',
    ],
    [small('hub: { aa: 1, bb: 2 }'), '4:8: hub has no key "aa".', '4:15: hub has no key "bb".'],
    [small('hub: { "<<": {} }'), '4:8: hub has no key "<<".'],
    [
      small('steps:\n  - { wait: { event: booted, sourze: hub } }'),
      '5:30: steps[0].wait has no key "sourze"; did you mean "source"?',
    ],
  ])
})

test('a place inside an alias or a merged map is where the text of it stands', async t => {
  await refuses(t, [
    [
      'name: x\ndevices:\n  a: &a { profile: esmee }\n  b: { profile: gsme, <<: *a }\n',
      `3:20: devices.a.profile must be one of ${PROFILES.map(p => p.name).join(', ')}, not "esmee"; did you mean "esme"?`,
    ],
    [
      'name: x\nhub: &h { versio: 1 }\ndevices:\n  b: { profile: gsme, <<: *h }\n',
      '2:11: hub has no key "versio"; did you mean "version"?',
      '2:11: devices.b has no key "versio"; did you mean "version"?',
    ],
    [
      'name: x\nhub: &h { version: 1 }\ndevices:\n  b: *h\n',
      `4:6: devices.b.profile is missing: it must be one of ${PROFILES.map(p => p.name).join(', ')}.`,
    ],
    [
      'name: x\ndescription: &d esmee\ndevices:\n  b: { profile: *d }\n',
      `4:17: devices.b.profile must be one of ${PROFILES.map(p => p.name).join(', ')}, not "esmee"; did you mean "esme"?`,
    ],
  ])
})

test('lines are counted as editors count them', async t => {
  t.strictSame(problemsOf('name: x\r\ndevices:\r\n  e: 5\r\n'), [
    '3:6: devices.e must be a map, not 5.',
  ])
  t.strictSame(problemsOf('# ä€😀\nname: x\ndevices:\n  e: 5\n'), [
    '4:6: devices.e must be a map, not 5.',
  ])
})

test('at most 20 problems are listed, by their places, and the others counted', async t => {
  const steps = Array.from({ length: 30 }, (_, i) => `  - { wait: ${i + 1} }`).join('\n')
  const problems = problemsOf(small(`steps:\n${steps}`))
  t.equal(problems.length, 21)
  t.match(problems[0], /^5:13: steps\[0\]\.wait /)
  t.match(problems[19], /^24:13: steps\[19\]\.wait /)
  t.equal(problems[20], 'and 10 more.')
})

test('a text that would exhaust the reader is refused', async t => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (const [i, name] of [...'bcdefghi'].entries()) {
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(', ')}]`)
  }
  t.strictSame(problemsOf(bomb.join('\n')), ['1:1: its aliases stand for too much text.'])
  const many = `a: &a 1\nb: [${'*a, '.repeat(201)}]`
  t.strictSame(problemsOf(many), ['2:805: the file has more than 200 aliases.'])
  t.strictSame(problemsOf('#'.repeat(65_537)), [
    '1:1: the file has 65537 characters; 65536 are the most.',
  ])
  t.strictSame(problemsOf('#'.repeat(65_536)), ['1:1: the scenario must be a map, not nothing.'])
  for (const text of ['- ', '[']) {
    const deep = problemsOf(text.repeat(30_000))
    t.match(deep[0], /^1:\d+: the file is nested too deeply\.$/)
    t.equal(deep.length, 1, 'told once')
  }
  t.ok(problemsOf('a: &a { b: *a }\n<<: *a\n').length > 0)
  for (const text of ['[', '{a: ', '? ', '- - ? '])
    t.ok(problemsOf(text.repeat(16_000)).length > 0, text)
})

test('whatever becomes of a good text, it is read or refused', async t => {
  const pieces = [
    '*d',
    '&d',
    '<<: ',
    '{',
    '}',
    '[',
    ']',
    '- ',
    ': ',
    '\n',
    '\t',
    '"',
    '!x ',
    '~',
    '0x',
    '__proto__',
    '? ',
    '%',
    '|',
    '💡',
    '\0',
    '.inf',
    '1e999',
    'null',
  ]
  const cut = fc.record({
    at: fc.nat({ max: EVERYTHING.length }),
    drop: fc.nat({ max: 30 }),
    put: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8 })),
  })
  let refused = 0
  const runs = 400
  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), cuts => {
      let text = EVERYTHING
      for (const { at, drop, put } of cuts) text = text.slice(0, at) + put + text.slice(at + drop)
      const problems = problemsOf(text)
      if (problems.length > 0) refused++
      return problems.every(line => /^(\d+:\d+: .*[.?]|and \d+ more\.)$/s.test(line))
    }),
    { numRuns: runs },
  )
  t.ok(refused > runs / 2 && refused < runs, `${refused} of ${runs} refused`)
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), text => problemsOf(text).length > 0),
    { numRuns: 200 },
  )
})
