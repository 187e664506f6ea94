// Boards behind ser2net, raw and by RFC 2217: the board is the virtual one, at the other end of a tty.

import { writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openPort } from '#hil/open/open'
import { flashed, imageOf } from '../../helpers/flashing.ts'
import { shortDirectory, start, ttyPair, until } from '../../helpers/processes.ts'

t.setTimeout(600_000)

/** A virtual board at the end of a cable; returns the other end. */
async function boardOnTty(test: Test, dir: string): Promise<string> {
  const { a, b } = await ttyPair(test, dir)
  const board = await openPort(`virtual:wasm#${dir.replace(/\W/g, '')}`)
  const tty = await openPort(b)
  board.stream.pipe(tty.stream)
  tty.stream.pipe(board.stream)
  test.teardown(async () => {
    await board.close()
    await tty.close()
  })
  return a
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.on('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

/** ser2net between a tty and a TCP port. */
async function serve(test: Test, dir: string, tty: string, accepter: string): Promise<number> {
  const port = await freePort()
  const config = join(dir, 'ser2net.yaml')
  writeFileSync(
    config,
    `connection: &c
  accepter: ${accepter}tcp,127.0.0.1,${port}
  connector: serialdev,${tty},115200n81,local
`,
  )
  const server = start(test, '/usr/sbin/ser2net', '-n', '-u', '-c', config)
  let up = false
  const look = setInterval(() => {
    connect(port, '127.0.0.1', function (this: import('node:net').Socket) {
      up = true
      this.destroy()
    }).on('error', () => {})
  }, 100)
  await until(() => up || server.process.exitCode !== null, 10_000, 'ser2net')
  clearInterval(look)
  if (!up) throw new Error(server.said())
  return port
}

for (const [scheme, accepter] of [
  ['tcp', ''],
  ['rfc2217', 'telnet(rfc2217),'],
] as const) {
  t.test(`a board behind ser2net: ${scheme}`, { timeout: 90_000 }, async t => {
    const dir = shortDirectory(t)
    const tty = await boardOnTty(t, dir)
    const port = await serve(t, dir, tty, accepter)
    // ser2net lets one in at a time, and the one that looked whether it is up has to be gone.
    await new Promise(resolve => setTimeout(resolve, 1_000))
    const flash = await flashed(`${scheme}://127.0.0.1:${port}`, imageOf(60_000, 2), {
      times: { silentAfter: 20_000, helloWithin: 10_000 },
    })
    t.equal(flash.failure?.message, undefined)
    t.ok(flash.running && flash.verified)
    t.comment(`${Math.round(flash.transferMs)} ms`)
  })
}

t.test('by RFC 2217 the speed is set; a raw server is told apart', { timeout: 60_000 }, async t => {
  const dir = shortDirectory(t)
  const { a } = await ttyPair(t, dir)
  const served = await serve(t, dir, a, 'telnet(rfc2217),')
  await new Promise(resolve => setTimeout(resolve, 1_000))
  const port = await openPort(`rfc2217://127.0.0.1:${served}`, { baudRate: 921_600 })
  t.ok(await port.setBaudRate(115_200))
  await port.close()
  await port.close()
  const raw = createServer(socket => socket.on('error', () => {})).listen(0, '127.0.0.1')
  await new Promise(resolve => raw.on('listening', resolve))
  const { port: number } = raw.address() as { port: number }
  await t.rejects(openPort(`rfc2217://127.0.0.1:${number}`), { code: 'HANRIG_PORT_UNUSABLE' })
  raw.close()
})
