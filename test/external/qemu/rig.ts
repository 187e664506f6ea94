// QEMU's emcraft-sf2 with the agent in it: a Cortex-M3, a 16550 and a model of SPI NOR flash that no one here wrote. Its line
// is one end of a pair of ptys that socat holds, so the port stays when the board dies, as a USB adapter's does.

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AGENT } from '../agent/toolchain.ts'

/** The model's flash is exactly so large. */
const NOR_OCTETS = 16 * 1024 * 1024

export class QemuBoard {
  /** The host's end of the line. */
  readonly port: string
  readonly norFile: string
  readonly #boardEnd: string
  readonly #socat: ChildProcess
  #qemu: ChildProcess | undefined
  stderr = ''

  constructor(dir: string) {
    this.port = join(dir, 'host')
    this.#boardEnd = join(dir, 'board')
    this.norFile = join(dir, 'nor.bin')
    writeFileSync(this.norFile, Buffer.alloc(NOR_OCTETS, 0xff))
    const pty = (link: string) => `PTY,link=${link},raw,echo=0`
    this.#socat = spawn('socat', [pty(this.port), pty(this.#boardEnd)], { stdio: 'ignore' })
  }

  async powerOn(): Promise<void> {
    for (let i = 0; i < 100 && !existsSync(this.#boardEnd); i++) await sleep(20)
    // cache=writeback: what was programmed is there after a kill, as on silicon. With cache=none pages are lost.
    const qemu = spawn(
      'qemu-system-arm',
      [
        ...['-M', 'emcraft-sf2', '-display', 'none', '-nodefaults', '-no-user-config'],
        ...['-monitor', 'none', '-chardev', `serial,id=u0,path=${this.#boardEnd}`],
        ...['-serial', 'chardev:u0'],
        ...['-drive', `if=mtd,format=raw,file=${this.norFile},cache=writeback`],
        ...['-kernel', join(AGENT, 'images', 'agent-sf2.elf')],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    qemu.stderr!.on('data', octets => {
      this.stderr += octets
    })
    this.#qemu = qemu
  }

  /** The power goes: SIGKILL, at once. */
  async powerCut(): Promise<void> {
    const qemu = this.#qemu
    this.#qemu = undefined
    if (!qemu || qemu.exitCode !== null || qemu.signalCode !== null) return
    const gone = new Promise(resolve => qemu.once('exit', resolve))
    qemu.kill('SIGKILL')
    await gone
  }

  async end(): Promise<void> {
    await this.powerCut()
    this.#socat.kill()
  }
}
