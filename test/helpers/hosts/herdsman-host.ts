// zigbee-herdsman's Controller in a process of its own, driven by JSON Lines: one command a line on stdin, one answer a
// line on stdout, and events in between. Which herdsman, the first argument says: the directory that it is installed in.
// It keeps static state, so that a process has one Controller and no more.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Controller as ControllerType } from 'zigbee-herdsman'

const [root = process.cwd()] = process.argv.slice(2)
const load = createRequire(join(root, 'package.json'))
const herdsman = load('zigbee-herdsman')
const version = Number.parseInt(load('zigbee-herdsman/package.json').version, 10)

// biome-ignore lint/suspicious/noExplicitAny: what a command holds is the test's business
type Command = any

let controller: ControllerType
const interviewed = new Set<string>()

const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

const quiet = { debug() {}, info() {}, warning() {}, error() {} }
const loud = Object.fromEntries(
  Object.keys(quiet).map(level => [
    level,
    (message: string | (() => string)) => {
      const text = typeof message === 'function' ? message() : message
      process.stderr.write(`${level} ${text}\n`)
    },
  ]),
)
herdsman.setLogger(process.env.HOST_LOG ? loud : quiet)

function device(ieee: string) {
  const found = controller.getDeviceByIeeeAddr(ieee)
  if (!found) throw new Error(`no device ${ieee}`)
  return found
}

const COMMANDS: Record<string, (command: Command) => unknown> = {
  async start({ path, adapter, directory, key, channel = 11 }) {
    const line = { path, adapter }
    const began = performance.now()
    controller = new herdsman.Controller({
      network: {
        panID: 0x1a62,
        channelList: [channel],
        ...(key ? { networkKey: key } : {}),
      },
      // The option was renamed in 11.0.
      [version >= 11 ? 'transport' : 'serialPort']: line,
      databasePath: join(directory, 'database.db'),
      databaseBackupPath: join(directory, 'database.db.backup'),
      backupPath: join(directory, 'backup.json'),
      adapter: { disableLED: false },
      acceptJoiningDeviceHandler: async () => true,
    })
    controller.on('deviceInterview', ({ status, device }) => {
      if (status === 'successful') interviewed.add(device.ieeeAddr)
      say({ event: 'interview', status, ieee: device.ieeeAddr })
    })
    controller.on('deviceAnnounce', ({ device }) => {
      say({ event: 'announce', ieee: device.ieeeAddr })
    })
    controller.on('deviceLeave', ({ ieeeAddr }) => say({ event: 'leave', ieee: ieeeAddr }))
    controller.on('adapterDisconnected', () => say({ event: 'disconnected' }))
    const result = await controller.start()
    return { result, ms: performance.now() - began }
  },
  async permit({ seconds }) {
    await controller.permitJoin(seconds)
  },
  devices: () =>
    controller.getDevices().map(each => ({
      ieee: each.ieeeAddr,
      type: each.type,
      modelID: each.modelID,
      manufacturerName: each.manufacturerName,
      powerSource: each.powerSource,
      softwareBuildID: each.softwareBuildID,
      dateCode: each.dateCode,
      manufacturerID: each.manufacturerID,
      interviewed: interviewed.has(each.ieeeAddr),
      endpoints: each.endpoints.map(endpoint => ({
        id: endpoint.ID,
        profile: endpoint.profileID,
        device: endpoint.deviceID,
        inputs: endpoint.inputClusters,
        outputs: endpoint.outputClusters,
      })),
    })),
  async update({ ieee, url, responseDelay = 0, baseSize = 50, requestTimeout = 20_000 }) {
    const began = performance.now()
    const settings = { requestTimeout, responseDelay, baseSize }
    const result = await device(ieee).updateOta(
      { url },
      undefined,
      undefined,
      {},
      () => {},
      settings as never,
    )
    return { result, ms: performance.now() - began }
  },
  abort({ ieee }) {
    device(ieee).abortOta()
  },
  async read({ ieee, cluster, attributes, options }) {
    return await device(ieee).endpoints[0]!.read(cluster, attributes, options)
  },
  async write({ ieee, cluster, attributes }) {
    await device(ieee).endpoints[0]!.write(cluster, attributes)
  },
  async report({ ieee, cluster, items }) {
    await device(ieee).endpoints[0]!.configureReporting(cluster, items)
  },
  async bind({ ieee, cluster, undo }) {
    const target = controller.getDevicesByType('Coordinator')[0]!.endpoints[0]!
    const [from] = device(ieee).endpoints
    await (undo ? from!.unbind(cluster, target) : from!.bind(cluster, target))
  },
  async remove({ ieee }) {
    await device(ieee).removeFromNetwork()
  },
  async network() {
    return await controller.getNetworkParameters()
  },
  async coordinator() {
    return await controller.getCoordinatorVersion()
  },
  async backup() {
    await controller.backup()
  },
  usage: () => ({
    cpu: process.cpuUsage(),
    memory: process.memoryUsage(),
  }),
  async stop() {
    await controller.stop()
  },
}

const lines = createInterface({ input: process.stdin })
lines.on('line', async line => {
  const command = JSON.parse(line)
  try {
    say({ id: command.id, value: (await COMMANDS[command.do]!(command)) ?? null })
  } catch (error) {
    say({ id: command.id, error: error instanceof Error ? error.message : String(error) })
  }
})
// Whoever drives it is gone: so is it.
lines.on('close', () => process.exit(0))
