// Flashes boards side by side and tells of it: progress on stderr, the outcome of each on stdout.

import { basename } from 'node:path'
import { hex } from '#emulators/crypto/crypto'
import { Flash, type FlashOptions } from '#hil/flash/flash'
import { flashImage } from '#hil/flash/image'
import { MODEM_TIMES } from '#hil/protocol/modem'
import { parseAddress } from '#hil/serial/address'
import { EXIT_INTERRUPTED, EXIT_OK, exitOf } from '../errors/exit.ts'
import { openFile } from '../options/options.ts'
import { takePooled } from '../options/pool.ts'
import { log } from '../output/log.ts'
import { print, printJson } from '../output/output.ts'
import { choosePorts } from './choose.ts'
import type { FlashCommandOptions } from './command.ts'
import { FlashProgress } from './progress.ts'
import { beginJson, endJson, summaryText } from './summary.ts'

/** Outcomes from the worst on. */
const WORST_FIRST = [EXIT_INTERRUPTED, 3, 4, 2, 6, 5]

/**
 * Flashes and returns the exit code.
 * @throws HanrigError what is wrong before any board is touched.
 */
export async function flashBoards(
  file: string,
  options: FlashCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const opened = openFile(file, options, true)
  const { protocol, carry, fileVersion } = options
  const inner = protocol === 'gecko' && opened.ota ? 'upgrade-image' : 'file'
  const image = flashImage(opened, basename(file), carry ?? inner, fileVersion)
  const { board = [], pool, wait } = options
  const asking = { board, pool, wait: wait * 1000, what: `hanrig flash ${basename(file)}` }
  const taken = board.length > 0 ? await takePooled(asking, signal) : []
  try {
    const pooled = taken.map(each => each.board.port)
    const named = [...(options.port ?? []), ...pooled]
    const ports = await choosePorts(named.length > 0 ? named : undefined)
    for (const port of ports) parseAddress(port)
    return await flashPorts(ports, image, options, signal)
  } finally {
    for (const { lease } of taken) lease.release()
  }
}

async function flashPorts(
  ports: readonly string[],
  image: FlashOptions['image'],
  options: FlashCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const { json } = options

  const flashes = ports.map(port => new Flash(port, flashOptions(port, image, options)))
  if (json) for (const flash of flashes) printJson(beginJson(flash, image, hex(image.sha256)))
  const progress = new FlashProgress(flashes, json === true)
  progress.start()
  await Promise.all(
    flashes.map(async flash => {
      await flash.run(signal)
      progress.ended(flash)
      if (json) printJson(endJson(flash))
    }),
  )
  progress.stop()
  const exits = flashes.map(({ failure }) => (failure ? exitOf(failure) : EXIT_OK))
  const exit = WORST_FIRST.find(code => exits.includes(code)) ?? EXIT_OK
  if (json) printJson({ name: 'verdict', ok: exit === EXIT_OK, boards: flashes.length, exit })
  else print(summaryText(flashes, image))
  return exit
}

function flashOptions(
  port: string,
  image: FlashOptions['image'],
  options: FlashCommandOptions,
): FlashOptions {
  const { protocol, baud, rtscts, blockSize, turnaround = MODEM_TIMES.turnaround } = options
  return {
    image,
    protocol,
    baudRate: baud,
    rtscts,
    blockSize,
    activate: options.activate,
    activationMs: options.activation,
    keepSupply: options.cutSupply !== true,
    allowDowngrade: options.allowDowngrade === true,
    force: options.force === true,
    wait: options.wait * 1000,
    modemTimes: { ...MODEM_TIMES, turnaround },
    onLog: (uptimeMs, text) => log.info({ port, uptimeMs }, text),
  }
}
