// The DCO's log under power cuts at every operation: what a flush returned for is there, no block twice, the image right.

import t from 'tap'
import { FRAME_HEADER } from '#core/block/block-frame'
import { Chunker } from '#core/block/chunker'
import { Bytes } from '#core/bytes/bytes'
import { openImage } from '#core/image/open'
import { Random } from '#core/time/random'
import { BlockLog, LOG_HEADER, logName, NOTE_ANSWERED } from '#emulators/service/block-log'
import {
  type Descriptor,
  describe,
  encodeDescriptor,
  imageIdOf,
} from '#emulators/service/descriptor'
import { Loader, Saver } from '#emulators/storage/archive'
import { MemoryDisk } from '#emulators/storage/disk'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { blockIndexes } from '../../helpers/block-indexes.ts'
import { carry } from '../../helpers/carry.ts'
import { CutDisk, PowerCut } from '../../helpers/cut-disk.ts'

const image = openImage(gbFixture({ size: 10_000 }))
const ESME = '00-DB-12-34-56-78-90-A0'
const descriptor = describe(image, 300, [ESME])
const BATCH = 4

/** Feeds the missing blocks in a seeded order; `held` is told what each flush made durable. */
function feed(log: BlockLog, seed: number, held: (indexes: number[]) => void): void {
  const chunker = new Chunker(descriptor.geometry, imageIdOf(descriptor), image.octets)
  const frame = Bytes.alloc(chunker.maxFrame)
  const order = shuffled(descriptor.geometry.count, seed)
  let waiting: number[] = []
  for (const index of order) {
    const length = chunker.encode(index, frame, 0)
    const code = log.reassembler.accept(frame, 0, length)
    if (code > 1) continue
    log.append(frame, 0, length)
    waiting.push(index)
    if (waiting.length < BATCH && code === 0) continue
    log.flush()
    held(waiting)
    waiting = []
  }
  log.note(NOTE_ANSWERED)
}

function shuffled(count: number, seed: number): number[] {
  const random = new Random(seed, 'order')
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = random.between(0, i)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

/** True when the log's image is the one that was sent, octet for octet. */
function isWhole(log: BlockLog): boolean {
  return Buffer.compare(log.reassembler.image.u8, image.octets.u8) === 0
}

t.test('a power cut at every operation, each followed by a second life', async t => {
  let cuts = 0
  for (let cutAt = 0; ; cutAt++) {
    const durable = new Map<string, Uint8Array>()
    const acknowledged = new Set<number>()
    const note = (indexes: number[]) => {
      for (const index of indexes) acknowledged.add(index)
    }
    let survived = false
    try {
      feed(new BlockLog(new CutDisk(durable, cutAt, cutAt), descriptor, BATCH), cutAt, note)
      survived = true
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error
      cuts++
    }
    const second = new BlockLog(new CutDisk(durable, -1, 0), descriptor, BATCH)
    for (const index of acknowledged) {
      if (!second.reassembler.map.has(index)) t.fail(`cut ${cutAt}: block ${index} was lost`)
    }
    feed(second, cutAt + 1, () => {})
    t.ok(isWhole(second), `cut ${cutAt}`)
    const indexes = blockIndexes(durable.get(logName(descriptor))!).indexes
    t.equal(indexes.length, descriptor.geometry.count)
    t.equal(new Set(indexes).size, indexes.length, 'no block stands in the log twice')
    if (survived) break
  }
  t.ok(cuts > 20, `${cuts} cuts`)
})

t.test('cuts during recovery itself lose nothing either', async t => {
  for (let seed = 0; seed < 60; seed++) {
    const random = new Random(seed, 'lives')
    const durable = new Map<string, Uint8Array>()
    const acknowledged = new Set<number>()
    for (let life = 0; life < 12; life++) {
      const cutAt = life === 11 ? -1 : random.between(0, 9)
      try {
        const log = new BlockLog(new CutDisk(durable, cutAt, seed * 100 + life), descriptor, BATCH)
        for (const index of acknowledged) {
          if (!log.reassembler.map.has(index)) t.fail(`seed ${seed}: block ${index} was lost`)
        }
        feed(log, seed + life, indexes => {
          for (const index of indexes) acknowledged.add(index)
        })
        t.ok(isWhole(log))
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error
      }
    }
    const indexes = blockIndexes(durable.get(logName(descriptor))!).indexes
    t.equal(new Set(indexes).size, indexes.length)
    t.equal(indexes.length, descriptor.geometry.count)
  }
})

t.test('a note is durable and noted once', async t => {
  const disk = new MemoryDisk()
  const open = () => new BlockLog(disk, descriptor, BATCH)
  t.notOk(open().notes.has(NOTE_ANSWERED))
  const log = open()
  log.note(NOTE_ANSWERED)
  const size = disk.files.get(logName(descriptor))!.findLastIndex(octet => octet !== 0)
  log.note(NOTE_ANSWERED)
  t.equal(
    disk.files.get(logName(descriptor))!.findLastIndex(octet => octet !== 0),
    size,
  )
  t.ok(open().notes.has(NOTE_ANSWERED))
})

t.test('another block size, or other targets, is another log', async t => {
  const others: Descriptor[] = [
    describe(image, 500, [ESME]),
    describe(image, 300, ['00-DB-12-34-56-78-90-A1']),
    describe(image, 300, [ESME, '00-DB-12-34-56-78-90-A1']),
  ]
  const names = [descriptor, ...others].map(logName)
  t.equal(new Set(names).size, names.length)
})

t.test('a foreign file is refused and left alone', async t => {
  const disk = new MemoryDisk()
  const file = new Uint8Array(50_000).fill(7)
  disk.files.set(logName(descriptor), file)
  t.throws(() => new BlockLog(disk, descriptor, BATCH), { code: 'HANRIG_STORE_DAMAGED' })
  t.ok(file.every(octet => octet === 7))
})

t.test('a log whose first write was torn is begun anew', async t => {
  const untouched = new MemoryDisk()
  new BlockLog(untouched, descriptor, BATCH)
  const begun = untouched.files.get(logName(descriptor))!
  const torn: [what: string, file: (whole: Uint8Array) => void][] = [
    ['only a part of its head was written', file => file.fill(0, 3)],
    ['all but its head was', file => file.fill(0, 0, LOG_HEADER)],
    ['nothing was', file => file.fill(0)],
  ]
  for (const [what, tear] of torn) {
    const disk = new MemoryDisk()
    const file = begun.slice()
    tear(file)
    disk.files.set(logName(descriptor), file)
    new BlockLog(disk, descriptor, BATCH)
    t.equal(Buffer.compare(disk.files.get(logName(descriptor))!, begun), 0, what)
  }
})

t.test('a record may end where its file ends, and where the memory for a batch ends', async t => {
  const disk = new MemoryDisk()
  feed(new BlockLog(disk, descriptor, BATCH), 3, () => {})
  const name = logName(descriptor)
  const file = disk.files.get(name)!
  const end = file.findLastIndex(octet => octet !== 0) + 1
  const log = new BlockLog(disk, descriptor, BATCH)
  disk.files.set(name, file.slice(0, end))
  const cut = new BlockLog(disk, descriptor, BATCH)
  t.same([...cut.notes], [...log.notes])
  t.ok(isWhole(cut))

  const large = describe(image, 2_000, [ESME])
  const saved = new BlockLog(new MemoryDisk(), large, BATCH)
  const chunker = new Chunker(large.geometry, imageIdOf(large), image.octets)
  const frame = Bytes.alloc(chunker.maxFrame)
  for (let index = 0; index < BATCH; index++) {
    const length = chunker.encode(index, frame, 0)
    saved.reassembler.accept(frame, 0, length)
    saved.append(frame, 0, length)
  }
  const loaded = new BlockLog(new MemoryDisk(), large, BATCH)
  carry(
    a => saved.archive(a),
    a => loaded.archive(a),
  )
  t.equal(loaded.reassembler.map.held, BATCH)
})

t.test(
  'what stands behind a damaged record is wiped out: no later record may lead to it',
  async t => {
    const disk = new MemoryDisk()
    feed(new BlockLog(disk, descriptor, BATCH), 1, () => {})
    const file = disk.files.get(logName(descriptor))!
    const first = LOG_HEADER + FRAME_HEADER + encodeDescriptor(descriptor).length
    const second = first + FRAME_HEADER + descriptor.geometry.blockSize
    file[second + FRAME_HEADER]! ^= 1
    t.equal(new BlockLog(disk, descriptor, BATCH).reassembler.map.held, 1)
    const left = disk.files.get(logName(descriptor))!
    t.ok(left.subarray(first, second).some(octet => octet !== 0))
    t.ok(left.subarray(second).every(octet => octet === 0))
  },
)

t.test('a flipped bit anywhere costs at most what follows it, never a wrong image', async t => {
  for (let seed = 0; seed < 60; seed++) {
    const disk = new MemoryDisk()
    feed(new BlockLog(disk, descriptor, BATCH), seed, () => {})
    const file = disk.files.get(logName(descriptor))!
    const bit = new Random(seed, 'flip').between(LOG_HEADER * 8, (LOG_HEADER + 10_500) * 8)
    file[bit >>> 3]! ^= 1 << (bit & 7)
    const log = new BlockLog(disk, descriptor, BATCH)
    feed(log, seed + 1, () => {})
    t.ok(isWhole(log), `seed ${seed}`)
  }
})

t.test('blocks of a batch that were damaged in a snapshot are refused', async t => {
  const log = new BlockLog(new MemoryDisk(), descriptor, BATCH)
  const chunker = new Chunker(descriptor.geometry, imageIdOf(descriptor), image.octets)
  const frame = Bytes.alloc(chunker.maxFrame)
  log.append(frame, 0, chunker.encode(0, frame, 0))
  const saver = new Saver()
  log.archive(saver)
  const damaged = saver.octets.slice()
  damaged[damaged.length - 1]! ^= 1
  t.throws(() => new BlockLog(new MemoryDisk(), descriptor, BATCH).archive(new Loader(damaged)), {
    code: 'HANRIG_SNAPSHOT_DAMAGED',
  })
})
