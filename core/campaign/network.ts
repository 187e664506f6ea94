// The WAN as octets a day: what a campaign asks of each region, and, where somebody states a capacity, in which order it is
// served and who waits. No capacity is public: without one the answer is the capacity that would be needed.

/** Who is served first where not all can be: by arrival, in equal parts to each User, or by priority. */
export type Policy = 'fifo' | 'fair-share' | 'priority'
/** Names of the policies. */
export const POLICIES: readonly Policy[] = ['fifo', 'fair-share', 'priority']

/** Octets that came on a day. */
export interface Load {
  /** Whose they are, by index. */
  readonly user: number
  readonly day: number
  readonly octets: number
  readonly priority: number
}

/** What became of a User's octets. */
export interface Service {
  readonly user: number
  readonly octets: number
  /** Days until half of them, and until 95 of 100, were through; the day on which they came is the first. */
  readonly half: number
  readonly most: number
  /** Share that was through within the days asked about. */
  readonly inTime: number
}

/** What became of a region's load. */
export interface Served {
  /** Octets left at the end of each day. */
  readonly backlog: readonly number[]
  /** Days from the first octet's until all are through. */
  readonly days: number
  /** Share of all that was through within the days asked about. */
  readonly inTime: number
  readonly users: readonly Service[]
  /** Jain's index of the Users' shares in time: 1 when all fare alike, 1/n when one has everything. */
  readonly fairness: number
}

/** Days after which nobody waits any more. */
const MOST_DAYS = 36_525

/** @param within days in which octets count as in time: a target response time. */
export function serve(
  loads: readonly Load[],
  capacity: number,
  policy: Policy,
  within: number,
): Served {
  if (!(capacity > 0)) throw new RangeError('a capacity is above 0')
  const waiting = loads.map(each => ({ ...each, left: each.octets }))
  const through = new Map<number, Map<number, number>>()
  const backlog: number[] = []
  const first = loads.reduce((day, each) => Math.min(day, each.day), Number.POSITIVE_INFINITY)
  const last = loads.reduce((day, each) => Math.max(day, each.day), -1)
  let open = waiting
  for (let day = first; day <= last || open.length > 0; day++) {
    if (day - first > MOST_DAYS) break
    const here = open.filter(each => each.day <= day)
    for (const [job, octets] of shares(here, capacity, policy)) {
      job.left -= octets
      const own = through.get(job.user) ?? new Map<number, number>()
      const took = day - job.day + 1
      own.set(took, (own.get(took) ?? 0) + octets)
      through.set(job.user, own)
    }
    open = open.filter(each => each.left > 0.5)
    backlog.push(open.reduce((sum, each) => sum + (each.day <= day ? each.left : 0), 0))
  }
  const users = [...through]
    .sort(([a], [b]) => a - b)
    .map(([user, own]) => fareOf(user, own, within))
  const all = users.reduce((sum, { octets }) => sum + octets, 0)
  const inTime = users.reduce((sum, each) => sum + each.inTime * each.octets, 0)
  return {
    backlog,
    days: backlog.length,
    inTime: all === 0 ? 1 : inTime / all,
    users,
    fairness: jain(users.map(each => each.inTime)),
  }
}

type Waiting = Load & { left: number }

/** What each gets of a day. */
function shares(here: readonly Waiting[], capacity: number, policy: Policy): [Waiting, number][] {
  if (policy === 'fair-share') return fairShares(here, capacity)
  const order = [...here].sort((a, b) => {
    return (policy === 'priority' ? b.priority - a.priority : 0) || a.day - b.day
  })
  let room = capacity
  return order.flatMap((job): [Waiting, number][] => {
    const octets = Math.min(room, job.left)
    room -= octets
    return octets > 0 ? [[job, octets]] : []
  })
}

/** Equal parts to the Users that wait; what one cannot use is for the others. */
function fairShares(here: readonly Waiting[], capacity: number): [Waiting, number][] {
  const queues = [...Map.groupBy(here, each => each.user).values()]
  const wanted = queues.map(own => own.reduce((sum, { left }) => sum + left, 0))
  const level = levelOf(wanted, capacity)
  return queues.flatMap((own, i) => shares(own, Math.min(wanted[i]!, level), 'fifo'))
}

/** The part up to which everybody is served. */
function levelOf(wanted: readonly number[], capacity: number): number {
  const rising = [...wanted].sort((a, b) => a - b)
  let room = capacity
  for (const [i, each] of rising.entries()) {
    const part = room / (rising.length - i)
    if (each > part) return part
    room -= each
  }
  return Number.POSITIVE_INFINITY
}

function fareOf(user: number, own: ReadonlyMap<number, number>, within: number): Service {
  const byDay = [...own].sort(([a], [b]) => a - b)
  const octets = byDay.reduce((sum, [, n]) => sum + n, 0)
  const until = (share: number) => {
    let left = share * octets - 0.5
    for (const [days, n] of byDay) {
      left -= n
      if (left <= 0) return days
    }
    return 0
  }
  const soon = byDay.reduce((sum, [days, n]) => sum + (days <= within ? n : 0), 0)
  return { user, octets, half: until(0.5), most: until(0.95), inTime: soon / octets }
}

function jain(values: readonly number[]): number {
  const sum = values.reduce((all, each) => all + each, 0)
  const squares = values.reduce((all, each) => all + each * each, 0)
  return squares === 0 ? 1 : (sum * sum) / (values.length * squares)
}

/** Cells of a region that hold at least one of so many devices, which are spread evenly. */
export function cellsTouched(cells: number, devices: number): number {
  return cells * (1 - (1 - 1 / cells) ** devices)
}
