// `hanrig flash`: an image goes to one board or to many at once.

import { Command } from 'commander'
import { PROTOCOLS, type Protocol } from '#hil/flash/flash'
import { CARRIED, type Carried } from '#hil/flash/image'
import { oneOf, type ReadAs, readAsOptions, whole } from '../options/options.ts'
import { interruptible } from '../output/interrupt.ts'
import { type AirOptions, airOptions, refuseOfOtherWay } from './air-options.ts'

export interface FlashCommandOptions extends ReadAs {
  port?: string[]
  board?: string[]
  pool?: string
  protocol: Protocol
  baud?: number
  rtscts?: true
  carry?: Carried
  fileVersion?: number
  blockSize?: number
  turnaround?: number
  activate: boolean
  activation: number
  cutSupply?: true
  allowDowngrade?: true
  force?: true
  wait: number
  json?: true
}

/** Seconds that a port that went away is waited for: time to find the cable, not to fetch another one. */
const DEFAULT_WAIT = 60

export function flashCommand(done: (exitCode: number) => void): Command {
  const command = new Command('flash')
    .description('Flash an image to one or more boards; goes on where an earlier call stopped.')
    .argument('<image>', 'OTA, Intel HEX, S-record or any other file')
    .option(
      '-p, --port <port>',
      'device, tcp://host:port, rfc2217://host:port or virtual:wasm; again for each board',
      (port: string, before: string[] = []) => [...before, port],
    )
    .option(
      '--board <board>',
      'a free board of the pool: tag=… or name=…; again for each board',
      (board: string, before: string[] = []) => [...before, board],
    )
    .option('--pool <file>', 'pool of boards; default: HANRIG_POOL, or hanrig.pool.yaml here')
    .option('--protocol <name>', `one of ${PROTOCOLS.join(', ')}`, oneOf(PROTOCOLS), 'auto')
    .option('--baud <rate>', 'bits a second of the line', whole(50, 20_000_000))
    .option('--rtscts', 'RTS/CTS flow control')
    .option('--carry <what>', `of an OTA file: ${CARRIED.join(' or ')}`, oneOf(CARRIED))
    .option('--file-version <version>', 'version of a file that tells none', whole(0, 0xffff_ffff))
    .option('--block-size <octets>', 'octets of a block, to the agent', whole(256, 8_192))
    .option(
      '--turnaround <ms>',
      'pause before each block of XMODEM and YMODEM, and over the air',
      whole(0, 1_000),
    )
    .option('--no-activate', 'verify the image and leave it for a later activation')
    .option(
      '--activation <ms>',
      'how long the activation takes on the board',
      whole(0, 3_600_000),
      0,
    )
    .option('--cut-supply', 'the board cuts its hub’s supply while it activates')
    .option('--allow-downgrade', 'flash a version below the one that runs')
    .option('--force', 'flash an image that runs already')
    .option(
      '--wait <seconds>',
      'how long a board that went away, or that another has, is waited for',
      whole(0, 86_400),
      DEFAULT_WAIT,
    )
  const withImage = readAsOptions(command)
    .option('--json', 'print JSON Lines')
    .addHelpText('after', EXIT_CODE)
  return airOptions(withImage).action(
    async (file: string, options: FlashCommandOptions | AirOptions, self: Command) => {
      refuseOfOtherWay(self, 'stick' in options)
      if ('stick' in options) {
        const { flashOverAir } = await import('./air.ts')
        done(await flashOverAir(file, options))
        return
      }
      const { flashBoards } = await import('./boards.ts')
      done(await interruptible(signal => flashBoards(file, options, signal)))
    },
  )
}

const EXIT_CODE = `
With several boards the exit code is that of the worst outcome: interrupted (130), then device error (3),
time-out (4), unusable (2), in use (6), refused (5), ok (0). docs/flashing.md has examples.`
