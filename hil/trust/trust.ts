// What a file that others wrote wants of this machine, and whether it may. Scenarios and pools of boards name files that are
// read and ports that are opened, which is what they are for; they may also name commands, which run with the rights of
// whoever plays them, and files that are written. One function gathers what is wanted, one judges it; every way to a board
// of such a file goes through both.

import type { HubSupplySpec, PowerSpec } from '#emulators/scenario/schema/boards'
import type { Scenario } from '#emulators/scenario/schema/schema'
import { flashFileOf } from '../board/settings.ts'
import { hanrigError } from '../errors/errors.ts'

/** What must be allowed: to run commands, to write files. */
export const PERMISSIONS = ['commands', 'writes'] as const
/** Something that a file of others must be allowed: 'commands', to run them, or 'writes', to write files. */
export type Permission = (typeof PERMISSIONS)[number]

export interface Wants {
  /** The file that wants it, as it was named. */
  readonly file: string
  /** Commands of switches, in quotes, and whether a shell reads them. */
  readonly commands: readonly string[]
  /** Files and directories that would be written. */
  readonly writes: readonly string[]
  readonly ports: readonly string[]
  /** Files, relative to the one that names them. */
  readonly reads: readonly string[]
}

/** What is known of where a scenario comes from. */
export interface Trust {
  /** The scenario's file, as it was named; a name for people where there is none. */
  readonly file: string
  /** What it may do beside opening ports and reading files. */
  readonly allowed: ReadonlySet<Permission>
  /** Devices whose boards its user named, and not the file. */
  readonly own: ReadonlySet<string>
}

/** Most things of a kind that a refusal names. */
const MOST_NAMED = 4

/** What a scenario file wants; of a board of a pool the pool file tells. */
export function wantsOfScenario(scenario: Scenario, { file, own }: Omit<Trust, 'allowed'>): Wants {
  const { devices, images, trust } = scenario
  const named = Object.entries(devices).filter(([name]) => !own.has(name))
  const boards = named.flatMap(([, { board }]) => (board ? [board] : []))
  const ofImages = Object.values(images).flatMap(image =>
    image.kind === 'file' ? [image.file] : [],
  )
  const reads = trust === 'test' || trust === 'none' ? ofImages : [...ofImages, trust]
  return { file, ...wantsOfBoards(boards), reads: once(reads) }
}

/** What boards want, whoever names them. */
export function wantsOfBoards(boards: readonly Named[]): Omit<Wants, 'file' | 'reads'> {
  const ports = boards.flatMap(({ port }) => port ?? [])
  const switches = boards.flatMap(({ power, hubSupply }) => [power, hubSupply])
  return {
    ports: once(ports),
    writes: once(ports.flatMap(flashFileOf)),
    commands: once(switches.flatMap(commandsOf)),
  }
}

/** What a board is said to be. */
export interface Named {
  readonly port?: string | undefined
  readonly power?: PowerSpec | undefined
  readonly hubSupply?: HubSupplySpec | undefined
}

function commandsOf(spec: PowerSpec | HubSupplySpec | undefined): string[] {
  if (spec?.by !== 'command') return []
  return [spec.on, spec.off].map(
    line => `${JSON.stringify(line)}${spec.shell ? ' by a shell' : ''}`,
  )
}

const once = (texts: readonly string[]): string[] => [...new Set(texts)]

/** @throws HanrigError NOT_ALLOWED when more is wanted than may be. */
export function judge({ file, commands, writes }: Wants, allowed: ReadonlySet<Permission>): void {
  const parts = [
    ...(commands.length > 0 && !allowed.has('commands') ? [`run ${some(commands)}`] : []),
    ...(writes.length > 0 && !allowed.has('writes') ? [`write ${some(writes)}`] : []),
  ]
  if (parts.length === 0) return
  throw hanrigError(
    'HANRIG_NOT_ALLOWED',
    `${file} wants to ${parts.join(' and to ')}, which is not allowed.`,
  )
}

/** 'bench.yaml reads meter.ota and opens /dev/ttyUSB0'; undefined when it does neither. */
export function plainWants({ file, reads, ports }: Wants): string | undefined {
  const parts = [
    ...(reads.length > 0 ? [`reads ${reads.join(', ')}`] : []),
    ...(ports.length > 0 ? [`opens ${ports.join(', ')}`] : []),
  ]
  return parts.length === 0 ? undefined : `${file} ${parts.join(' and ')}`
}

function some(things: readonly string[]): string {
  const more = things.length - MOST_NAMED
  return `${things.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
