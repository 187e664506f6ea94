// Times of messages: what the calendar has is read as Date reads it, all else is refused.

import fc from 'fast-check'
import t from 'tap'
import {
  DLMS_TIME,
  dlmsTimeIsSound,
  GENERALIZED_TIME_LENGTH,
  NO_MOMENT,
  readDlmsTime,
  readGeneralizedTime,
  unixDay,
  writeDlmsTime,
  writeGeneralizedTime,
} from '#core/gbcs/times'
import { moments, octets } from '../../helpers/gbcs.ts'

const view = (of: Uint8Array) => new DataView(of.buffer, of.byteOffset, of.length)
const generalized = (text: string) => readGeneralizedTime(view(Buffer.from(text, 'latin1')), 0)

t.test('days count as the calendar does, over 10,000 years', async t => {
  for (let day = -719_000; day < 2_932_000; day += 37) {
    const date = new Date(day * 86_400_000)
    const found = unixDay(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
    if (found !== day) t.fail(`${date.toISOString()}: ${found}`)
  }
  t.equal(unixDay(1970, 1, 1), 0)
  t.equal(unixDay(2000, 2, 29), 11_016)
})

t.test('both forms give back the moment that was written', async () => {
  fc.assert(
    fc.property(moments, unixMs => {
      const text = new Uint8Array(GENERALIZED_TIME_LENGTH)
      const date = new Uint8Array(DLMS_TIME)
      writeGeneralizedTime(view(text), 0, unixMs)
      writeDlmsTime(view(date), 0, unixMs)
      const iso = new Date(unixMs).toISOString()
      return (
        Buffer.from(text).toString('latin1') === `${iso.slice(0, 19).replace(/[-T:]/g, '')}Z` &&
        readGeneralizedTime(view(text), 0) === unixMs &&
        dlmsTimeIsSound(view(date), 0) &&
        readDlmsTime(view(date), 0) === unixMs
      )
    }),
    { numRuns: 1000 },
  )
})

t.test('a GeneralizedTime that is none', async t => {
  t.equal(generalized('99991231235959Z'), 253_402_300_799_000)
  for (const text of [
    ...['20300115090000+', '2030011509000.Z', '20300229000000Z', '20300001000000Z'],
    ...['20301301000000Z', '20300100000000Z', '20300132000000Z', '20300431000000Z'],
    ...['20300115240000Z', '20300115096000Z', '20300115090060Z', '2030011509000aZ'],
    ...['21000229000000Z', ' 0300115090000Z', '20300115090000z', '203001150900:0Z'],
  ]) {
    t.equal(generalized(text), NO_MOMENT, text)
  }
  t.equal(generalized('24000229000000Z'), Date.UTC(2400, 1, 29))
})

t.test('the ranges of a DLMS date-time, at both ends', async t => {
  const sound = (hex: string) => dlmsTimeIsSound(view(octets(hex)), 0)
  for (const hex of [
    ...['07df0101ff000000008000ff', '07df0c1f01173b3b630000ff', '07df0c1f07173b3b63fd3000'],
    ...['ffffffffffffffffff8000ff', '07dffdfdff000000008000ff', '07dffefeff00000000ffc4ff'],
    ...['07e0021dff000000008000ff', 'ffff021dff000000008000ff', '07df01ffff00000000 02d0 ff'],
  ]) {
    t.ok(sound(hex), hex)
  }
  for (const hex of [
    ...['07df0001ff000000008000ff', '07df0d01ff000000008000ff', '07dffc01ff000000008000ff'],
    ...['07df0100ff000000008000ff', '07df0120ff000000008000ff', '07df01fcff000000008000ff'],
    ...['07df010100000000008000ff', '07df010108000000008000ff', '07df0101ff180000008000ff'],
    ...['07df0101ff003c00008000ff', '07df0101ff00003c008000ff', '07df0101ff000000648000ff'],
    ...['07df0101ff0000000002d1ff', '07df0101ff00000000fd2fff', '07df021dff000000008000ff'],
    ...['07df041fff000000008000ff', 'ffff021eff000000008000ff'],
  ]) {
    t.notOk(sound(hex), hex)
  }
})

t.test('what is not specified is no moment, or counts as 0', async t => {
  const read = (hex: string) => readDlmsTime(view(octets(hex)), 0)
  const noon = Date.UTC(2015, 0, 1, 12)
  t.equal(read('07df0101ff0c0000008000ff'), noon)
  t.equal(read('07df0101ff0c00ffff8000ff'), noon)
  t.equal(read('07df0101ff0c00000cffc400'), noon + 120 - 3_600_000, 'an hour ahead of UTC')
  for (const hex of [
    ...['ffff0101ff0c0000008000ff', '07dfff01ff0c0000008000ff', '07df01ffff0c0000008000ff'],
    ...['07df0101ffff0000008000ff', '07df0101ff0cff00008000ff', '07df01feff0c0000008000ff'],
  ]) {
    t.equal(read(hex), NO_MOMENT, hex)
  }
})

t.test('a moment outside the years 0 to 9999 is not written, both ends are', async t => {
  const first = new Date(0).setUTCFullYear(0, 0, 1)
  for (const write of [writeGeneralizedTime, writeDlmsTime]) {
    t.throws(() => write(view(new Uint8Array(20)), 0, Date.UTC(10_000, 0, 1)), RangeError)
    t.throws(() => write(view(new Uint8Array(20)), 0, Number.NaN), RangeError)
    t.throws(() => write(view(new Uint8Array(20)), 0, first - 1), RangeError)
    t.ok(write(view(new Uint8Array(20)), 0, first) > 0)
  }
})
