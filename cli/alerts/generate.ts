// `hanrig alerts generate`: the made-up stream as text.

import { madeUpEvents } from '#emulators/dsp-stream/sources'
import {
  EVENT_HEADER,
  TextWriter,
  writeEvents,
  writeJsonEvents,
} from '#emulators/dsp-stream/text-writer'
import type { GenerateOptions } from './options.ts'
import { Sink } from './sink.ts'
import { StreamProgress } from './source.ts'

export async function generateEvents(options: GenerateOptions): Promise<void> {
  const sink = new Sink(options.out)
  try {
    const out = new TextWriter(sink.write)
    if (!options.json) out.text(EVENT_HEADER).endLine()
    const write = options.json ? writeJsonEvents : writeEvents
    const progress = new StreamProgress(undefined, () => sink.ready())
    try {
      await madeUpEvents(options, progress.heed)(batch => write(out, batch))
    } finally {
      progress.end()
    }
    out.flush()
    await sink.ready()
  } catch (error) {
    sink.drop()
    throw error
  }
  sink.close()
}
