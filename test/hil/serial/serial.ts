// Ports by address: what they are taken for, why they do not open, what /proc, /sys and lock files say.

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { endedWithin } from '#hil/line/port'
import { openPort } from '#hil/open/open'
import { parseAddress } from '#hil/serial/address'
import { groupName, holdersOf, holderText, isAlive, processesNamed } from '#hil/serial/holder'
import { listSysfs } from '#hil/serial/list'
import { lockFiles, lockOn } from '#hil/serial/lock-file'
import { hasSerialBug, refuseSerialBug } from '#hil/serial/node-bug'
import { comPortCommand, escaped, TelnetParser } from '#hil/serial/telnet'

t.test('an address is a device, a socket, a serial server or a virtual board', async t => {
  const cases = {
    '/dev/ttyUSB0': { kind: 'device', path: '/dev/ttyUSB0' },
    'serial:/dev/ttyACM1': { kind: 'device', path: '/dev/ttyACM1' },
    './tty': { kind: 'device', path: './tty' },
    COM3: { kind: 'device', path: 'COM3' },
    'tcp://rig.example:4001': { kind: 'tcp', host: 'rig.example', port: 4001 },
    'tcp://[::1]:4001/': { kind: 'tcp', host: '::1', port: 4001 },
    'RFC2217://10.0.0.2:23': { kind: 'rfc2217', host: '10.0.0.2', port: 23 },
    'virtual:wasm?baud=9600#a': { kind: 'virtual', board: 'wasm?baud=9600#a' },
  }
  for (const [text, address] of Object.entries(cases)) t.same(parseAddress(text), address, text)
  for (const text of [
    '',
    'ttyUSB0',
    'tcp://host',
    'tcp://host:0',
    'tcp://host:70000',
    'ssh://h:1',
    'virtual:',
    '/dev/\0',
  ]) {
    t.throws(
      () => parseAddress(text),
      { code: 'HANRIG_PORT_ADDRESS', kind: 'unusable' },
      JSON.stringify(text),
    )
  }
})

t.test('whatever is typed is an address or refused as one', async () => {
  fc.assert(
    fc.property(fc.string(), text => {
      try {
        return parseAddress(text) !== undefined
      } catch (error) {
        return (error as { code: string }).code === 'HANRIG_PORT_ADDRESS'
      }
    }),
  )
})

t.test('Node from 26.4 on is refused for devices', async t => {
  for (const version of ['22.18.0', '24.21.0', '26.3.9']) t.notOk(hasSerialBug(version), version)
  for (const version of ['26.4.0', '26.10.0', '27.0.0']) t.ok(hasSerialBug(version), version)
  t.throws(() => refuseSerialBug('26.4.0'), { code: 'HANRIG_PORT_NODE', message: /26\.4\.0/ })
  t.doesNotThrow(() => refuseSerialBug('26.3.0'))
})

t.test('who holds a device, from /proc', async t => {
  const dir = t.testdir({
    tty: '',
    proc: { 4711: { comm: 'minicom\n', fd: {} }, 4712: { comm: 'cat\n', fd: {} }, self: {} },
  })
  const tty = join(dir, 'tty')
  symlinkSync(tty, join(dir, 'proc/4711/fd/3'))
  symlinkSync('/dev/null', join(dir, 'proc/4712/fd/3'))
  const holders = holdersOf(tty, join(dir, 'proc'))
  t.same(holders, [{ pid: 4711, name: 'minicom' }])
  t.equal(holderText(holders), 'minicom (process 4711)')
  t.same(processesNamed('cat', join(dir, 'proc')), [4712])
  t.same(holdersOf(tty, join(dir, 'nowhere')), [])
  t.ok(isAlive(process.pid))
})

t.test('lock files: of the living, of the dead, of nobody', async t => {
  const dead = 2 ** 22 + 1
  const binary = Buffer.alloc(4)
  binary.writeInt32LE(process.ppid)
  const dir = t.testdir({
    'LCK..ttyUSB0': `${String(process.ppid).padStart(10)}\n`,
    'LCK..ttyUSB1': `${dead}\n`,
    'LCK..ttyS0': 'nonsense',
    other: '1',
  })
  writeFileSync(join(dir, 'LCK..ttyUSB2'), binary)
  const locks = new Map(lockFiles(dir).map(lock => [lock.device, lock.live]))
  t.same([...locks].sort(), [
    ['ttyS0', false],
    ['ttyUSB0', true],
    ['ttyUSB1', false],
    ['ttyUSB2', true],
  ])
  t.equal(lockOn('/dev/ttyUSB0', dir)?.pid, process.ppid)
  t.equal(lockOn('/dev/ttyUSB1', dir), undefined)
  t.same(lockFiles(join(dir, 'nowhere')), [])
})

t.test('the devices of /sys: with what USB says of them, without ports that are none', async t => {
  const dir = t.testdir()
  const make = (path: string, content = '') => {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), content)
  }
  const usb = 'devices/usb1/1-2'
  make(`${usb}/idVendor`, '0403\n')
  make(`${usb}/idProduct`, '6001\n')
  make(`${usb}/manufacturer`, 'FTDI\n')
  make(`${usb}/serial`, 'A50285BI\n')
  for (const name of ['ttyUSB2', 'ttyUSB10']) {
    make(`${usb}/1-2:1.0/${name}/uevent`)
    make(`class/tty/${name}/uevent`)
    symlinkSync(join(dir, usb, '1-2:1.0', name), join(dir, 'class/tty', name, 'device'))
  }
  make('class/tty/ttyS0/type', '4\n')
  make('class/tty/ttyS0/device/uevent')
  make('class/tty/ttyS1/type', '0\n')
  make('class/tty/ttyS1/device/uevent')
  make('class/tty/tty1/uevent')
  const ftdi = { vendor: 'FTDI', serialNumber: 'A50285BI', vendorId: '0403', productId: '6001' }
  t.same(listSysfs(dir, '/dev'), [
    { path: '/dev/ttyS0' },
    { path: '/dev/ttyUSB2', ...ftdi },
    { path: '/dev/ttyUSB10', ...ftdi },
  ])
  t.same(listSysfs(join(dir, 'nowhere')), [])
})

t.test('groups by number', async t => {
  const dir = t.testdir({ group: 'root:x:0:\ndialout:x:20:me\n' })
  t.equal(groupName(20, join(dir, 'group')), 'dialout')
  t.equal(groupName(21, join(dir, 'group')), '21')
  t.equal(groupName(20, join(dir, 'nowhere')), '20')
})

t.test('a device that is not there, and a file that is none', async t => {
  await t.rejects(openPort('/dev/no-such-tty'), { code: 'HANRIG_PORT_NOT_FOUND', kind: 'unusable' })
  await t.rejects(openPort(join(t.testdir({ file: '' }), 'file')), {
    code: 'HANRIG_PORT_UNUSABLE',
    kind: 'device',
  })
})

t.test('a virtual board is opened once at a time, and gone when it is unplugged', async t => {
  const port = await openPort('virtual:wasm#serial')
  await t.rejects(openPort('virtual:wasm#serial'), { code: 'HANRIG_PORT_BUSY', kind: 'in-use' })
  t.ok(await port.setLines({ dtr: false, rts: false }))
  t.ok(await port.setBaudRate(9600))
  await port.close()
  await port.close()
  await (await openPort('virtual:wasm#serial')).close()
})

async function listening(onSocket: (socket: Socket) => void): Promise<[Server, number]> {
  const server = createServer(socket => {
    socket.on('error', () => {})
    onSocket(socket)
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.on('listening', resolve))
  return [server, (server.address() as { port: number }).port]
}

t.test('tcp: octets both ways; nobody there', async t => {
  const [server, port] = await listening(socket => socket.pipe(socket))
  const opened = await openPort(`tcp://127.0.0.1:${port}`)
  t.notOk(await opened.setBaudRate(9600))
  t.notOk(await opened.setLines({ dtr: true }))
  opened.stream.write('hello')
  t.equal(
    String((await new Promise(resolve => opened.stream.once('data', resolve))) as Buffer),
    'hello',
  )
  await opened.close()
  await opened.close()
  server.close()
  await new Promise(resolve => server.on('close', resolve))
  await t.rejects(openPort(`tcp://127.0.0.1:${port}`), {
    code: 'HANRIG_PORT_UNREACHABLE',
    kind: 'device',
  })
})

t.test(
  'RFC 2217: speed and lines are asked for, octets of 255 pass, strange options are declined',
  async t => {
    const heard: number[] = []
    const verbs: string[] = []
    const [server, port] = await listening(socket => {
      const parser = new TelnetParser(
        (verb, option) => verbs.push(`${verb} ${option}`),
        ([option, command = 0, ...rest]) => {
          if (option === 44) socket.write(comPortCommand(command + 100, ...rest))
        },
      )
      // DO 99, and a subnegotiation of something else.
      socket.write(Buffer.from([255, 253, 99, 255, 250, 31, 1, 255, 240]))
      socket.on('data', chunk => {
        const data = parser.take(chunk)
        heard.push(...data)
        if (data.length > 0) socket.write(escaped(Buffer.from(data)))
      })
    })
    const opened = await openPort(`rfc2217://127.0.0.1:${port}`, { baudRate: 16_776_960 })
    t.ok(await opened.setLines({ dtr: false, rts: true }))
    t.ok(await opened.setBaudRate(115_200))
    const sent = Buffer.from([0, 255, 255, 240, 1, 255])
    const back: number[] = []
    opened.stream.on('data', chunk => back.push(...chunk))
    opened.stream.write(sent)
    while (back.length < sent.length) await new Promise(resolve => setTimeout(resolve, 5))
    t.same(heard, [...sent])
    t.same(back, [...sent])
    t.ok(verbs.includes('252 99'), 'WONT 99')
    await opened.close()
    server.close()
  },
)

t.test('Telnet: whatever is escaped comes out as it was, however it is cut up', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 9 }), (data, cut) => {
      const parser = new TelnetParser(
        () => {},
        () => {},
      )
      const line = escaped(Buffer.from(data))
      const out: number[] = []
      for (let at = 0; at < line.length; at += cut)
        out.push(...parser.take(line.subarray(at, at + cut)))
      return Buffer.from(out).equals(Buffer.from(data))
    }),
  )
})

t.test('what takes too long is told', async t => {
  t.notOk(await endedWithin(new Promise(() => {}), 5))
  t.ok(await endedWithin(Promise.reject(new Error('ended all the same')), 1000))
})
