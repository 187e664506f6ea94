// A verdict as a line: CSV or JSON. docs/SPEC.md has the fields and the codes.

import { SUPPRESSED, type SuppressionVerdict } from '#core/power/suppression'
import { CAUSE_NAMES, type EventBatch } from './event-batch.ts'
import type { Judged } from './tally.ts'
import type { TextWriter } from './text-writer.ts'

export const VERDICT_HEADER = 'time,hub,verdict,reason,afterActivationMs,cause'

/** Reasons by verdict, for programs. */
export const REASON_CODES = [
  'within-window',
  'not-listed',
  'no-activation',
  'too-early',
  'too-late',
] as const

const word = (verdict: SuppressionVerdict): string =>
  verdict === SUPPRESSED ? 'suppressed' : 'forwarded'

export function writeVerdict(
  out: TextWriter,
  batch: EventBatch,
  i: number,
  { after, cause }: Judged,
  verdict: SuppressionVerdict,
): void {
  out.time(batch.time[i]!).comma().id(batch.hub, i).comma().text(word(verdict)).comma()
  out.text(REASON_CODES[verdict]).comma()
  if (!Number.isNaN(after)) out.text(String(after))
  out.comma().text(CAUSE_NAMES[cause]!).endLine()
}

export function writeJsonVerdict(
  out: TextWriter,
  batch: EventBatch,
  i: number,
  { after, cause }: Judged,
  verdict: SuppressionVerdict,
): void {
  out.text('{"name":"verdict","time":"').time(batch.time[i]!).text('","hub":"').id(batch.hub, i)
  out
    .text('","verdict":"')
    .text(word(verdict))
    .text('","reason":"')
    .text(REASON_CODES[verdict])
    .quote()
  if (!Number.isNaN(after)) out.text(',"afterActivationMs":').text(String(after))
  const name = CAUSE_NAMES[cause]!
  if (name !== '') out.text(',"cause":"').text(name).quote()
  out.text('}').endLine()
}
