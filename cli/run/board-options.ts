// Boards of `hanrig run`: which device gets which from the command line, where the pool is, and the rig that plays with
// them. The rig is loaded when a board takes part: other runs need none of it.

import { dirname } from 'node:path'
import type { HanrigError } from '#core/errors/errors'
import { nearestTo } from '#emulators/language/nearest'
import type { BoardSpec } from '#emulators/scenario/schema/boards'
import type { DeviceSpec, Scenario } from '#emulators/scenario/schema/schema'
import type { Rig } from '#hil/rig/rig'
import { hanrigError } from '../errors/errors.ts'
import { tellWants } from '../options/allow.ts'
import { note } from '../output/output.ts'
import type { RunOptions } from './options.ts'

/** How boards are found and how fast they are played with. */
export type BoardOptions = Pick<
  RunOptions,
  'board' | 'boards' | 'pool' | 'wait' | 'speed' | 'allow'
>

/** A scenario, and whose boards the command line named. */
export interface Equipped {
  readonly scenario: Scenario
  readonly own: ReadonlySet<string>
}

/** How long boards that others have are waited for, ms, when --wait does not say. */
export const DEFAULT_WAIT = 30_000

/** The boards that a scenario names. */
export function boardsOf({ devices }: Scenario): BoardSpec[] {
  return Object.values(devices).flatMap(({ board }) => board ?? [])
}

/**
 * The scenario with the boards that the command line puts behind its devices, or without any.
 * @throws HanrigError USAGE for a board that finds no device.
 */
export async function withBoards(
  scenario: Scenario,
  { board: given = [], boards, speed = 1 }: BoardOptions,
): Promise<Equipped> {
  const own = new Set<string>()
  if (boards === false) {
    const devices = Object.entries(scenario.devices).map(
      ([name, spec]) => [name, { ...spec, board: undefined }] as const,
    )
    return { scenario: { ...scenario, devices: Object.fromEntries(devices) }, own }
  }
  const devices: Record<string, DeviceSpec> = { ...scenario.devices }
  const free = Object.keys(devices)
  const first = free.filter(name => devices[name]!.board !== undefined)
  for (const text of given) {
    const [, named, rest = text] =
      /^([a-z][a-z0-9-]*)=((?:tag|name)=.*|[^=]*[:/].*)$/.exec(text) ?? []
    const isDevice = named !== undefined && named !== 'tag' && named !== 'name'
    const others = first.length > 0 ? first : free.length === 1 ? free : []
    const device = isDevice ? named : others.find(name => free.includes(name))
    if (device === undefined || !free.includes(device)) {
      const names = Object.keys(devices)
      const meant = (isDevice && nearestTo(named, names)) || names[0]
      throw hanrigError(
        'HANRIG_USAGE',
        `--board ${text} finds no device: name it, as in --board ${meant}=${isDevice ? rest : text}.`,
      )
    }
    free.splice(free.indexOf(device), 1)
    own.add(device)
    devices[device] = { ...devices[device]!, board: await specOf(isDevice ? rest : text) }
  }
  if (given.length === 0) return { scenario, own }
  // What was written for virtual time may run for days; nobody watches a bench for so long.
  const { UNTIL_WITH_BOARDS } = await import('#emulators/scenario/read/settle')
  const until = Math.min(scenario.until, UNTIL_WITH_BOARDS * speed)
  return { scenario: { ...scenario, devices, until }, own }
}

/** 'tag=esme,fast', 'name=bench-1' or an address. */
async function specOf(text: string): Promise<BoardSpec> {
  const { board } = await import('#emulators/scenario/schema/boards')
  const [, key, value = ''] = /^(tag|name)=(.*)$/.exec(text) ?? []
  const asked = key === 'tag' ? { tag: value.split(',') } : key === 'name' ? { name: value } : text
  const { data, error } = board().safeParse(asked)
  if (data) return data
  const issue = error!.issues[0]!
  throw hanrigError('HANRIG_USAGE', `--board ${text} ${issue.message}.`)
}

/**
 * Takes the boards of a scenario and has them answer. Virtual ones are new, whatever was played before in this process: what
 * they hold is in the scenario alone, or in the file that `flash=` names.
 * @throws HanrigError NOT_ALLOWED when the scenario or its pool wants what it may not, and whatever Rig.open throws.
 */
export async function openRig(
  { scenario, file, own }: Equipped & { readonly file: string | undefined },
  options: BoardOptions,
  signal: AbortSignal,
): Promise<Rig> {
  const { Rig } = await import('#hil/rig/rig')
  const { requirePool } = await import('#hil/pool/pool')
  const { describeOwner } = await import('#emulators/storage/owner')
  const { virtualPorts } = await import('#hil/board/virtual-ports')
  virtualPorts.renew()
  const beside = file === undefined ? undefined : dirname(file)
  try {
    return await Rig.open(scenario, {
      trust: { file: file ?? scenario.name, own, allowed: new Set(options.allow) },
      takes: tellWants,
      pool: () => requirePool(options.pool, beside),
      patience: {
        what: `hanrig run ${file ?? ''}`.trim(),
        wait: options.wait ?? DEFAULT_WAIT,
        signal,
        waits: ({ name }, holder) => note(`waiting for ${name}: ${describeOwner(holder)}`),
      },
      speed: options.speed ?? 1,
    })
  } catch (error) {
    throw signal.aborted ? interrupted() : error
  }
}

export function interrupted(): HanrigError {
  return hanrigError('HANRIG_INTERRUPTED', 'The run was interrupted.')
}

/** What comes of those whose turn did not come. */
export function notPlayed(): HanrigError {
  return hanrigError('HANRIG_INTERRUPTED', 'It was not played: the call was interrupted before.')
}
