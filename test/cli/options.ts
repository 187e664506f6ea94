// What holds of every option of every command: a scalar one is given once, a default that help shows is one that the option
// takes, and one that would have no effect is refused.

import type { EventEmitter } from 'node:events'
import type { Command, Option } from 'commander'
import t from 'tap'
import { allCommands, isPlural } from '#cli/options/strict'
import { programOf } from '#cli/program'
import { hanrigAll } from '../helpers/hanrig.ts'

/** One that every option takes is among them; two for what tells its values apart. */
const VALUES = [
  ...[
    '1',
    '1%',
    '11',
    '9600',
    '30s',
    '5d',
    '100',
    '2026-01-05',
    'yes',
    'name=bench-1',
    'tcp:127.0.0.1:1',
  ],
  ...[
    '100:0xe9',
    '0x100..0x200',
    '101:0xe9',
    'jitter=64 ms',
    'absentShare=1%',
    'North=40 GB',
    'central',
    '00-15-8D-00-01-02-03-04',
  ],
  ...['hex', 'gb-signed', 'esme', 'csv', 'writes', 'auto', 'zstack', 'ezsp', 'file'],
  ...['utc', 'calendar', 'per-batch', '11.3', 'next-window', 'mp230', '1000', 'user-day', 'device'],
  ...[
    'large-only',
    'processed',
    'received',
    'upgrade-image',
    'smets1',
    'fifo',
    'unicast',
    'even',
    'esp',
    'days=6',
    'repair=6%',
    'South=1 GB',
    'mp230',
    '0x08000000',
  ],
] as const

const optionsOf = async (): Promise<[string, Command, Option][]> => {
  const commands = allCommands(await programOf())
  return commands.flatMap(command =>
    command.options
      .filter(({ long }) => long !== '--version')
      .map((option): [string, Command, Option] => [
        `${pathOf(command)} ${option.flags}`,
        command,
        option,
      ]),
  )
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}

/** Gives an option a value, as the command line does. */
const give = (command: Command, option: Option, value: string | undefined): unknown => {
  try {
    ;(command as unknown as EventEmitter).emit(`option:${option.name()}`, value)
    return undefined
  } catch (error) {
    return error
  }
}

const wantsValue = ({ required, optional }: Option): boolean => required || optional

/** The first values that an option takes. */
function taken({ parseArg }: Option, many: number): string[] {
  const takes = (value: string): boolean => {
    try {
      parseArg?.(value, undefined as never)
      return true
    } catch {
      return false
    }
  }
  return VALUES.filter(takes).slice(0, many)
}

t.test('every scalar option of every command is refused when it is given twice', async t => {
  const plural: string[] = []
  for (const [name, command, option] of await optionsOf()) {
    const [first, second = first] = wantsValue(option) ? taken(option, 2) : []
    if (wantsValue(option)) t.ok(first !== undefined, `${name} takes a value that is tried`)
    t.equal(give(command, option, first), undefined, `${name}: once`)
    const refusal = give(command, option, second)
    if (isPlural(option)) {
      plural.push(name)
      t.equal(refusal, undefined, `${name}: again`)
    } else {
      const message = `${option.long} is given twice; it is given once.`
      t.match(refusal, { code: 'HANRIG_USAGE', message }, `${name}: twice`)
    }
  }
  t.same(plural.sort(), [
    'hanrig boards --allow <what>',
    'hanrig boards -p, --port <port>',
    'hanrig campaign simulate --with <field=value>',
    'hanrig campaign volumes --capacity <octets>',
    'hanrig campaign volumes --with <field=value>',
    'hanrig flash --allow <what>',
    'hanrig flash --board <board>',
    'hanrig flash --device <eui64>',
    'hanrig flash --expect <regex>',
    'hanrig flash --send <text>',
    'hanrig flash -p, --port <port>',
    'hanrig run --allow <what>',
    'hanrig run --board <board>',
    'hanrig stick --confirm <n:status>',
  ])
})

t.test('every default is shown as the option takes it', async t => {
  for (const [name, , option] of await optionsOf()) {
    const { defaultValue, defaultValueDescription, parseArg } = option
    if (!wantsValue(option) || defaultValue === undefined) continue
    const shown = defaultValueDescription ?? JSON.stringify(defaultValue)
    const word = /^"(.*)"$/.exec(shown)?.[1] ?? shown
    t.ok(word !== shown || !/\s/.test(shown), `${name}: ${shown} is one word of a shell`)
    t.same(parseArg ? parseArg(word, undefined as never) : word, defaultValue, `${name}: ${shown}`)
  }
})

const FILE = 'there-is-none'

t.test(
  'an option without effect is refused, and so is a value that takes another’s place',
  async t => {
    const cases: readonly (readonly [args: readonly string[], says: RegExp])[] = [
      [
        ['flash', FILE, '--device', 'A', '--device', 'B'],
        /'--device <eui64>' argument 'A' is invalid/,
      ],
      [
        ['flash', FILE, '--stick', 'p', ...two('--device', '00158d0001020304', '00158d0001020304')],
        /00-15-8D-00-01-02-03-04 is named twice/,
      ],
      [
        ['flash', FILE, '--stick', 'p', '--device', '00158d0001020304', '--jobs', '2'],
        /--jobs is for several devices/,
      ],
      [['run', '--json', '--json'], /--json is given twice/],
      [['alerts', '--days', '1', 'generate', '--days', '2'], /--days is given twice/],
      [['run', '--speed', '2'], /--speed means nothing where no board takes part/],
      [
        ['run', 'smets1-large-image', '--wait', '1s'],
        /--wait means nothing where no board is of a pool/,
      ],
      [['run', 'board-virtual', '--pool', 'x'], /--pool means nothing where no board is of a pool/],
      [['run', 'bad-signature', 'ihd-refused', '--speed', '2'], /--speed means nothing/],
      [
        ['run', 'board-virtual', '--no-boards', '--speed', '2'],
        /--speed means nothing beside --no-b/,
      ],
      [['run', '--resume', FILE, '--speed', '2'], /--speed means nothing beside --resume/],
      [['run', '--wrap'], /--wrap means nothing without --image/],
      [
        ['snapshot', '--at', '1s', '--out', 'x', '--kind', 'standard'],
        /--kind means nothing without/,
      ],
      [['flash', FILE, '--pool', 'x'], /--pool means nothing without --board/],
      [['flash', FILE, '--allow', 'writes'], /--allow means nothing without --board/],
      [['flash', FILE, '--stick', 'p', '--board', 'tag=x'], /--board means nothing beside --stick/],
      [
        ['flash', FILE, '--no-activate', '--cut-supply'],
        /--cut-supply means nothing beside --no-act/,
      ],
      [['boards', '--no-probe', '--baud', '9600'], /--baud means nothing beside --no-probe/],
      [['boards', '--pool', 'x', '--port', 'virtual:wasm'], /--port means nothing beside --pool/],
      [['boards', '--allow', 'writes'], /--allow means nothing without --pool/],
      [['alerts', '--skip-bad'], /--skip-bad means nothing without files of events/],
      [['alerts', 'generate', '--window', '5min'], /--window means nothing beside generate/],
      [['campaign', 'plan', '--example', '--json'], /--json means nothing beside --example/],
      [['campaign', 'plan', '--format', 'csv'], /--format means nothing without a portfolio/],
      [['campaign', 'plan', '--json', '--all'], /--all means nothing beside --json/],
      [['campaign', 'simulate', '--fields', '--seed', '2'], /--seed means nothing beside --fields/],
      [
        ['campaign', 'simulate', ...two('--with', 'jitter=64 ms', 'jitter=32 ms')],
        /jitter is given already/,
      ],
      [
        ['campaign', 'simulate', '--loss', '1%', '--with', 'loss=2%'],
        /loss is given by --with and by an option of its own/,
      ],
      [
        ['stick', '--confirm', '1:0xe9', '--confirm', '1:0xf0'],
        /Data request 1 has a status already/,
      ],
      [['stick', '--unclipped'], /--unclipped means nothing without --page/],
      [['stick', '--format', 'raw'], /--format means nothing without --image/],
    ]
    for (const [i, { exit, stderr }] of hanrigAll(cases.map(([args]) => args)).entries()) {
      const [args, says] = cases[i]!
      t.equal(exit, 2, args.join(' '))
      t.match(stderr, says)
    }
  },
)

function two(flag: string, first: string, second: string): string[] {
  return [flag, first, flag, second]
}

t.test('a name that is nearly right is met with the one that was probably meant', async t => {
  const cases: readonly (readonly [args: readonly string[], near: string])[] = [
    [['run', 'smets1-large-imgae'], 'smets1-large-image'],
    [['run', '--profile', 'esmee'], 'esme'],
    [['stick', '--profile', 'gsm'], 'gsme'],
    [['stick', '--protocol', 'zstak'], 'zstack'],
    [['flash', FILE, '--protocol', 'xmoden'], 'xmodem'],
    [['run', '--format', 'srek'], 'srec'],
    [['image', 'check', FILE, '--measure', 'upgrad-image'], 'upgrade-image'],
    [['alerts', '--judged-by', 'recieved'], 'received'],
    [['run', '--allow', 'comands'], 'commands'],
  ]
  for (const [i, { exit, stderr }] of hanrigAll(cases.map(([args]) => args)).entries()) {
    const [args, near] = cases[i]!
    t.equal(exit, 2, args.join(' '))
    t.match(stderr, `did you mean "${near}"?`)
  }
  const ports = ['boards', '--json', '--port', 'virtual:wsam', '--port', 'virtual:wasm?buad=1']
  const { stdout } = hanrigAll([ports])[0]!
  t.match(stdout, 'did you mean \\"wasm\\"?')
  t.match(stdout, 'did you mean \\"baud\\"?')
})
