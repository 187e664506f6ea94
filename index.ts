// The front door: the names of `hanrig` that most people need. Each floor has a door with more: hanrig/core,
// hanrig/emulators, hanrig/hil.

export { Bytes, HanrigError, isLarge, openImage, planCampaign } from '#core/index'
export {
  judgeStream,
  type Outcome,
  playScenario,
  readPortfolio,
  readScenario,
  type Scenario,
  simulate,
  summaryOf,
  type TraceEvent,
} from '#emulators/index'
export { flashBoard, flashImage, listPorts, serveStick, virtualBoard } from '#hil/index'
