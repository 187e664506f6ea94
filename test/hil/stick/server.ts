// What a stick's port bears: a browser, a host that never reads, one that says nothing, a thousand connections, and an end
// while all of them hang on.

import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { type Refusal, StickServer, type Wire } from '#hil/stick/server'

const PING = Buffer.from('fe00210120', 'hex')

class Host implements Wire {
  frames = 0
  readonly log: string[] = []
  send: (octets: Uint8Array) => void = () => {}

  opened(_: string, send: (octets: Uint8Array) => void): void {
    this.log.push('opened')
    this.send = send
  }
  received(octets: Uint8Array): void {
    if (octets[0] === PING[0]) this.frames++
  }
  closed(): void {
    this.log.push('closed')
  }
  refused(_: string, why: Refusal): void {
    this.log.push(why)
  }
}

interface Opened {
  readonly wire: Host
  readonly server: StickServer
  readonly port: number
}

async function open(t: Test, firstFrame?: number): Promise<Opened> {
  const wire = new Host()
  const server =
    firstFrame === undefined ? new StickServer(wire) : new StickServer(wire, { firstFrame })
  const port = await server.listen('127.0.0.1', 0)
  t.teardown(() => server.close())
  return { wire, server, port }
}

/** A connection that reads; it ends its own side only when it is told to. */
async function call(port: number): Promise<Socket & { said: string }> {
  const socket = Object.assign(connect({ port, host: '127.0.0.1', allowHalfOpen: true }), {
    said: '',
  })
  socket.on('data', octets => {
    socket.said += octets.toString('latin1')
  })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1_000 && !condition(); i++) await new Promise(done => setTimeout(done, 5))
  if (!condition()) throw new Error('it did not come about in 5 s')
}

t.test('what a browser sends commands nothing and takes the stick from nobody', async t => {
  const { wire, port } = await open(t)
  const post = `POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: ${PING.length}\r\n\r\n`
  for (const request of [
    Buffer.concat([Buffer.from(post), PING]),
    Buffer.from('GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'),
    Buffer.concat([Buffer.from('\r\n'), PING]),
    Buffer.from('1603010005', 'hex'),
  ]) {
    const browser = await call(port)
    browser.write(request)
    await once(browser, 'end')
    t.match(browser.said, /^hanrig stick: .*that was text\r\n$/)
    browser.destroy()
  }
  t.same(wire.log, ['text', 'text', 'text', 'text'])
  t.equal(wire.frames, 0)
  const host = await call(port)
  host.write(PING)
  await until(() => wire.frames === 1)
  host.destroy()
})

t.test('a host that never reads is let go at a bound', async t => {
  const { wire, port } = await open(t)
  const host = connect(port, '127.0.0.1')
  host.on('error', () => {})
  host.pause()
  host.write(PING)
  await until(() => wire.frames === 1)
  const before = process.memoryUsage().arrayBuffers
  const octets = new Uint8Array(10_000)
  let sent = 0
  while (!wire.log.includes('closed') && sent < 100_000_000) {
    wire.send(octets.slice())
    sent += octets.length
    if (sent % 1_000_000 === 0) await new Promise(done => setImmediate(done))
  }
  t.same(wire.log, ['opened', 'unread', 'closed'])
  t.ok(sent < 20_000_000, `${sent} octets`)
  t.ok(process.memoryUsage().arrayBuffers - before < 20_000_000)
  host.destroy()
})

t.test('whoever says no sound frame leaves the stick to others', async t => {
  const { wire, port } = await open(t, 500)
  const silent = await call(port)
  const noisy = await call(port)
  noisy.write(Buffer.from('ef', 'hex'))
  await until(() => wire.log.includes('opened'))
  const third = await call(port)
  await once(third, 'end')
  t.match(third.said, 'another host has this stick')
  await Promise.all([once(silent, 'end'), once(noisy, 'end')])
  t.match(silent.said, 'connect again')
  await until(() => wire.log.includes('closed'))
  t.same(wire.log.toSorted(), ['closed', 'in-use', 'opened', 'silent', 'silent'])

  const host = await call(port)
  host.write(PING)
  await until(() => wire.frames === 1)
  await new Promise(done => setTimeout(done, 800))
  t.notOk(host.closed || host.readableEnded, 'one that has spoken may be silent')
  for (const each of [silent, noisy, third, host]) each.destroy()
})

t.test(
  'a thousand connections, none of which goes by itself, leave no descriptor behind',
  async t => {
    const { wire, port } = await open(t)
    const host = await call(port)
    host.write(PING)
    await until(() => wire.frames === 1)
    const descriptors = (): number => readdirSync('/proc/self/fd').length
    const before = descriptors()
    const callers: Socket[] = []
    for (let round = 0; round < 10; round++) {
      const some = await Promise.all(Array.from({ length: 100 }, () => call(port)))
      await Promise.all(some.map(each => each.readableEnded || once(each, 'end')))
      callers.push(...some)
    }
    t.equal(wire.log.filter(what => what === 'in-use').length, 1_000)
    // Their own ends are open still.
    await until(() => descriptors() <= before + callers.length + 2)
    for (const each of callers) each.destroy()
    await until(() => descriptors() <= before + 2)
    host.write(PING)
    await until(() => wire.frames === 2)
    host.destroy()
  },
)

t.test('a crowd that says nothing keeps no host from the stick', async t => {
  const { wire, port } = await open(t)
  const crowd = await Promise.all(Array.from({ length: 100 }, () => call(port)))
  const host = await call(port)
  host.write(PING)
  await until(() => wire.frames === 1)
  t.equal(wire.log.filter(what => what === 'crowded').length, 37)
  t.equal(wire.log.at(-1), 'opened')
  for (const each of [...crowd, host]) each.destroy()
})

t.test('it ends at once, whoever hangs on', async t => {
  const { wire, server, port } = await open(t)
  const host = await call(port)
  host.write(PING)
  await until(() => wire.frames === 1)
  const refused = await call(port)
  await once(refused, 'end')
  const began = performance.now()
  await server.close()
  t.ok(performance.now() - began < 500)
  t.equal(wire.log.at(-1), 'closed')
  for (const each of [host, refused]) each.destroy()
})
