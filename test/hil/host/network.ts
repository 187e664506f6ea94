// A network's directory: the key is made once, is for its owner only and is never quoted; one process at a time.

import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { NetworkDirectory } from '#hil/host/network'

/** Octets that are all different and the same every time. */
const counted = () => {
  let next = 0xa0
  return (length: number) => Uint8Array.from({ length }, () => next++)
}

const opened = (t: { teardown(work: () => void): void }, path: string): NetworkDirectory => {
  const directory = new NetworkDirectory(path)
  t.teardown(() => directory.close())
  return directory
}

t.test('made once, read again, for its owner only', async t => {
  const path = join(t.testdir({}), 'a', 'han')
  const first = new NetworkDirectory(path)
  t.notOk(first.hasNetwork)
  t.throws(() => first.read(), { code: 'HANRIG_HAN_NONE' })
  const made = first.make(15, counted())
  t.same(made, {
    panId: 1 + 0xa0a1,
    extendedPanId: 'a2a3a4a5a6a7a8a9',
    channel: 15,
    networkKey: 'aaabacadaeafb0b1b2b3b4b5b6b7b8b9',
  })
  first.close()
  const second = opened(t, path)
  t.same(second.read(), made)
  t.equal(statSync(second.file('network.json')).mode & 0o777, 0o600)
  t.equal(statSync(path).mode & 0o777, 0o700)
})

t.test('what a stick ran is not thrown away; what none ever did is made anew', async t => {
  const directory = opened(t, t.testdir({}))
  directory.make(11, counted())
  const again = directory.make(12, counted())
  t.equal(again.channel, 12)
  writeFileSync(directory.file('devices.db'), '')
  t.throws(() => directory.make(11, counted()), { code: 'HANRIG_HAN_EXISTS' })
  t.same(directory.read(), again)
})

t.test('every PAN identifier that chance can give is one', async t => {
  const directory = opened(t, t.testdir({}))
  for (const [high, low] of [
    [0x00, 0x00],
    [0xff, 0xfd],
    [0xff, 0xfe],
    [0xff, 0xff],
  ]) {
    const { panId } = directory.make(11, length =>
      length === 2 ? Uint8Array.of(high!, low!) : new Uint8Array(length),
    )
    t.ok(panId >= 1 && panId <= 0xfffe)
  }
})

t.test('one process at a time; a lock of a process that is gone holds nobody', async t => {
  const path = t.testdir({})
  writeFileSync(join(path, 'lock'), '1')
  t.throws(() => new NetworkDirectory(path), {
    code: 'HANRIG_HAN_DATA_IN_USE',
    message: `The directory ${path} is in use by process 1.`,
  })
  // More than any system gives: Linux ends at 4,194,304.
  writeFileSync(join(path, 'lock'), '99999999')
  new NetworkDirectory(path).close()
  t.notOk(existsSync(join(path, 'lock')))
})

t.test('what is damaged is told without quoting the key', async t => {
  const directory = opened(t, t.testdir({}))
  const whole = directory.make(11, counted())
  const key = whole.networkKey
  for (const text of [
    `{"networkKey": "${key}" oops`,
    JSON.stringify({ ...whole, panId: 0 }),
    JSON.stringify({ ...whole, panId: '7' }),
    JSON.stringify({ ...whole, channel: 27 }),
    JSON.stringify({ ...whole, extendedPanId: 'xyz' }),
    JSON.stringify({ ...whole, networkKey: key.slice(1) }),
    JSON.stringify({ ...whole, networkKey: [key] }),
    JSON.stringify({ ...whole, extendedPanId: 1234567812345678 }),
    'null',
    '[]',
    '7',
  ]) {
    writeFileSync(directory.file('network.json'), text)
    const error = t.throws(() => directory.read(), { code: 'HANRIG_HAN_DATA_DAMAGED' })
    t.notMatch((error as unknown as Error).message, key.slice(1))
  }
})

t.test('a place that cannot be one is told', async t => {
  const file = join(t.testdir({ file: '' }), 'file')
  t.throws(() => new NetworkDirectory(join(file, 'han')), { code: 'HANRIG_HAN_DATA_UNUSABLE' })
  const shared = join(t.testdir({}), 'shared')
  mkdirSync(shared)
  chmodSync(shared, 0o755)
  const directory = opened(t, shared)
  directory.make(11, counted())
  t.equal(statSync(shared).mode & 0o777, 0o755, 'a directory that was there keeps its mode')
  t.equal(statSync(directory.file('network.json')).mode & 0o777, 0o600)
  t.match(readFileSync(directory.file('network.json'), 'utf8'), /"networkKey"/)
})
