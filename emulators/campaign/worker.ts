// The thread of a share of a simulation: it plays what it takes from the board and sends what it counted.

import { parentPort, workerData } from 'node:worker_threads'
import { Board } from './shared-count.ts'
import { tasksOf } from './simulation.ts'
import { type Share, takeTasks } from './threads.ts'

const { simulation, board, thread } = workerData as Share
const { tally } = takeTasks(simulation, tasksOf(simulation), new Board(board), thread)
parentPort!.postMessage(tally)
