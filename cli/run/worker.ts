// The thread in which one of several scenarios is played. Whatever it is told means that it is to end.

import { parentPort, workerData } from 'node:worker_threads'
import { perform, type Task } from './perform.ts'

const told = new AbortController()
parentPort!.once('message', () => told.abort())
parentPort!.postMessage(await perform(workerData as Task, told.signal))
parentPort!.close()
