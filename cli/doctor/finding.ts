// What a check of the machine found: what it is about, how it is, and what to do about it.

export type Level = 'ok' | 'warn' | 'fail'

export interface Finding {
  readonly about: string
  readonly level: Level
  /** One sentence without its full stop. */
  readonly found: string
  /** What mends it; a command where there is one. */
  readonly fix?: string
}

export const ok = (about: string, found: string): Finding => ({ about, level: 'ok', found })
export const warn = (about: string, found: string, fix: string): Finding => ({
  about,
  level: 'warn',
  found,
  fix,
})
export const fail = (about: string, found: string, fix: string): Finding => ({
  about,
  level: 'fail',
  found,
  fix,
})
