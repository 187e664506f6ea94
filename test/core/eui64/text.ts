// EUI-64s as text: one spelling comes out, however it was given; what is none is refused.

import fc from 'fast-check'
import t from 'tap'
import {
  EUI64,
  eui64From,
  eui64Of,
  eui64Text,
  fromIeee,
  plainEui64,
  toIeee,
} from '#core/eui64/text'

const pairs = fc
  .uint8Array({ minLength: 8, maxLength: 8 })
  .map(octets => [...octets].map(octet => octet.toString(16).padStart(2, '0')))

t.test('an EUI-64 is written in one way, however it was given', async t => {
  t.equal(eui64Of('00-DB-12-34-56-78-90-A0'), '00-DB-12-34-56-78-90-A0')
  t.equal(eui64Of('00:db:12:34:56:78:90:a0'), '00-DB-12-34-56-78-90-A0')
  t.equal(eui64Of('00-00-00-00-00-00-00-00'), '00-00-00-00-00-00-00-00')
  for (const text of [
    '00-DB-12-34-56-78-90',
    '00-DB:12-34-56-78-90-A0',
    '00DB1234567890A0',
    '0x00DB1234567890A0',
    '00-DB-12-34-56-78-90-G0',
    '00-DB-12-34-56-78-90-A0-',
  ]) {
    t.equal(eui64Of(text), undefined, text)
  }
  fc.assert(fc.property(pairs, each => eui64Of(each.join(':')) === each.join('-').toUpperCase()))
})

t.test('the pattern that editors get is what is read', async () => {
  const near = fc.stringMatching(/^([0-9a-fA-Fg][0-9a-fA-F][-:]?){7,8}\n?$/)
  const mixed = pairs.chain(each =>
    fc.array(fc.constantFrom('-', ':', ''), { minLength: 7, maxLength: 7 }).map(marks => {
      return each.map((pair, i) => pair + (marks[i] ?? '')).join('')
    }),
  )
  fc.assert(
    fc.property(fc.oneof(fc.string(), near, mixed), text => {
      return EUI64.test(text) === (eui64Of(text) !== undefined)
    }),
  )
})

t.test('one device, any spelling', async t => {
  const eui64 = '00-15-8D-00-01-02-03-04'
  for (const text of [
    eui64,
    eui64.toLowerCase(),
    '00:15:8d:00:01:02:03:04',
    '00158d0001020304',
    '0x00158D0001020304',
    '0X00158D0001020304',
  ]) {
    t.equal(eui64From(text), eui64, text)
  }
  for (const text of [
    '',
    '00-15',
    '00-15:8D-00-01-02-03-04',
    '00158d000102030',
    'g0158d0001020304',
    '0x158d0001020304',
    '0x00-15-8D-00-01-02-03-04',
    '00158d0001020304\n',
    '0x0x158d0001020304',
  ]) {
    t.equal(eui64From(text), undefined, JSON.stringify(text))
  }
  t.equal(eui64Text(0x00158d00, 0x01020304), eui64)
  t.equal(plainEui64(eui64), '00158d0001020304')
  t.equal(toIeee(eui64), '0x00158d0001020304')
  t.equal(fromIeee(toIeee(eui64)), eui64)
  t.equal(fromIeee('unknown'), 'unknown')
})
