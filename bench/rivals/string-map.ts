// The DSP's part in MP102B as one writes it without a second thought: Maps keyed by an EUI-64 as text, a small object
// for each record. Same rules (core/power/suppression.ts), same verdicts.

import {
  DEFAULT_SUPPRESSION,
  FORWARD_NO_ACTIVATION,
  judgeAd1,
} from '../../core/power/suppression.ts'

interface ActivationRecord {
  readonly esme: string
  at: number
}

export class StringMapDsp {
  readonly listed = new Map<string, true>()
  readonly #records = new Map<string, ActivationRecord[]>()

  activation(esme: string, hub: string, at: number): void {
    if (!this.listed.has(esme)) return
    const records = this.#records.get(hub)
    const record = records?.find(each => each.esme === esme)
    if (record) record.at = at
    else if (records) records.push({ esme, at })
    else this.#records.set(hub, [{ esme, at }])
  }

  judge(hub: string, at: number): number {
    const records = this.#records.get(hub)
    if (!records) return FORWARD_NO_ACTIVATION
    let last = records[0]!
    for (const record of records) if (record.at <= at && record.at > last.at) last = record
    return judgeAd1(at, true, last.at, DEFAULT_SUPPRESSION)
  }
}
