// A stream of activations and AD1s is judged under MP102B: recorded ones, and those of a made-up estate.

import { eventsOf, judgeStream, listOf, madeUpEvents } from 'hanrig/emulators'

const octets = text => [new TextEncoder().encode(text)]
const recorded = `time,event,device,hub
2026-01-05T09:00:00Z,activation,00-DB-12-34-56-78-90-A0,00-0D-6F-00-00-00-00-01
2026-01-05T09:14:00Z,ad1,,00-0D-6F-00-00-00-00-01
2026-01-05T11:00:00Z,ad1,,00-0D-6F-00-00-00-00-01
`
const listed = await listOf({ name: 'listed.txt', chunks: octets('00-DB-12-34-56-78-90-A0\n') })
const { tally } = await judgeStream({
  events: eventsOf([{ name: 'events.csv', chunks: octets(recorded) }]),
  list: listed,
  onVerdict: (batch, i, { after }, verdict) =>
    console.log(
      `${new Date(batch.time[i]).toISOString()} verdict ${verdict}, ${after / 60_000} min after the activation`,
    ),
})
console.log(`${tally.main.alerts} AD1s, ${tally.main.forwarded()} forwarded`)

const estate = await judgeStream({
  events: madeUpEvents({ devices: 20_000, days: 2, seed: 1 }),
  rules: { windows: [45 * 60_000] },
})
const { main, windows } = estate.tally
console.log(`30 min: ${main.falseThrough} false ones through; 45 min: ${windows[0].falseThrough}`)
