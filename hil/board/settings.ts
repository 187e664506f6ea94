// What stands in the name of a virtual port: virtual:KIND?setting=value&setting=value#NAME.
// KIND and NAME say which board it is; the settings say how its line and the board behave. The table below is all.

import type { HanrigError } from '#core/errors/errors'
import { orNearest } from '#emulators/language/nearest'
import { hanrigError } from '../errors/errors.ts'

/** Settings with a number: the value when nothing is said, the least and the most. */
const NUMBERS = {
  /** Rate of the line, bit/s; 0: as fast as it goes. */
  baud: [0, 0, 100_000_000],
  /** Milliseconds that an octet is on its way, each way. */
  latency: [0, 0, 10_000],
  /** Probability that a bit is turned over, each way. */
  ber: [0, 0, 1],
  /** Probability that an octet is lost, each way. */
  loss: [0, 0, 1],
  /** Seed of the two above. */
  seed: [1, 0, 0xffff_ffff],
  /** Milliseconds that programming 256 octets takes, and erasing a sector. */
  program: [0, 0, 10_000],
  erase: [0, 0, 10_000],
  /** Octets of the flash. */
  flashSize: [4 * 1024 * 1024, 256 * 1024, 32 * 1024 * 1024],
  /** What HELLO says: hardware version, manufacturer code and image type; the last two are not said when absent. */
  hardware: [0x0100, 0, 0xffff],
  manufacturer: [-1, -1, 0xffff],
  imageType: [-1, -1, 0xffff],
  /** Of an STM32: its product id. */
  chip: [0x410, 0, 0xffff],
  /** How many times as fast as the wall's the board's clock goes. */
  speed: [1, 0.001, 1_000_000],
} as const

/** Settings with a word: the first is the one when nothing is said. */
const WORDS = {
  /** What becomes of octets that the board has no room for: held back, or dropped as silicon does. */
  overrun: ['hold', 'drop'],
  /** Of an STM32: whether its loader starts always, or where the boot pin says so. */
  boot: ['rom', 'line'],
  /** Which protection its option bytes have at first. */
  protect: ['none', 'read', 'write'],
  /** What is wrong with it: a zero before its first answer, or a flash that takes what it does not keep. */
  fault: ['none', 'glitch', 'unwritable'],
} as const

const NAMES = [...Object.keys(NUMBERS), ...Object.keys(WORDS), 'flash']

type Numbers = { -readonly [name in keyof typeof NUMBERS]: number }
type Words = { -readonly [name in keyof typeof WORDS]: (typeof WORDS)[name][number] }

export interface Settings extends Numbers, Words {
  /** File that keeps the flash between processes. */
  flash: string | undefined
}

export interface VirtualPath {
  kind: string
  /** KIND#NAME: the same board whatever the settings. */
  id: string
  name: string
  settings: Settings
}

export const SCHEME = 'virtual:'

function refuse(path: string, what: string): HanrigError {
  return hanrigError('HANRIG_BOARD_PATH', `${path}: ${what}${what.endsWith('?') ? '' : '.'}`)
}

/** @throws HanrigError HANRIG_BOARD_PATH. */
export function parsePath(path: string, kinds: readonly string[]): VirtualPath {
  const match = /^virtual:([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(path)
  if (!match) throw refuse(path, 'a virtual port is virtual:KIND')
  const [, kind = '', query = '', name = ''] = match
  if (!kinds.includes(kind)) {
    throw refuse(
      path,
      `there is no virtual board ${JSON.stringify(kind)}, only ${kinds.join(', ')}${orNearest(kind, kinds)}`,
    )
  }
  const settings = Object.fromEntries(
    Object.entries({ ...NUMBERS, ...WORDS }).map(([key, [value]]) => [key, value]),
  ) as unknown as Settings
  settings.flash = undefined
  for (const [key, value] of new URLSearchParams(query)) {
    if (key === 'flash' && value !== '') settings.flash = value
    else if (key in WORDS) setWord(path, settings, key as keyof Words, value)
    else if (key in NUMBERS) setNumber(path, settings, key as keyof Numbers, value)
    else if (key === 'flash') throw refuse(path, `${key} cannot be "${value}"`)
    else throw refuse(path, `there is no setting ${JSON.stringify(key)}${orNearest(key, NAMES)}`)
  }
  if (settings.flashSize % 65_536 !== 0) throw refuse(path, 'flashSize is a multiple of 65536')
  return { kind, name, id: name === '' ? kind : `${kind}#${name}`, settings }
}

function setWord(path: string, settings: Settings, key: keyof Words, word: string): void {
  const words: readonly string[] = WORDS[key]
  if (!words.includes(word)) {
    throw refuse(path, `${key} is ${words.join(' or ')}, not "${word}"`)
  }
  Object.assign(settings, { [key]: word })
}

/** The files that an address of a board has its flash kept in: none, or one, or all that it names. */
export function flashFileOf(address: string): string[] {
  const query = /^virtual:[^?#]*\?([^#]*)/i.exec(address)?.[1]
  return new URLSearchParams(query).getAll('flash').filter(file => file !== '')
}

function setNumber(path: string, settings: Settings, key: keyof Numbers, text: string): void {
  const [, least, most] = NUMBERS[key]
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!(value >= least && value <= most)) {
    throw refuse(path, `${key} is a number from ${Math.max(0, least)} to ${most}, not "${text}"`)
  }
  settings[key] = value
}
