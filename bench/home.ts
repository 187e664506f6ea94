// One home at work, for whoever times or weighs it: a hub and six meters that fetch a 1 MB image each, block by block
// as fast as the air allows, 5 % of the frames lost. Nothing is left out: faults, air time, timers, retries, flash.
// When an image has come to its end in all of them, the other of two goes on offer.

import type { Bytes } from '#core/bytes/bytes'
import { buildGbImage } from '#core/image/build'
import { openImage } from '#core/image/open'
import { DOWNLOADING, HELD } from '#core/ota/client'
import { IMMEDIATE } from '#core/power/activation'
import { Random } from '#core/time/random'
import type { OtaDevice } from '#emulators/device/ota-device'
import { type Cargo, cargoOf } from '#emulators/home/cargo'
import { Premises } from '#emulators/home/premises'
import { findProfile } from '#emulators/profile/profiles'
import { mainJob } from '#emulators/scenario/main-job'
import type { Scenario } from '#emulators/scenario/schema/schema'
import { MemoryDisk } from '#emulators/storage/disk'
import { FILE_VERSION, MANUFACTURER } from './sample.ts'

export const DEVICES = 6
/** Octets of the images; those after the headers are random. */
export const HOME_IMAGE_SIZE = 1_000_000
const LOSS = 0.05
const NAMES = Array.from({ length: DEVICES }, (_, i) => `meter-${i + 1}`)
/** Virtual ms in which the home does some fifty exchanges: how closely a number of them can be asked for. */
const STEP = 2_000
/** Blocks by which no device runs ahead of the others while they fetch an image. */
const LEAD = 2_000

export class BusyHome {
  /** Events that the home traced. */
  events = 0
  readonly #premises: Premises
  readonly #devices: readonly OtaDevice[]
  readonly #images: readonly Cargo[]
  #offered = 0
  #asked = 0

  constructor() {
    this.#images = [FILE_VERSION, FILE_VERSION + 1].map(version =>
      cargoOf(`image-${version}`, openImage(signedByNobody(version)), 'esme', true),
    )
    this.#premises = new Premises(
      {
        scenario: scenarioOf(FILE_VERSION - 1),
        cargo: new Map(this.#images.map(each => [each.name, each])),
        anchor: undefined,
        disk: new MemoryDisk(),
        frames: false,
      },
      () => {
        this.events++
      },
    )
    this.#devices = [...this.#premises.devices.values()]
    this.#premises.begin()
    this.#offerNext()
  }

  /** Image blocks that the devices took, since the home was built. */
  get exchanges(): number {
    let sum = 0
    for (const { client } of this.#devices) sum += client.blocks
    return sum
  }

  /** Requests that had to be sent again. */
  get retries(): number {
    let sum = 0
    for (const { client } of this.#devices) sum += client.retries
    return sum
  }

  /** Octets of a block, the image's last one excepted. */
  get blockSize(): number {
    return this.#devices[0]!.client.config.maxDataSize
  }

  /** Makes sure that `count` more exchanges go by before any download ends. */
  prepare(count: number): void {
    const room = count / DEVICES + LEAD
    if (this.#devices.every(device => left(device) >= room)) return
    this.#premises.clock.run()
    if (!this.#devices.every(({ client }) => client.state === HELD)) {
      throw new Error('a download did not come to its end')
    }
    this.#offerNext()
    this.#asked = this.exchanges
    if (!this.#devices.every(device => left(device) >= room)) {
      throw new RangeError(`an image is not ${count} exchanges long`)
    }
  }

  /** Does `count` exchanges; what it does more, the next call does less. */
  exchange(count: number): void {
    const { clock } = this.#premises
    this.#asked += count
    while (this.exchanges < this.#asked) clock.run(clock.now + STEP)
  }

  /** Puts the image on offer that is not, and lets every device begin with it. */
  #offerNext(): void {
    const { hub, clock } = this.#premises
    const cargo = this.#images[this.#offered++ & 1]!
    const memory = hub.images.open(this.#premises.describe(cargo.name, NAMES), false)!
    memory.u8.set(cargo.image.octets.u8)
    hub.images.offer(memory)
    while (!this.#devices.every(({ client }) => client.state === DOWNLOADING)) {
      clock.run(clock.now + STEP)
    }
  }
}

/** Whole blocks that a device has still to fetch. */
function left({ client }: OtaDevice): number {
  return Math.floor((client.size - client.offset) / client.config.maxDataSize)
}

/** A GB upgrade image; what is in the place of its signature is looked at by nobody here. */
function signedByNobody(fileVersion: number): Bytes {
  const overhead = buildImage(new Uint8Array(0), fileVersion).length
  const octets = new Uint8Array(HOME_IMAGE_SIZE - overhead)
  new Random(fileVersion, 'bench.home').fill(octets)
  return buildImage(octets, fileVersion)
}

function buildImage(octets: Uint8Array, fileVersion: number): Bytes {
  const fields = {
    manufacturerCode: MANUFACTURER,
    imageType: 0,
    fileVersion,
    stackVersion: 2,
    headerString: 'bench',
    hardware: { min: 0, max: 0xffff },
  }
  return buildGbImage(fields, octets, { forceReplace: false, signature: new Uint8Array(64) })
}

function scenarioOf(fileVersion: number): Scenario {
  const profile = findProfile('esme')!
  const job = mainJob({
    fileVersion: fileVersion + 1,
    seed: 1,
    profile,
    faults: { loss: LOSS, corruption: 0, duplication: 0, reordering: 0 },
    blockSize: 1024,
    listed: false,
    activateIn: IMMEDIATE,
    startUnixMs: Date.UTC(2026, 0, 5, 9),
  })
  // The air is the only limit, and no device asks of its own accord.
  const device = {
    ...job.devices.esme!,
    values: { ...profile.values, blockPeriod: 0, queryInterval: 0 },
  }
  const links = { ...job.links }
  for (const name of NAMES) {
    for (const way of ['up', 'down']) links[`han.${name}.${way}`] = job.links[`han.esme.${way}`]!
  }
  return {
    ...job,
    devices: Object.fromEntries(NAMES.map(name => [name, device])),
    links,
    steps: [],
    expect: [],
  }
}
