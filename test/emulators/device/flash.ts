// A device's flash: a torn record is not believed, the other copy is; a torn block is half there; what was committed
// comes back, and nothing else.

import t from 'tap'
import { Random } from '#core/time/random'
import { Flash, HELD, NONE_OWED, PARTIAL, PowerCut } from '#emulators/device/flash'
import { Loader, Saver } from '#emulators/storage/archive'

const FACTORY = new Uint8Array(100).fill(0x5a)

function made(): Flash {
  return new Flash(1_000, FACTORY, 7)
}

/** True when the power goes in the middle of this. */
function tears(work: () => void): boolean {
  try {
    work()
    return false
  } catch (error) {
    return error instanceof PowerCut
  }
}

t.test('what was committed comes back, what was not does not', async t => {
  const flash = made()
  const { kept } = flash
  Object.assign(kept, { pending: PARTIAL, size: 900, fileVersion: 0xffff_fffe, offset: 480 })
  Object.assign(kept, { deadline: 1.5e12, executionTime: 1.6e12, counter: 2 ** 40, byAlert: 1 })
  Object.assign(kept, { lastCounter: 2 ** 41, owes: 0x8f72, owesVersion: 9, owesTo: 2 ** 40 })
  kept.hash.fill(3)
  kept.wanted.fill(4)
  flash.commit()
  const wanted = structuredClone(kept)
  Object.assign(kept, { pending: HELD, size: 1, offset: 2, owes: NONE_OWED, deadline: 0 })
  kept.hash.fill(0)
  kept.wanted.fill(0)
  flash.load()
  t.same(kept, wanted)
})

t.test('a record that was torn leaves the one before, whichever copy it lay in', async t => {
  const flash = made()
  for (let n = 1; n <= 6; n++) {
    flash.kept.offset = n
    flash.commit()
    flash.kept.offset = 1_000 + n
    flash.cutAt = flash.writes + 1
    t.ok(tears(() => flash.commit()))
    flash.load()
    t.equal(flash.kept.offset, n)
  }
})

t.test('any number of torn records in a row leaves the last whole one', async t => {
  const random = new Random(1, 'torn')
  for (let round = 0; round < 50; round++) {
    const flash = made()
    let last = 0
    for (let n = 1; n <= 20; n++) {
      flash.kept.offset = n
      if (random.chance(0.6)) flash.cutAt = flash.writes + 1
      try {
        flash.commit()
        last = n
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error
        flash.load()
      }
      if (flash.kept.offset !== last) t.fail(`round ${round}: ${flash.kept.offset} not ${last}`)
    }
  }
})

t.test('a torn block is there by half; the running image is untouched', async t => {
  const flash = made()
  const block = Uint8Array.from({ length: 48 }, (_, i) => i + 1)
  flash.pending.u8.set(block, 96)
  flash.cutAt = 1 + flash.writes
  t.ok(tears(() => flash.wrote(96, 48)))
  t.same([...flash.pending.u8.subarray(96, 120)], [...block.subarray(0, 24)])
  t.ok(flash.pending.u8.subarray(120, 144).every(octet => octet === 0xff))
  t.equal(flash.pending.u8[144], 0)
  t.ok(flash.runsSound)
  flash.wrote(96, 48)
  t.equal(flash.cutAt, Number.POSITIVE_INFINITY, 'the power goes once')
})

t.test('a bit that flips in the running image is found', async t => {
  const flash = made()
  t.ok(flash.runsSound)
  flash.rot()
  t.notOk(flash.runsSound)
})

t.test('both slots, the record and the next cut are in the archive', async t => {
  const flash = made()
  flash.pending.u8.fill(9, 0, 500)
  Object.assign(flash.kept, { pending: PARTIAL, size: 600, offset: 500 })
  flash.commit()
  flash.rot()
  flash.cutAt = flash.writes + 2
  const saver = new Saver()
  flash.archive(saver)
  const other = made()
  const loader = new Loader(saver.octets)
  other.archive(loader)
  t.ok(loader.ended)
  t.same(other.kept, flash.kept)
  t.same(other.pending.u8.subarray(0, 600), flash.pending.u8.subarray(0, 600))
  t.notOk(other.runsSound)
  other.commit()
  t.ok(tears(() => other.commit()))
})
