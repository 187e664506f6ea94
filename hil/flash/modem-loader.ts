// Receivers that take a file and say no more: XMODEM, YMODEM, and the Gecko bootloader's menu around the first. None of
// them reads back or goes on where it was.

import { DEFAULT_BAUD_RATE } from '../open/open.ts'
import { GeckoTalk } from '../protocol/gecko.ts'
import { type BlockSizes, MODEM_TIMES, ModemSender, type ModemTimes } from '../protocol/modem.ts'
import { LONG, MAX_PACKET, SHORT } from '../protocol/modem-packet.ts'
import type { Counts, Talk } from '../protocol/talk.ts'
import { xmodemSender } from '../protocol/xmodem.ts'
import { ymodemSender } from '../protocol/ymodem.ts'
import { geckoTimes, modemTimes } from './limits.ts'
import type { Loader, LoaderOptions } from './loader.ts'
import type { Step } from './step.ts'

export type ModemKind = 'xmodem' | 'xmodem-1k' | 'ymodem' | 'gecko'

export class ModemLoader implements Loader {
  readonly phase = 'sending'
  readonly job = undefined
  readonly mayResume = false
  readonly reached = ''
  readonly already = false
  readonly verified = false
  readonly running = false
  readonly notes: string[] = []
  readonly #kind: ModemKind
  readonly #options: LoaderOptions
  readonly #counts: Counts

  constructor(kind: ModemKind, options: LoaderOptions, counts: Counts) {
    this.#kind = kind
    this.#options = options
    this.#counts = counts
  }

  *steps(): Iterable<Step> {
    let talk: Talk | undefined
    const made = (now: number): Talk => {
      talk = this.#newTalk(now)
      return talk
    }
    try {
      yield { do: 'converse', talk: made }
    } finally {
      if (talk instanceof ModemSender && talk.note) this.notes.push(talk.note)
    }
  }

  #newTalk(now: number): Talk {
    const { image, activate, limits } = this.#options
    const counts = this.#counts
    const times = this.#times()
    switch (this.#kind) {
      case 'xmodem':
        return xmodemSender(image, 'short', counts, now, times)
      case 'xmodem-1k':
        return xmodemSender(image, this.#sizes(), counts, now, times)
      case 'ymodem':
        return ymodemSender(image, counts, now, times, this.#sizes())
      case 'gecko':
        return new GeckoTalk(
          at => xmodemSender(image, 'short', counts, at, times),
          activate,
          now,
          geckoTimes(limits),
        )
    }
  }

  #times(): ModemTimes {
    const { baudRate = DEFAULT_BAUD_RATE, modemTimes: base = MODEM_TIMES, limits } = this.#options
    const lineTime = (10_000 * MAX_PACKET) / baudRate
    return modemTimes(limits, { ...base, refusedWithin: base.refusedWithin + lineTime })
  }

  #sizes(): BlockSizes {
    const { blockSize } = this.#options
    return blockSize === LONG ? 'long' : blockSize === SHORT ? 'short' : 'mixed'
  }
}
