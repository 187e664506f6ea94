// Scenarios with virtual boards, from the Supplier to the board's own flash: what arrives is what runs, what the board does
// to the supply the hub feels, what is lost comes back, and what fails has a name. Each test has boards of its own.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { TraceEvent, TraceName } from '#emulators/trace/trace'
import { hanrigError } from '#hil/errors/errors'
import { all, has, type One, type Some } from '../../helpers/home.ts'
import { boardNamed, playRig } from '../../helpers/rig.ts'
import { problemsOf } from '../../helpers/trace-schema.ts'

// Most of a test is waiting for what its board does in its own time.
t.jobs = 3

const SPEED = 20

interface Home {
  /** Name of the board, and of nothing else in this process. */
  readonly board: string
  readonly settings?: string
  readonly profile?: string
  readonly image?: string
  readonly more?: string
  readonly steps?: string
}

function home({
  board,
  settings = '',
  profile = 'esme-pre-mp102a',
  image = 'size: 40 kB',
  more = '',
  steps = '',
}: Home): string {
  return `
name: a board
images: { meter: { ${image}, for: esme, version: 2 } }
hub: { with: { ad1Threshold: 2 s, rebootTime: 1 s } }
devices:
  esme:
    profile: ${profile}
    listed: yes
    board: virtual:wasm?${settings}#${board}
    with: { blockPeriod: 0, maxDataSize: 255 B, activationShortest: 20 s, activationLongest: 22 s, messageTimeout: 2 s }
${more}
service: { wanBlockSize: 8192 B }
links: { wan: { latency: 1 ms, jitter: 0, bitRate: 100000000 }, csp: { latency: 1 ms, jitter: 0, bitRate: 100000000 }, han: { latency: 1 ms, jitter: 0, bitRate: 100000000 } }
steps:
  - distribute: meter
${steps}
  - activate: meter
until: 10 min
`
}

function valid(
  t: { same(a: unknown, b: unknown, m: string): unknown },
  events: readonly TraceEvent[],
): void {
  const wrong = new Set(events.flatMap(each => problemsOf(JSON.parse(JSON.stringify(each)))))
  t.same([...wrong].slice(0, 5), [], 'the trace keeps to its schema')
}

const one = <N extends TraceName>(events: readonly TraceEvent[], what: Some<N>): One<N> => {
  const found = all(events, what)
  if (found.length !== 1) throw new Error(`${found.length} of ${JSON.stringify(what)}`)
  return found[0]!
}

t.test('the image that crossed the HAN runs on the board, and the hub feels it', async t => {
  const { outcome, events, fault } = await playRig(home({ board: 'whole' }), { speed: SPEED })
  t.equal(fault, undefined)
  t.match(outcome, {
    ok: true,
    devices: [{ fileVersion: 2 }],
    ad1: { suppressed: 1, forwarded: 0 },
  })
  valid(t, events)
  t.match(one(events, { name: 'board-ready' }), {
    source: 'esme',
    fileVersion: 0,
    hardwareVersion: 0x1111,
    power: 'virtual',
    hubSupply: 'agent',
  })
  const whole = one(events, { name: 'board-whole' })
  t.match(whole, { resent: 0, resumes: 0, sha256: outcome.devices[0]!.sha256 })
  t.equal(whole.sent, whole.blocks)
  t.match(one(events, { name: 'board-runs' }), {
    fileVersion: 2,
    sha256: whole.sha256,
    activation: 'success',
  })
  const order = [
    'ota-whole',
    'board-whole',
    'image-verified',
    'activation-began',
    'supply-lost',
    'supply-restored',
    'board-runs',
    'activation-ended',
  ]
  const at = order.map(name => events.findIndex(event => event.name === name))
  t.same(
    at,
    at.toSorted((a, b) => a - b),
    order.join(', '),
  )
  t.equal((await boardNamed('whole')).supplyOn, true)
  t.match(
    outcome.checks.find(({ name }) => name === 'board of esme'),
    { ok: true, actual: /runs 0x00000002/ },
  )

  // A second run finds on the board what the first has left.
  const again = home({ board: 'whole', image: 'size: 41 kB' }).replace('version: 2', 'version: 3')
  const second = await playRig(again, { speed: SPEED })
  t.match(one(second.events, { name: 'board-ready' }), { fileVersion: 2 })
  t.match(one(second.events, { name: 'activation-ended' }), { before: 2, fileVersion: 3, code: 0 })
  t.equal(second.outcome.ok, true)
})

t.test('a board whose profile does not cut leaves the hub its supply', async t => {
  const { outcome, events } = await playRig(home({ board: 'kept', profile: 'esme' }), {
    speed: SPEED,
  })
  t.equal(outcome.ok, true)
  t.equal(all(events, { name: 'supply-lost' }).length, 0)
  t.match(one(events, { name: 'board-activating' }), { cutsSupply: false })
})

t.test(
  'its cable is pulled in mid-transfer and plugged in again: it goes on where it was',
  async t => {
    const steps = `  - wait: { event: board-progress, source: esme }
  - { pull: [esme], for: 10 s }`
    const yaml = home({ board: 'pulled', settings: 'baud=921600', image: 'size: 100 kB', steps })
    const { outcome, events } = await playRig(yaml, { speed: SPEED })
    valid(t, events)
    t.equal(outcome.ok, true, outcome.failures.join())
    t.equal(all(events, { name: 'board-lost' }).length, 1)
    t.equal(all(events, { name: 'board-back' }).length, 1)
    const [first, second] = all(events, { name: 'board-sending' })
    t.equal(first!.held, 0)
    t.ok(second!.held > 0, `${second!.held} blocks were there`)
    const { blocks, sent, resent, resumes } = one(events, { name: 'board-whole' })
    t.equal(resumes, 1)
    t.ok(sent - blocks < 64 && sent - resent <= blocks + 64, `${sent} sent for ${blocks}`)
    t.ok(sent < 2 * blocks, 'far fewer than all again')
  },
)

t.test('the power is cut while it takes the image: what it held it is not sent again', async t => {
  const steps = `  - wait: { event: board-progress, source: esme }
  - { cut-power: [esme], for: 10 s }`
  const yaml = home({ board: 'cut', settings: 'baud=921600', image: 'size: 100 kB', steps })
  const { outcome, events } = await playRig(yaml, { speed: SPEED })
  valid(t, events)
  t.equal(outcome.ok, true, outcome.failures.join())
  t.match(all(events, { name: 'board-switch', switch: 'power', by: 'virtual' }), [
    { on: false },
    { on: true },
  ])
  const held = all(events, { name: 'board-sending' }).map(event => event.held)
  t.equal(held.length, 2)
  t.ok(held[1]! > 0, `${held[1]} blocks were there`)
})

t.test('the power is cut while it activates: it ends in the new image', async t => {
  const yaml = home({ board: 'cut-2' })
  const cut = yaml.replace(
    '  - activate: meter',
    '  - { cut-power: [esme], for: 5 s, at: 35 s }\n  - { wait: 25 s }\n  - activate: meter',
  )
  const { outcome, events } = await playRig(cut, { speed: SPEED })
  valid(t, events)
  const activating = one(events, { name: 'board-activating' }).t
  const off = one(events, { name: 'board-switch', on: false }).t
  t.ok(
    off > activating && off < activating + 20_000,
    `cut at ${off}, activating since ${activating}`,
  )
  t.match(one(events, { name: 'booted', source: 'esme' }), { pending: 'activating' })
  t.equal(all(events, { name: 'activation-began' }).length, 2, 'the device begins again')
  t.match(all(events, { name: 'activation-ended' }), [{ code: 0, fileVersion: 2 }])
  t.equal(all(events, { name: 'supply-restored' }).length, 1)
  t.equal(outcome.ok, true, outcome.failures.join())
})

t.test(
  'hardware that no image is for is the device’s hardware, and the hub has nothing for it',
  async t => {
    const { events, fault } = await playRig(home({ board: 'other', settings: 'hardware=4096' }), {
      speed: SPEED,
    })
    valid(t, events)
    t.equal(fault, undefined)
    t.match(one(events, { name: 'board-ready' }), { hardwareVersion: 0x1000 })
    t.match(one(events, { name: 'ota-refused' }), { source: 'esme', status: 0x98 })
    t.equal(all(events, { name: 'board-sending' }).length, 0)
  },
)

t.test('what a board refuses its device rejects, and the Supplier hears of it', async t => {
  const refusals: [settings: string, image: string, cause: string, reason: RegExp][] = [
    ['manufacturer=4660', 'size: 20 kB', 'HANRIG_BOARD_MISMATCH', /manufacturer 0x121d.*0x1234/],
    ['flashSize=262144', 'size: 140 kB', 'HANRIG_BOARD_SLOT', /the slot of .* holds/],
  ]
  for (const [i, [settings, image, cause, reason]] of refusals.entries()) {
    const yaml = home({ board: `refuses-${i}`, settings, image })
    const { events, fault } = await playRig(yaml, { speed: SPEED })
    valid(t, events)
    t.equal(fault, undefined)
    t.match(one(events, { name: 'board-refused' }), { cause, reason })
    t.match(one(events, { name: 'image-rejected' }), { reason })
    t.equal(all(events, { name: 'alert-received', source: 'supplier', code: '8F1C' }).length, 1)
    t.equal(all(events, { name: 'board-activating' }).length, 0)
  }
})

t.test('a device that is not plugged in has a board without power, until it is', async t => {
  const yaml = home({ board: 'dark', steps: '  - { plug: [esme], at: 5 s }' }).replace(
    'listed: yes',
    'listed: yes\n    plugged: no',
  )
  const { outcome, events } = await playRig(yaml, { speed: SPEED })
  valid(t, events)
  t.equal(outcome.ok, true, outcome.failures.join())
  t.match(all(events, { name: 'board-switch' }), [{ on: false }, { on: true }])
  t.match(one(events, { name: 'board-runs' }), { fileVersion: 2 })
})

t.test('two boards in one home are each their device’s', async t => {
  const yaml = home({
    board: 'left',
    more: `  other: { profile: esme, board: 'virtual:wasm#right', with: { blockPeriod: 0, maxDataSize: 255 B } }`,
  })
  const { outcome, events } = await playRig(yaml, { speed: SPEED })
  t.equal(outcome.ok, true, outcome.failures.join())
  for (const source of ['esme', 'other']) {
    t.equal(all(events, { name: 'board-runs', source, fileVersion: 2 }).length, 1, source)
  }
  t.equal(outcome.checks.filter(({ name, ok }) => name.startsWith('board of') && ok).length, 2)
})

t.test('a board that goes silent ends the run by name, and in time', async t => {
  const yaml = home({ board: 'silent', settings: 'baud=921600', image: 'size: 100 kB' })
  const began = performance.now()
  const { outcome, events, fault } = await playRig(yaml, {
    speed: SPEED,
    comesBackWithin: 500,
    sees: ({ name }) => {
      if (name === 'board-progress') void boardNamed('silent').then(board => board.powerCut())
    },
  })
  valid(t, events)
  t.match(fault, { code: 'HANRIG_BOARD_SILENT', kind: 'timeout' })
  t.equal(all(events, { name: 'board-lost' }).length, 1)
  t.match(one(events, { name: 'board-failed' }), { cause: 'HANRIG_BOARD_SILENT' })
  t.equal(outcome.ok, false)
  t.match(
    outcome.checks.find(({ name }) => name === 'board of esme'),
    { ok: false, actual: /HANRIG_BOARD_SILENT/ },
  )
  t.ok(performance.now() - began < 20_000)
})

t.test('a board whose cable stays out ends the run as a device error', async t => {
  const { outcome, events, fault } = await playRig(home({ board: 'out' }), {
    speed: SPEED,
    comesBackWithin: 500,
    sees: ({ name }) => {
      if (name === 'board-activating') void boardNamed('out').then(board => board.unplug())
    },
  })
  valid(t, events)
  t.match(fault, {
    code: 'HANRIG_PORT_GONE',
    kind: 'device',
    message: /has not come back for 0.5 s/,
  })
  t.equal(outcome.ok, false)
  const board = await boardNamed('out')
  board.replug()
})

t.test(
  'an image that goes bad in the board’s flash is not run: the activation has failed',
  async t => {
    const { outcome, events, fault } = await playRig(home({ board: 'rotten' }), {
      speed: SPEED,
      sees: ({ name }) => {
        if (name !== 'board-activating') return
        // One of the two slots is empty: what is flipped is of the image that is about to run.
        void boardNamed('rotten').then(({ flash: { octets } }) => {
          octets[octets.findIndex((octet, at) => at > 1_000_000 && octet !== 0xff)]! ^= 1
        })
      },
    })
    valid(t, events)
    t.equal(fault, undefined)
    t.match(one(events, { name: 'board-runs' }), { activation: 'reverted', fileVersion: 0 })
    t.match(one(events, { name: 'activation-ended' }), { code: 3, fileVersion: 1 })
    t.match(one(events, { name: 'srv-response', service: '11.3' }), { code: 3 })
    t.match(
      outcome.checks.find(({ name }) => name === 'board of esme'),
      { ok: true },
    )
  },
)

t.test(
  'a command can be the switch of the hub’s supply: off before the board activates, on after',
  async t => {
    const directory = t.testdir({})
    const file = join(directory, 'supply')
    const say = (word: string) =>
      `"${process.execPath}" -e "require('fs').appendFileSync(process.argv[1], '${word} ')" "${file}"`
    const board = JSON.stringify({
      port: 'virtual:wasm#relay',
      hubSupply: { on: say('on'), off: say('off') },
      power: { on: say('power'), off: say('dark') },
    })
    const steps = `  - { cut-power: [esme], for: 20 s, at: 1 ms }`
    const yaml = home({ board: 'relay', steps }).replace('virtual:wasm?#relay', board)
    const { outcome, events } = await playRig(yaml, { speed: SPEED })
    valid(t, events)
    t.equal(outcome.ok, true, outcome.failures.join())
    t.equal(readFileSync(file, 'utf8'), 'dark power off on ')
    t.match(all(events, { name: 'board-switch', switch: 'hub-supply', by: 'command' }), [
      { on: false },
      { on: true },
    ])
    t.match(one(events, { name: 'board-activating' }), { cutsSupply: false })
    const order = ['supply-lost', 'board-activating', 'supply-restored', 'board-runs']
    // The last of each: the hub went before, with the mains of its ESME.
    const at = order.map(name => events.findLastIndex(event => event.name === name))
    t.same(
      at,
      at.toSorted((a, b) => a - b),
    )
    t.ok(all(events, { name: 'board-log' }).some(({ text }) => String(text).startsWith('$ ')))
  },
)

t.test('a switch that fails ends the run by name', async t => {
  const board = JSON.stringify({
    port: 'virtual:wasm#broken',
    hubSupply: { on: 'true', off: 'false' },
  })
  const { fault } = await playRig(
    home({ board: 'broken' }).replace('virtual:wasm?#broken', board),
    {
      speed: SPEED,
    },
  )
  t.match(fault, { code: 'HANRIG_SWITCH_FAILED', kind: 'device', message: /it ended with 1/ })
})

t.test('a board without a power switch is told of, where the scenario takes its power', async t => {
  const { noticesOfBoard } = await import('#hil/rig/rig-notices')
  const { readScenario } = await import('#emulators/scenario/read/read')
  const cuts = readScenario(home({ board: 'n', steps: '  - { cut-power: [esme], for: 1 s }' }), 'x')
  const calm = readScenario(home({ board: 'n' }), 'x')
  const equipment = { link: { address: 'COM3' } } as never
  t.match(noticesOfBoard('esme', equipment, cuts), [
    /^The board of esme \(COM3\) has no power switch/,
  ])
  t.same(noticesOfBoard('esme', equipment, calm), [])
})

t.test('who interrupts a run gets a verdict', async t => {
  const { outcome, fault } = await playRig(home({ board: 'stopped' }), {
    sees: (event, rig) => {
      if (has({ name: 'ota-offered' })(event))
        rig.abort(hanrigError('HANRIG_INTERRUPTED', 'Enough.'))
    },
  })
  t.match(fault, { code: 'HANRIG_INTERRUPTED', kind: 'interrupted' })
  t.equal(outcome.ok, false)
  t.match(outcome.failures.join(), /not interrupted, found Enough/)
})

t.test('what differs between two runs is when the board did something, not what', async t => {
  const told = async (board: string): Promise<string[]> => {
    const { events } = await playRig(home({ board }), { speed: SPEED })
    return events
      .filter(
        ({ name }) =>
          !['board-progress', 'board-log', 'board-ready', 'ota-progress'].includes(name),
      )
      .map(event =>
        [
          event.source,
          event.name,
          'fileVersion' in event ? event.fileVersion : undefined,
          'code' in event ? event.code : undefined,
        ].join(' '),
      )
      .sort()
  }
  t.same(await told('once'), await told('twice'))
})

t.test('a port at which no board answers is left as it was found', async t => {
  const board = await boardNamed('mute')
  board.powerCut()
  const yaml = home({ board: 'mute' })
  await t.rejects(playRig(yaml, { speed: SPEED, comesBackWithin: 300 }), {
    code: 'HANRIG_BOARD_SILENT',
    kind: 'timeout',
  })
  board.powerOn()
  const { outcome } = await playRig(yaml, { speed: SPEED })
  t.equal(outcome.devices.length, 1, 'it can be opened again')
})

t.test('a speed is for virtual boards, and two devices never share one', async t => {
  const real = home({ board: 'x' }).replace('virtual:wasm?#x', '/dev/ttyS99')
  await t.rejects(playRig(real, { speed: 2 }), {
    code: 'HANRIG_USAGE',
    message: /--speed is for virtual boards: \/dev\/ttyS99 of esme/,
  })
  await t.rejects(playRig(real), { code: 'HANRIG_PORT_NOT_FOUND' })
  const shared = home({ board: 'y', more: `  other: { profile: esme, board: 'virtual:wasm#y' }` })
  await t.rejects(playRig(shared), { code: 'HANRIG_USAGE', message: /esme and other cannot share/ })
})
