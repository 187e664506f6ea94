// What each kind of device does with an image: how it gets it, when it runs, and what it tells the Supplier.

import t from 'tap'
import { FRAME_HEADER } from '#core/block/block-frame'
import { Bytes } from '#core/bytes/bytes'
import { CANCEL_TIME, IMMEDIATE } from '#core/power/activation'
import { AT_STATE, REFUSED } from '#emulators/link/block-sender'
import { CLUSTER_HEADER, clusterOf, TUNNEL_CLUSTER, TUNNEL_HEADER } from '#emulators/link/han'
import { ACK, controlKind, encodeControl, OPEN, STATUS } from '#emulators/link/wire'
import { encodeActivate, NOT_DELIVERED } from '#emulators/service/messages'
import type { TraceEvent } from '#emulators/trace/trace'
import {
  all,
  DAY,
  finish,
  HOUR,
  has,
  MINUTE,
  optionsOf,
  type Played,
  playYaml,
} from '../../helpers/home.ts'

/** A home with one image for one device. */
function home(parts: {
  image?: string
  device: string
  hub?: string
  steps: string
  until?: string
  more?: string
}): Played {
  const { image = 'for: esme', device, hub = '{}', steps, until = '12 d', more = '' } = parts
  return playYaml(`
name: one device
images:
  new: { size: 3 kB, version: 2, ${image} }
${more}
hub: ${hub}
devices:
  box: ${device}
until: ${until}
steps:
${steps}
`)
}

const BOTH = '  - distribute: new\n  - activate: new\n'
const SENT = '  - distribute: new\n'

/** Alerts that the Supplier heard, as codes in the order in which they came. */
const alerts = ({ events }: Played): string[] =>
  all(events, { source: 'supplier', name: 'alert-received' }).map(({ code }) => code)

/** Codes of the responses to a service request, in order. */
const responses = ({ events }: Played, service: '11.1' | '11.3' | '11.4'): unknown[] =>
  all(events, { name: 'srv-response', service }).map(each =>
    each.service === '11.3' ? each.code : each.result,
  )

/** When the first event with these values came. */
function timeOf(events: readonly TraceEvent[], what: Partial<TraceEvent>): number {
  const found = events.find(has(what))
  if (!found) throw new Error(`no ${JSON.stringify(what)}`)
  return found.t
}

const versionOf = ({ run }: Played): number => run.premises.devices.get('box')!.firmware.fileVersion
const stateOf = ({ run }: Played): string => run.premises.devices.get('box')!.state

t.test('an ESME downloads, holds, and activates when it is told', async t => {
  for (const [profile, cuts] of [
    ['esme', false],
    ['esme-polyphase', false],
    ['esme-pre-mp102a', true],
    ['esme-polyphase-pre-mp102a', true],
  ] as const) {
    const played = home({ device: `{ profile: ${profile} }`, steps: BOTH })
    t.same(played.outcome.failures, [], profile)
    t.same([versionOf(played), stateOf(played)], [2, 'idle'])
    t.same(responses(played, '11.3'), [0])
    t.same(new Set(alerts(played)), new Set(['8F72', '8F8A']))
    t.equal(all(played.events, { name: 'supply-lost' }).length, cuts ? 1 : 0)
    t.equal(all(played.events, { name: 'ad1-verdict' }).length, cuts ? 1 : 0)
  }
})

t.test('a polyphase ESME is of another hardware version than the image must allow', async t => {
  const device = '{ profile: esme-polyphase }'
  const played = home({ image: 'for: esme, hardware: [0x1111, 0x1210]', device, steps: SENT })
  t.same(alerts(played), ['8F89'])
  t.equal(all(played.events, { name: 'alert-received' })[0]!.detail, 2)
  t.equal(versionOf(played), 1)
})

t.test(
  'a held image waits for ever, and one command that is dated is kept for its time',
  async t => {
    const held = home({ device: '{ profile: esme }', steps: SENT })
    t.same([versionOf(held), stateOf(held)], [1, 'held'])
    const steps = `${SENT}  - { activate: new, in: 5 h }\n`
    const dated = home({ device: '{ profile: esme }', steps })
    t.same(responses(dated, '11.3'), [5], 'accepted with NULL')
    t.same(alerts(dated).at(-1), '8F66')
    const sent = timeOf(dated.events, { name: 'srv-sent', service: '11.3' })
    t.equal(timeOf(dated.events, { name: 'activation-began' }) - sent, 5 * HOUR)
    t.equal(versionOf(dated), 2)
  },
)

t.test('a cancellation leaves the image held and is answered with NULL', async t => {
  const steps = `${SENT}  - { activate: new, in: 5 h }\n  - wait: 1 h\n  - cancel: [box]\n`
  const played = home({ device: '{ profile: esme }', steps })
  t.same(responses(played, '11.3'), [5, 5])
  t.same([versionOf(played), stateOf(played)], [1, 'held'])
  t.notOk(alerts(played).includes('8F66'))
  t.equal(all(played.events, { name: 'activation-began' }).length, 0)
})

t.test('a later date takes the place of an earlier one', async t => {
  const steps = `${SENT}  - { activate: new, in: 5 h }\n  - { activate: new, in: 9 h }\n`
  const played = home({ device: '{ profile: esme }', steps })
  const [, second] = all(played.events, { name: 'srv-sent', service: '11.3' })
  t.equal(timeOf(played.events, { name: 'activation-began' }) - second!.t, 9 * HOUR)
  t.equal(all(played.events, { name: 'activation-began' }).length, 1)
  t.equal(alerts(played).filter(code => code === '8F66').length, 1)
})

t.test('response codes: 1 no image, 2 wrong hash, 3 failure; dated ones come by 8F67', async t => {
  const ask = (device: string, steps: string): unknown[] => {
    const played = home({ device, steps })
    t.equal(versionOf(played), 1)
    const late = all(played.events, { name: 'alert-received', code: '8F67' })
    return [...responses(played, '11.3'), ...late.map(({ detail }) => `8F67 ${detail}`)]
  }
  const fails = '{ profile: esme, with: { activationFails: yes } }'
  const esme = '{ profile: esme }'
  t.same(ask(esme, '  - { activate: new, wait: no }\n'), [1])
  t.same(ask(esme, '  - { activate: new, wait: no, in: 1 h }\n'), [5, '8F67 1'])
  t.same(ask(esme, `${SENT}  - { activate: new, hash: wrong }\n`), [2])
  t.same(ask(esme, `${SENT}  - { activate: new, hash: wrong, in: 1 h }\n`), [5, '8F67 2'])
  t.same(ask(fails, BOTH), [3])
  t.same(ask(fails, `${SENT}  - { activate: new, in: 1 h }\n`), [5, '8F67 3'])
})

t.test(
  'after a failed or refused activation the image is still held, and may be tried again',
  async t => {
    const steps = `${SENT}  - { activate: new, hash: wrong }\n  - activate: new\n`
    const played = home({ device: '{ profile: esme }', steps })
    t.same(responses(played, '11.3'), [2, 0])
    t.equal(versionOf(played), 2)
    const fails = '{ profile: esme, with: { activationFails: yes } }'
    const twice = home({ device: fails, steps: `${BOTH}  - activate: new\n` })
    t.same(responses(twice, '11.3'), [3, 3])
    t.equal(stateOf(twice), 'held')
  },
)

t.test('a second command while the first is at work is refused, and changes nothing', async t => {
  const steps = `${SENT}  - activate: new\n  - { activate: new, at: 80 s, wait: no }\n`
  const played = home({ device: '{ profile: esme }', steps })
  const began = timeOf(played.events, { name: 'activation-began' })
  t.ok(began < 80_000 && began > 20_000, `${began}`)
  t.same(responses(played, '11.3'), [3, 0])
  t.equal(versionOf(played), 2)
})

t.test(
  'one image is pending: a new download drops the held one, a failed one leaves none',
  async t => {
    const more =
      '  newer: { size: 2 kB, for: esme, version: 3 }\n  bad: { size: 2 kB, for: esme, version: 4, signature: wrong }'
    const device = '{ profile: esme }'
    const end = '  - wait: 2 h\n  - { activate: new, wait: no }\n'
    const after = (image: string) =>
      home({ device, more, steps: `${SENT}  - wait: 1 h\n  - distribute: ${image}\n${end}` })
    const newer = after('newer')
    t.same(responses(newer, '11.3'), [2], 'the held one is the newer one')
    t.equal(newer.run.premises.devices.get('box')!.client.fileVersion, 3)
    const bad = after('bad')
    t.same(responses(bad, '11.3'), [1], 'neither the one before nor the bad one')
    t.ok(alerts(bad).includes('8F1C'))
  },
)

t.test('a command that is replayed is neither carried out nor answered', async t => {
  const played = home({ device: '{ profile: esme }', steps: SENT })
  const { run, events } = played
  const box = run.premises.devices.get('box')!
  const hash = box.firmware.activation.held.slice()
  const send = (counter: number, executionTime: number): void =>
    box.firmware.command(encodeActivate({ device: box.setup.id, hash, counter, executionTime }))
  send(50, CANCEL_TIME)
  const told = events.length
  for (const counter of [50, 49, 0]) send(counter, IMMEDIATE)
  t.equal(events.length, told, 'nothing happened')
  t.notOk(box.firmware.isActivating)
  run.premises.clock.run()
  t.same(responses(played, '11.3'), [5])
  send(51, IMMEDIATE)
  t.ok(box.firmware.isActivating)
})

t.test('a dated command outlives the image that it was meant for', async t => {
  const more = '  newer: { size: 2 kB, for: esme, version: 3 }'
  const steps = `${SENT}  - { activate: new, in: 9 h }\n  - distribute: newer\n`
  const played = home({ device: '{ profile: esme }', more, steps })
  t.same(alerts(played).at(-1), '8F67')
  t.equal(all(played.events, { name: 'alert-received', code: '8F67' })[0]!.detail, 2)
  t.equal(versionOf(played), 1)
})

t.test('a running image that rots is found at the next power-up: 8F1B', async t => {
  const steps = '  - rot: [box]\n  - { cut-power: [box], for: 1 min }\n'
  const played = home({ device: '{ profile: esme }', steps })
  t.same(alerts(played), ['8F1B'])
  t.equal(all(played.events, { name: 'booted' })[0]!.sound, false)
})

t.test('an HCALCS is updated like a meter, unless its hub is too old for it', async t => {
  const parts = { image: 'for: hcalcs', device: '{ profile: hcalcs }', steps: SENT }
  const played = home({ ...parts, steps: BOTH })
  t.same(played.outcome.failures, [])
  t.same([responses(played, '11.1'), responses(played, '11.3')], [[0], [0]])
  t.equal(versionOf(played), 2)
  const old = home({ ...parts, hub: '{ with: { updatesPpmidAndHcalcs: no } }' })
  t.same(responses(old, '11.1'), [2])
  t.same(alerts(old), ['8F89'])
  t.equal(all(old.events, { name: 'ota-offered' }).length, 0)
})

t.test('a GSME learns of its image when it wakes, and downloads it across wakes', async t => {
  const device =
    '{ profile: gsme, with: { awakeTime: 500 ms, listenTime: 200 ms, maxDataSize: 40 B } }'
  const played = home({ image: 'for: gsme', device, steps: BOTH })
  const { events } = played
  t.same(played.outcome.failures, [])
  t.equal(all(events, { name: 'image-notify' }).length, 0, 'it would not hear one')
  const loaded = timeOf(events, { name: 'slot-loaded' })
  const offered = timeOf(events, { name: 'ota-offered' })
  t.ok(offered - loaded <= 30 * MINUTE)
  const wakes = all(events, { source: 'box', name: 'device-woke' })
  t.equal(wakes[0]!.flags, 1, 'the functional notification flag')
  t.ok(wakes.length >= 4, `${wakes.length} wakes`)
  const firsts = wakes.map(({ t: time }) => time % (30 * MINUTE))
  for (const time of firsts) t.ok(Math.abs(time - firsts[0]!) < 1_000, 'every 30 minutes')
  const slept = all(events, { source: 'box', name: 'device-slept' }).map(e => e.offset)
  t.ok(
    slept.some(offset => offset > 0 && offset < 3_000),
    'it slept in mid-download',
  )
  t.same(
    slept,
    slept.toSorted((a, b) => a - b),
    'and went on where it was',
  )
  const blocks = played.outcome.devices[0]!.blocks
  t.equal(blocks, Math.ceil(3_000 / 40), 'no block was asked for twice')
})

t.test('a command for a GSME waits at the hub for its wake', async t => {
  const steps = `${SENT}  - wait: 3 h\n  - activate: new\n`
  const played = home({ image: 'for: gsme', device: '{ profile: gsme }', steps })
  const sent = timeOf(played.events, { name: 'srv-sent', service: '11.3' })
  const began = timeOf(played.events, { name: 'activation-began' })
  const woke = all(played.events, { name: 'ota-offered' })[0]!.t
  const phase = (time: number): number => time % (30 * MINUTE)
  t.ok(began > sent && began - sent <= 30 * MINUTE)
  t.ok(Math.abs(phase(began) - phase(woke)) < 2_000, 'when it woke, not when it was sent')
  t.same(responses(played, '11.3'), [0])
})

t.test('a command that no sleeper ever fetches is answered after its retention', async t => {
  const device = '{ profile: gsme, plugged: no }'
  const hub = '{ with: { messageRetention: 2 d } }'
  const steps = '  - { activate: new, wait: no }\n  - { plug: [box], at: 5 d }\n'
  const played = home({ image: 'for: gsme', device, hub, steps })
  t.same(responses(played, '11.3'), [NOT_DELIVERED])
  const answered = timeOf(played.events, { name: 'srv-response', service: '11.3' })
  t.ok(answered >= 2 * DAY && answered < 2 * DAY + MINUTE)
  t.notOk(
    played.events.some(({ name }) => name === 'activation-refused'),
    'and once it wakes there is nothing left to fetch',
  )
})

t.test('a PPMID activates in one step and says so: 8F8B', async t => {
  for (const profile of ['ppmid', 'ppmid-sleepy']) {
    const played = home({ image: 'for: ppmid', device: `{ profile: ${profile} }`, steps: SENT })
    t.same(played.outcome.failures, [])
    t.same(responses(played, '11.4'), [0])
    t.same(all(played.events, { name: 'srv-response', service: '11.1' }), [])
    const said = all(played.events, { name: 'alert-received', code: '8F8B' })
    t.same(
      said.map(({ detail, version }) => [detail, version]),
      [[0, 2]],
    )
    t.equal(versionOf(played), 2)
    t.equal(all(played.events, { name: 'srv-sent', service: '11.3' }).length, 0)
  }
})

t.test(
  'a PPMID whose activation fails says so once, keeps its version and holds nothing',
  async t => {
    const device = '{ profile: ppmid, with: { activationFails: yes } }'
    const more = ''
    const steps = `${SENT}  - wait: 3 d\n`
    const played = home({ image: 'for: ppmid', device, steps, more })
    const said = all(played.events, { name: 'alert-received', code: '8F8B' })
    t.same(
      said.map(({ detail, version }) => [detail, version]),
      [[1, 1]],
    )
    t.same([versionOf(played), stateOf(played)], [1, 'idle'])
    const again = home({ image: 'for: ppmid', device, steps: `${steps}${SENT}` })
    t.equal(
      all(again.events, { name: 'alert-received', code: '8F8B' }).length,
      2,
      'sent anew, tried anew',
    )
  },
)

t.test('a PPMID that is unplugged for days gets its image when it is back', async t => {
  const device = '{ profile: ppmid, plugged: no }'
  const steps = `${SENT}  - { plug: [box], at: 3 d }\n`
  const played = home({ image: 'for: ppmid', device, steps })
  t.same(played.outcome.failures, [])
  t.equal(versionOf(played), 2)
  const offered = timeOf(played.events, { name: 'ota-offered' })
  t.ok(offered >= 3 * DAY && offered < 3 * DAY + 5_000)
  const midway = `${SENT}  - { unplug: [box], at: 9 s }\n  - { plug: [box], at: 4 d }\n`
  const resumed = home({
    image: 'for: ppmid',
    device: '{ profile: ppmid, with: { checkpointEvery: 96 B } }',
    steps: midway,
  })
  t.equal(versionOf(resumed), 2)
  const [first, second] = all(resumed.events, { name: 'ota-offered' })
  t.equal(first!.resumedAt, 0)
  t.ok(Number(second!.resumedAt) > 0, 'it went on where it was')
})

t.test('unplugged beyond the retention: the hub drops the image, 8F89 with code 1', async t => {
  const device = '{ profile: ppmid, plugged: no }'
  const played = home({
    image: 'for: ppmid',
    device,
    steps: `${SENT}  - { plug: [box], at: 8 d }\n`,
  })
  const [dropped] = all(played.events, { name: 'alert-raised', code: '8F89' })
  t.match(dropped, { detail: 1, source: 'hub' })
  const loaded = timeOf(played.events, { name: 'slot-loaded' })
  t.equal(dropped!.t - loaded, 7 * DAY)
  t.equal(versionOf(played), 1)
  t.equal(all(played.events, { name: 'ota-offered' }).length, 0)
})

t.test('a device that is unplugged stays so, whatever else would cut its power', async t => {
  const steps = '  - unplug: [box]\n  - { cut-power: [box], for: 1 min }\n  - wait: 1 h\n'
  const played = home({ device: '{ profile: esme }', steps })
  t.equal(played.run.premises.devices.get('box')!.powered, false)
  const restarts =
    '{ profile: esme, plugged: no, wrong: [{ what: restart, every: 10 min, for: 1 min }] }'
  t.equal(
    all(home({ device: restarts, steps: '  - wait: 2 h\n' }).events, { name: 'power-restored' })
      .length,
    0,
  )
})

t.test('of power cuts that overlap the one that ends last counts', async t => {
  const steps = `
  - { cut-power: [box], for: 1 h, at: 0 }
  - { cut-power: [box], for: 1 min, at: 10 min }
  - { cut-power: [hub], for: 1 h, at: 0 }
  - { cut-power: [hub], for: 1 min, at: 10 min }`
  const { events } = home({ device: '{ profile: esme }', steps })
  for (const name of ['power-restored', 'supply-restored'] as const) {
    t.same(
      all(events, { name }).map(event => event.t),
      [HOUR],
      name,
    )
  }
})

t.test(
  'the DCC refuses an IHD; its own server in the home updates it, and nobody is told',
  async t => {
    const parts = { image: 'for: ihd', device: '{ profile: ihd }' }
    const refused = home({ ...parts, steps: `${SENT}  - query: [box]\n  - wait: 1 min\n` })
    t.same(responses(refused, '11.1'), [2])
    t.equal(all(refused.events, { name: 'ota-refused' })[0]!.status, 0x7e)
    t.equal(all(refused.events, { name: 'slot-loaded' }).length, 0)
    const served = home({ ...parts, steps: '  - { distribute: new, via: han }\n' })
    t.same(served.outcome.failures, [])
    t.equal(versionOf(served), 2)
    t.same(alerts(served), [])
    t.equal(all(served.events, { source: 'home-server', name: 'transfer-complete' }).length, 1)
    t.equal(all(served.events, { name: 'srv-sent' }).length, 0)
  },
)

t.test(
  'a hub takes its own image over the WAN, holds it, and is gone while it installs it',
  async t => {
    const played = home({ image: 'for: hub', device: '{ profile: esme }', steps: BOTH })
    t.same(played.outcome.failures, [])
    t.equal(played.run.premises.hub.firmware.fileVersion, 2)
    t.same(alerts(played), ['8F72'], 'no CCS08: it is its own target')
    t.same(responses(played, '11.3'), [0])
    const ready = timeOf(played.events, { name: 'hub-ready' })
    t.equal(ready - timeOf(played.events, { name: 'activation-began' }), MINUTE)
    const bad = home({
      image: 'for: hub, signature: wrong',
      device: '{ profile: esme }',
      steps: SENT,
    })
    t.same(alerts(bad), ['8F1C'])
    t.equal(bad.run.premises.hub.firmware.fileVersion, 1)
  },
)

t.test('a hub refuses a transfer whose description it cannot read', async t => {
  const { run } = home({ device: '{ profile: esme }', steps: '  - wait: 1 min\n' })
  const { hub, lines } = run.premises
  const said: number[] = []
  lines.get('csp.up')!.tap = {
    frame: (src, at, length) => {
      t.equal(controlKind(src, at, length), STATUS)
      said.push(src.dv.getUint32(at + FRAME_HEADER + AT_STATE, true))
    },
  }
  const frame = Bytes.alloc(64)
  const junk = Bytes.alloc(7)
  hub.receiveFromWan(frame, 0, encodeControl(frame, 0, OPEN, 1, junk, junk.length))
  t.same(said, [REFUSED])
  t.equal(hub.intake.receiver.store, undefined)
})

t.test('an image is checked in order, and each finding has its words', async t => {
  const found = (image: string, device = '{ profile: esme }'): unknown[] => {
    const { events } = home({ image, device, steps: SENT })
    const verdict = events.find(
      event => event.name === 'image-verified' || event.name === 'image-rejected',
    )!
    const [alert] = all(events, { name: 'alert-raised', source: 'box' })
    return [verdict.name, verdict.reason, alert!.code]
  }
  t.same(found('for: esme'), ['image-verified', 'signature is right', '8F72'])
  t.same(found('for: esme, signature: wrong'), ['image-rejected', 'signature is wrong', '8F1C'])
  t.same(found('for: ppmid', '{ profile: ppmid }'), [
    'image-verified',
    'header fits, image carries no signature',
    // A PPMID sends no receipt: it tells of its activation.
    '8F8B',
  ])
})

t.test('a cut in mid-download: no block before the checkpoint is asked for again', async t => {
  for (const box of ['box', 'hub']) {
    const device = '{ profile: esme, with: { checkpointEvery: 500 B } }'
    const steps = `${SENT}  - { cut-power: [${box}], for: 2 min, at: 12 s }\n`
    const played = home({ device, steps })
    const { events, outcome } = played
    t.equal(stateOf(played), 'held')
    const offers = all(events, { name: 'ota-offered' })
    const whole = Math.ceil(3_000 / 50)
    const extra = outcome.devices[0]!.blocks - whole
    if (box === 'box') {
      t.equal(offers.length, 2)
      t.equal(Number(offers[1]!.resumedAt) % 500, 0)
      t.ok(Number(offers[1]!.resumedAt) > 0)
      t.ok(extra >= 0 && extra < 10, `${extra} blocks twice`)
    } else t.equal(extra, 0, 'the device still has them all')
  }
})

t.test('a command that its device never takes is answered by the hub', async t => {
  const { events, outcome } = playYaml(`
name: never there
images: { meter: { size: 2 kB, for: esme } }
devices: { esme: { profile: esme, with: { messageTimeout: 1 s } } }
steps:
  - distribute: meter
  - wait: { event: alert-received, where: { code: 8F72 }, atMost: 1 d }
  - unplug: [esme]
  - activate: meter
    wait: no
`)
  const [answer] = all(events, { name: 'srv-response', service: '11.3' })
  t.match(answer, { code: NOT_DELIVERED })
  t.ok(outcome.ok, 'and so every step ends')
})

t.test(
  'a command whose acknowledgements are all lost, but whose answer is not, is answered once',
  async t => {
    const options = optionsOf(`
name: unacknowledged
images: { meter: { size: 2 kB, for: esme } }
devices: { esme: { profile: esme, with: { messageTimeout: 1 s } } }
steps:
  - distribute: meter
  - wait: { event: alert-received, where: { code: 8F72 }, atMost: 1 d }
  - activate: meter
`)
    const { events, outcome } = finish(options, undefined, run => {
      const { hub, lines } = run.premises
      lines.get('han.esme.up')!.receiver = (src, at, length) => {
        const message = at + CLUSTER_HEADER + TUNNEL_HEADER
        const isAcknowledgement =
          clusterOf(src, at) === TUNNEL_CLUSTER &&
          controlKind(src, message, length - CLUSTER_HEADER - TUNNEL_HEADER) === ACK
        if (!isAcknowledgement) hub.receiveFromHan(0, src, at, length)
      }
    })
    t.same(outcome.failures, [])
    t.same(
      all(events, { name: 'srv-response' }).flatMap(each =>
        each.service === '11.3' ? [each.code] : [],
      ),
      [0],
    )
  },
)

t.test('a step waits for any event that the Supplier hears', async t => {
  const { events, outcome } = playYaml(`
name: waiting for an outcome
images: { meter: { size: 2 kB, for: esme } }
devices: { esme: { profile: esme } }
steps:
  - distribute: meter
  - activate: meter
    in: 1 h
  - wait: { event: alert-received, source: supplier, where: { code: 8F66 }, atMost: 1 d }
`)
  t.ok(outcome.ok)
  t.notOk(events.some(({ name }) => name === 'step-failed'))
})

t.test('a step that fails fails the run, unless that is expected', async t => {
  const yaml = `
name: a wait in vain
devices: { esme: { profile: esme } }
steps:
  - wait: { event: activation-began, atMost: 1 h }
`
  const strict = playYaml(yaml).outcome
  t.same(strict.failures.length, 1)
  t.match(strict.failures[0], 'no activation-began came in time')
  const lenient = playYaml(`${yaml}expect: [{ event: step-failed, count: 1 }]\n`).outcome
  t.ok(lenient.ok)
})

t.test('a device that was told to stop asks again later, for which no run goes on', async t => {
  const steps = `${SENT}  - { discard: new, at: 10 s }\n`
  const ended = home({ device: '{ profile: esme }', steps })
  t.equal(all(ended.events, { name: 'ota-stopped' }).length, 1)
  t.equal(all(ended.events, { name: 'ota-refused' }).length, 0)
  const waited = home({ device: '{ profile: esme }', steps: `${steps}  - wait: 2 h\n` })
  t.equal(all(waited.events, { name: 'ota-refused' }).length, 1)
})
