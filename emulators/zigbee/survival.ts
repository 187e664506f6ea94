// What devices put up with from a ZigBee host, told when a download ends: requests that the host dropped, blocks
// without an octet, answers that nobody had asked for. What the scenario's own faults took is not the host's doing.

import type { Trace, TraceEvent } from '../trace/trace.ts'
import type { Station } from './network.ts'

export interface Survived {
  readonly device: string
  readonly retries: number
  readonly lost: number
  readonly dropped: number
  readonly empties: number
  readonly strays: number
}

const ENDS: readonly string[] = ['ota-held', 'ota-stopped', 'activation-ended']

export class SurvivalReport {
  #stations: readonly Station[] = []
  #trace: Trace | undefined
  readonly #before = new Map<string, Survived>()

  watch(stations: readonly Station[], trace: Trace): void {
    this.#stations = stations
    this.#trace = trace
    for (const station of stations) this.#before.set(station.node.name, countOf(station))
  }

  /** Tells of a device's download when `event` ends it; to be given every event of the trace. */
  heed({ name, source }: TraceEvent): void {
    if (!ENDS.includes(name)) return
    const station = this.#stations.find(({ node }) => node.name === source)
    if (station) this.#tell(station)
  }

  /** What each device put up with since the start. */
  get all(): Survived[] {
    return this.#stations.map(countOf)
  }

  #tell(station: Station): void {
    const now = countOf(station)
    const before = this.#before.get(now.device)!
    this.#before.set(now.device, now)
    const retries = now.retries - before.retries
    const lost = now.lost - before.lost
    const empties = now.empties - before.empties
    const strays = now.strays - before.strays
    if (retries + empties + strays === 0) return
    const dropped = Math.max(0, retries - lost)
    const fields = { retries, lost, dropped, empties, strays }
    this.#trace!.emit(now.device, 'host-survived', fields)
  }
}

function countOf({ node, up, down }: Station): Survived {
  const { retries, empties, strays } = node.device.client
  const lost = [up, down].reduce(
    (sum, { faults }) => sum + faults.lost + faults.corrupted + faults.deafened,
    0,
  )
  return {
    device: node.name,
    retries,
    lost,
    dropped: Math.max(0, retries - lost),
    empties,
    strays,
  }
}
