// The door of the emulators: what `hanrig/emulators` exports, and all of them that is public. Nothing inside imports it.

export {
  type PortfolioFormat,
  type ReadPortfolio,
  readPortfolio,
} from './campaign/portfolio/read.ts'
export { fates, type Played, summaryOf } from './campaign/result.ts'
export { type SimulateOptions, scaled, simulate } from './campaign/simulate.ts'
export { sha256, TrustAnchor } from './crypto/crypto.ts'
export { publicPoint, signP256 } from './crypto/sign.ts'
export { testPublicKey, testSignature } from './crypto/test-key.ts'
export {
  type JudgedStream,
  judgeStream,
  type StreamOptions,
  type StreamRules,
} from './dsp-stream/judge-stream.ts'
export { type Events, eventsOf, listOf, madeUpEvents, type TextFile } from './dsp-stream/sources.ts'
export type { Outcome } from './play/play.ts'
export {
  type PlayOptions,
  playScenario,
  resumeScenario,
  type SnapshotOptions,
  snapshotScenario,
} from './play/play-scenario.ts'
export { PROFILES } from './profile/profiles.ts'
export { randomScenario } from './scenario/random.ts'
export { readScenario } from './scenario/read/read.ts'
export type { Scenario } from './scenario/schema/schema.ts'
export type { EventOf, TraceEvent, TraceName, TraceSink } from './trace/trace.ts'
