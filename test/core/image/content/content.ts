// What a file is by its octets, and what passes for it by its first ones only.

import { deflateRawSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { crc32 } from '#core/bytes/crc32'
import { findContent } from '#core/image/content/content'
import { seeded } from '../../../helpers/octets.ts'

const bytes = (...parts: (Uint8Array | string)[]) =>
  new Bytes(
    new Uint8Array(
      Buffer.concat(
        parts.map(part => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
      ),
    ),
  )
const found = (...parts: (Uint8Array | string)[]): string | undefined => {
  const content = findContent(bytes(...parts))
  return content && `${content.standing} ${content.code}`
}
const octets = (...of: number[]) => Uint8Array.from(of)

t.test('what is no firmware has a name', async t => {
  const base64 = Buffer.from(seeded(300)).toString('base64')
  const rows: [string, (Uint8Array | string)[]][] = [
    ['html', ['<!DOCTYPE html><html><title>404 Not Found</title></html>']],
    ['html', ['\xef\xbb\xbf\r\n <HTML lang="en">']],
    ['html', ['<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>']],
    [
      'git-lfs-pointer',
      [`version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 203334\n`],
    ],
    ['pem', ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n']],
    ['pem', ['a key of ours\n-----BEGIN EC PRIVATE KEY-----\n']],
    ['base64', [base64]],
    ['base64', [base64.replace(/.{64}/g, '$&\r\n')]],
    ['utf-16', [octets(0xff, 0xfe), Buffer.from(':00000001FF\r\n', 'utf16le')]],
    ['utf-16', [octets(0xfe, 0xff), Buffer.from(':00000001FF\r\n', 'utf16le').swap16()]],
    ['utf-16', [Buffer.from(':00000001FF\r\n', 'utf16le')]],
    ['ota-swapped', [octets(0x0b, 0xee, 0xf1, 0x1e), seeded(90)]],
    ['ota-swapped', [octets(0xf1, 0x1e, 0x0b, 0xee), seeded(90)]],
    ['zip', ['PK\x03\x04', deflateRawSync(seeded(90))]],
    ['zip', ['PK\x05\x06', new Uint8Array(18)]],
    ['gzip', [gzipSync(seeded(90))]],
    ['xz', ['\xfd7zXZ\0', seeded(90)]],
    ['zstd', [octets(0x28, 0xb5, 0x2f, 0xfd), seeded(90)]],
    ['bzip2', ['BZh9', octets(0x31, 0x41, 0x59, 0x26, 0x53, 0x59)]],
    ['7z', [octets(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), seeded(90)]],
    ['tar', ['fw.bin', new Uint8Array(251), 'ustar\0', new Uint8Array(249)]],
  ]
  for (const [code, parts] of rows) t.equal(found(...parts), `no-firmware ${code}`, code)
})

t.test('programs are to be taken apart', async t => {
  const elf = octets(0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0)
  t.equal(found(elf, seeded(90)), 'to-take-apart elf')
  const others = [
    [2, 2, 1, 'to-take-apart elf'],
    [3, 1, 1, undefined],
    [1, 0, 1, undefined],
    [1, 3, 1, undefined],
    [1, 1, 2, undefined],
  ] as const
  for (const [bits, order, version, is] of others) {
    t.equal(found('\x7fELF', octets(bits, order, version, 0)), is, `${bits} ${order} ${version}`)
  }
  t.equal(found('\x7fELF and so on'), undefined, 'a text with the magic')
  const pe = Buffer.alloc(200)
  pe.write('MZ', 0, 'latin1')
  pe.writeUInt32LE(128, 0x3c)
  pe.write('PE\0\0', 128, 'latin1')
  t.equal(found(pe), 'to-take-apart pe')
  pe.writeUInt32LE(129, 0x3c)
  t.equal(found(pe), undefined, 'MZ alone')
  pe.writeUInt32LE(0xffff_fff0, 0x3c)
  t.equal(found(pe), undefined)
  t.equal(found('MZ'), undefined)
})

t.test('what a family of loaders takes is named', async t => {
  t.equal(found(octets(0xeb, 0x17, 0xa6, 0x03, 8, 0, 0, 0), seeded(20)), 'for-a-loader gbl')
  t.equal(found(octets(0, 0, 0, 0x8c, 2, 1, 0xe3, 0x50), seeded(20)), 'for-a-loader ebl')
  t.equal(found(octets(0x3d, 0xb8, 0xf3, 0x96), seeded(60)), 'for-a-loader mcuboot')
  t.equal(found('DfuSe\x01', seeded(60)), 'for-a-loader dfuse')

  const uf2 = Buffer.alloc(512)
  uf2.writeUInt32LE(0x0a324655, 0)
  uf2.writeUInt32LE(0x9e5d5157, 4)
  t.equal(found(uf2), undefined, 'without its last word')
  uf2.writeUInt32LE(0x0ab16f30, 508)
  t.equal(found(uf2, uf2), 'for-a-loader uf2')
})

t.test('a DFU suffix is one by its CRC', async t => {
  const file = bytes(
    seeded(100),
    octets(0, 1, 2, 3, 4, 5, 0x00, 0x01),
    'UFD\x10',
    new Uint8Array(4),
  )
  t.equal(found(file.u8), undefined)
  file.dv.setInt32(file.length - 4, ~crc32(file, 0, file.length - 4), true)
  t.equal(found(file.u8), 'for-a-loader dfu')
  file.u8[50]! ^= 1
  t.equal(found(file.u8), undefined)
})

t.test('an Espressif image is one by its segments', async t => {
  const esp = (header: number, ...lengths: number[]) => {
    const segments = lengths.map(length => {
      const segment = Buffer.alloc(8 + length)
      segment.writeUInt32LE(length, 4)
      return segment
    })
    return Buffer.concat([
      octets(0xe9, lengths.length),
      new Uint8Array(header - 2).fill(1),
      ...segments,
      new Uint8Array(16),
    ])
  }
  t.equal(found(esp(24, 40, 8)), 'for-a-loader esp')
  t.equal(found(esp(8, 40, 8)), 'for-a-loader esp')
  t.equal(found(esp(24, 40, 8).subarray(0, 60)), undefined, 'cut off')
  t.equal(found(octets(0xe9, 0), seeded(60)), undefined)
  t.equal(found(octets(0xe9, 17), seeded(60)), undefined)
})

t.test('nothing is made of other octets and texts', async t => {
  const rows = [
    [seeded(5_000)],
    ['firmware '.repeat(100)],
    ['x'.repeat(750_001)],
    ['abcd'.repeat(100), 'no variety'],
    [Buffer.from(seeded(300)).toString('hex')],
    [Buffer.from(seeded(300)).toString('base64').slice(1)],
    [`${Buffer.from(seeded(301)).toString('base64')}AAAA`],
    [`${Buffer.from(seeded(302)).toString('base64')}AAAA`],
    [new Uint8Array(400)],
    [new Uint8Array(400).fill(0xff)],
    ['PK'],
    [octets(0xff, 0xfe)],
    [octets(0xff, 0xfe), seeded(80)],
    [octets(0, 0, 0, 0x8c, 0xe3, 0x50)],
    [''],
  ]
  for (const row of rows) t.equal(found(row[0]!), undefined)
})
