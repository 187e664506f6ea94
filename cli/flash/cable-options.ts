// Options of `hanrig flash` for boards on a cable: which, how they are spoken to, and what is done with the image there.

import type { Command } from 'commander'
import { CARRIED, type Carried } from '#hil/flash/image'
import { PROTOCOLS, type Protocol } from '#hil/flash/loaders'
import { PARITIES, type Parity } from '#hil/line/port'
import { type PortStep, parseSequence } from '#hil/line/sequence'
import { textToExpect, textToSend, type Word } from '#hil/protocol/script'
import type { Permission } from '#hil/trust/trust'
import { allowOption } from '../options/allow.ts'
import { oneOf, type ReadAs, readAsOptions, timeOption, whole } from '../options/options.ts'
import { pluralOption, texts } from '../options/strict.ts'

export interface CableOptions extends ReadAs {
  port?: string[]
  board?: string[]
  pool?: string
  /** What a pool that is found may do. */
  allow?: readonly Permission[]
  protocol: Protocol
  baud?: number
  rtscts?: true
  parity?: Parity
  reset?: readonly PortStep[]
  /** What is typed and waited for, in the order of the command line; 'then' is where the transfer is. */
  script: (Word | 'then')[]
  address?: number
  pageSize?: number
  flashSize?: number
  unprotect?: true
  carry?: Carried
  fileVersion?: number
  blockSize?: number
  /** ms, as all times here. */
  turnaround?: number
  activate: boolean
  activation: number
  cutSupply?: true
  allowDowngrade?: true
  force?: true
  wait?: number
  startWithin?: number
  answerWithin?: number
  tries?: number
  json?: true
}

/** How long a port that went away is waited for: time to find the cable, not to fetch another one. */
export const DEFAULT_WAIT = 60_000

export function cableOptions(command: Command): Command {
  const script: CableOptions['script'] = []
  command.setOptionValue('script', script)
  command.on('option:then', () => script.push('then'))
  const said = (word: Word) => {
    script.push(word)
    return script
  }
  const cable = command
    .addOption(
      pluralOption(
        '-p, --port <port>',
        'device, tcp://host:port, rfc2217://host:port or virtual:wasm; again for each board',
        texts,
      ),
    )
    .addOption(
      pluralOption(
        '--board <board>',
        'a free board of the pool: tag=… or name=…; again for each board',
        texts,
      ),
    )
    .option('--pool <file>', 'pool of boards; default: HANRIG_POOL, or hanrig.pool.yaml here')
    .addOption(allowOption(['writes']))
    .option('--protocol <name>', `one of ${PROTOCOLS.join(', ')}`, oneOf(PROTOCOLS), 'auto')
    .option('--baud <rate>', 'bits a second of the line', whole(50, 20_000_000))
    .option('--rtscts', 'RTS/CTS flow control')
    .option(
      '--parity <parity>',
      `${PARITIES.join(', ')}; default: what the protocol wants`,
      oneOf(PARITIES),
    )
    .option(
      '--reset <sequence>',
      'how the board is brought into its loader by DTR and RTS: esp, esp-usb, touch1200, rts-pulse, dtr-pulse, ' +
        'or steps such as D0R1|W100|D1R0',
      parseSequence,
    )
    .addOption(
      pluralOption('--send <text>', 'type this, such as "loadx\\r"; in order with --expect', text =>
        said(textToSend(text)),
      ),
    )
    .addOption(
      pluralOption('--expect <regex>', 'wait until this was said; in order with --send', text =>
        said(textToExpect(text)),
      ),
    )
    .option('--then', 'what comes before it is typed before the transfer, the rest after it')
    .option(
      '--address <address>',
      'where the image belongs in the board’s memory; a HEX or S-record file says so itself',
      whole(0, 0xffff_ffff),
    )
    .option('--page-size <octets>', 'of an STM32 that is not known', whole(64, 1_048_576))
    .option('--flash-size <octets>', 'of an STM32 that is not known', whole(1_024, 16_777_216))
    .option('--unprotect', 'take an STM32’s protection away; reading out: erases everything')
    .option('--carry <what>', `of an OTA file: ${CARRIED.join(' or ')}`, oneOf(CARRIED))
    .option('--file-version <version>', 'version of a file that tells none', whole(0, 0xffff_ffff))
    .option(
      '--block-size <octets>',
      'octets of a block: 256 to 8192 to the agent; 128 or 1024 by xmodem-1k and ymodem',
      whole(128, 8_192),
    )
    .addOption(
      timeOption(
        '--turnaround <duration>',
        'pause before each block of XMODEM and YMODEM, and over the air',
        '5ms',
        { from: 0, to: 1_000, bare: 'ms' },
      ),
    )
    .option('--no-activate', 'verify the image and leave it for a later activation')
    .addOption(
      timeOption(
        '--activation <duration>',
        'how long the activation takes on the board',
        '30s',
        { from: 0, to: 3_600_000, bare: 'ms' },
        0,
      ),
    )
    .option('--cut-supply', 'the board cuts its hub’s supply while it activates')
    .option('--allow-downgrade', 'flash a version below the one that runs')
    .option('--force', 'flash an image that runs already')
    .addOption(
      timeOption(
        '--wait <duration>',
        'how long a board is waited for that went away or that another has (default: 1min), and a port or server ' +
          'that is not there yet (default: 0)',
        '30s',
        { from: 0, to: 86_400_000, bare: 's' },
      ),
    )
    .addOption(
      timeOption(
        '--start-within <duration>',
        'how long until the other end says its first word',
        '2min',
        { from: 1_000, to: 86_400_000, bare: 's' },
      ),
    )
    .addOption(
      timeOption(
        '--answer-within <duration>',
        'how long an answer to what was sent may take',
        '45s',
        { from: 1_000, to: 86_400_000, bare: 's' },
      ),
    )
    .option('--tries <times>', 'how often the same is sent in vain', whole(1, 1_000))
  return readAsOptions(cable).option('--json', 'print JSON Lines')
}
