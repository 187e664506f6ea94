// A device that sleeps gets its image wake by wake: what takes so long awake takes so many wakes, and the time between them.

/**
 * Time that a download takes by the clock, ms.
 * @param awake time that it takes awake, ms.
 * @param awakeTime how long a wake lasts, ms.
 * @param wakeInterval time from one wake to the next, ms; 0 never sleeps.
 */
export function byWakes(awake: number, awakeTime: number, wakeInterval: number): number {
  if (wakeInterval <= awakeTime) return awake
  const whole = Math.floor(awake / awakeTime)
  return whole * wakeInterval + (awake - whole * awakeTime)
}
