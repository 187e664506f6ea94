// Zigbee2MQTT, unmodified, in a process of its own with a broker of its own, driven by its documented topics
// (https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html).

import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { installed } from './installed.ts'
import { Program } from './process.ts'

/** From process start to the network on the stick: 4 to 6 s on an idle machine. */
const START_LIMIT = 60_000
const BROKER_LIMIT = 10_000

// biome-ignore lint/suspicious/noExplicitAny: what Zigbee2MQTT publishes is the test's business
export type Payload = any

interface Client {
  on(event: 'message', heed: (topic: string, payload: Buffer) => void): void
  subscribeAsync(topic: string): Promise<unknown>
  publishAsync(topic: string, payload: string): Promise<unknown>
  endAsync(): Promise<void>
}

interface Endable {
  end(): Promise<unknown>
}

interface Message {
  readonly topic: string
  readonly payload: Payload
}

export class Zigbee2Mqtt {
  readonly messages: Message[] = []
  readonly #started: readonly Endable[]
  readonly #program: Program
  readonly #client: Client
  readonly #heed = new Set<(message: Message) => void>()
  #transaction = 0

  private constructor(started: readonly Endable[], program: Program, client: Client) {
    this.#started = started
    this.#program = program
    this.#client = client
    client.on('message', (topic, payload) => {
      const message = { topic, payload: parsed(payload.toString()) }
      this.messages.push(message)
      for (const heed of this.#heed) heed(message)
    })
  }

  /**
   * Starts a broker and Zigbee2MQTT on a stick, and waits until it is online.
   * @param directory empty; for configuration and state.
   */
  static async start(directory: string, stick: string): Promise<Zigbee2Mqtt> {
    const port = await freePort()
    return await Zigbee2Mqtt.#run(directory, configuration(`mqtt://127.0.0.1:${port}`, stick))
  }

  /** The same with somebody's own configuration, which names the broker's port and the stick's. */
  static async asWritten(directory: string, text: string): Promise<Zigbee2Mqtt> {
    return await Zigbee2Mqtt.#run(directory, text)
  }

  static async #run(directory: string, text: string): Promise<Zigbee2Mqtt> {
    const root = installed('zigbee2mqtt')
    const [url, digits] = /mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(text)!
    const port = Number(digits)
    const data = join(directory, 'data')
    mkdirSync(data)
    const settings = join(directory, 'mosquitto.conf')
    writeFileSync(settings, brokerSettings(port))
    writeFileSync(join(data, 'configuration.yaml'), text)

    const started: Endable[] = []
    try {
      const broker = new Program('mosquitto', ['-c', settings])
      started.push(broker)
      await accepting(broker, port)
      const mqtt = createRequire(join(root, 'package.json'))('mqtt')
      const client: Client = await mqtt.connectAsync(url)
      started.push({ end: () => client.endAsync() })
      const own = join(root, 'node_modules', 'zigbee2mqtt')
      const program = new Program(process.execPath, [join(own, 'index.js')], {
        cwd: own,
        env: {
          ZIGBEE2MQTT_DATA: data,
          Z2M_ONBOARD_NO_SERVER: '1',
          // It takes any repository around it for its own, and would build itself anew.
          GIT_CEILING_DIRECTORIES: root,
        },
      })
      started.push(program)
      const host = new Zigbee2Mqtt(started, program, client)
      await client.subscribeAsync('zigbee2mqtt/#')
      // It says that it is online before it takes requests, and publishes nothing when it does.
      const isStarted = (line: string) => line.includes('Zigbee2MQTT started!') || undefined
      await program.line('to start', START_LIMIT, isStarted)
      return host
    } catch (error) {
      await endAll(started)
      throw error
    }
  }

  /** Publishes a request and returns its response's data. @throws Error with the response's error. */
  async request(what: string, payload: object, ms: number): Promise<Payload> {
    const transaction = `hanrig-${++this.#transaction}`
    const answered = this.message(
      `to answer ${what}`,
      ms,
      message =>
        message.topic.startsWith('zigbee2mqtt/bridge/response/') &&
        message.payload.transaction === transaction,
    )
    const topic = `zigbee2mqtt/bridge/request/${what}`
    await this.#client.publishAsync(topic, JSON.stringify({ ...payload, transaction }))
    const { payload: response } = await answered
    if (response.status !== 'ok') throw new Error(response.error)
    return response.data
  }

  /** The first message, past or to come, that is wanted. */
  async message(what: string, ms: number, wanted: (message: Message) => boolean): Promise<Message> {
    const past = this.messages.find(wanted)
    if (past) return past
    return await new Promise((resolve, reject) => {
      const fail = (how: string): void => {
        clearTimeout(timer)
        this.#heed.delete(heed)
        const said = this.#program.lines.slice(-20).join('\n')
        reject(new Error(`Zigbee2MQTT was ${what} and ${how}; it said\n${said}`))
      }
      const timer = setTimeout(() => fail(`did not within ${ms / 1000} s`), ms)
      void this.#program.ended.then(() => fail('ended'))
      const heed = (message: Message): void => {
        if (!wanted(message)) return
        clearTimeout(timer)
        this.#heed.delete(heed)
        resolve(message)
      }
      this.#heed.add(heed)
    })
  }

  /** Waits until devices are interviewed; returns their addresses. */
  async interviewed(count: number, ms: number): Promise<string[]> {
    const done = new Set<string>()
    const isDone = ({ topic, payload }: Message): boolean => {
      const { type, data } = topic === 'zigbee2mqtt/bridge/event' ? payload : {}
      if (type === 'device_interview' && data.status === 'successful') done.add(data.ieee_address)
      return done.size >= count
    }
    await this.message(`to interview ${count} devices`, ms, isDone)
    return [...done].sort()
  }

  async stop(): Promise<void> {
    await endAll(this.#started)
  }
}

/** The last one first. */
async function endAll(started: readonly Endable[]): Promise<void> {
  for (const each of started.toReversed()) await each.end()
}

function configuration(server: string, port: string): string {
  const settings = {
    version: 5,
    homeassistant: { enabled: false },
    frontend: { enabled: false },
    mqtt: { base_topic: 'zigbee2mqtt', server },
    serial: { port, adapter: 'zstack' },
    advanced: {
      log_level: 'info',
      log_output: ['console'],
      channel: 11,
      pan_id: 0x1a62,
      network_key: [1, 3, 5, 7, 9, 11, 13, 15, 0, 2, 4, 6, 8, 10, 12, 13],
      ext_pan_id: [0xdd, 0xdd, 0xdd, 0xdd, 0xdd, 0xdd, 0xdd, 0xdd],
    },
    ota: { disable_automatic_update_check: true },
  }
  // YAML is a superset of JSON.
  return JSON.stringify(settings)
}

function brokerSettings(port: number): string {
  return `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`
}

/** Other topics carry text. */
function parsed(text: string): Payload {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

async function accepting(broker: Program, port: number): Promise<void> {
  const until = performance.now() + BROKER_LIMIT
  for (;;) {
    const accepted = await new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1')
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.end())
    })
    if (accepted) return
    if (performance.now() > until) throw new Error(`mosquitto did not come up: ${broker.lines}`)
    await pause(50)
  }
}
