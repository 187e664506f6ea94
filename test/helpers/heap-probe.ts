// Run by test/alloc/core.ts in a process of its own with the flags of bench/heap.ts: does one operation of
// the core two million times and prints how the heap grew, as one JSON line.

import { encodeFrame, FRAME_HEADER } from '#core/block/block-frame'
import { Geometry } from '#core/block/geometry'
import { BAD_CRC, DUPLICATE, Reassembler } from '#core/block/reassembler'
import { Bytes } from '#core/bytes/bytes'
import { cobsDecode, cobsEncode, cobsLength } from '#core/bytes/cobs'
import { parseEui64, writeEui64 } from '#core/eui64/eui64'
import { decodeContent, GbcsContent } from '#core/gbcs/content'
import { decodeMessage, GbcsMessage } from '#core/gbcs/message'
import { READ } from '#core/gbcs/misfits'
import { BLOCK_PERIOD_PRESENT, IEEE_PRESENT, IMAGE_BLOCK_REQUEST } from '#core/ota/codes'
import {
  BLOCK_RESPONSE_HEADER,
  DECODED,
  decodeOta,
  encodeBlockResponse,
  encodeOta,
  MAX_OTA_FRAME,
  OtaFrame,
} from '#core/ota/ota-frame'
import { ActivationTracker, RECORDED } from '#core/power/activation-tracker'
import { GuidList } from '#core/power/guid-list'
import { FORWARD_NO_ACTIVATION, SUPPRESSED } from '#core/power/suppression'
import { Random } from '#core/time/random'
import { TimerQueue } from '#core/time/timer-queue'
import { Stream } from '#emulators/campaign/draws'
import { EventEngine } from '#emulators/campaign/events'
import { DataFrames, dataFrameLength } from '#hil/protocol/data-frame'
import { crowd, RULES } from '../../bench/estate.ts'
import { gbcsMessages } from '../../bench/gbcs.ts'
import { weigh } from '../../bench/heap.ts'

const SIZE = 64
const COUNT = 1000
const CALLS = 2000
const IMAGE_ID = 7
/** Above 2^31: such numbers are the ones that the engine may box. */
const LARGE = 0xa1b2_c3d4

const image = Bytes.alloc(COUNT * SIZE)
new Random(1, 'heap-probe').fill(image.u8)
const STRIDE = FRAME_HEADER + SIZE
const wire = Bytes.alloc(COUNT * STRIDE)
for (let i = 0; i < COUNT; i++) {
  encodeFrame(wire, i * STRIDE, IMAGE_ID, i, image, i * SIZE, SIZE)
}
const reassembler = new Reassembler(
  new Geometry(image.length, SIZE),
  IMAGE_ID,
  Bytes.alloc(image.length),
)

function accept(): number {
  let code = 0
  for (let i = 0; i < COUNT; i++) code = reassembler.accept(wire, i * STRIDE, STRIDE)
  return code
}

function must(holds: boolean): void {
  if (!holds) throw new Error('the case does not do what its name says')
}

/** Every case does COUNT operations a call. */
const CASES: Record<string, () => () => void> = {
  /** Not a case of the core: what garbage looks like to the probe. */
  control: () => {
    let view = image.u8
    return () => {
      for (let i = 0; i < COUNT; i++) view = image.u8.subarray(i)
      must(view.length > 0)
    }
  },
  encodeFrame: () => () => {
    for (let i = 0; i < COUNT; i++) {
      encodeFrame(wire, i * STRIDE, IMAGE_ID, i, image, i * SIZE, SIZE)
    }
  },
  accept: () => () => {
    reassembler.map.restart()
    accept()
    must(reassembler.map.complete)
  },
  duplicate: () => {
    accept()
    return () => must(accept() === DUPLICATE)
  },
  badCrc: () => {
    for (let i = 0; i < COUNT; i++) wire.u8[i * STRIDE + STRIDE - 1]! ^= 1
    return () => must(accept() === BAD_CRC)
  },
  encodeBlockResponse: () => {
    const out = Bytes.alloc(MAX_OTA_FRAME)
    return () => {
      for (let i = 0; i < COUNT; i++) {
        encodeBlockResponse(out, 0, i & 255, 1, 2, LARGE, LARGE + i, image, i * SIZE, SIZE)
      }
    }
  },
  decodeBlockResponse: () => {
    const length = BLOCK_RESPONSE_HEADER + SIZE
    const frames = Bytes.alloc(COUNT * length)
    // Offsets on both sides of 2^31, so that the field holds either kind of number.
    for (let i = 0; i < COUNT; i++) {
      const offset = i & 1 ? LARGE + i : i
      encodeBlockResponse(frames, i * length, i & 255, 1, 2, LARGE, offset, image, i * SIZE, SIZE)
    }
    const f = new OtaFrame()
    return () => {
      for (let i = 0; i < COUNT; i++) must(decodeOta(frames, i * length, length, f) === DECODED)
      must(f.fileOffset === LARGE + COUNT - 1)
    }
  },
  blockRequest: () => {
    const out = Bytes.alloc(MAX_OTA_FRAME)
    const f = new OtaFrame()
    f.command = IMAGE_BLOCK_REQUEST
    f.fieldControl = IEEE_PRESENT | BLOCK_PERIOD_PRESENT
    f.fileVersion = LARGE
    f.ieeeLow = LARGE
    f.ieeeHigh = LARGE
    const g = new OtaFrame()
    return () => {
      for (let i = 0; i < COUNT; i++) {
        f.fileOffset = i & 1 ? LARGE + i : i
        const length = encodeOta(out, 0, f)
        must(decodeOta(out, 0, length, g) === DECODED && g.ieeeHigh === LARGE)
      }
    }
  },
  timers: () => {
    const queue = new TimerQueue(64)
    let now = 0
    return () => {
      for (let i = 0; i < COUNT; i++) {
        queue.arm(i & 63, now + ((i * 37) & 255))
        if (i & 1) queue.disarm((i * 7) & 63)
        else now = queue.dueOf(queue.first)
      }
    }
  },
  guidList: () => {
    const list = new GuidList(COUNT)
    for (let i = 1; i < COUNT; i += 2) list.add(LARGE, LARGE + i)
    return () => {
      let listed = 0
      for (let i = 0; i < COUNT; i++) if (list.has(LARGE, LARGE + i)) listed++
      must(listed === COUNT / 2)
      must(list.remove(LARGE, LARGE + 1) && list.add(LARGE, LARGE + 1) === 0)
    }
  },
  ad1Verdict: () => {
    const list = new GuidList(COUNT)
    const tracker = new ActivationTracker(list, 2 * COUNT)
    for (let i = 0; i < COUNT; i++) list.add(LARGE, LARGE + i)
    let calls = 0
    return () => {
      let after = 0
      let now = Date.UTC(2026, 0, 5) + COUNT * calls++
      for (let i = 0; i < COUNT; i++) {
        const hub = LARGE + (i & ~1)
        now++
        if (i & 1) must(tracker.judge(hub, 7, now) === SUPPRESSED)
        else must(tracker.activation(LARGE, LARGE + i, hub, 7, now, now) === RECORDED)
        after += tracker.after
      }
      must(after !== 0 && tracker.judge(7, 7, now) === FORWARD_NO_ACTIVATION)
    }
  },
  eui64: () => {
    const text = new Uint8Array(32)
    const halves = new Int32Array(2)
    return () => {
      for (let i = 0; i < COUNT; i++) {
        const end = writeEui64(text, 1, LARGE, LARGE + i)
        must(parseEui64(text, 1, end - 1, halves) && halves[1] === ((LARGE + i) | 0))
      }
    }
  },
  cobs: () => {
    const out = Bytes.alloc(cobsLength(SIZE))
    const back = Bytes.alloc(SIZE)
    return () => {
      for (let i = 0; i < COUNT; i++) {
        const length = cobsEncode(out, 0, image, i * SIZE, SIZE)
        must(cobsDecode(back, 0, out, 0, length) === SIZE)
      }
    }
  },
  dataFrame: () => {
    const frames = new DataFrames(SIZE)
    const out = Bytes.alloc(dataFrameLength(SIZE))
    return () => {
      for (let i = 0; i < COUNT; i++) {
        must(frames.encode(out, 0, 9999, i, image, i * SIZE, SIZE, (i & 1) !== 0, i === 0) > SIZE)
      }
    }
  },
  /** About COUNT attempts at blocks, losses and waits among them. */
  estateEvents: () => {
    const { roster, out } = crowd(8, COUNT / 8)
    const engine = new EventEngine(RULES, new Stream(1, 'heap-probe'), 1, 8)
    return () => must(engine.play(roster, out) >= COUNT)
  },
  /** Envelope and content, of all layouts. */
  decodeGbcs: () => {
    const { octets, at, lengths, count } = gbcsMessages()
    const message = new GbcsMessage()
    const content = new GbcsContent()
    return () => {
      for (let i = 0; i < COUNT; i++) {
        const from = at[i % count]!
        must(decodeMessage(octets, from, lengths[i % count]!, message) === READ)
        must(decodeContent(octets, message, content) === READ)
      }
    }
  },
  random: () => {
    const random = new Random(1, 'heap-probe')
    let sum = 0
    return () => {
      for (let i = 0; i < COUNT; i++) sum ^= random.bits()
      must(Number.isInteger(sum))
    }
  },
}

const name = process.argv[2] ?? ''
const made = CASES[name]
if (!made) throw new RangeError(`no case is called ${name}`)
process.stdout.write(`${JSON.stringify(weigh(made(), CALLS))}\n`)
