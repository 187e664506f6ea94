// What may go to a device: every way in which an image can be another device's, and versions.

import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import type { OtaHeader } from '#core/image/header'
import { readHeader, writeHeader } from '#core/image/header'
import { type Allowed, checkUpdate, type Query } from '#hil/host/policy'

const DEVICE = '00-15-8D-00-01-02-03-04'
const NOTHING: Allowed = { downgrade: false, reinstall: false }
const QUERY: Query = {
  manufacturerCode: 0x121d,
  imageType: 3,
  fileVersion: 0x0100_0000,
  hardwareVersion: 0x1111,
}

function header(change: Partial<OtaHeader> = {}): OtaHeader {
  const file = Bytes.alloc(61)
  const fields = {
    manufacturerCode: 0x121d,
    imageType: 3,
    fileVersion: 0x0100_0001,
    stackVersion: 2,
    headerString: '',
    hardware: { min: 0x1111, max: 0x1211 },
  }
  writeHeader(file, fields, 1)
  return { ...readHeader(file), ...change }
}

function verdict(image: Partial<OtaHeader>, query: Partial<Query> = {}, allowed = NOTHING): string {
  try {
    const goes = checkUpdate(DEVICE, header(image), { ...QUERY, ...query }, allowed)
    return goes ? 'ok' : 'already'
  } catch (error) {
    return (error as { code: string }).code.replace('HANRIG_UPDATE_', '')
  }
}

t.test('what is the device’s own and newer may go', async t => {
  t.equal(verdict({}), 'ok')
  t.equal(verdict({ manufacturerCode: 0xffff, imageType: 0xffff }), 'ok', 'wildcards')
  t.equal(verdict({ destination: '00158d0001020304' }), 'ok')
  t.equal(verdict({}, { hardwareVersion: undefined }), 'ok', 'a device that tells no hardware')
  t.equal(verdict({ minHardware: undefined, maxHardware: undefined }), 'ok')
  t.equal(verdict({}, { hardwareVersion: 0x1211 }), 'ok', 'the range has both ends')
})

t.test('another device’s image goes nowhere, whatever is allowed', async t => {
  const all = { downgrade: true, reinstall: true }
  for (const [image, query] of [
    [{ manufacturerCode: 0x121e }, {}],
    [{ imageType: 4 }, {}],
    [{ destination: '00158d0001020305' }, {}],
    [{}, { hardwareVersion: 0x1110 }],
    [{}, { hardwareVersion: 0x1212 }],
  ] as const) {
    t.equal(verdict(image, query, all), 'WRONG_DEVICE')
  }
})

t.test('versions are compared as numbers of 32 bits', async t => {
  const version = fc.integer({ min: 0, max: 0xffff_fffe })
  fc.assert(
    fc.property(
      version,
      version,
      fc.boolean(),
      fc.boolean(),
      (image, runs, downgrade, reinstall) => {
        const said = verdict(
          { fileVersion: image },
          { fileVersion: runs },
          { downgrade, reinstall },
        )
        if (image > runs) return said === 'ok'
        if (image === runs) return said === (reinstall ? 'ok' : 'already')
        return said === (downgrade ? 'ok' : 'DOWNGRADE')
      },
    ),
  )
  t.equal(verdict({ fileVersion: QUERY.fileVersion }), 'already')
})
