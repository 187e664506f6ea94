// A tree like /sys and /dev in a directory of the test, with devices that are plugged in and out.

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Test } from 'tap'
import type { DeviceTree } from '#hil/serial/follow'

/** A tree like /sys and /dev with ttys in it. */
export class Desk {
  readonly tree: DeviceTree
  readonly #dir: string

  constructor(test: Test) {
    this.#dir = test.testdir({ sys: { class: { tty: {} } }, dev: {} })
    this.tree = { sys: join(this.#dir, 'sys'), dev: join(this.#dir, 'dev') }
  }

  /** @param plug such as 1-2; @param id of the product. */
  plugIn(name: string, plug: string, id: string, serial?: string, face = '1.0'): void {
    const device = join(this.tree.sys, 'devices', plug)
    this.#write(join(device, 'idVendor'), '2e8a\n')
    this.#write(join(device, 'idProduct'), `${id}\n`)
    if (serial !== undefined) this.#write(join(device, 'serial'), `${serial}\n`)
    const tty = join(device, `${plug}:${face}`, 'tty', name)
    this.#write(join(device, `${plug}:${face}`, 'bInterfaceNumber'), '00\n')
    mkdirSync(tty, { recursive: true })
    symlinkSync(join(device, `${plug}:${face}`), join(tty, 'device'))
    symlinkSync(tty, join(this.tree.sys, 'class', 'tty', name))
    this.#write(join(this.tree.dev, name), '')
  }

  unplug(name: string, plug: string): void {
    rmSync(join(this.tree.sys, 'class', 'tty', name))
    rmSync(join(this.tree.sys, 'devices', plug), { recursive: true })
    rmSync(join(this.tree.dev, name))
  }

  path(name: string): string {
    return join(this.tree.dev, name)
  }

  #write(path: string, content: string): void {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
}
