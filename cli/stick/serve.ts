// `hanrig stick` at work: the home, the stick before it and whoever carries the serial line, until it is told to stop.

import { existsSync } from 'node:fs'
import { Random } from '#core/time/random'
import { ZigbeeHome } from '#emulators/home/zigbee-home'
import type { TraceEvent } from '#emulators/trace/trace'
import { DeconzStick } from '#hil/stick/deconz/deconz'
import { USUAL_NETWORK } from '#hil/stick/front'
import { PtyBridge } from '#hil/stick/pty'
import { Recorder } from '#hil/stick/recording'
import { StickServer } from '#hil/stick/server'
import { type KeptFront, loadState, StateKeeper } from '#hil/stick/state'
import { VirtualStick } from '#hil/stick/stick'
import { ZnpStick } from '#hil/stick/znp/znp'
import { EXIT_OK } from '../errors/exit.ts'
import { readWhole } from '../output/files.ts'
import { hexWord } from '../output/format.ts'
import { log } from '../output/log.ts'
import { note, print, printJson } from '../output/output.ts'
import { type Output, shareStdout, withOutputs } from '../output/outputs.ts'
import { wholeFile, writeWhole } from '../output/whole-file.ts'
import { devicesOf, USUAL_SEED } from './devices.ts'
import { DownloadProgress } from './download-progress.ts'
import type { StickOptions } from './options.ts'
import { tell, tellReport } from './tell.ts'

/** EUI-64 of the stick, lowest octet first: a locally administered one. */
const STICK_IEEE = Uint8Array.of(0x01, 0x00, 0x67, 0x69, 0x72, 0x6e, 0x61, 0x02)
const LOOPBACK = /^(127\.|localhost$|::1$)/

/**
 * Serves until the signal comes, which is its ordinary end.
 * @returns the exit code.
 */
export async function serveStick(
  file: string | undefined,
  options: StickOptions,
  signal: AbortSignal,
): Promise<number> {
  const { record } = options
  shareStdout({ '--json': options.json }, { '--record': record })
  return await withOutputs({ record }, signal, outputs =>
    serve(file, options, outputs.record, signal),
  )
}

async function serve(
  file: string | undefined,
  options: StickOptions,
  record: Output | undefined,
  signal: AbortSignal,
): Promise<number> {
  const devices = await devicesOf(file, options)
  const sink = (event: TraceEvent): void => {
    if (options.json) printJson(event)
    else {
      const line = tell(event)
      if (line !== undefined) print(line)
    }
    if (event.name === 'host-unknown') log.warn(event, 'the host wants a command that is not there')
  }
  const home = new ZigbeeHome({ ...devices, startUnixMs: Date.now(), frames: false }, sink)
  const front = frontOf(home, options)
  const { state } = options
  if (state !== undefined && existsSync(state)) loadState(readWhole(state).u8, home, front)
  if (state !== undefined) wholeFile(state)
  const recorder = record && new Recorder()
  const stick = new VirtualStick(home, front, recorder)
  const server = new StickServer(stick)
  const { host, port } = options.listen
  const actual = await server.listen(host, port)
  const keeper =
    state === undefined
      ? undefined
      : new StateKeeper(home, front, octets => writeWhole(state, octets))
  const pty =
    options.pty === undefined
      ? undefined
      : new PtyBridge(options.pty, actual, said => note(`socat: ${said}`))
  const downloads = new DownloadProgress(() => home.nodes.map(({ device }) => device.client))
  let broken: unknown
  try {
    await pty?.open()
    if (!LOOPBACK.test(host)) {
      note(`anyone who reaches ${host}:${actual} can command these devices`)
    }
    const ended = new Promise<void>((stop, fail) => {
      signal.addEventListener('abort', () => stop())
      if (signal.aborted) stop()
      keeper?.start(fail)
    })
    const where = `tcp://${host}:${actual}`
    home.trace.emit('stick', 'stick-listening', {
      where: options.pty === undefined ? where : `${where} and ${options.pty}`,
      protocol: options.protocol,
      devices: home.nodes.length,
    })
    for (const line of takenBy(home, options.image !== undefined)) note(line)
    stick.start()
    downloads.start()
    // A state that cannot be kept ends the stick; what there is is told and written all the same.
    await ended.catch(error => {
      broken = error
    })
  } finally {
    downloads.end()
    await pty?.close()
    await server.close()
    stick.stop()
  }
  if (recorder) record!.write(`${recorder.lines.join('\n')}\n`)
  report(home, options.json === true)
  // One that cannot be written is no reason to lose the other.
  try {
    await record?.close()
  } finally {
    keeper?.end()
  }
  if (broken !== undefined) throw broken
  return EXIT_OK
}

/**
 * What devices take that want GB images, told before a host sends them another kind: they find out when they have it all.
 * A device that an image was named for is that image's.
 */
function takenBy(home: ZigbeeHome, isNamed: boolean): string[] {
  if (isNamed) return []
  const taken = new Map<string, string[]>()
  for (const { name, device } of home.nodes) {
    const { expected, manufacturerCode, imageType } = device.setup
    if (expected !== 'gb-signed' && expected !== 'gb-unsigned') continue
    const what = `${expected} images of manufacturer ${hexWord(manufacturerCode, 4)}, type ${hexWord(imageType, 4)}`
    taken.set(what, [...(taken.get(what) ?? []), name])
  }
  return [...taken].map(
    ([what, [name, ...others]]) =>
      `${name}${others.length > 0 ? ` and ${others.length} more take` : ' takes'} ${what}; a standard image is refused after its download. --image FILE, or an image of a scenario, makes a device what the file is for`,
  )
}

function frontOf(home: ZigbeeHome, options: StickOptions): KeptFront {
  const { clock, trace, network } = home
  const settings = {
    ieee: STICK_IEEE,
    formed: options.formed ? USUAL_NETWORK : undefined,
    confirms: options.confirm,
  }
  const random = new Random(options.seed ?? USUAL_SEED, 'stick')
  return options.protocol === 'deconz'
    ? new DeconzStick(clock, trace, network, settings)
    : new ZnpStick(clock, trace, random, network, settings)
}

function report(home: ZigbeeHome, json: boolean): void {
  const survived = new Map(home.survival.all.map(({ device, ...rest }) => [device, rest]))
  const devices = home.nodes.map(({ name, device }) => ({
    name,
    id: device.setup.id,
    state: device.state,
    fileVersion: device.firmware.fileVersion,
    sha256: device.firmware.rebuilt,
    finding: device.firmware.finding,
    blocks: device.client.blocks,
    wrong: home.wrongsOf(name),
    ...survived.get(name)!,
  }))
  if (json) home.trace.emit('stick', 'stick-report', { devices })
  else print(tellReport(devices))
}
