// What zigbee-herdsman, in two versions, makes of devices that are wrong on purpose: whether the update ends well, what it
// says if not, and that the device never runs anything but the image. One row of the table a device.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Bytes } from '#core/bytes/bytes'
import { buildStandardImage } from '#core/image/build'
import type { WrongKind, WrongRule } from '#emulators/link/wrong'
import { NO_CONFIRM, USUAL_NETWORK } from '#hil/stick/front'
import {
  gbImage,
  HERDSMEN,
  type Herdsman,
  imageFile,
  joinAll,
  Rig,
  type RigOptions,
  sha256,
} from '../../helpers/hosts/rig.ts'

// Most of a test's time is waiting: for a network to form, for turnarounds of 5 ms, for time-outs.
t.jobs = 3

const IMAGE = gbImage(6_000)
const VERSION = 0x0102_0304
const VERSIONS = Object.keys(HERDSMEN) as Herdsman[]
/** A network that is there already saves each start some seconds. */
const FORMED = { formed: USUAL_NETWORK }
const ALWAYS = Number.POSITIVE_INFINITY

type DeviceRule = WrongRule & { readonly what: Extract<WrongKind, string> }

function rule(what: DeviceRule['what'], other: Partial<WrongRule> = {}): RigOptions {
  const all = { what, chance: 1, after: 0, times: ALWAYS, for: ALWAYS, ...other }
  return { wrong: [all] as RigOptions['wrong'] & {} }
}

const end = (status: number): RigOptions => rule('ends-with', { status })

/** Of each wrong device: what it is, and what the host says in the end; 'ok' for a good update. */
const TABLE: readonly (readonly [what: string, device: RigOptions, said: RegExp])[] = [
  [
    'answers blocks with MALFORMED_COMMAND',
    rule('answers-malformed', { after: 10, times: 3 }),
    /^ok$/,
  ],
  ['puts its address into block requests', rule('with-address'), /^ok$/],
  ['says so and leaves the octets out', rule('with-address-bit', { after: 10, times: 2 }), /^ok$/],
  ['puts a block period into them', rule('with-period'), /^ok$/],
  ['says so and leaves those octets out', rule('with-period-bit'), /^ok$/],
  ['asks without a hardware version', rule('no-hardware'), /^ok$/],
  ['reports version 0', rule('reports-zero'), /^ok$/],
  ['reports the low octet of its version', rule('reports-low-octet'), /^ok$/],
  ['reports the version of before', rule('reports-first'), /^ok$/],
  ['reads the upgrade time by its own clock', { values: { trustsOwnClock: 1 } }, /^ok$/],
  ['has another hardware version in the basic cluster', { values: { basicHardware: 7 } }, /^ok$/],
  [
    'insists on 48 octets, fewer than the host’s 50',
    { values: { insistsOnSize: 1, maxDataSize: 48 } },
    /^ok$/,
  ],
  [
    'insists on 64 octets and gets 50',
    { values: { insistsOnSize: 1, maxDataSize: 64, maxTries: 3 } },
    /did not start\/finish/,
  ],
  ['ends with TIMEOUT', end(0x94), /reason: TIMEOUT/],
  ['ends with ABORT', end(0x95), /reason: ABORT/],
  ['ends with REQUIRE_MORE_IMAGE', end(0x99), /reason: REQUIRE_MORE_IMAGE/],
  ['ends with INVALID_VALUE', end(0x87), /reason: INVALID_VALUE/],
  ['ends with 0x05, which is no status', end(0x05), /reason: undefined/],
]

for (const version of VERSIONS) {
  const { turnaround } = HERDSMEN[version]
  for (const [what, device, said] of TABLE) {
    t.test(`${version}: a device that ${what}`, async t => {
      const directory = t.testdir({})
      const values = { turnaround, maxDataSize: 50, maxTries: 200, ...device.values }
      const rig = await Rig.open({ ...device, values, settings: FORMED })
      t.teardown(() => rig.close())
      const { host } = await rig.host(version, directory)
      const [ieee] = await joinAll(rig, host)
      const url = imageFile(directory, IMAGE)
      const result = await host.do('update', { ieee, url, requestTimeout: 5_000 }).then(
        () => 'ok',
        (error: Error) => error.message,
      )
      t.match(result, said)
      const { firmware } = rig.device
      const isGood = result === 'ok'
      t.equal(firmware.fileVersion, isGood ? VERSION : 1)
      if (isGood) t.equal(firmware.rebuilt, sha256(IMAGE))
      for (const { what, times } of rig.home.wrongsOf('esme')) t.ok(times > 0, `${what} ${times}`)
    })
  }

  t.test(`${version}: a data confirm that never comes`, async t => {
    const directory = t.testdir({})
    const values = { turnaround, maxDataSize: 200, answerTimeout: 4_000 }
    const settings = { ...FORMED, confirms: new Map([[30, NO_CONFIRM]]) }
    const rig = await Rig.open({ values, settings })
    t.teardown(() => rig.close())
    const { host } = await rig.host(version, directory)
    const [ieee] = await joinAll(rig, host)
    const url = imageFile(directory, IMAGE)
    await host.do('update', { ieee, url, baseSize: 200, requestTimeout: 60_000 })
    t.equal(rig.device.firmware.rebuilt, sha256(IMAGE), 'after 10 s of waiting it serves on')
    t.match(rig.all('confirm-withheld'), [{ number: 30 }])
    t.ok(rig.device.client.retries > 0, 'deaf meanwhile')
  })

  t.test(`${version}: one type and version, two hardware ranges, a device of each`, async t => {
    const directory = t.testdir({})
    const [low, high] = [imageFor(0x1100, 0x11ff, 1), imageFor(0x2200, 0x22ff, 2)]
    const values = { turnaround, maxDataSize: 200 }
    const each = [{ hardwareVersion: 0x1111 }, { hardwareVersion: 0x2222 }]
    const rig = await Rig.open({ devices: 2, values, each, image: low, settings: FORMED })
    t.teardown(() => rig.close())
    const { host } = await rig.host(version, directory)
    await joinAll(rig, host, 2)
    const url = join(directory, 'index.json')
    const entries = [low, high].map((image, i) => ({
      url: imageFile(directory, image, `${i}.ota`),
      ...{ fileName: `${i}.ota`, fileSize: image.length, fileVersion: FIELDS.fileVersion },
      ...{ manufacturerCode: FIELDS.manufacturerCode, imageType: FIELDS.imageType },
      ...{ hardwareVersionMin: [0x1100, 0x2200][i], hardwareVersionMax: [0x11ff, 0x22ff][i] },
    }))
    writeFileSync(url, JSON.stringify(entries))
    for (const [i, { node, image }] of [low, high]
      .map((image, i) => ({ node: rig.home.nodes[i]!, image }))
      .entries()) {
      const ieee = `0x${node.device.setup.id.replaceAll('-', '').toLowerCase()}`
      await host.do('update', { ieee, url, baseSize: 200 })
      t.equal(node.device.firmware.rebuilt, sha256(image), `device ${i}`)
    }
  })
}

const FIELDS = { manufacturerCode: 0x1246, imageType: 0x0330, fileVersion: 0x0152 }

function imageFor(min: number, max: number, fill: number): Bytes {
  const fields = { ...FIELDS, stackVersion: 2, headerString: 'for some', hardware: { min, max } }
  return buildStandardImage(fields, [{ tag: 0, data: new Uint8Array(3_000).fill(fill) }])
}
