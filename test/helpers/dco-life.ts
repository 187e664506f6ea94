// One life of a home with a durable DCO store, to be killed: node dco-life.ts STORE SEED KILL_AT.
// After each sync that returned, the log's durable length goes to stdout. At write number KILL_AT a part of the
// octets is written and the process kills itself; with 0 it lives until its parent kills it or the run ends, and goes on
// after a sync when the parent says so by an octet on stdin: it cannot outrun the one that is to kill it.

import { readSync, writeSync } from 'node:fs'
import { openImage } from '#core/image/open'
import { IMMEDIATE } from '#core/power/activation'
import { Random } from '#core/time/random'
import { cargoOf } from '#emulators/home/cargo'
import { Run } from '#emulators/play/play'
import { findProfile } from '#emulators/profile/profiles'
import { MAIN_IMAGE, mainJob } from '#emulators/scenario/main-job'
import { DirectoryDisk, type Disk, type DiskFile } from '#emulators/storage/disk'
import { gbFixture } from '#firmware-fixtures/gb-image'

const [store = '', seedText = '0', killText = '0'] = process.argv.slice(2)
const seed = Number(seedText)
const killAt = Number(killText)
const random = new Random(seed, 'kill')
const nod = new Uint8Array(1)
const tell = (line: unknown) => writeSync(1, `${JSON.stringify(line)}\n`)

class ToldFile implements DiskFile {
  readonly #inner: DiskFile
  #writes = 0
  #end = 0

  constructor(inner: DiskFile) {
    this.#inner = inner
  }

  get size(): number {
    return this.#inner.size
  }

  read(into: Uint8Array, position: number): number {
    return this.#inner.read(into, position)
  }

  write(data: Uint8Array, from: number, length: number, position: number): void {
    if (++this.#writes === killAt) {
      this.#inner.write(data, from, random.between(0, length), position)
      process.kill(process.pid, 'SIGKILL')
    }
    this.#inner.write(data, from, length, position)
    // Zeros wipe what a crash left; they are no record.
    if (data.subarray(from, from + length).some(octet => octet !== 0)) this.#end = position + length
  }

  sync(): void {
    this.#inner.sync()
    tell({ durable: this.#end })
    if (killAt === 0) readSync(0, nod)
  }

  close(): void {
    this.#inner.close()
  }
}

const directory = new DirectoryDisk(store)
const disk: Disk = {
  open: (name, size) => new ToldFile(directory.open(name, size)),
  remove: name => directory.remove(name),
  beat: () => directory.beat(),
  close: () => directory.close(),
}
const cargo = cargoOf(MAIN_IMAGE, openImage(gbFixture({ size: 200_000 })), 'esme', true)
const scenario = mainJob({
  fileVersion: cargo.fileVersion,
  seed,
  profile: findProfile('esme')!,
  faults: { loss: 0.02, corruption: 0.002, duplication: 0.01, reordering: 0.01 },
  blockSize: 200,
  listed: false,
  activateIn: IMMEDIATE,
  startUnixMs: 0,
})
const run = new Run(
  { scenario, cargo: new Map([[MAIN_IMAGE, cargo]]), anchor: undefined, disk },
  event => {
    if (event.source === 'dco' && event.name === 'transfer-resumed') tell({ resumed: event.held })
  },
)
run.begin()
const outcome = run.finish()
disk.close()
tell({ outcome })
