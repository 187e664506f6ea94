// A whole session of zigbee-herdsman with the stick, recorded octet by octet, played again without it: network, join,
// interview, update, removal. What the stick says is the same to the octet; what the device has is the image.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { TraceEvent } from '#emulators/trace/trace'
import { Recorder, replay } from '#hil/stick/recording'
import { PROMPT_TIME, VirtualStick } from '#hil/stick/stick'
import { ROOT } from '../../helpers/hanrig.ts'
import { RECORDED, RECORDED_ZIGPY_ZNP } from '../../helpers/hosts/recorded.ts'
import {
  frontOf,
  gbImage,
  homeOf,
  type RigOptions,
  sha256,
  standardImage,
} from '../../helpers/hosts/rig.ts'
import { problemsOf } from '../../helpers/trace-schema.ts'

const START = Date.UTC(2026, 0, 5, 9)

function lines(file: string = RECORDED.file): string[] {
  return readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n')
}

function made(options: RigOptions = RECORDED.options) {
  const events: TraceEvent[] = []
  const home = homeOf(options, START, event => events.push(event))
  return { home, front: frontOf(home, options), events }
}

t.test('the recorded session, played again', async t => {
  const recorded = lines()
  const { home, front, events } = made()
  home.begin()
  const said = replay(recorded, home.clock, front)
  t.strictSame(
    said,
    recorded.filter(line => line.startsWith('<')),
  )
  t.ok(said.length > 200)
  const [node] = home.nodes
  t.equal(node!.device.firmware.rebuilt, sha256(gbImage(RECORDED.size)))
  t.match(
    [
      'network-formed',
      'device-joined',
      'ota-whole',
      'image-verified',
      'activation-ended',
      'device-left',
    ].map(name => events.filter(event => event.name === name).length),
    [1, 1, 1, 1, 1, 1],
  )
  t.same(events.flatMap(problemsOf), [])
})

t.test('stock zigpy-znp forms, has a device join, updates it, goes on, and restores', async t => {
  const recorded = lines(RECORDED_ZIGPY_ZNP.file)
  const image = standardImage(RECORDED_ZIGPY_ZNP.size)
  const { home, front, events } = made({ ...RECORDED_ZIGPY_ZNP.options, image })
  home.begin()
  const said = replay(recorded, home.clock, front)
  t.strictSame(
    said,
    recorded.filter(line => line.startsWith('<')),
  )
  const count = (name: string): number => events.filter(event => event.name === name).length
  t.equal(home.nodes[0]!.device.firmware.rebuilt, sha256(image))
  t.equal(count('activation-ended'), 1)
  t.equal(count('host-unknown'), 0, 'it asks for nothing that is not there')
  const formed = events.filter(event => event.name === 'network-formed')
  t.match(
    formed.map(({ resumed }) => resumed),
    [false, true, true, false, true],
    'each start begins with a network that is thrown away',
  )
  t.equal(formed[1]!.panId, formed[2]!.panId)
  t.equal(formed[1]!.panId, formed[4]!.panId, 'restored')
  t.equal(count('device-joined'), 2, 'and its device is in it again')
  t.ok(home.nodes[0]!.isJoined)
  t.same(events.flatMap(problemsOf), [])
})

t.test('another seed gives another session: the comparison can fail', async t => {
  const recorded = lines()
  const home = homeOf({ ...RECORDED.options, seed: 2 }, START, () => {})
  const front = frontOf(home, RECORDED.options)
  home.begin()
  t.notSame(
    replay(recorded, home.clock, front),
    recorded.filter(line => line.startsWith('<')),
  )
})

t.test('a session that is recorded plays again at once', async t => {
  const { home, front } = made()
  const recorder = new Recorder()
  const stick = new VirtualStick(home, front, recorder, PROMPT_TIME)
  stick.start()
  stick.opened('test', () => {})
  for (const hex of [
    'ef',
    'fe00210120',
    'fe0021',
    '0223',
    'fe012f05042f',
    'fe0525360ffcff3c0127',
  ]) {
    stick.received(Buffer.from(hex, 'hex'))
    await new Promise(done => setTimeout(done, 3))
  }
  await new Promise(done => setTimeout(done, 1_100))
  stick.closed()
  stick.stop()
  t.ok(recorder.lines.some(line => line.startsWith('.')))
  const other = made()
  other.home.begin()
  const said = replay(recorder.lines, other.home.clock, other.front)
  t.strictSame(
    said,
    recorder.lines.filter(line => line.startsWith('<')),
  )
  t.match(said.join(), /45ca/, 'a device joined in it')
})
