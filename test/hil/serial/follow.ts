// A device that comes back under another name is found by its plug, then by its serial number; another in its place is not
// taken for it.

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { type DeviceTree, Follower } from '#hil/serial/follow'

/** A tree like /sys and /dev with ttys in it. */
class Desk {
  readonly tree: DeviceTree
  readonly #dir: string

  constructor(test: Test) {
    this.#dir = test.testdir({ sys: { class: { tty: {} } }, dev: {} })
    this.tree = { sys: join(this.#dir, 'sys'), dev: join(this.#dir, 'dev') }
  }

  /** @param plug such as 1-2; @param id of the product. */
  plugIn(name: string, plug: string, id: string, serial?: string, face = '1.0'): void {
    const device = join(this.tree.sys, 'devices', plug)
    this.#write(join(device, 'idVendor'), '2e8a\n')
    this.#write(join(device, 'idProduct'), `${id}\n`)
    if (serial !== undefined) this.#write(join(device, 'serial'), `${serial}\n`)
    const tty = join(device, `${plug}:${face}`, 'tty', name)
    this.#write(join(device, `${plug}:${face}`, 'bInterfaceNumber'), '00\n')
    mkdirSync(tty, { recursive: true })
    symlinkSync(join(device, `${plug}:${face}`), join(tty, 'device'))
    symlinkSync(tty, join(this.tree.sys, 'class', 'tty', name))
    this.#write(join(this.tree.dev, name), '')
  }

  unplug(name: string, plug: string): void {
    rmSync(join(this.tree.sys, 'class', 'tty', name))
    rmSync(join(this.tree.sys, 'devices', plug), { recursive: true })
    rmSync(join(this.tree.dev, name))
  }

  path(name: string): string {
    return join(this.tree.dev, name)
  }

  #write(path: string, content: string): void {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
}

function following(desk: Desk, name: string): Follower {
  const follower = new Follower(desk.path(name), desk.tree)
  follower.note(desk.path(name))
  return follower
}

t.test('the same plug under another name and as another product', async t => {
  const desk = new Desk(t)
  desk.plugIn('ttyACM0', '1-2', '000a', 'E1')
  const follower = following(desk, 'ttyACM0')
  t.ok(follower.follows && follower.isStill(desk.path('ttyACM0')))
  t.equal(follower.find(), desk.path('ttyACM0'))
  desk.unplug('ttyACM0', '1-2')
  t.equal(follower.find(), undefined)
  t.notOk(follower.isStill(desk.path('ttyACM0')))
  desk.plugIn('ttyACM3', '1-2', '0003')
  t.equal(follower.find(), desk.path('ttyACM3'))
})

t.test('another board that took the name is not taken for it', async t => {
  const desk = new Desk(t)
  desk.plugIn('ttyACM0', '1-2', '000a', 'E1')
  const follower = following(desk, 'ttyACM0')
  desk.unplug('ttyACM0', '1-2')
  desk.plugIn('ttyACM0', '1-3', '000a', 'E2')
  t.equal(follower.find(), undefined)
  desk.plugIn('ttyACM1', '2-1', '0003', 'E1')
  t.equal(follower.find(), desk.path('ttyACM1'), 'plugged in elsewhere: by its number')
  desk.plugIn('ttyACM2', '2-2', '0003', 'E1')
  t.equal(follower.find(), undefined, 'two of one number are none')
})

t.test('of a device with several ttys the same one', async t => {
  const desk = new Desk(t)
  desk.plugIn('ttyUSB0', '1-1.4', '6010', undefined, '1.0')
  desk.plugIn('ttyUSB1', '1-1.4', '6010', undefined, '1.1')
  const follower = following(desk, 'ttyUSB1')
  rmSync(join(desk.tree.sys, 'class', 'tty', 'ttyUSB0'))
  desk.unplug('ttyUSB1', '1-1.4')
  desk.plugIn('ttyUSB5', '1-1.4', '6010', undefined, '1.0')
  desk.plugIn('ttyUSB6', '1-1.4', '6010', undefined, '1.1')
  t.equal(follower.find(), desk.path('ttyUSB6'))
})

t.test('a link of udev, and what is no USB device', async t => {
  const desk = new Desk(t)
  desk.plugIn('ttyACM0', '1-2', '000a', 'E1')
  symlinkSync(desk.path('ttyACM0'), desk.path('by-id'))
  const linked = new Follower(desk.path('by-id'), desk.tree)
  linked.note(desk.path('by-id'))
  desk.unplug('ttyACM0', '1-2')
  desk.plugIn('ttyACM1', '1-2', '0003', 'E1')
  t.equal(linked.find(), desk.path('ttyACM1'), 'the link of the loader has another name')
  const pty = new Follower('/dev/pts/99', desk.tree)
  pty.note('/dev/pts/99')
  t.notOk(pty.follows)
  t.equal(pty.find(), '/dev/pts/99')
})
