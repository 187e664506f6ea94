// A supply switch, whatever works it: a command, a line of the board's port, the board's own output, or nothing. Whoever
// switches waits until the supply is as it was asked for; a switch that cannot do it says so within its time.

export interface Switch {
  /** What works it, for people and reports: 'command', 'line dtr', 'agent', 'virtual', 'none'. */
  readonly kind: string
  /**
   * Switches the supply, and resolves when it is so.
   * @throws HanrigError SWITCH_FAILED or SWITCH_STUCK.
   */
  set(on: boolean): Promise<void>
}

/** Told what a switch was told, and what it said to that. */
export type SwitchLog = (text: string) => void
