// What is done to a port before a board listens there, or after: its lines are set and let go, its speed is changed, it
// is closed until it is back. Written as a sequence, D0R1|W100|D1R0: steps between bars, lines of one step at once.

import type { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import type { ModemLines } from './port.ts'

/** One step of a line sequence: modem lines are set, ms are waited, bits a second are changed, or the port is reopened. */
export type PortStep =
  | ({ readonly do: 'lines' } & Readonly<ModemLines>)
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'speed'; readonly baudRate: number }
  /** Closed, and opened again when it is back, under whatever name. */
  | { readonly do: 'reopen' }

/** Longest wait of a step, ms. */
const LONGEST_WAIT = 60_000
const FASTEST = 20_000_000
/** More is no sequence that somebody typed. */
const MOST_STEPS = 64

/**
 * The usual ways into a loader. A set line (1) is low at the adapter's pin. `esp` and `esp-usb` are esptool's "classic", with
 * both lines at once, and the one for the USB-Serial/JTAG of later chips; a touch at 1,200 bit/s is what CDC
 * boards of Arduino and the Pico SDK take for a wish to be flashed. A pulse begins and ends with the line let go.
 */
export const SEQUENCES = {
  esp: 'D0R1|W100|D1R0|W50|D0R0',
  'esp-usb': 'D0R0|W100|D1R0|W100|R1|D0|R1|W100|D0R0',
  touch1200: 'B1200|D0|C',
  'rts-pulse': 'D0R0|W50|R1|W100|R0',
  'dtr-pulse': 'D0R0|W50|D1|W100|D0',
} as const

/**
 * The steps of a sequence, or of the one that has this name.
 * @throws HanrigError LINE_SEQUENCE.
 */
export function parseSequence(text: string): readonly PortStep[] {
  const named: Readonly<Record<string, string>> = SEQUENCES
  const written = Object.hasOwn(SEQUENCES, text) ? named[text]! : text
  const steps = written.split('|')
  if (steps.length > MOST_STEPS) throw wrong(text, `it has more than ${MOST_STEPS} steps`)
  return steps.map(step => stepOf(text, step))
}

function stepOf(text: string, step: string): PortStep {
  const [, lines, what = '', digits = ''] = /^(?:((?:[DR][01])+)|([WBC])(\d*))$/.exec(step) ?? []
  if (lines !== undefined) return linesOf(text, lines)
  const value = digits === '' ? Number.NaN : Number(digits)
  if (what === 'C' && digits === '') return { do: 'reopen' }
  if (what === 'W' && value <= LONGEST_WAIT) return { do: 'wait', ms: value }
  if (what === 'B' && value >= 50 && value <= FASTEST) return { do: 'speed', baudRate: value }
  throw wrong(text, `${JSON.stringify(step)} is no step`)
}

function linesOf(text: string, lines: string): PortStep {
  const set: ModemLines = {}
  for (const [letter, value] of lines.match(/../g)!) {
    const line = letter === 'D' ? 'dtr' : 'rts'
    if (set[line] !== undefined) throw wrong(text, `${lines} sets one line twice`)
    set[line] = value === '1'
  }
  return { do: 'lines', ...set }
}

function wrong(text: string, why: string): HanrigError {
  return hanrigError('HANRIG_LINE_SEQUENCE', `${JSON.stringify(text)} is no line sequence: ${why}.`)
}
