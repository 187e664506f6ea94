// A ZigBee stick with an emulated ESME behind it, on a TCP port: zigbee-herdsman, Zigbee2MQTT and others take it for a real
// one. Here a few octets of Z-Stack's protocol stand for such a host.

import { once } from 'node:events'
import { connect } from 'node:net'
import { serveStick } from 'hanrig/hil'

const stick = await serveStick({
  onEvent: ({ source, name }) => {
    if (source === 'stick') console.log(name)
  },
})
console.log(`serial: { port: ${stick.address.replace(/\d+$/, 'PORT')}, adapter: zstack }`)
for (const { name, fileVersion } of stick.devices)
  console.log(`${name} runs version ${fileVersion}`)

const host = connect(stick.port, '127.0.0.1')
const SYS_PING = [0xfe, 0x00, 0x21, 0x01, 0x20]
host.write(Uint8Array.from(SYS_PING))
const [answer] = await once(host, 'data')
console.log(`the stick answers ${answer.toString('hex')}`)
host.end()
await once(host, 'close')
await stick.close()
