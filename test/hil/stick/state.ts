// What a stick keeps: read as it was saved or refused by name, whatever was damaged, and a save that fails is told and
// leaves what was there.

import t from 'tap'
import type { Archive } from '#core/state/archive'
import { Random } from '#core/time/random'
import { Saver } from '#emulators/storage/archive'
import { encodeState, type KeptFront, loadState, StateKeeper } from '#hil/stick/state'
import { frontOf, homeOf, type RigOptions } from '../../helpers/hosts/rig.ts'

function made(options: RigOptions = {}) {
  const home = homeOf(options, 0, () => {})
  return { home, front: frontOf(home, options) }
}

const saved = (options?: RigOptions): Buffer => {
  const { home, front } = made(options)
  return Buffer.from(encodeState(home, front))
}

function refused(file: Uint8Array): string {
  const { home, front } = made()
  try {
    loadState(file, home, front)
  } catch (error) {
    const { code, kind, message } = error as { code: string; kind: string; message: string }
    t.match({ code, kind }, { code: 'HANRIG_STICK_STATE_UNUSABLE', kind: 'unusable' })
    return message
  }
  return ''
}

t.test('what was saved is read, and is the same', async t => {
  const file = saved()
  const { home, front } = made()
  loadState(file, home, front)
  t.ok(file.equals(encodeState(home, front)))
})

t.test('every octet counts, and so does every one that is missing or too many', async t => {
  const file = saved()
  const random = new Random(1, 'damage')
  const places = [0, 7, 8, 11, 12, 43, 44, file.length - 1]
  for (let i = 0; i < 60; i++) places.push(random.between(0, file.length - 1))
  for (const at of places) {
    const damaged = Buffer.from(file)
    damaged[at]! ^= 1 << random.between(0, 7)
    t.match(refused(damaged), /^The state file (does not begin|is cut off|goes on|is damaged)/)
  }
  for (const length of [0, 1, 8, 43, 44, file.length - 1]) {
    t.not(refused(file.subarray(0, length)), '', `${length} octets`)
  }
  t.equal(
    refused(Buffer.concat([file, Buffer.of(0)])),
    'The state file goes on where it should end.',
  )
  const huge = Buffer.from(file)
  huge.writeUInt32LE(0xffff_ffff, 8)
  t.equal(refused(huge), 'The state file is cut off.')
})

t.test('one of other devices, of 0.3.0, or none at all is told as such', async t => {
  t.match(refused(saved({ devices: 2 })), 'has another devices')
  t.match(refused(saved({ protocol: 'deconz' })), 'has another protocol: deconz')
  const old = new Saver()
  old.text('hanrig stick state 1')
  t.match(refused(old.octets), 'kept by hanrig 0.3.0')
  for (const text of ['', 'null', '[]', '7', 'x'.repeat(100_000)]) {
    t.equal(refused(Buffer.from(text)), 'The state file does not begin as one.')
  }
})

t.test('a save that fails is told once, and nothing is saved after it', async t => {
  const { home, front } = made()
  let writes = 0
  const full = (): void => {
    writes++
    throw new Error('no space left')
  }
  const first = new StateKeeper(home, front, full)
  t.throws(() => first.start(() => {}), { message: 'no space left' })
  first.end()
  t.equal(writes, 1)

  let kept: Uint8Array | undefined
  let room = true
  let revision = 0
  const changing = {
    protocol: front.protocol,
    archive: (a: Archive) => front.archive(a),
    get revision() {
      return revision
    },
  } as KeptFront
  const keeper = new StateKeeper(home, changing, octets => {
    if (!room) full()
    kept = octets
  })
  const failed = new Promise<unknown>(resolve => keeper.start(resolve))
  const before = kept
  t.ok(before, 'it is saved at the start')
  room = false
  revision++
  const error = await failed
  t.match(error, { message: 'no space left' })
  keeper.end()
  t.equal(kept, before, 'the old one stays')
})
