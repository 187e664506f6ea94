// Where a scenario comes from, as a snapshot keeps it: the text of its file, the seed of a random one, or what the built-in
// one was asked for. The scenario is made of it again by the code that made it first, which checks it: so a snapshot says
// nothing that a scenario file could not. Boards, with their ports and commands, are left out: a snapshot goes on without.

import { z } from 'zod'
import { MAX_BLOCK_SIZE } from '#core/block/geometry'
import { IMMEDIATE } from '#core/power/activation'
import { JUDGED_TIMES } from '#core/power/time-rules'
import { ZIGBEE_EPOCH } from '#core/time/utc'
import { hanrigError } from '../errors/errors.ts'
import type { Cargo } from '../home/cargo.ts'
import { findProfile } from '../profile/profiles.ts'
import { deviceFor, mainJob } from '../scenario/main-job.ts'
import { randomScenario } from '../scenario/random.ts'
import { readScenario } from '../scenario/read/read.ts'
import type { Scenario } from '../scenario/schema/schema.ts'

const U32 = 0xffff_ffff
const LONGEST_PATH = 4_096
const LONGEST_WAIT = 44_640 * 60_000

const seed = z.int().min(0).max(U32)
const share = z.number().min(0).max(1)

const file = z.strictObject({
  kind: z.literal('file'),
  file: z.string().max(LONGEST_PATH),
  text: z.string(),
  /** In place of the one in the text. */
  seed: seed.optional(),
})

const random = z.strictObject({ kind: z.literal('random'), seed })

const builtIn = z.strictObject({
  kind: z.literal('built-in'),
  profile: z.string(),
  seed,
  faults: z.strictObject({
    loss: share,
    corruption: share,
    duplication: share,
    reordering: share,
  }),
  blockSize: z.int().min(1).max(MAX_BLOCK_SIZE),
  listed: z.boolean(),
  activateIn: z.int().min(IMMEDIATE).max(LONGEST_WAIT),
  startUnixMs: z
    .int()
    .min(ZIGBEE_EPOCH * 1_000)
    .max((ZIGBEE_EPOCH + U32) * 1_000),
  dsp: z
    .strictObject({
      recorded: z.enum(['processed', 'requested']),
      judgedBy: z.enum(JUDGED_TIMES),
    })
    .optional(),
})

export const originSchema = z.discriminatedUnion('kind', [file, random, builtIn])
export type Origin = z.output<typeof originSchema>

/**
 * The scenario of an origin.
 * @param cargo the image of the built-in one.
 * @throws HanrigError SCENARIO_INVALID, or SNAPSHOT_DAMAGED for a profile that there is not.
 */
export function scenarioOf(origin: Origin, cargo: Cargo | undefined): Scenario {
  if (origin.kind === 'random') return randomScenario(origin.seed)
  if (origin.kind === 'built-in') {
    const { kind: _, ...job } = origin
    const profile = findProfile(job.profile)
    if (profile?.type !== 'esme') {
      throw hanrigError('HANRIG_SNAPSHOT_DAMAGED', 'The snapshot has no profile of an ESME.')
    }
    if (!cargo) throw hanrigError('HANRIG_SNAPSHOT_DAMAGED', 'The snapshot has no image.')
    const { image, fileVersion } = cargo
    return mainJob({ ...job, ...deviceFor(profile, image), fileVersion })
  }
  const read = readScenario(origin.text, origin.file)
  const devices = Object.entries(read.devices).map(
    ([name, device]) => [name, { ...device, board: undefined }] as const,
  )
  return { ...read, seed: origin.seed ?? read.seed, devices: Object.fromEntries(devices) }
}
