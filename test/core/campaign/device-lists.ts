// Requests of at most 50,000 Devices: how many, how full, and what a User uploads for them.

import fc from 'fast-check'
import t from 'tap'
import { fitsRequest, listsOf, requestsOf, uploadOctets } from '#core/campaign/device-lists'

t.test('the nation’s PPMIDs take 242 requests', async t => {
  t.strictSame([12_100_000, 3_000_000, 50_000, 50_001, 1].map(requestsOf), [242, 60, 1, 2, 1])
})

t.test('DUIS takes an image of 10,240,000 octets and not one more', async t => {
  t.strictSame([10_240_000, 10_240_001].map(fitsRequest), [true, false])
})

t.test('lists hold every Device once and are full but for the last', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000_000 }), devices => {
      const lists = listsOf(devices)
      const sum = lists.reduce((all, each) => all + each, 0)
      return sum === devices && lists.slice(0, -1).every(each => each === 50_000)
    }),
  )
})

t.test('a list of 50,000 has 1,199,999 characters, and the image comes in base64', async t => {
  t.equal(uploadOctets(50_000, 3), 1_199_999 + 4)
  t.equal(uploadOctets(50_001, 4), 1_199_999 + 23 + 2 * 8)
})
