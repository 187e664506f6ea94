// `hanrig alerts generate`: the made-up stream as text.

import { Synthetic } from '#emulators/dsp-stream/synthetic'
import {
  EVENT_HEADER,
  TextWriter,
  writeEvents,
  writeJsonEvents,
} from '#emulators/dsp-stream/text-writer'
import { Sink } from './sink.ts'
import { playAll } from './source.ts'

export interface GenerateOptions {
  readonly devices: number
  readonly days: number
  readonly seed: number
  readonly json?: true
  readonly out?: string
}

export async function generateEvents(options: GenerateOptions): Promise<void> {
  const sink = new Sink(options.out)
  try {
    const out = new TextWriter(sink.write)
    if (!options.json) out.text(EVENT_HEADER).endLine()
    const write = options.json ? writeJsonEvents : writeEvents
    const stream = new Synthetic(options, batch => write(out, batch))
    await playAll(stream, () => sink.ready())
    out.flush()
    await sink.ready()
  } catch (error) {
    sink.drop()
    throw error
  }
  sink.close()
}
