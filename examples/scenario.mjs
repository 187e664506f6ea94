// A home with one meter gets its firmware over lossy lines, and the activation cuts the hub's supply.

import { playScenario, readScenario, resumeScenario, snapshotScenario } from 'hanrig/emulators'

const text = `
name: One meter
images:
  new: { size: 60 kB, for: esme, version: 2 }
devices:
  esme: { profile: esme-pre-mp102a, listed: true }
links:
  han: { loss: 5 % }
steps:
  - distribute: new
  - activate: new
expect:
  - device: esme
    runs: new
  - alert: AD1
    suppressed: true
`
let pcap = 0
const { ok, failures, devices, ad1 } = playScenario(readScenario(text, 'one-meter.yaml'), {
  onEvent: event => {
    if (event.name === 'activation-ended')
      console.log(`${event.source} runs version ${event.fileVersion}`)
  },
  onCapture: chunk => {
    pcap += chunk.length
  },
})
console.log(
  ok ? `as expected: ${devices[0].blocks} blocks, ${ad1.suppressed} AD1 suppressed` : failures,
)
console.log(pcap > 100_000 ? 'frames for Wireshark' : 'no frames')
const again = resumeScenario(snapshotScenario(text, 5 * 60_000))
console.log(
  `from a snapshot: ${again.devices[0].sha256 === devices[0].sha256 ? 'the same' : 'another'} image`,
)
