// A device that comes back under another name is found by its plug, then by its serial number; another in its place is not
// taken for it.

import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Follower } from '#hil/serial/follow'
import { Desk } from '../../helpers/usb-desk.ts'

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
