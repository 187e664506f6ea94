// The line of a virtual board: rate, latency, and what noise does. Times are wall times, so only bounds that hold on any
// machine are tested: nothing is ever early, and over a long stretch little is late.

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { PacedLine } from '#hil/board/paced-line'
import { parsePath, type Settings } from '#hil/board/settings'
import { virtualPorts } from '#hil/board/virtual-ports'
import { BoardHost, testImage } from '../../helpers/board-host.ts'
import { ROOT } from '../../helpers/hanrig.ts'
import { seeded } from '../../helpers/octets.ts'

function settings(query: string): Settings {
  return parsePath(`virtual:wasm?${query}`, ['wasm']).settings
}

function carried(query: string, sent: Uint8Array): Buffer {
  const got: Buffer[] = []
  const line = new PacedLine('test', octets => got.push(Buffer.from(octets)))
  line.configure(settings(query))
  for (let at = 0; at < sent.length; at += 999) line.send(sent.subarray(at, at + 999))
  return Buffer.concat(got)
}

t.test('octets arrive at the rate, after the latency, in order', async t => {
  const sent = seeded(3000, 4)
  const got: Buffer[] = []
  const begun = performance.now()
  let early = 0
  let count = 0
  const line = new PacedLine('test', octets => {
    got.push(Buffer.from(octets))
    count += octets.length
    // 921,600 bit/s are 92.16 octets a millisecond.
    if ((performance.now() - begun - 5) * 92.16 + 0.01 < count) early++
  })
  line.configure(settings('baud=921600&latency=5'))
  for (let at = 0; at < sent.length; at += 500) line.send(sent.subarray(at, at + 500))
  await line.below(0)
  const out = performance.now() - begun
  t.ok(out >= 3000 / 92.16 - 0.1, `all out after ${out} ms`)
  while (count < sent.length) await new Promise(resolve => setTimeout(resolve, 1))
  t.equal(early, 0)
  t.ok(Buffer.concat(got).equals(sent))
  line.send(sent)
  line.clear()
  await line.below(0)
  t.equal(count, sent.length)
})

t.test('noise is as frequent as asked, and the same for a seed', async t => {
  const sent = new Uint8Array(200_000)
  t.ok(carried('', sent).equals(sent))
  const noisy = carried('ber=0.0001&seed=3', sent)
  t.equal(noisy.length, sent.length)
  const flipped = noisy.filter(octet => octet !== 0)
  t.ok(flipped.length > 120 && flipped.length < 200, `${flipped.length} octets of 160 expected`)
  t.ok(
    flipped.every(octet => (octet & (octet - 1)) === 0),
    'one bit each',
  )
  t.ok(carried('ber=0.0001&seed=3', sent).equals(noisy))
  t.notOk(carried('ber=0.0001&seed=4', sent).equals(noisy))
  const lossy = carried('loss=0.001', sent)
  t.ok(lossy.length < sent.length - 140 && lossy.length > sent.length - 260, `${lossy.length} left`)
  t.equal(carried('loss=1', sent).length, 0)
})

t.test(
  'a board behind a slow line, with a slow flash, loses nothing within its credit',
  async t => {
    for (const overrun of ['hold', 'drop']) {
      const path = `virtual:wasm?baud=4000000&latency=1&program=0.4&overrun=${overrun}#${overrun}`
      const host = new BoardHost(path)
      await host.open()
      await host.hello()
      const image = testImage(100_000)
      const begun = await host.begin(image, { blockSize: 4096 })
      t.match(await host.send(image, begun, 20, 10_000), { base: 25 })
      const status = await host.ask({ status: {} })
      t.match(status!.status, { overruns: 0, badFrames: 0 })
      await host.close()
    }
  },
)

t.test('what a board has no room for is dropped when asked so, and the board says it', async t => {
  const path = 'virtual:wasm?erase=60&overrun=drop#flood'
  const board = await virtualPorts.board(path)
  const host = new BoardHost(path)
  await host.open()
  const image = testImage(40_000)
  // While the flash erases nobody reads; far more than the credit is sent.
  const begun = host.ask(
    { begin: { size: 40_000, sha256: image.sha256, fileVersion: 1, blockSize: 4096 } },
    5000,
  )
  for (let i = 0; i < 10; i++) host.write(seeded(40_000, i))
  t.ok((await begun)!.begun)
  const status = (await host.ask({ status: {} }, 5000)) ?? (await host.ask({ status: {} }, 5000))
  t.ok(status!.status!.overruns > 0)
  t.ok(board.octetsIn > 400_000)
  await host.close()
})

t.test('an idle board costs no time and keeps no process alive', async t => {
  const script = `
    const { virtualPorts } = await import(${JSON.stringify(join(ROOT, 'hil/board/virtual-ports.ts'))})
    const { frameOf } = await import(${JSON.stringify(join(ROOT, 'hil/protocol/serial-frame.ts'))})
    const { encodeToBoard } = await import(${JSON.stringify(join(ROOT, 'hil/protocol/agent-messages.ts'))})
    const port = await virtualPorts.open({ path: 'virtual:wasm', baudRate: 115200 })
    // A supply that is off for an hour has a timer; without an open port it holds nobody.
    await port.write(Buffer.from(frameOf(encodeToBoard({ supply: { offMs: 3600000 } }), true)))
    const before = process.cpuUsage()
    await new Promise(resolve => setTimeout(resolve, 300))
    const { user, system } = process.cpuUsage(before)
    await port.close()
    console.log((user + system) / 1000)`
  const ms = Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 60_000,
      env: { PATH: process.env.PATH },
    }),
  )
  t.ok(ms < 100, `${ms} ms of processor time in 300 ms`)
})
