// The optional peer: loaded when it is wanted, missed by name, quiet about keys; ports told before it opens them.

import { join } from 'node:path'
import t from 'tap'
import { type Level, loadHerdsman, withoutKeys } from '#hil/host/herdsman'
import { stickPort } from '#hil/host/stick'

t.test(
  'it is there: what it says reaches the log by level, without keys and without frames',
  async t => {
    const said: [Level, string][] = []
    const { module, version } = await loadHerdsman((level, message) => said.push([level, message]))
    t.equal(version, '10.9.5')
    t.type(module.Controller, 'function')
    const { logger } = await import('zigbee-herdsman/dist/utils/logger.js')
    logger.debug('a frame', 'zh:x')
    logger.info(() => 'lazily', 'zh:x')
    logger.warning('key=000102030405060708090a0b0c0d0e0f', 'zh:x')
    logger.error('key 1,3,5,7,9,11,13,15,0,2,4,6,8,10,12,13 is wrong', 'zh:x')
    t.same(said, [
      ['info', 'zh:x: lazily'],
      ['warning', 'zh:x: key=[key]'],
      ['error', 'zh:x: key [key] is wrong'],
    ])
  },
)

t.test('no spelling of 16 octets or more gets through, and addresses do', async t => {
  const octets = [...Array(16).keys()]
  const hex = (between: string) => octets.map(o => o.toString(16).padStart(2, '0')).join(between)
  for (const key of [hex(''), hex(' '), hex(':'), hex(','), octets.join(','), octets.join(', ')]) {
    t.equal(withoutKeys(`a ${key} b`), 'a [key] b')
    t.equal(withoutKeys(`a ${key.toUpperCase()} b`), 'a [key] b')
  }
  t.equal(withoutKeys(`<Buffer ${hex(' ')} 10 11>`), '<Buffer [key]>')
  t.equal(withoutKeys('0x00158d0001020304 at 1a:62'), '0x00158d0001020304 at 1a:62')
})

t.test('a stick’s port is told before zigbee-herdsman sees it', async t => {
  t.same(stickPort('tcp:127.0.0.1:20108', undefined, undefined), {
    path: 'tcp://127.0.0.1:20108',
    adapter: 'zstack',
    baudRate: undefined,
  })
  t.match(stickPort('tcp://[::1]:1', 'deconz', 38_400), { adapter: 'deconz', baudRate: 38_400 })
  t.equal(stickPort('mdns://stick', undefined, undefined).adapter, undefined)
  t.throws(() => stickPort('tcp:localhost', undefined, undefined), { code: 'HANRIG_PORT_ADDRESS' })
  t.throws(() => stickPort('virtual:wasm', undefined, undefined), { code: 'HANRIG_PORT_ADDRESS' })
  const nowhere = join(t.testdir({}), 'ttyUSB9')
  t.throws(() => stickPort(nowhere, undefined, undefined), { code: 'HANRIG_PORT_NOT_FOUND' })
})
