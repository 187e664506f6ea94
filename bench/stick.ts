// What the virtual stick carries to a real host: zigbee-herdsman 11.1.1 through TCP, in a process of its own. Block mode,
// page mode, a hundred devices at once, memory over ten updates, the start of a network. Printed; nothing fails by it.
// `node --expose-gc bench/stick.ts [start] [block] [page] [fleet] [memory]`

import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Host } from '../test/helpers/hosts/host.ts'
import {
  gbImage,
  imageFile,
  joinAll,
  Rig,
  type RigOptions,
  sha256,
} from '../test/helpers/hosts/rig.ts'

const VERSION = '11.1.1'
/** As large as the image that public figures of such hosts are of. */
const SIZE = 1_806_860
const FLEET_SIZE = 203_346
const FLEET = 100
const BEST_OF = 3
const UPDATES = 10

const round = (n: number, digits = 0): string => n.toFixed(digits)
const print = (text: string): void => void process.stdout.write(`${text}\n`)

interface Way {
  readonly rig: Rig
  readonly host: Host
  readonly ieees: readonly string[]
  readonly directory: string
  readonly startMs: number
}

async function withHost<T>(options: RigOptions, count: number, work: (way: Way) => Promise<T>) {
  const directory = mkdtempSync(join(tmpdir(), 'hanrig-bench-'))
  const rig = await Rig.open({ ...options, devices: count })
  try {
    const { host, started } = await rig.host(VERSION, directory)
    const ieees = await joinAll(rig, host, count)
    return await work({ rig, host, ieees, directory, startMs: started.ms })
  } finally {
    await rig.close()
    rmSync(directory, { recursive: true })
  }
}

/** From the first block to the last: virtual time is wall time. */
function carrying(rig: Rig): number {
  const from = rig.all('ota-offered').at(-1)!.t
  return rig.all('ota-whole').at(-1)!.t - from
}

async function one(name: string, values: NonNullable<RigOptions['values']>): Promise<void> {
  let best = 0
  let stickCpu = Number.POSITIVE_INFINITY
  let hostCpu = 0
  for (let i = 0; i < BEST_OF; i++) {
    await withHost(
      { values: { turnaround: 0, ...values } },
      1,
      async ({ rig, host, ieees, directory }) => {
        const url = imageFile(directory, gbImage(SIZE))
        const before = process.cpuUsage()
        const hostBefore = (await host.do('usage')).cpu
        await host.do('update', { ieee: ieees[0], url, requestTimeout: 60_000 })
        const { user, system } = process.cpuUsage(before)
        const hostAfter = (await host.do('usage')).cpu
        const rate = (rig.device.client.blocks * 1000) / carrying(rig)
        if (rig.device.firmware.rebuilt !== sha256(gbImage(SIZE))) throw new Error('wrong image')
        if (rate > best) {
          best = rate
          hostCpu = hostAfter.user + hostAfter.system - hostBefore.user - hostBefore.system
        }
        stickCpu = Math.min(stickCpu, user + system)
      },
    )
  }
  print(
    `${name}: ${round(best)} blocks/s, best of ${BEST_OF}; CPU: stick ${round(stickCpu / 1e6, 1)} s, host ${round(hostCpu / 1e6, 1)} s`,
  )
}

async function fleet(): Promise<void> {
  await withHost({ values: { turnaround: 0 } }, FLEET, async ({ rig, host, ieees, directory }) => {
    const image = gbImage(FLEET_SIZE)
    const url = imageFile(directory, image)
    const began = performance.now()
    await Promise.all(ieees.map(ieee => host.do('update', { ieee, url, requestTimeout: 120_000 })))
    const seconds = (performance.now() - began) / 1000
    const devices = rig.home.nodes.map(({ device }) => device)
    const right = devices.filter(({ firmware }) => firmware.rebuilt === sha256(image)).length
    const blocks = devices.reduce((sum, { client }) => sum + client.blocks, 0)
    const retries = devices.reduce((sum, { client }) => sum + client.retries, 0)
    print(
      `${FLEET} devices at once, ${FLEET_SIZE} B each: ${right} of ${FLEET} hashes right, ${round(blocks / seconds)} blocks/s, ${retries} retries`,
    )
  })
}

async function memory(): Promise<void> {
  const values = { turnaround: 0, pageSize: 4_000 }
  await withHost({ values }, 1, async ({ rig, host, ieees, directory }) => {
    const used: number[] = []
    for (let i = 0; i < UPDATES; i++) {
      // Two versions in turns: a device does not take the one that it runs.
      const image = gbImage(SIZE)
      image.dv.setUint32(14, 0x0102_0304 + i, true)
      const url = imageFile(directory, image, `image-${i}.ota`)
      await host.do('update', { ieee: ieees[0], url, requestTimeout: 60_000 })
      if (rig.device.firmware.rebuilt !== sha256(image)) throw new Error('wrong image')
      globalThis.gc?.()
      used.push(process.memoryUsage().heapUsed / 1e6)
    }
    print(
      `heap after each of ${UPDATES} updates, MB: ${used.map(each => round(each, 1)).join(' ')}`,
    )
  })
}

/** A fresh network: the host waits 3 s of its own; what is left is the two processes' work. */
async function start(): Promise<void> {
  await withHost({ values: { turnaround: 0 } }, 1, async ({ startMs, rig }) => {
    const { t: connected } = rig.all('host-connected')[0]!
    const { t: formed } = rig.all('network-formed')[0]!
    print(
      `a fresh network: ${round(startMs)} ms for the host, of which it waits 3,000; formed ${round(formed - connected)} ms after it came`,
    )
  })
}

print(
  `zigbee-herdsman ${VERSION}, ${cpus().length} cores, load ${loadavg()
    .map(n => round(n, 1))
    .join(' ')}`,
)
const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  start,
  block: () => one('1.8 MB in blocks of 50', {}),
  page: () => one('1.8 MB in pages of 4,000, blocks of 50', { pageSize: 4_000 }),
  fleet,
  memory,
}
const wanted = process.argv.slice(2)
for (const part of wanted.length > 0 ? wanted : Object.keys(PARTS)) await PARTS[part]!()
print(
  `load ${loadavg()
    .map(n => round(n, 1))
    .join(' ')}`,
)
