// A stick's serial line as a pseudo terminal, for hosts that want a device file. Node has none of its own: socat makes
// it and carries the octets to the TCP port, which a host has as long as it holds the file open.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { hanrigError } from '../errors/errors.ts'

/** Pause before the next host is waited for, ms. */
const AGAIN_AFTER = 100
/** socat is given this long to end, ms. */
const PATIENCE = 500

export class PtyBridge {
  readonly #path: string
  readonly #port: number
  readonly #trouble: (sentence: string) => void
  #child: ChildProcess | undefined
  #closing = false

  /** @param trouble told what socat says on its way out. */
  constructor(path: string, port: number, trouble: (sentence: string) => void) {
    this.#path = path
    this.#port = port
    this.#trouble = trouble
  }

  /** Makes the device file. @throws HanrigError STICK_PTY_UNAVAILABLE when there is no socat. */
  async open(): Promise<void> {
    const version = spawn('socat', ['-V'], { stdio: 'ignore' })
    try {
      await once(version, 'exit')
    } catch {
      throw hanrigError(
        'HANRIG_STICK_PTY_UNAVAILABLE',
        'A pseudo terminal needs socat, which is not installed.',
      )
    }
    this.#run()
  }

  async close(): Promise<void> {
    this.#closing = true
    const child = this.#child
    if (!child || child.exitCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
    await gone
    clearTimeout(timer)
  }

  /** One host after another: socat waits for a host to open the file, and ends when the host closes it. */
  #run(): void {
    if (this.#closing) return
    const child = spawn(
      'socat',
      [
        `pty,raw,echo=0,link=${this.#path},wait-slave,pty-interval=0.1`,
        `tcp:127.0.0.1:${this.#port},nodelay`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    this.#child = child
    let said = ''
    child.stderr!.on('data', octets => {
      said = `${said}${octets}`.slice(-400)
    })
    child.on('exit', () => {
      if (said !== '' && !this.#closing) this.#trouble(said.trim())
      setTimeout(() => this.#run(), AGAIN_AFTER)
    })
  }
}
