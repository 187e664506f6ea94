// A virtual ZigBee stick served on a TCP port in one call, for whoever uses hanrig as a library. What it takes is loaded
// when it is called.

import type { ZigbeeHome } from '#emulators/home/zigbee-home'
import type { Scenario } from '#emulators/scenario/schema/schema'
import type { TraceSink } from '#emulators/trace/trace'

/** A stick, and what is behind it. */
export interface StickOptions {
  /**
   * The home whose devices are behind the stick, with its links' faults; its images say what the devices take. Of its steps
   * those with `at` are taken that happen to devices. By default there is one ESME on a desk, which runs version 1 and
   * takes images of the test key.
   */
  readonly scenario?: Scenario | undefined
  /** Reads a file that the scenario names, by its path there. By default paths are relative to the current directory. */
  readonly readFile?: ((path: string) => Uint8Array) | undefined
  /** What the stick speaks: TI's Z-Stack 3.x (the default), or deCONZ of ConBee sticks. */
  readonly protocol?: 'zstack' | 'deconz' | undefined
  /** Address to listen at. By default '127.0.0.1'; with another one anybody who reaches it commands the devices. */
  readonly host?: string | undefined
  /** TCP port to listen at, 0..65,535. By default 0: one that is free. */
  readonly port?: number | undefined
  /** Gets every event of the trace, in the order in which it happens. */
  readonly onEvent?: TraceSink | undefined
}

/** A stick that a host can connect to. */
export interface ServedStick {
  /** Where: what zigbee-herdsman takes as its serial port's path, 'tcp://127.0.0.1:20108'. */
  readonly address: string
  /** The TCP port. */
  readonly port: number
  /** Devices behind it. */
  readonly devices: readonly StickDevice[]
  /** Drops the host and ends the stick with its home. */
  close(): Promise<void>
}

/** A device behind a stick, as it is at the moment at which it is looked at. */
export interface StickDevice {
  /** Its name in the scenario; of the one on the desk 'esme'. */
  readonly name: string
  /** EUI-64, as 00-DB-12-34-56-78-90-A0. */
  readonly id: string
  /** File version that runs, u32. */
  readonly fileVersion: number
  /** SHA-256 of the last file that it rebuilt, hex; empty when it rebuilt none. */
  readonly sha256: string
}

/** EUI-64 of the stick, lowest octet first: a locally administered one. */
const STICK_IEEE = Uint8Array.of(0x01, 0x00, 0x67, 0x69, 0x72, 0x6e, 0x61, 0x02)
const LOOPBACK = '127.0.0.1'

/**
 * Serves a ZigBee coordinator stick with emulated devices behind it, on wall time, until it is closed: zigbee-herdsman,
 * Zigbee2MQTT, zigpy and other hosts form a network, have the devices join and update them. Nothing is kept on disk.
 *
 * @throws HanrigError STICK_PORT_IN_USE or STICK_PORT_UNUSABLE; of a scenario's files what playScenario throws.
 * @example
 * const stick = await serveStick({ onEvent: event => console.log(event.source, event.name) })
 * console.log(`serial: { port: ${stick.address}, adapter: zstack }`)
 * await stick.close()
 */
export async function serveStick(options: StickOptions = {}): Promise<ServedStick> {
  const { suppliesOf } = await import('#emulators/play/play-scenario')
  const { ZigbeeHome } = await import('#emulators/home/zigbee-home')
  const { deskScenario } = await import('../desk-home.ts')
  const { StickServer } = await import('../server.ts')
  const { VirtualStick } = await import('../stick.ts')
  const { protocol = 'zstack', host = LOOPBACK, onEvent = () => {} } = options
  const scenario = options.scenario ?? deskScenario(DESK)
  const supplies = suppliesOf(scenario, options)
  const home = new ZigbeeHome({ ...supplies, startUnixMs: Date.now(), frames: false }, onEvent)
  const stick = new VirtualStick(home, await frontOf(home, protocol, scenario.seed))
  const server = new StickServer(stick)
  const port = await server.listen(host, options.port ?? 0)
  const address = `tcp://${host}:${port}`
  const devices = home.nodes.length
  home.trace.emit('stick', 'stick-listening', { where: address, protocol, devices })
  stick.start()
  return {
    address,
    port,
    devices: home.nodes.map(({ name, device }) => ({
      name,
      id: device.setup.id,
      get fileVersion() {
        return device.firmware.fileVersion
      },
      get sha256() {
        return device.firmware.rebuilt
      },
    })),
    async close() {
      await server.close()
      stick.stop()
    },
  }
}

const DESK = { devices: 1, profile: 'esme', version: 1, seed: 1 }

type Home = InstanceType<typeof ZigbeeHome>

async function frontOf(home: Home, protocol: 'zstack' | 'deconz', seed: number) {
  const { clock, trace, network } = home
  const settings = { ieee: STICK_IEEE }
  if (protocol === 'deconz') {
    const { DeconzStick } = await import('../deconz/deconz.ts')
    return new DeconzStick(clock, trace, network, settings)
  }
  const { Random } = await import('#core/time/random')
  const { ZnpStick } = await import('../znp/znp.ts')
  return new ZnpStick(clock, trace, new Random(seed, 'stick'), network, settings)
}
