// Results as other programs read them, and as a terminal shows them.

import t from 'tap'
import { parse } from 'yaml'
import { renderJUnit } from '#cli/run/report/junit'
import type { RunResult } from '#cli/run/report/result'
import { summaryLine } from '#cli/run/report/summary'
import { renderTap } from '#cli/run/report/tap'

const check = (name: string, ok: boolean, line = 0) => ({
  name,
  ok,
  expected: ok ? 'so' : 'so it is',
  actual: ok ? 'so' : 'not so',
  line,
})

const PLAIN = { notices: [], boards: [] }

const GOOD: RunResult = {
  ...PLAIN,
  name: 'All well',
  file: 'a.yaml',
  ok: true,
  duration: 90_500,
  checks: [check('first', true), check('second', true, 7)],
}
const BAD: RunResult = {
  ...PLAIN,
  name: 'Not well',
  file: 'dir/b.yaml',
  ok: false,
  duration: 3_600_000,
  checks: [
    check('always', false),
    check('first', true, 8),
    check('twice', false, 9),
    check('twice', false, 11),
  ],
}
const UNREAD: RunResult = {
  ...PLAIN,
  name: 'c.yaml',
  file: 'c.yaml',
  ok: false,
  duration: 0,
  checks: [],
  error: {
    code: 'HANRIG_SCENARIO_INVALID',
    message: 'c.yaml:1:1: no name\nc.yaml:2:1: no images',
    exit: 2,
  },
}
/** Everything that a format could stumble over. */
const EVIL =
  'a # b \\ c\n"d" <e> & \'f\' ]]> \u0000\u0007\u000b\u001b\u0085\u2028\ufffe\ud800 \t ... --- 😀'
const EVIL_RESULT: RunResult = {
  ...PLAIN,
  name: EVIL,
  file: EVIL,
  ok: false,
  duration: 1,
  checks: [{ name: EVIL, ok: false, expected: EVIL, actual: `${EVIL}!`, line: 3 }],
}

// TAP

interface Point {
  readonly ok: boolean
  readonly number: number
  readonly name: string
  readonly said: Record<string, unknown> | undefined
  readonly points: readonly Point[]
}

/** Reads TAP 14 strictly: nothing but plans, points, subtests and YAML blocks. */
function readTap(text: string): Point[] {
  const lines = text.split('\n')
  t.equal(lines.shift(), 'TAP version 14')
  t.equal(lines.pop(), '', 'ends with a line break')
  return readPoints(lines)
}

function readPoints(lines: string[]): Point[] {
  const points: Point[] = []
  const plan = /^1\.\.(\d+)$/.exec(lines.shift() ?? '')
  let inside: Point[] = []
  while (lines.length > 0) {
    const text = lines.shift()!
    if (text.startsWith('# Subtest: ')) {
      const own: string[] = []
      while (lines[0]?.startsWith('    ')) own.push(lines.shift()!.slice(4))
      inside = readPoints(own)
      continue
    }
    const [, not, number, name] = /^(not )?ok (\d+) - (.*)$/.exec(text)!
    let said: Record<string, unknown> | undefined
    if (lines[0] === '  ---') {
      const block = lines.splice(0, lines.indexOf('  ...') + 1)
      said = parse(block.slice(1, -1).join('\n'))
    }
    points.push({
      ok: not === undefined,
      number: Number(number),
      name: name!,
      said,
      points: inside,
    })
    inside = []
  }
  t.equal(points.length, Number(plan?.[1]), 'the plan is kept')
  t.same(
    points.map(({ number }) => number),
    points.map((_, i) => i + 1),
  )
  return points
}

t.test('TAP of one scenario has a point for each check', async t => {
  const points = readTap(renderTap([BAD]))
  t.same(
    points.map(({ ok, name }) => [ok, name]),
    [
      [false, 'always'],
      [true, 'first'],
      [false, 'twice'],
      [false, 'twice'],
    ],
  )
  t.same(points[0]!.said, { expected: 'so it is', actual: 'not so', file: 'dir/b.yaml' })
  t.equal(points[1]!.said, undefined, 'what is well needs no words')
  t.same(points[2]!.said, { expected: 'so it is', actual: 'not so', file: 'dir/b.yaml', line: 9 })
  const { file: _, ...nameless } = BAD
  t.same(Object.keys(readTap(renderTap([nameless]))[2]!.said!), ['expected', 'actual', 'line'])
})

t.test('TAP of several scenarios has a subtest for each', async t => {
  const points = readTap(renderTap([GOOD, BAD, UNREAD]))
  t.same(
    points.map(({ ok, name, points }) => [ok, name, points.length]),
    [
      [true, 'All well', 2],
      [false, 'Not well', 4],
      [false, 'c.yaml', 0],
    ],
  )
  const said = {
    message: UNREAD.error!.message,
    code: 'HANRIG_SCENARIO_INVALID',
    exit: 2,
    file: 'c.yaml',
  }
  t.same(points[2]!.said, said)
  const [only] = readTap(renderTap([UNREAD]))
  t.match(only, { ok: false, name: 'c.yaml', said })
})

t.test('no text breaks TAP', async t => {
  for (const results of [[EVIL_RESULT], [EVIL_RESULT, GOOD]]) {
    const text = renderTap(results)
    const points = readTap(text)
    const point = results.length === 1 ? points[0]! : points[0]!.points[0]!
    t.ok(point.name.startsWith('a \\# b \\\\ c "d" <e>'), 'no directive, no second line')
    t.match(point.said, { expected: EVIL.toWellFormed(), line: 3 })
    t.notMatch(text, /[^\P{Cc}\n]|[\p{Cs}\u2028\ufffe]/u, 'no character that YAML forbids')
  }
})

// JUnit

interface Element {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  text: string
}

const REFERENCES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#9;': '\t',
  '&#10;': '\n',
  '&#13;': '\r',
}

/** Reads XML strictly: well-formed, without what XML 1.0 forbids, and nothing but elements and text. */
function readXml(xml: string): Element {
  t.notMatch(
    xml,
    /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u,
    'only what XML may hold',
  )
  const start = '<?xml version="1.0" encoding="UTF-8"?>\n'
  t.ok(xml.startsWith(start))
  const root: Element = { tag: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const part = /<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>|([^<]+)/gy
  part.lastIndex = start.length
  for (let end = start.length; end < xml.length; end = part.lastIndex) {
    const match = part.exec(xml)
    if (!match) throw new Error(`not well-formed: ${xml.slice(end, end + 60)}`)
    const [, isEnd, tag, attributes, isEmpty, text] = match
    const parent = open.at(-1)!
    if (text !== undefined) {
      if (text.includes(']]>')) throw new Error('a section ends that never began')
      parent.text += resolved(text)
    } else if (isEnd) {
      if (open.pop()!.tag !== tag) throw new Error(`</${tag}> ends something else`)
    } else {
      const element: Element = {
        tag: tag!,
        attributes: readAttributes(attributes!),
        children: [],
        text: '',
      }
      parent.children.push(element)
      if (!isEmpty) open.push(element)
    }
  }
  t.equal(open.length, 1, 'everything ends')
  t.equal(root.children.length, 1)
  return root.children[0]!
}

function readAttributes(text: string): Record<string, string> {
  const found = [...text.matchAll(/ ([a-z]+)="([^"<]*)"/g)]
  const names = found.map(([, name]) => name)
  t.equal(new Set(names).size, names.length, 'each attribute is there once')
  return Object.fromEntries(found.map(([, name, value]) => [name!, resolved(value!)]))
}

function resolved(text: string): string {
  return text.replace(/&[^;]*;?/g, name => {
    if (REFERENCES[name] === undefined) throw new Error(`no entity ${name}`)
    return REFERENCES[name]
  })
}

t.test('JUnit has a suite for each scenario and a case for each check', async t => {
  const root = readXml(renderJUnit([GOOD, BAD, UNREAD], '1.2.3'))
  t.equal(root.tag, 'testsuites')
  t.same(root.attributes, { name: 'hanrig', tests: '7', failures: '3', errors: '1', time: '0' })
  const [good, bad, unread] = root.children
  t.same(good!.attributes, {
    name: 'All well',
    tests: '2',
    failures: '0',
    errors: '0',
    skipped: '0',
    time: '0',
    file: 'a.yaml',
  })
  const [properties, first, second] = good!.children
  t.same(
    properties!.children.map(({ attributes }) => attributes),
    [
      { name: 'hanrig.version', value: '1.2.3' },
      { name: 'virtual.seconds', value: '90.500' },
    ],
  )
  t.same(first, {
    tag: 'testcase',
    attributes: { name: 'first', classname: 'a.yaml', file: 'a.yaml', time: '0' },
    children: [],
    text: '',
  })
  t.equal(second!.attributes.line, '7')
  const cases = bad!.children.slice(1)
  t.same(
    cases.map(({ attributes }) => attributes.name),
    ['always', 'first', 'twice', 'twice (2)'],
    'cases are told apart by their names',
  )
  t.match(bad!.attributes, { tests: '4', failures: '3' })
  const [failure] = cases[2]!.children
  t.same(failure!.attributes, { message: 'expected so it is, found not so', type: 'expectation' })
  t.equal(failure!.text, 'expected: so it is\nactual: not so\ndir/b.yaml:9')
  t.notOk(cases[0]!.children[0]!.text.includes('dir/b.yaml'), 'a rule has no line')
  const [error] = unread!.children[1]!.children
  t.equal(error!.tag, 'error')
  t.same(error!.attributes, {
    message: UNREAD.error!.message,
    type: 'HANRIG_SCENARIO_INVALID',
  })
  t.match(unread!.attributes, { tests: '1', failures: '0', errors: '1' })
})

t.test('JUnit of a scenario that is in no file goes by its name', async t => {
  const { file: _, ...nameless } = BAD
  const [suite] = readXml(renderJUnit([nameless], '1')).children
  t.equal(suite!.attributes.file, undefined)
  for (const { attributes } of suite!.children.slice(1)) {
    t.equal(attributes.classname, 'Not well')
    t.equal(attributes.file ?? attributes.line, undefined)
  }
  t.equal(readXml(renderJUnit([], '1')).children.length, 0)
})

t.test('no text breaks JUnit', async t => {
  const [suite] = readXml(renderJUnit([EVIL_RESULT], EVIL)).children
  const safe = EVIL.replace(/[^\P{Cc}\t\n\u0085]|[\p{Cs}\ufffe]/gu, '')
  t.equal(suite!.attributes.name, safe, 'all that XML can hold is kept')
  t.equal(suite!.children[1]!.attributes.name, safe)
})

// A terminal

t.test('a scenario is one line, and under it what failed', async t => {
  t.equal(summaryLine(GOOD), '✓ All well  1 min 31 s, 2/2 checks\n')
  t.equal(
    summaryLine(BAD),
    [
      '✗ Not well  1 h, 1/4 checks',
      '    always: expected so it is, found not so',
      '    dir/b.yaml:9  twice: expected so it is, found not so',
      '    dir/b.yaml:11  twice: expected so it is, found not so',
      '',
    ].join('\n'),
  )
  t.equal(
    summaryLine(UNREAD),
    [
      '✗ c.yaml  could not be played',
      '    HANRIG_SCENARIO_INVALID: c.yaml:1:1: no name',
      '    c.yaml:2:1: no images',
      '',
    ].join('\n'),
  )
})
