// The stream of events that everything shown is rendered from: terminal, JSON Lines, HTML. Nothing else is logged
// about a run. The list of names is closed; docs/trace.schema.json publishes it. Virtual time only, so one seed
// gives one byte-identical trace.

export const TRACE_NAMES = [
  // the run
  'start',
  'image',
  'step',
  'step-failed',
  'verdict',
  // media: what happened to a frame, and how far a transfer is
  'frame-lost',
  'frame-corrupted',
  'frame-duplicated',
  'frame-reordered',
  'frame-overflow',
  'frame-deaf',
  'frame-unheard',
  'frame-rewritten',
  'block-refused',
  'transfer-opened',
  'transfer-resumed',
  'transfer-progress',
  'transfer-complete',
  'transfer-failed',
  // service requests
  'srv-sent',
  'srv-response',
  // the hub's images
  'slot-loaded',
  'slot-refused',
  'slot-emptied',
  // the HAN
  'image-notify',
  'ota-refused',
  'ota-offered',
  'ota-progress',
  'ota-retry',
  'ota-waits',
  'ota-whole',
  'ota-stopped',
  'ota-held',
  'image-verified',
  'image-rejected',
  'device-slept',
  'device-woke',
  // power and activation
  'activation-scheduled',
  'activation-cancelled',
  'activation-refused',
  'activation-began',
  'activation-ended',
  'power-lost',
  'power-restored',
  'booted',
  'supply-lost',
  'supply-restored',
  'hub-ready',
  'alert-raised',
  'alert-received',
  'list-replaced',
  'activation-recorded',
  'ad1-verdict',
  // a stick: the host, its network, and what the host is found to do wrong
  'stick-listening',
  'host-connected',
  'host-gone',
  'host-refused',
  'host-unknown',
  'network-formed',
  'permit-join',
  'device-joined',
  'device-announced',
  'device-left',
  'confirm-scripted',
  'host-survived',
  'stick-report',
  // real and virtual boards behind devices
  'board-ready',
  'board-sending',
  'board-progress',
  'board-whole',
  'board-refused',
  'board-activating',
  'board-runs',
  'board-switch',
  'board-lost',
  'board-back',
  'board-log',
  'board-failed',
] as const

export type TraceName = (typeof TRACE_NAMES)[number]

export interface TraceEvent {
  /** Virtual milliseconds since the run began. */
  readonly t: number
  /** The box or link that speaks, e.g. 'dco', 'han.down'. */
  readonly source: string
  readonly name: TraceName
  readonly [field: string]: unknown
}

export type TraceSink = (event: TraceEvent) => void

export class Trace {
  /** False where what happens to single frames is only counted: millions of them are run without a sink. */
  readonly frames: boolean
  readonly #clock: { readonly now: number }
  readonly #sink: TraceSink

  constructor(clock: { readonly now: number }, sink: TraceSink, frames = true) {
    this.#clock = clock
    this.#sink = sink
    this.frames = frames
  }

  emit(source: string, name: TraceName, fields: Record<string, unknown> = {}): void {
    this.#sink({ t: this.#clock.now, source, name, ...fields })
  }
}
