// The power of a virtual board: RAM is lost, flash stays, and the host is told nothing, as by a real one.

import type { VirtualBoard } from '../board/virtual-board.ts'
import type { Switch } from './switch.ts'

export class VirtualSwitch implements Switch {
  readonly kind = 'virtual'
  readonly #board: Pick<VirtualBoard, 'powerOn' | 'powerCut'>

  constructor(board: Pick<VirtualBoard, 'powerOn' | 'powerCut'>) {
    this.#board = board
  }

  async set(on: boolean): Promise<void> {
    if (on) this.#board.powerOn()
    else this.#board.powerCut()
  }
}
