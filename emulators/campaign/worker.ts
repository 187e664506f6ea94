// The thread of a share of a simulation: it plays what it takes from the shared count and sends what it counted.

import { parentPort, workerData } from 'node:worker_threads'
import { SharedCount } from './shared-count.ts'
import { tasksOf } from './simulation.ts'
import { type Share, takeTasks } from './threads.ts'

const { simulation, count, thread } = workerData as Share
const { tally } = takeTasks(simulation, tasksOf(simulation), new SharedCount(count), thread)
parentPort!.postMessage(tally)
