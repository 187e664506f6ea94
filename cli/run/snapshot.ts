// The work of `hanrig snapshot`: a run up to a moment, then everything of it into one file.

import { writeDuration } from '#emulators/language/units'
import { encodeSnapshot, saveState } from '#emulators/play/snapshot'
import { hanrigVersion } from '#emulators/storage/version'
import { hanrigError } from '../errors/errors.ts'
import { note, print } from '../output/output.ts'
import { shareStdout, withOutputs } from '../output/outputs.ts'
import { boardsOf, interrupted } from './board-options.ts'
import type { RunOptions } from './options.ts'
import { breath } from './play.ts'
import { Stage } from './stage.ts'
import { findSubject, type Subject } from './subject.ts'

export async function takeSnapshot(
  file: string | undefined,
  options: RunOptions & { readonly at: number; readonly out: string },
  signal: AbortSignal,
): Promise<void> {
  const { at, json, out, pcap } = options
  shareStdout({ '--json': json }, { '--out': out, '--pcap': pcap })
  const hanrig = hanrigVersion()
  const subject = await findSubject(file, options, hanrig)
  if (boardsOf(subject.scenario).length > 0) {
    throw hanrigError(
      'HANRIG_USAGE',
      'A snapshot cannot hold what is in a board: --no-boards emulates the boards of the scenario.',
    )
  }
  await withOutputs({ out }, signal, async ({ out: to }) => {
    const { run, events, atRest } = await playTo(at, subject, options, signal)
    if (atRest === undefined) throw interrupted()
    if (atRest) {
      throw hanrigError(
        'HANRIG_USAGE',
        `The run is over at ${run.premises.clock.now} ms, before ${writeDuration(at)}: choose an earlier --at.`,
      )
    }
    const { origin, cargo, files, anchor } = subject
    const saved = { hanrig, origin, cargo, files, anchor, events, state: saveState(run) }
    to!.write(encodeSnapshot(saved))
  })
  note(`snapshot: ${out}`)
}

/** Plays up to a moment, as Run.playInPieces() does; the frames up to there are kept whatever came of it. */
async function playTo(
  at: number,
  subject: Subject,
  { json, pcap }: RunOptions,
  signal: AbortSignal,
) {
  return await withOutputs({ pcap }, signal, async outputs => {
    const stage = await Stage.of(subject, { json, pcap: outputs.pcap }, print)
    const { run, events } = stage
    try {
      const time = Math.min(at, subject.scenario.until)
      return { run, events, atRest: await run.playInPieces(time, breath(outputs, signal)) }
    } finally {
      stage.close()
    }
  })
}
