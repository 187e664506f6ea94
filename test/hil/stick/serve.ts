// A stick served in one call, for either protocol, with the devices of a scenario or of a desk.

import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { readScenario } from '#emulators/scenario/read/read'
import { serveStick } from '#hil/stick/serve/serve'

t.test('a host gets an answer, a second stick does not get the port', async t => {
  const names: string[] = []
  const stick = await serveStick({ onEvent: ({ name }) => names.push(name) })
  t.equal(stick.address, `tcp://127.0.0.1:${stick.port}`)
  t.match(stick.devices, [{ name: 'esme', fileVersion: 1, sha256: '' }])
  await t.rejects(serveStick({ port: stick.port }), { code: 'HANRIG_STICK_PORT_IN_USE' })
  const host = connect(stick.port, '127.0.0.1')
  host.write(Uint8Array.of(0xfe, 0x00, 0x21, 0x01, 0x20))
  const [answer] = await once(host, 'data')
  t.equal(answer[0], 0xfe)
  await stick.close()
  t.match(names, ['stick-listening', 'host-connected'])
})

t.test('with deCONZ and the devices of a scenario', async t => {
  const text = 'name: Two\ndevices:\n  left: { profile: esme }\n  right: { profile: ppmid }\n'
  const stick = await serveStick({ scenario: readScenario(text, 'two.yaml'), protocol: 'deconz' })
  t.same(
    stick.devices.map(({ name }) => name),
    ['left', 'right'],
  )
  await stick.close()
})
