// The work of `hanrig snapshot`: a run up to a moment, then everything of it into one file.

import { writeDuration } from '#emulators/language/units'
import { encodeSnapshot, saveState } from '#emulators/play/snapshot'
import { hanrigVersion } from '#emulators/storage/version'
import { hanrigError } from '../errors/errors.ts'
import { writeWhole } from '../output/files.ts'
import { note, print } from '../output/output.ts'
import { boardsOf } from './board-options.ts'
import type { RunOptions } from './options.ts'
import { Stage } from './stage.ts'
import { findSubject } from './subject.ts'

export async function takeSnapshot(
  file: string | undefined,
  options: RunOptions & { readonly at: number; readonly out: string },
): Promise<void> {
  const { at } = options
  const hanrig = hanrigVersion()
  const subject = await findSubject(file, options, hanrig)
  if (boardsOf(subject.scenario).length > 0) {
    throw hanrigError(
      'HANRIG_USAGE',
      'A snapshot cannot hold what is in a board: --no-boards emulates the boards of the scenario.',
    )
  }
  const stage = await Stage.of(subject, { json: options.json, pcap: options.pcap }, print)
  const { run } = stage
  let atRest: boolean | undefined
  try {
    atRest = run.playUntil(Math.min(at, subject.scenario.until))
  } finally {
    stage.close(atRest !== undefined)
  }
  if (atRest) {
    throw hanrigError(
      'HANRIG_USAGE',
      `The run is over at ${run.premises.clock.now} ms, before ${writeDuration(at)}: choose an earlier --at.`,
    )
  }
  const { events } = stage
  const { origin, cargo, files, anchor } = subject
  const saved = { hanrig, origin, cargo, files, anchor, events, state: saveState(run) }
  writeWhole(options.out, encodeSnapshot(saved))
  note(`snapshot: ${options.out}`)
}
