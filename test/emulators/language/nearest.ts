// The word that was meant.

import { test } from 'tap'
import { nearestTo } from '#emulators/language/nearest'

test('the word meant is the nearest one, and none when all are far', async t => {
  const known = ['loss', 'latency', 'bitRate', 'deaf']
  t.equal(nearestTo('los', known), 'loss')
  t.equal(nearestTo('lsos', known), 'loss')
  t.equal(nearestTo('BITRATE', known), 'bitRate')
  t.equal(nearestTo('latenzy', known), 'latency')
  t.equal(nearestTo('colour', known), undefined)
  t.equal(nearestTo('', known), undefined)
  t.equal(nearestTo('loss'.repeat(20), known), undefined)
  t.equal(nearestTo('x'.repeat(64), ['x'.repeat(65)]), 'x'.repeat(65))
  t.equal(nearestTo('x'.repeat(65), ['x'.repeat(65)]), undefined, 'too long to be compared')
})
