// Which board stands behind which device: addresses as they are, and boards of a pool, taken all at once. A virtual
// board is made to be what its device is, and its own: two devices never share one.

import type { BoardSpec, HubSupplySpec, PowerSpec } from '#emulators/scenario/schema/boards'
import type { Scenario } from '#emulators/scenario/schema/schema'
import type { Lease } from '#emulators/storage/lease'
import { hanrigError } from '../errors/errors.ts'
import type { Pool } from '../pool/pool.ts'
import { boardsFor, type Patience, type Taken, takeBoards, type Want } from '../pool/take.ts'
import { judgePool, wantsOfPool } from '../pool/wants.ts'
import { judge, type Trust, type Wants, wantsOfScenario } from '../trust/trust.ts'

export interface Place {
  /** Name of the device. */
  readonly device: string
  /** As the scenario or the pool names it, and as it is opened. */
  readonly named: string
  readonly address: string
  /** Name in the pool; undefined for a board that was named by its address. */
  readonly pooled: string | undefined
  readonly lease: Lease | undefined
  readonly power: PowerSpec | undefined
  readonly hubSupply: HubSupplySpec | undefined
}

/** How boards are found. */
export interface Finding {
  /** Where the scenario comes from, and what it may do. */
  readonly trust: Trust
  /** Opens the pool; called when a board is asked for by tag or name. */
  readonly pool: () => Pool
  readonly patience: Patience
  /** Virtual ms for each one of wall time; other than 1 for virtual boards only. */
  readonly speed: number
  /** Told what the pool wants for the boards that were taken, before a port is opened. */
  readonly takes?: ((wants: Wants) => void) | undefined
}

export function isVirtual(address: string): boolean {
  return address.startsWith('virtual:')
}

/** Devices with a board, and how each names it. */
export function boardsOf({ devices }: Scenario): [device: string, spec: BoardSpec][] {
  return Object.entries(devices).flatMap(([name, { board }]) => (board ? [[name, board]] : []))
}

/**
 * Finds the board of each device.
 * @throws HanrigError NOT_ALLOWED, POOL_*, BOARD_LEASED, or USAGE for a speed that a real board cannot have.
 */
export async function findPlaces(scenario: Scenario, options: Finding): Promise<Place[]> {
  const { trust, speed } = options
  judge(wantsOfScenario(scenario, trust), trust.allowed)
  const specs = boardsOf(scenario)
  const wants = specs.map(([, spec]) => wantOf(spec))
  const asked = wants.filter(want => want !== undefined)
  const taken = asked.length > 0 ? await takeAllowed(asked, options) : []
  const next = taken.values()
  const places = specs.map(([device, spec], i): Place => {
    const found = wants[i] && next.next().value
    const { port, power, hubSupply } = found?.board ?? {
      power: undefined,
      hubSupply: undefined,
      ...spec,
    }
    const address = isVirtual(port!) ? madeFor(port!, device, scenario, speed) : port!
    return {
      device,
      named: port!,
      address,
      pooled: found?.board.name,
      lease: found?.lease,
      power,
      hubSupply,
    }
  })
  try {
    refuseTwice(places)
    refuseSpeed(places, speed)
  } catch (error) {
    for (const { lease } of places) lease?.release()
    throw error
  }
  return places
}

async function takeAllowed(asked: readonly Want[], options: Finding): Promise<Taken[]> {
  const pool = options.pool()
  judgePool(pool, boardsFor(pool, asked), 'switched', options.trust.allowed)
  const taken = await takeBoards(pool, asked, options.patience)
  const boards = taken.map(({ board }) => board)
  options.takes?.(wantsOfPool(pool, boards, 'switched'))
  return taken
}

function wantOf(spec: BoardSpec): Want | undefined {
  if ('name' in spec && spec.name !== undefined) return { name: spec.name }
  return 'tag' in spec && spec.tag !== undefined ? { tags: spec.tag } : undefined
}

/** A virtual board's address with what its device says of it, and a name of its own. */
function madeFor(port: string, device: string, { devices }: Scenario, speed: number): string {
  const [path = '', name = device] = port.split('#')
  const [kind, query] = path.split('?')
  const settings = new URLSearchParams(query)
  const { hardwareVersion } = devices[device]!.values
  if (!settings.has('hardware')) settings.set('hardware', String(hardwareVersion))
  if (speed !== 1) settings.set('speed', String(speed))
  return `${kind}?${settings}#${name}`
}

function refuseTwice(places: readonly Place[]): void {
  for (const [i, { device, address }] of places.entries()) {
    const other = places.slice(0, i).find(each => plain(each.address) === plain(address))
    if (!other) continue
    throw hanrigError(
      'HANRIG_USAGE',
      `${other.device} and ${device} cannot share the board ${plain(address)}.`,
    )
  }
}

/** Without the settings of a virtual board. */
const plain = (address: string) => (isVirtual(address) ? address.replace(/\?[^#]*/, '') : address)

function refuseSpeed(places: readonly Place[], speed: number): void {
  const real = places.find(({ address }) => !isVirtual(address))
  if (!real || speed === 1) return
  throw hanrigError(
    'HANRIG_USAGE',
    `--speed is for virtual boards: ${real.address} of ${real.device} keeps its own time.`,
  )
}
