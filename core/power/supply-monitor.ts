// The hub's watch over its own supply: AD1, the Power Outage Alert, once an outage has lasted too long.
// Source: MP102B Modification Report: "more than three minutes", so exactly 180.000 s raises nothing by default.
// Invariant: at most one AD1 per outage, and none without an outage.

import type { Archive } from '../state/archive.ts'

/** Outage that raises AD1, ms (MP102B; CHTS). */
export const AD1_THRESHOLD = 180_000

/**
 * Outage from which a meter reports the return of its own mains as 8F36 instead of 8F35, ms: here three minutes are
 * enough (the alert codes' names: "outage >= 3 minutes"), so that at exactly 180.000 s there is an 8F36 and no AD1.
 */
export const LONG_OUTAGE = 180_000

/** The alert with which a meter reports to the Network Operator that its mains are back after `outage` ms. */
export function restorationAlert(outage: number): '8F35' | '8F36' {
  return outage >= LONG_OUTAGE ? '8F36' : '8F35'
}

/** When an outage has lasted too long. */
export interface SupplyMonitorConfig {
  /** Milliseconds of outage at the boundary. */
  threshold: number
  /** True: an outage must last longer than the threshold. False: reaching it is enough. */
  strict: boolean
}

export const DEFAULT_SUPPLY_MONITOR: SupplyMonitorConfig = {
  threshold: AD1_THRESHOLD,
  strict: true,
}

/** What a call reports. */
export const QUIET = 0
/** Raise AD1 now; lostAt is the start of the outage. */
export const RAISE_AD1 = 1

/**
 * The hub's watch over its own supply: raises AD1 once an outage has lasted too long, at most once an outage. Times are ms
 * of the caller's clock.
 * @example
 * const monitor = new SupplyMonitor()
 * monitor.lost(0)
 * monitor.tick(180_001) === RAISE_AD1
 */
export class SupplyMonitor {
  /** The boundary that it judges by. */
  readonly config: SupplyMonitorConfig
  /** When the supply last went, ms; -1 before it ever did. */
  lostAt = -1
  /** When AD1 is due, ms; Infinity when none is. */
  deadline = Number.POSITIVE_INFINITY
  #away = false

  constructor(config: SupplyMonitorConfig = DEFAULT_SUPPLY_MONITOR) {
    this.config = config
  }

  /**
   * The supply has gone; repeated calls during one outage change nothing.
   * @param jitter ms by which the alert of this outage comes later.
   */
  lost(now: number, jitter = 0): void {
    if (this.#away) return
    this.#away = true
    this.lostAt = now
    this.deadline = now + this.config.threshold + (this.config.strict ? 1 : 0) + jitter
  }

  /**
   * The supply is back. RAISE_AD1 when the outage was long enough and tick() has not said so yet, so that
   * the order of two calls at one instant decides nothing.
   */
  restored(now: number): typeof QUIET | typeof RAISE_AD1 {
    const late = this.tick(now)
    this.deadline = Number.POSITIVE_INFINITY
    this.#away = false
    return late
  }

  /** Lets time pass; to be called at `deadline`, harmless at any other time. */
  tick(now: number): typeof QUIET | typeof RAISE_AD1 {
    if (now < this.deadline) return QUIET
    this.deadline = Number.POSITIVE_INFINITY
    return RAISE_AD1
  }

  /** @internal Walks the state on its way into a snapshot or back. */
  archive(a: Archive): void {
    this.lostAt = a.number(this.lostAt)
    this.deadline = a.number(this.deadline)
    this.#away = a.flag(this.#away)
  }
}
