// A signed GB upgrade image is built and flashed to a board without hardware, which is then asked what it runs.

import { buildGbImage, openImage, Random } from 'hanrig/core'
import { testSignature } from 'hanrig/emulators'
import { askPort, flashBoard, flashImage, listPorts, virtualBoard } from 'hanrig/hil'

const firmware = new Uint8Array(100_000)
new Random(1, 'firmware').fill(firmware)
const fields = {
  manufacturerCode: 0x121d,
  imageType: 0x7000,
  fileVersion: 2,
  stackVersion: 2,
  headerString: 'an example',
  hardware: { min: 0, max: 0xffff },
}
const file = buildGbImage(fields, firmware, {
  forceReplace: false,
  signature: testSignature(firmware),
})

const board = await virtualBoard('virtual:wasm')
board.on('supply', on => console.log(`the hub ${on ? 'has its supply again' : 'loses its supply'}`))
const image = flashImage(openImage(file), { name: 'example.ota' })
const { protocol, verified, running } = await flashBoard('virtual:wasm', image, {
  activationMs: 200,
  keepSupply: false,
})
console.log(`spoke ${protocol}; verified: ${verified}, running: ${running}`)
const answer = await askPort('virtual:wasm')
console.log(`${answer.board.name} runs version ${answer.board.runningVersion}`)
console.log(`real ports here: ${(await listPorts()).length}`)
