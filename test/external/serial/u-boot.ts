// The senders against a bootloader that others wrote: U-Boot on QEMU, loadx and loady; its own crc32 is the judge.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import t, { type Test } from 'tap'
import { Flash } from '#hil/flash/flash'
import type { Protocol } from '#hil/flash/loaders'
import { openPort } from '#hil/open/open'
import { MODEM_TIMES } from '#hil/protocol/modem'
import { textToExpect, textToSend } from '#hil/protocol/script'
import { flashOptions, imageOf } from '../../helpers/flashing.ts'
import { ROOT } from '../../helpers/hanrig.ts'
import { shortDirectory, start, ttyPair, until } from '../../helpers/processes.ts'

t.setTimeout(600_000)

const BIOS = '/usr/lib/u-boot/qemu_arm/u-boot.bin'
const ADDRESS = '0x41000000'
const SIZE = 20_001

/** A board in QEMU whose console is at the end of a cable. */
async function uBoot(test: Test): Promise<string> {
  const { a, b } = await ttyPair(test, shortDirectory(test))
  start(
    test,
    'qemu-system-arm',
    ...['-M', 'virt', '-cpu', 'cortex-a15', '-bios', BIOS, '-display', 'none'],
    ...['-nodefaults', '-monitor', 'none', '-chardev', `serial,id=u0,path=${b}`],
    ...['-serial', 'chardev:u0'],
  )
  // Whatever is said keeps it from booting by itself.
  await command(a, ' ', /=> $/)
  return a
}

/** Types a line and returns what the console says until `end`. */
async function command(tty: string, line: string, end: RegExp): Promise<string> {
  const port = await openPort(tty)
  let said = ''
  port.stream.on('data', chunk => (said += chunk.toString('latin1')))
  for (let tries = 0; tries < 20 && !end.test(said); tries++) {
    if (tries === 0 || line === ' ') port.stream.write(`${line}\r`)
    await until(() => end.test(said), 3_000).catch(() => {})
  }
  await port.close()
  return said
}

for (const [protocol, load] of [
  ['xmodem', 'loadx'],
  ['xmodem-1k', 'loadx'],
  ['ymodem', 'loady'],
  ['auto', 'loadx'],
] as const satisfies [Protocol, string][]) {
  t.test(`${protocol} to U-Boot's ${load}`, { timeout: 240_000 }, async t => {
    const tty = await uBoot(t)
    const image = imageOf(SIZE, 9)
    await command(tty, `${load} ${ADDRESS}`, /Ready for binary/)
    const flash = new Flash(
      tty,
      flashOptions(image, { protocol, modemTimes: { ...MODEM_TIMES, settle: 300, turnaround: 5 } }),
    )
    await flash.run(new AbortController().signal)
    t.equal(flash.failure?.message, undefined)
    t.equal(flash.counts.doneOctets, SIZE)
    await sleep(500)
    const said = await command(tty, `crc32 ${ADDRESS} ${SIZE.toString(16)}`, /==> [0-9a-f]{8}/)
    const crc = crc32(image.octets.u8).toString(16).padStart(8, '0')
    t.match(said, new RegExp(`==> ${crc}`), 'its own crc32 says so')
    t.comment(`${flash.counts.sent} blocks, ${flash.counts.retries} retries`)
  })
}

t.test('the guide’s recipe: from its prompt to its own crc32', { timeout: 240_000 }, async t => {
  const tty = await uBoot(t)
  const image = imageOf(SIZE, 11)
  const guide = readFileSync(join(ROOT, 'docs', 'flashing.md'), 'utf8')
  const [, recipe = ''] = /--protocol xmodem-1k (--expect 'autoboot'[^`]*?)\n```/.exec(guide) ?? []
  const typed = [...recipe.matchAll(/--(send|expect|then)(?: '([^']*)')?/g)]
  const words = (from: typeof typed) =>
    from.map(([, kind, text = '']) => (kind === 'send' ? textToSend(text) : textToExpect(text)))
  const then = typed.findIndex(([, kind]) => kind === 'then')
  // This one's prompt is there already, so what comes before it is not waited for; and its RAM lies elsewhere.
  const here = typed.map(([all, kind, text]) => [all, kind, text?.replace('0x40400000', ADDRESS)])
  const enter = words(here.slice(1, then) as typeof typed)
  const leave = words(here.slice(then + 1) as typeof typed)
  t.equal(enter.length + leave.length, 7)
  const flash = new Flash(
    tty,
    flashOptions(image, {
      protocol: 'xmodem-1k',
      enter,
      leave,
      modemTimes: { ...MODEM_TIMES, settle: 300, turnaround: 5 },
    }),
  )
  await flash.run(new AbortController().signal)
  t.equal(flash.failure?.message, undefined)
  t.match(flash.heard, `==> ${crc32(image.octets.u8).toString(16).padStart(8, '0')}`)
})
