// The thread in which one of several scenarios is played.

import { parentPort, workerData } from 'node:worker_threads'
import { perform, type Task } from './perform.ts'

parentPort!.postMessage(await perform(workerData as Task))
