// `hanrig alerts generate`: the made-up stream as text.

import { madeUpEvents } from '#emulators/dsp-stream/sources'
import {
  EVENT_HEADER,
  TextWriter,
  writeEvents,
  writeJsonEvents,
} from '#emulators/dsp-stream/text-writer'
import { withOutputs } from '../output/outputs.ts'
import type { GenerateOptions } from './options.ts'
import { Sink } from './sink.ts'
import { StreamProgress } from './source.ts'

export async function generateEvents(options: GenerateOptions, signal: AbortSignal): Promise<void> {
  await withOutputs({ out: options.out }, signal, async outputs => {
    const sink = new Sink(outputs.out, signal)
    const out = new TextWriter(sink.write)
    if (!options.json) out.text(EVENT_HEADER).endLine()
    const write = options.json ? writeJsonEvents : writeEvents
    const progress = new StreamProgress(undefined, () => sink.ready(), undefined, signal)
    try {
      await madeUpEvents(options, progress.heed)(batch => write(out, batch))
    } finally {
      progress.end()
    }
    out.flush()
    await sink.ready()
  })
}
