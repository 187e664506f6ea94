// A whole scenario's capture, by Wireshark's dissectors: every frame that a device or the hub sent is there, at its
// virtual time, as the right command with the right offset and size; nothing malformed; a comment where a fault was.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { IMAGE_BLOCK_RESPONSE, OTA_CLUSTER, SUCCESS, ZSE_PROFILE } from '#core/ota/codes'
import { DECODED, decodeOta, OtaFrame } from '#core/ota/ota-frame'
import { Capture, DEVICE_ANNCE } from '#emulators/capture/capture'
import { TrustAnchor } from '#emulators/crypto/crypto'
import { testPublicKey } from '#emulators/crypto/test-key'
import { CLUSTER_HEADER, clusterOf } from '#emulators/link/han'
import type { Tap } from '#emulators/link/tap'
import { loadCargo } from '#emulators/play/images'
import { Run } from '#emulators/play/play'
import { readScenario } from '#emulators/scenario/read/read'
import { MemoryDisk } from '#emulators/storage/disk'
import { ROOT } from '../../helpers/hanrig.ts'
import { dissect } from '../../helpers/tshark.ts'

interface Sent {
  readonly time: number
  readonly cluster: number
  readonly fault: string
  readonly sequence: number
  readonly frame: OtaFrame | undefined
}

/** A capture that also notes what it was told, decoded by hanrig itself. */
class Noting extends Capture {
  readonly sent: Sent[] = []
  readonly #now: () => number

  constructor(clock: { readonly now: number }, start: number, write: (chunk: Uint8Array) => void) {
    super(clock, start, write, 'hanrig test')
    this.#now = () => start + clock.now
  }

  override tap(from: number, to: number): Tap {
    const inner = super.tap(from, to)
    return {
      frame: (src, at, length, fault) => {
        const cluster = clusterOf(src, at)
        const zcl = new Bytes(src.u8.slice(at + CLUSTER_HEADER, at + length))
        const frame = new OtaFrame()
        const isOta = cluster === OTA_CLUSTER && decodeOta(zcl, 0, zcl.length, frame) === DECODED
        const sequence = zcl.u8[1]!
        const told = { time: this.#now(), cluster, fault, sequence }
        this.sent.push({ ...told, frame: isOta ? frame : undefined })
        inner.frame(src, at, length, fault)
      },
    }
  }
}

const FIELDS = ['status', 'fileOffset', 'dataSize', 'imageSize', 'maxDataSize'] as const
const OF_BLOCKS: readonly string[] = ['status', 'fileOffset', 'dataSize']

function isBlock({ command, status }: OtaFrame): boolean {
  return command === IMAGE_BLOCK_RESPONSE && status === SUCCESS
}

for (const name of ['page-mode', 'ihd-home-server', 'ppmid-fleet', 'wrong-devices']) {
  t.test(`${name}: every frame is dissected as what was sent`, async t => {
    const file = join(ROOT, 'scenarios', `${name}.yaml`)
    const read = readScenario(readFileSync(file, 'utf8'), file)
    // Images of a few thousand octets, so that Wireshark has thousands of frames to look at, not a million.
    const images = Object.fromEntries(
      Object.entries(read.images).map(([key, image]) => [key, { ...image, size: 6_000 }]),
    ) as typeof read.images
    const scenario = { ...read, images }
    const cargo = loadCargo(scenario, () => {
      throw new Error('no file is needed')
    })
    const anchor = TrustAnchor.ofPoint(testPublicKey())
    const run = new Run({ scenario, cargo, anchor, disk: new MemoryDisk() }, () => {})
    const chunks: Uint8Array[] = []
    const capture = new Noting(run.premises.clock, scenario.start, chunk => chunks.push(chunk))
    run.captureWith(capture)
    run.begin()
    run.finish()
    const pcap = join(t.testdir({}), 'han.pcapng')
    writeFileSync(pcap, Buffer.concat(chunks))

    const all = await dissect(pcap)
    t.same(
      all.filter(packet => !packet.fcsOk || packet.problems.length > 0),
      [],
      'no FCS is wrong and nothing is malformed',
    )
    const found = all.filter(packet => packet.cluster !== DEVICE_ANNCE && !packet.isPart)
    t.equal(found.length, capture.sent.length, 'as many frames as were sent')
    let ota = 0
    const wrong: unknown[] = []
    for (const [i, { time, cluster, fault, sequence, frame }] of capture.sent.entries()) {
      const packet = found[i]!
      const { fields } = packet
      const is = [packet.time, packet.cluster, packet.profile, packet.comment, packet.sequence]
      const was = [time, cluster, ZSE_PROFILE, fault, sequence]
      if (frame) {
        ota++
        is.push(packet.command!, Number(packet.fromServer))
        was.push(frame.command, Number(frame.fromServer))
        for (const field of FIELDS) {
          // A response with data must show where they belong; other frames show the fields that they have.
          const has = fields[field] !== undefined || (isBlock(frame) && OF_BLOCKS.includes(field))
          is.push(fields[field] ?? -1)
          was.push(has ? frame[field] : -1)
        }
      }
      if (is.join() !== was.join()) wrong.push({ packet: packet.number, is, was })
    }
    t.same(wrong, [], 'every packet shows what was sent')
    t.ok(ota > 100, `${ota} frames of the OTA cluster`)
    t.ok(
      capture.sent.some(({ fault }) => fault !== ''),
      'faults were injected, and commented on',
    )
  })
}
