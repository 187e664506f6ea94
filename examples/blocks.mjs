// An image becomes blocks, the blocks cross a line that loses, doubles and damages frames, and become the image again.

import { BAD_CRC, Bytes, Chunker, crc32, Geometry, Random, Reassembler } from 'hanrig/core'

const image = Bytes.alloc(300_000)
const random = new Random(1, 'image')
random.fill(image.u8)

const geometry = new Geometry(image.length, 1024)
const sender = new Chunker(geometry, 1, image)
const receiver = new Reassembler(geometry, 1, Bytes.alloc(image.length))
const frame = Bytes.alloc(sender.maxFrame)

let sent = 0
let damaged = 0
const { map } = receiver
while (!map.complete) {
  for (let block = map.firstMissing(); block >= 0; block = map.firstMissing(block + 1)) {
    const length = sender.encode(block, frame, 0)
    sent++
    if (random.chance(0.05)) continue
    if (random.chance(0.05)) frame.u8[random.between(0, length - 1)] ^= 1
    if (receiver.accept(frame, 0, length) === BAD_CRC) damaged++
  }
}
console.log(`${geometry.count} blocks are whole after ${sent} frames, ${damaged} of them damaged`)
const same = crc32(receiver.image, 0, image.length) === crc32(image, 0, image.length)
console.log(`the image is ${same ? 'the same' : 'another one'}`)
