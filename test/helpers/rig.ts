// A scenario with virtual boards, played to its end on wall time; every event is kept.

import type { HanrigError } from '#core/errors/errors'
import { type Outcome, Run } from '#emulators/play/play'
import type { TraceEvent } from '#emulators/trace/trace'
import type { VirtualBoard } from '#hil/board/virtual-board'
import { virtualPorts } from '#hil/board/virtual-ports'
import { readPool } from '#hil/pool/pool'
import { Rig } from '#hil/rig/rig'
import { PERMISSIONS } from '#hil/trust/trust'
import { optionsOf } from './home.ts'

export interface PlayedRig {
  readonly outcome: Outcome
  readonly events: readonly TraceEvent[]
  readonly fault: HanrigError | undefined
}

export interface RigPlay {
  readonly speed?: number
  readonly comesBackWithin?: number
  /** Pool file. */
  readonly pool?: string
  /** Sees each event as it comes. */
  readonly sees?: (event: TraceEvent, rig: Rig) => void
}

/** Plays a scenario with its boards. */
export async function playRig(
  yaml: string,
  { speed = 1, comesBackWithin = 15_000, pool, sees }: RigPlay = {},
): Promise<PlayedRig> {
  const options = optionsOf(yaml)
  const rig = await Rig.open(options.scenario, {
    trust: { file: 'test', own: new Set(), allowed: new Set(PERMISSIONS) },
    pool: () => readPool(pool!),
    patience: { what: 'test', wait: 0 },
    speed,
    comesBackWithin,
  })
  const events: TraceEvent[] = []
  try {
    const run = new Run({ ...options, scenario: rig.scenario, bodies: rig.bodies }, event => {
      events.push(event)
      sees?.(event, rig)
    })
    run.begin()
    const outcome = await rig.play(run)
    return { outcome, events, fault: rig.fault }
  } finally {
    await rig.close()
  }
}

/** The virtual board that a device of a scenario had: its name is the board's, unless the scenario gave one. */
export async function boardNamed(name: string): Promise<VirtualBoard> {
  return await virtualPorts.board(`virtual:wasm#${name}`)
}
