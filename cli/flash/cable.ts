// Flashes boards side by side and tells of it: progress on stderr, the outcome of each on stdout.

import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { hex } from '#emulators/crypto/crypto'
import { Flash, type FlashOptions } from '#hil/flash/flash'
import { flashImage, refuseForLoader } from '#hil/flash/image'
import type { PooledBoard } from '#hil/pool/pool'
import { wordOf } from '#hil/pool/schema'
import { MODEM_TIMES } from '#hil/protocol/modem'
import { type FileFacts, LONG, SHORT } from '#hil/protocol/modem-packet'
import { parseAddress } from '#hil/serial/address'
import { hanrigError } from '../errors/errors.ts'
import { EXIT_OK, worstOf } from '../errors/exit.ts'
import { openFile } from '../options/options.ts'
import { takePooled } from '../options/pool.ts'
import { log } from '../output/log.ts'
import { print, printJson } from '../output/output.ts'
import { type CableOptions, DEFAULT_WAIT } from './cable-options.ts'
import { CableProgress } from './cable-progress.ts'
import { beginJson, endJson, summaryText } from './cable-summary.ts'
import { choosePorts } from './choose.ts'
import { takenJson, tellTaken } from './taken.ts'

/**
 * Flashes and returns the exit code.
 * @throws HanrigError what is wrong before any board is touched.
 */
export async function flashBoards(
  file: string,
  options: CableOptions,
  signal: AbortSignal,
): Promise<number> {
  checkBlockSize(options)
  checkChip(options)
  const opened = openFile(file, options)
  const { protocol, carry, fileVersion, address } = options
  const inner = protocol === 'gecko' && opened.ota ? 'upgrade-image' : 'file'
  const image = flashImage(opened, factsOf(file), carry ?? inner, fileVersion, address)
  refuseForLoader(image, protocol)
  const { board = [], pool, allow, wait = DEFAULT_WAIT } = options
  const asking = { board, pool, allow, wait, what: `hanrig flash ${basename(file)}` }
  const taken = board.length > 0 ? await takePooled(asking, signal) : []
  try {
    const pooled = new Map(taken.map(each => [each.board.port, waysOf(each.board)]))
    const named = [...(options.port ?? []), ...taken.map(each => each.board.port)]
    const ports = await choosePorts(named.length > 0 ? named : undefined)
    for (const port of ports) parseAddress(port)
    const ways = waysOfOptions(options)
    const places = ports.map(port => ({ port, ways: { ...pooled.get(port), ...ways } }))
    if (!options.json) tellTaken(file, opened)
    return await flashPorts(places, image, takenJson(opened), options, signal)
  } finally {
    for (const { lease } of taken) lease.release()
  }
}

/** How a board is brought into its loader, and out of it. */
type Ways = Pick<FlashOptions, 'reset' | 'enter' | 'leave'>

/** A board of a pool has its own ways. */
function waysOf({ reset, enter, leave }: PooledBoard): Ways {
  return { reset, enter: enter?.map(wordOf), leave: leave?.map(wordOf) }
}

/** What stands on the command line takes the place of the pool's. */
function waysOfOptions({ reset, script }: CableOptions): Ways {
  const at = script.indexOf('then')
  const words = script.filter(word => word !== 'then')
  const enter = at < 0 ? words : words.slice(0, at)
  const leave = at < 0 ? [] : words.slice(at)
  return { ...(reset && { reset }), ...(script.length > 0 && { enter, leave }) }
}

async function flashPorts(
  places: readonly { readonly port: string; readonly ways: Ways }[],
  image: FlashOptions['image'],
  taken: object,
  options: CableOptions,
  signal: AbortSignal,
): Promise<number> {
  const { json } = options

  const flashes = places.map(
    ({ port, ways }) => new Flash(port, { ...flashOptions(port, image, options), ...ways }),
  )
  if (json)
    for (const flash of flashes) {
      printJson({ ...beginJson(flash, image, hex(image.sha256)), ...taken })
    }
  const progress = new CableProgress(flashes, json === true)
  progress.start()
  await Promise.all(
    flashes.map(async flash => {
      await flash.run(signal)
      progress.ended(flash)
      if (json) printJson(endJson(flash))
    }),
  )
  progress.stop()
  const exit = worstOf(flashes.map(({ failure }) => failure))
  if (json) printJson({ name: 'verdict', ok: exit === EXIT_OK, boards: flashes.length, exit })
  else print(summaryText(flashes, image))
  return exit
}

function factsOf(file: string): FileFacts {
  const { mtimeMs, mode } = statSync(file)
  return { name: basename(file), modified: Math.max(0, Math.floor(mtimeMs / 1000)), mode }
}

/** @throws HanrigError USAGE for what only an STM32 has. */
function checkChip({ protocol, pageSize, flashSize, unprotect }: CableOptions): void {
  if (protocol === 'stm32') return
  const given = { '--page-size': pageSize, '--flash-size': flashSize, '--unprotect': unprotect }
  const [flag] = Object.entries(given).find(([, value]) => value !== undefined) ?? []
  if (flag === undefined) return
  throw hanrigError('HANRIG_USAGE', `${flag} means nothing with --protocol ${protocol}.`)
}

/** @throws HanrigError USAGE for a size that the protocol does not have. */
function checkBlockSize({ protocol, blockSize }: CableOptions): void {
  if (blockSize === undefined) return
  const byAgent = protocol === 'agent' || protocol === 'auto'
  const isLong = protocol === 'xmodem-1k' || protocol === 'ymodem'
  const fits = byAgent ? blockSize >= 256 : blockSize === SHORT || (isLong && blockSize === LONG)
  if (fits) return
  const may = byAgent ? '256 to 8192' : isLong ? '128 or 1024' : '128'
  throw hanrigError(
    'HANRIG_USAGE',
    `A block has ${may} octets with --protocol ${protocol}, not ${blockSize}.`,
  )
}

function flashOptions(
  port: string,
  image: FlashOptions['image'],
  options: CableOptions,
): FlashOptions {
  const { protocol, baud, rtscts, parity, blockSize, turnaround = MODEM_TIMES.turnaround } = options
  const { wait, startWithin, answerWithin, tries, pageSize, flashSize, unprotect } = options
  return {
    image,
    protocol,
    baudRate: baud,
    rtscts,
    parity,
    blockSize,
    activate: options.activate,
    activationMs: options.activation,
    keepSupply: options.cutSupply !== true,
    allowDowngrade: options.allowDowngrade === true,
    force: options.force === true,
    wait: wait ?? DEFAULT_WAIT,
    // A name that was mistyped is not waited for unasked.
    waitFirst: wait ?? 0,
    limits: { startWithin, answerWithin, tries },
    stm32: { pageSize, flashSize, unprotect: unprotect === true },
    modemTimes: { ...MODEM_TIMES, turnaround },
    onLog: (uptimeMs, text) => log.info({ port, uptimeMs }, text),
  }
}
