import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { type ClientConfig, OtaClient, PROGRESS, REJECTED, WHOLE } from '#core/ota/client'
import { IMAGE_BLOCK_REQUEST } from '#core/ota/codes'
import { MAX_OTA_FRAME } from '#core/ota/ota-frame'
import { OtaServer, type ServerConfig } from '#core/ota/server'
import type { Archive } from '#core/state/archive'
import { Random } from '#core/time/random'
import { Loader, Saver } from '#emulators/storage/archive'
import { toHex } from '../../helpers/octets.ts'
import {
  ask,
  blockRequest,
  CLIENT,
  due,
  Pair,
  read,
  SERVER,
  said,
  served,
  UTC,
} from '../../helpers/ota-pair.ts'

const SIZE = 1500

const seen = (octets: Bytes | undefined) => octets && toHex(octets)

/** A client and a server to which a seeded line does everything that can be done to them, step by step. */
class Both {
  readonly client: OtaClient
  readonly server: OtaServer
  readonly #random: Random
  #toServer: Bytes | undefined
  #toClient: Bytes | undefined
  #now = 0
  #version = 2

  constructor(client: ClientConfig, server: ServerConfig, seed: number) {
    this.client = new OtaClient({ ...client }, Bytes.alloc(SIZE))
    this.server = new OtaServer(server, UTC)
    this.#random = new Random(seed, 'line')
  }

  /** One thing that happens, and everything that shows of it. */
  step(): unknown {
    const { client, server } = this
    const random = this.#random
    const kind = random.between(0, 999)
    const shown: unknown[] = [kind]
    if (kind < 350) this.#now = this.#next()
    else if (kind < 380) this.#now += random.between(0, 3000)
    else if (kind < 440) client.start(this.#now)
    else if (kind < 443) client.suspend()
    else if (kind < 460) client.resume(this.#now)
    else if (kind < 464) {
      this.#version = 2 + (kind & 1)
      server.load(served(this.#version, SIZE))
    } else if (kind < 467) server.nowHas(random.between(0, SIZE))
    else if (kind < 475) server.nowHas(SIZE)
    else if (kind < 476) server.discard()
    else if (kind < 490) client.activated()
    else if (kind < 520) shown.push(this.#notice())
    // Somebody else asks, when this client would not.
    else if (kind < 560) shown.push(seen(ask(server, blockRequest(48), this.#now)))
    if (this.#toClient && random.chance(0.8)) {
      const { length } = this.#toClient
      const report = client.receive(this.#toClient, 0, length, this.#now)
      shown.push('report', report)
      if (report === WHOLE) client.verified(random.chance(0.8), this.#now)
      if (report === REJECTED) client.start(this.#now)
    }
    this.#toClient = undefined
    if (this.#toServer && random.chance(0.9)) {
      this.#toClient = ask(server, this.#toServer, this.#now)
    } else this.#toClient = due(server, this.#now)
    shown.push('tick', client.tick(this.#now))
    this.#toServer = said(client, this.#now)
    shown.push(seen(this.#toServer), seen(this.#toClient))
    const { state, offset, size, fileVersion, status, retries, strays, blocks, deadline } = client
    shown.push([state, offset, size, fileVersion, status, retries, strays, blocks, deadline])
    shown.push(client.suspended, client.currentFileVersion)
    const { served: sent, octets, waits, available } = server
    shown.push([server.state, sent, octets, waits, available, server.deadline])
    return shown
  }

  /** Becomes what `other` is, by way of an archive. */
  become(other: Both): void {
    const saver = new Saver()
    other.#archive(saver)
    const loader = new Loader(saver.octets)
    // The image and the memory are no part of the archive.
    this.client.memory.u8.set(other.client.memory.u8)
    if (other.server.image) this.server.attach(other.server.image)
    this.#archive(loader)
    if (!loader.ended) throw new Error('not all was loaded')
    this.#toServer = other.#toServer
    this.#toClient = other.#toClient
    this.#now = other.#now
    this.#version = other.#version
  }

  #notice(): string {
    const out = Bytes.alloc(MAX_OTA_FRAME)
    return toHex(out, 0, this.server.notify(out, 0, 50))
  }

  #archive(a: Archive): void {
    this.client.archive(a)
    this.server.archive(a)
    this.#random.archive(a)
  }

  #next(): number {
    const next = Math.min(this.client.deadline, this.server.deadline)
    return next < Number.POSITIVE_INFINITY ? Math.max(this.#now, next) : this.#now
  }
}

t.test('whoever comes back from an archive goes on as if nothing had been', async () => {
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.nat(),
        before: fc.nat(400),
        pageSize: fc.constantFrom(0, 100, 480, 1400),
        responseSpacing: fc.nat(100),
        blockPeriod: fc.constantFrom(0, 300),
        announcesBlockPeriod: fc.boolean(),
        clipsPages: fc.boolean(),
        pages: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
        minBlockPeriod: fc.constantFrom(0, 0, 700),
      }),
      ({ seed, before, pages, minBlockPeriod, ...client }) => {
        const config = { ...CLIENT, ...client, maxTries: 2 }
        const server = { ...SERVER, pages, minBlockPeriod }
        const one = new Both(config, server, seed)
        for (let i = 0; i < before; i++) one.step()
        const other = new Both(config, server, 0)
        other.become(one)
        for (let i = 0; i < 150; i++) {
          if (JSON.stringify(one.step()) !== JSON.stringify(other.step())) return false
        }
        return true
      },
    ),
    { numRuns: 150 },
  )
})

t.test('attaching an image changes nothing of the server', async t => {
  const pair = new Pair()
  pair.server.load(served(2, 480))
  pair.start()
  t.ok(pair.run(() => pair.client.offset === 240))
  pair.server.nowHas(300)
  const { state, available, served: sent } = pair.server
  pair.server.attach(served(2, 480))
  t.match(pair.server, { state, available, served: sent })
})

t.test('what came of a page is known after coming back', async t => {
  const pair = new Pair({ client: { pageSize: 240, responseSpacing: 50 } })
  pair.drops = (toServer, octets) => !toServer && read(octets).fileOffset === 336
  pair.server.load(served(2, 480))
  pair.start()
  t.ok(pair.run(() => pair.client.blocks === 8))
  const saver = new Saver()
  pair.client.archive(saver)
  const comeBack = () => {
    const client = new OtaClient({ ...pair.client.config }, Bytes.alloc(480))
    client.archive(new Loader(saver.octets))
    return client
  }
  const silent = comeBack()
  silent.tick(silent.deadline)
  const asked = read(said(silent, silent.deadline)!)
  t.match(asked, { command: IMAGE_BLOCK_REQUEST, fileOffset: 336 }, 'it had begun')

  const going = comeBack()
  const octets = ask(pair.server, blockRequest(336), pair.now)!
  t.equal(going.receive(octets, 0, octets.length, pair.now), PROGRESS)
  t.equal(going.offset, 432, 'one block was there already')
})
