// `hanrig run`: its options. The work is loaded when it is wanted, so that other commands start fast.

import { Command } from 'commander'
import { MAX_BLOCK_SIZE } from '../../core/block/geometry.ts'
import { EXIT_EXPECTATION, EXIT_OK } from '../../core/errors.ts'
import { DEFAULT_PROFILE, PROFILES, SERVICE } from '../../emulators/profile/profiles.ts'
import { imageFormat, imageKind, probability, whole } from '../options.ts'
import type { RunOptions } from './play.ts'

export function runCommand(done: (exitCode: number) => void): Command {
  return new Command('run')
    .description(
      'Play SMETS1 firmware distribution from Supplier to ESME, and the outage it causes.',
    )
    .option('--image <file>', 'firmware to carry: OTA, Intel HEX, S-record or any other file')
    .option('--format <format>', 'read the file as ota, hex, srec or raw', imageFormat)
    .option('--kind <kind>', 'read an OTA file as gb-signed, gb-unsigned or standard', imageKind)
    .option('--wrap', 'wrap what is no OTA file in a GB upgrade image signed with the test key')
    .option(
      '--seed <n>',
      'seed of every draw; the same seed gives the same run',
      whole(0, 2 ** 32 - 1),
      1,
    )
    .option(
      '--loss <p>',
      'frame loss on every link, 0.02 or 2%; other faults scale with it',
      probability,
      0.02,
    )
    .option(
      '--block-size <b>',
      'octets in a network block on the WAN',
      whole(1, MAX_BLOCK_SIZE),
      SERVICE.wanBlockSize,
    )
    .option(
      '--profile <name>',
      `device: ${PROFILES.map(p => p.name).join(', ')}`,
      DEFAULT_PROFILE.name,
    )
    .option('--trust <file>', 'PEM key or certificate that must have signed the image')
    .option('--not-listed', 'leave the ESME off the DSP’s list of suppressed devices')
    .option(
      '--activate-in <minutes>',
      'activate that long after the 11.1 Response',
      whole(0, 44_640),
    )
    .option('--store <dir>', 'keep the DCO’s blocks there; a killed run resumes from it')
    .option('--report <dir>', 'write report.json and report.html there')
    .option('--json', 'print the trace as JSON Lines; the last line is the verdict')
    .action(async (_, command: Command) => {
      const { play } = await import('./play.ts')
      const { notListed, ...options } = command.opts()
      const outcome = await play({ ...options, listed: notListed !== true } as RunOptions)
      done(outcome.ok ? EXIT_OK : EXIT_EXPECTATION)
    })
}
