// What `hanrig run` and `hanrig snapshot` can be asked for. Some options describe the built-in scenario: beside a file,
// which says such things itself, they are refused rather than ignored.

import type { Command } from 'commander'
import { MAX_BLOCK_SIZE } from '#core/block/geometry'
import { JUDGED_TIMES, type JudgedTime } from '#core/power/time-rules'
import { LINK_LOSS } from '#emulators/profile/han-profile'
import { DEFAULT_PROFILE, SERVICE } from '#emulators/profile/profiles'
import type { Permission } from '#hil/trust/trust'
import {
  oneOf,
  probability,
  READ_AS,
  type ReadAs,
  readAsOptions,
  seedOption,
  timeOption,
  whole,
} from '../options/options.ts'
import { profileOption } from '../options/profile.ts'
import { isGiven, refuseGiven } from '../options/strict.ts'

export interface RunOptions extends ReadAs {
  readonly image?: string | undefined
  readonly wrap?: true | undefined
  readonly seed?: number | undefined
  readonly loss: number
  readonly blockSize: number
  readonly profile: string
  readonly trust?: string | undefined
  readonly notListed?: true | undefined
  /** ms. */
  readonly activateIn?: number | undefined
  readonly recorded?: 'processed' | 'requested'
  readonly judgedBy?: JudgedTime
  readonly store?: string | undefined
  readonly report?: string | undefined
  readonly json?: true | undefined
  readonly pcap?: string | undefined
  readonly random?: number | undefined
  readonly resume?: string | undefined
  readonly tap?: true | undefined
  readonly junit?: string | undefined
  readonly jobs?: number | undefined
  /** Boards for devices, as they are named on the command line. */
  readonly board?: readonly string[] | undefined
  /** False: boards of the scenario are emulated. */
  readonly boards?: boolean | undefined
  readonly pool?: string | undefined
  /** What the scenario file and a pool that is found may do. */
  readonly allow?: readonly Permission[] | undefined
  /** How long boards that others have are waited for, ms. */
  readonly wait?: number | undefined
  /** Virtual ms for each one of wall time. */
  readonly speed?: number | undefined
}

/** Options of the built-in scenario, as commander names them. */
const BUILT_IN = [
  'image',
  ...READ_AS,
  'wrap',
  'loss',
  'blockSize',
  'profile',
  'trust',
  'notListed',
  'activateIn',
  'recorded',
  'judgedBy',
] as const

/** A month: nobody dates an activation further ahead. */
const MOST_ACTIVATE_IN = 31 * 86_400_000

/** Adds the options by which the built-in scenario is described, and those of any run. */
export function describeRun(command: Command): Command {
  const withImage = command.option(
    '--image <file>',
    'firmware to carry: OTA, Intel HEX, S-record or any other file',
  )
  return readAsOptions(withImage)
    .option('--wrap', 'wrap what is no OTA file in a GB upgrade image signed with the test key')
    .option(
      '--loss <p>',
      'frame loss on every link, 0.02 or 2%; other faults scale with it',
      probability,
      LINK_LOSS.value,
    )
    .option(
      '--block-size <b>',
      'octets in a network block on the WAN',
      whole(1, MAX_BLOCK_SIZE),
      SERVICE.wanBlockSize,
    )
    .addOption(profileOption(DEFAULT_PROFILE.name))
    .option('--trust <file>', 'PEM key or certificate that must have signed the image')
    .option('--not-listed', 'leave the ESME off the DSP’s list of suppressed devices')
    .addOption(
      timeOption('--activate-in <duration>', 'activate that long after the 11.1 Response', '2h', {
        from: 0,
        to: MOST_ACTIVATE_IN,
        bare: 'min',
      }),
    )
    .option(
      '--recorded <when>',
      'recorded time of an immediate SRV 11.3: processed or requested [I]',
      oneOf(['processed', 'requested'] as const),
      'processed',
    )
    .option(
      '--judged-by <time>',
      `time by which an AD1 is judged: ${JUDGED_TIMES.join(' or ')} [I]`,
      oneOf(JUDGED_TIMES),
      'received',
    )
    .option('--seed <n>', 'seed of every draw; the same seed gives the same run', seedOption)
    .option('--pcap <file>', 'write the HAN’s frames as pcapng, for Wireshark')
    .option('--json', 'print the trace as JSON Lines; the last line is the verdict')
}

/** How the image of the built-in scenario is read. */
const OF_IMAGE = [...READ_AS, 'wrap'] as const

/** Refuses options by which an image is read where none is given. */
export function refuseWithoutImage(command: Command): void {
  if (!isGiven(command, 'image')) refuseGiven(command, OF_IMAGE, 'means nothing without --image')
}

/**
 * Refuses options of the built-in scenario beside something that describes itself.
 * @param beside what that is, for the sentence.
 */
export function refuseBuiltIn(command: Command, beside: string): void {
  const why = `describes the built-in scenario and means nothing beside ${beside}`
  refuseGiven(command, BUILT_IN, why)
}
