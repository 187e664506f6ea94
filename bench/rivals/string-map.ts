// The DSP's part in MP102B as one writes it without a second thought, and as hanrig had it: Maps keyed by an EUI-64 as
// text, from a hub to its ESMEs and from a listed ESME to its recorded time. Same rules, same verdicts.

import {
  DEFAULT_SUPPRESSION,
  FORWARD_NO_ACTIVATION,
  judgeAd1,
  NOT_RECORDED,
  SUPPRESSED,
} from '#core/power/suppression'

export class StringMapDsp {
  /** When the activation of each listed ESME was recorded. */
  readonly listed = new Map<string, number>()
  readonly #esmesOf = new Map<string, string[]>()

  list(esme: string): void {
    this.listed.set(esme, NOT_RECORDED)
  }

  join(esme: string, hub: string): void {
    const esmes = this.#esmesOf.get(hub)
    if (esmes) esmes.push(esme)
    else this.#esmesOf.set(hub, [esme])
  }

  activation(esme: string, at: number): void {
    if (this.listed.has(esme)) this.listed.set(esme, at)
  }

  judge(hub: string, at: number): number {
    let verdict: number = FORWARD_NO_ACTIVATION
    for (const esme of this.#esmesOf.get(hub) ?? []) {
      const recordedAt = this.listed.get(esme)
      if (recordedAt === undefined || verdict === SUPPRESSED) continue
      verdict = judgeAd1(at, true, recordedAt, DEFAULT_SUPPRESSION)
    }
    return verdict
  }
}
