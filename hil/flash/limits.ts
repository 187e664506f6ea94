// The user's own limits, and what each protocol makes of them. The words mean the same everywhere: how long until the other
// end says its first word, how long an answer to what was sent may take, how often the same is sent in vain.

import { AGENT_TIMES, type AgentTimes } from '../protocol/agent.ts'
import { GECKO_TIMES, type GeckoTimes } from '../protocol/gecko.ts'
import { MODEM_TIMES, type ModemTimes } from '../protocol/modem.ts'
import { PROBE_TIMES, type ProbeTimes } from '../protocol/probe.ts'
import { SCRIPT_TIMES, type ScriptTimes } from '../protocol/script.ts'
import { STM32_TRIES, SYNC_TRIES } from '../protocol/stm32.ts'
import { LINK_TIMES, type LinkTimes } from '../protocol/stm32-link.ts'

/** What is left out is as each protocol has it. */
export interface Limits {
  /** Milliseconds until the other end says its first word. */
  readonly startWithin?: number | undefined
  /** Milliseconds that an answer to what was sent may take. */
  readonly answerWithin?: number | undefined
  /** Times that the same is sent in vain, 1 or more. */
  readonly tries?: number | undefined
}

/** XMODEM and YMODEM: a block that is not answered is sent again, and so is one that is refused. */
export function modemTimes(limits: Limits = {}, base: ModemTimes = MODEM_TIMES): ModemTimes {
  const {
    startWithin = base.startWithin,
    answerWithin = base.answerWithin,
    tries: maxTries = base.maxTries,
    tries: maxUnanswered = base.maxUnanswered,
  } = limits
  return { ...base, startWithin, answerWithin, maxTries, maxUnanswered }
}

/** The bootloader's menu is called for; its choice and its verdict are said once and waited for. */
export function geckoTimes(limits: Limits = {}): GeckoTimes {
  const { startWithin: callFor = GECKO_TIMES.callFor } = limits
  const { answerWithin = GECKO_TIMES.answerWithin } = limits
  return { ...GECKO_TIMES, callFor, answerWithin }
}

/** An STM32's ROM: 7F is said for the whole of the time, and each command answered within the other. */
export function stm32Limits(
  { startWithin, answerWithin, tries = STM32_TRIES }: Limits = {},
  base: LinkTimes = LINK_TIMES,
): { times: LinkTimes; syncTries: number; tries: number } {
  const times = { ...base, answerWithin: answerWithin ?? base.answerWithin }
  const syncTries =
    startWithin === undefined ? SYNC_TRIES : Math.ceil(startWithin / base.syncWithin)
  return { times, syncTries, tries }
}

/** What is expected at a prompt is waited for; nothing is typed twice. */
export function scriptTimes(limits: Limits = {}): ScriptTimes {
  const { startWithin = SCRIPT_TIMES.startWithin, answerWithin = SCRIPT_TIMES.answerWithin } =
    limits
  return { startWithin, answerWithin }
}

/** The agent is asked again soon and often: what counts is its silence, so many times as long as an answer may take. */
export function agentTimes(limits: Limits = {}): AgentTimes {
  const { startWithin: helloWithin = AGENT_TIMES.helloWithin } = limits
  const { answerWithin = AGENT_TIMES.silentAfter, tries = 1 } = limits
  return { ...AGENT_TIMES, helloWithin, silentAfter: answerWithin * tries }
}

/** What speaks there is found out from its first word: it is greeted, and then listened to for the rest of the time. */
export function probeTimes({ startWithin }: Limits = {}): ProbeTimes {
  if (startWithin === undefined) return PROBE_TIMES
  const greeted = PROBE_TIMES.listenFirst + PROBE_TIMES.helloFor
  const listenFor = Math.max(0, startWithin - greeted)
  const helloFor = startWithin - PROBE_TIMES.listenFirst - listenFor
  return { ...PROBE_TIMES, helloFor, listenFor }
}
