// The door to the real world: what `hanrig/hil` exports, and all of hil that is public. Nothing inside imports it.
// Serial ports, the messages of boards and the pool's schema are loaded by the calls that need them, not by the door.

export { virtualBinding, virtualBoard } from './board/board-at.ts'
export type { VirtualBoard } from './board/virtual-board.ts'
export { type AskOptions, askPort } from './flash/ask-port.ts'
export {
  type FlashBoardOptions,
  type FlashedBoard,
  type FlashProgress,
  flashBoard,
} from './flash/flash-board.ts'
export { type FlashImage, flashImage } from './flash/image.ts'
export type { Answer } from './flash/survey.ts'
export { type BorrowOptions, borrowBoards } from './pool/borrow.ts'
export type { PooledBoard } from './pool/pool.ts'
export type { Want } from './pool/take.ts'
export { type ListedPort, listPorts } from './serial/list.ts'
export {
  type ServedStick,
  type StickDevice,
  type StickOptions,
  serveStick,
} from './stick/serve/serve.ts'
export type { Permission } from './trust/trust.ts'
