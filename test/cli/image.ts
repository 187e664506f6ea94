// `hanrig image` as others script against it.

import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { hanrig, hanrigAll, jsonLines } from '../helpers/hanrig.ts'

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')

t.test('check is the gate: exit 0 at the limit, 5 one octet above it', async t => {
  const dir = t.testdir({})
  const check = (size: number, ...args: string[]) => {
    const path = join(dir, `${size}.ota`)
    writeFileSync(path, gbFixture({ size }).u8)
    return hanrig('image', 'check', path, ...args).exit
  }
  t.equal(check(750_000), 0)
  t.equal(check(750_001), 5)
  t.equal(check(768_000, '--kb', '1024'), 0)
  t.equal(check(768_001, '--kb', '1024'), 5)
  t.equal(check(750_060, '--measure', 'upgrade-image'), 0)
  t.equal(check(750_126, '--measure', 'manufacturer-image'), 0)
  t.equal(check(750_127, '--measure', 'manufacturer-image'), 5)
})

t.test('check says what the size means, for people and for programs', async t => {
  const path = join(t.testdir({}), 'fw.ota')
  writeFileSync(path, gbFixture({ size: 760_000 }).u8)
  const { stdout } = hanrig('image', 'check', path)
  t.match(stdout, 'kB = 1000     large: 10,000 B above 750,000 B')
  t.match(stdout, 'kB = 1024     not large: 8,000 B below or at 768,000 B')
  t.match(stdout, 'HAN 50        15,200 blocks of 50 B')
  t.match(stdout, 'more than 500 a day need a schedule')
  const [facts] = jsonLines(hanrig('image', 'check', path, '--json').stdout)
  t.match(facts, {
    name: 'check',
    kind: 'gb-signed',
    measured: 760_000,
    large: true,
    largeAt1000: true,
    largeAt1024: false,
    scheduleNeeded: true,
  })
})

t.test('check takes any file and names an unknown format', async t => {
  const dir = t.testdir({ 'a.bin': 'abc', 'big.bin': 'x'.repeat(750_001) })
  const small = hanrig('image', 'check', join(dir, 'a.bin'))
  t.equal(small.exit, 0)
  t.match(small.stdout, 'unknown format, carried as raw octets')
  t.equal(hanrig('image', 'check', join(dir, 'big.bin')).exit, 5)
})

t.test('inspect shows the pieces and their hashes', async t => {
  const path = join(t.testdir({}), 'fw.ota')
  const file = gbFixture({ size: 1_000 }).u8
  writeFileSync(path, file)
  const { stdout, exit } = hanrig('image', 'inspect', path)
  t.equal(exit, 0)
  t.match(stdout, sha256(file))
  t.match(stdout, sha256(file.subarray(60, 934)))
  t.match(stdout, 'signature of 64 B at 936')
  const [facts] = jsonLines(hanrig('image', 'inspect', path, '--json').stdout)
  t.match(facts, {
    kind: 'gb-signed',
    header: {
      manufacturerCode: 0x121d,
      totalSize: 1_000,
      headerString: 'hanrig fixture ESME image',
    },
    hashed: { at: 60, length: 874, sha256: sha256(file.subarray(60, 934)) },
  })
})

t.test('build signs so that anyone can verify, and the same way every time', async t => {
  const dir = t.testdir({ 'fw.bin': 'firmware '.repeat(100) })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const pem = join(dir, 'key.pem')
  writeFileSync(pem, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const build = (name: string) => {
    const out = join(dir, name)
    const { exit } = hanrig(
      ...['image', 'build', join(dir, 'fw.bin'), '--out', out, '--sign', pem],
      ...['--file-version', '0x09030A07', '--manufacturer', '0x1234', '--force-replace'],
    )
    t.equal(exit, 0)
    return readFileSync(out)
  }
  const file = build('one.ota')
  t.same(build('two.ota'), file)
  t.equal(file.readUInt32LE(14), 0x09030a07)
  t.equal(file[file.length - 66], 1)
  const body = file.subarray(60, -66)
  t.same(body, readFileSync(join(dir, 'fw.bin')))
  const key = { key: createPublicKey(privateKey), dsaEncoding: 'ieee-p1363' as const }
  t.ok(verify('sha256', body, key, file.subarray(-64)))
  const run = hanrig('run', '--image', join(dir, 'one.ota'), '--trust', pem, '--json')
  t.match(jsonLines(run.stdout).at(-1), { ok: true, finding: 'signature is right' })
})

t.test('build makes standard and unsigned files that inspect recognises', async t => {
  const dir = t.testdir({ 'fw.srec': 'S107000001020304EE\nS9030000FC\n' })
  for (const kind of ['standard', 'gb-unsigned']) {
    const out = join(dir, `${kind}.ota`)
    t.equal(hanrig('image', 'build', join(dir, 'fw.srec'), '--out', out, '--kind', kind).exit, 0)
    t.match(jsonLines(hanrig('image', 'inspect', out, '--json').stdout)[0], { kind })
    t.ok(readFileSync(out).includes(Buffer.of(1, 2, 3, 4)))
  }
})

t.test('split and join give the identical file, whatever the names and the order', async t => {
  for (const [size, partSize] of [
    [1, 1],
    [10_000, 977],
    [1_200_000, undefined],
    [750_000, 65_536],
  ] as const) {
    const dir = t.testdir({})
    const path = join(dir, 'fw.bin')
    const data = gbFixture({ size: Math.max(size, 127) }).u8.subarray(0, size)
    writeFileSync(path, data)
    const parts = join(dir, 'parts')
    const more = partSize === undefined ? [] : ['--part-size', String(partSize)]
    t.equal(hanrig('image', 'split', path, '--out', parts, ...more).exit, 0)
    const names = readdirSync(parts)
    t.equal(names.length, Math.ceil(size / (partSize ?? 749_936)))
    const shuffled = join(dir, 'shuffled')
    mkdirSync(shuffled)
    for (const [i, name] of names.entries()) {
      copyFileSync(join(parts, name), join(shuffled, `${(i * 7919 + 13) % 10_007}.x`))
    }
    const out = join(dir, 'joined.bin')
    const joined = hanrig('image', 'join', shuffled, '--out', out)
    t.equal(joined.exit, 0, joined.stderr)
    t.same(readFileSync(out), Buffer.from(data))
  }
})

t.test('join refuses what would not be the file, and writes nothing then', async t => {
  const dir = t.testdir({ 'fw.bin': 'firmware '.repeat(1_000), 'other.bin': 'x'.repeat(3_000) })
  const parts = join(dir, 'parts')
  const out = join(dir, 'out.bin')
  const split = (file: string, to: string) =>
    hanrig('image', 'split', join(dir, file), '--out', to, '--part-size', '1000')
  const join1 = () => hanrig('image', 'join', parts, '--out', out, '--json')
  const refused = (code: string) => {
    const { exit, stdout, stderr } = join1()
    t.equal(exit, 2)
    t.match(jsonLines(stdout)[0], { name: 'error', code })
    t.match(stderr, 'hint: ')
    t.notOk(readdirSync(dir).some(name => name.includes('out.bin')))
  }
  split('fw.bin', parts)
  const names = readdirSync(parts).sort()
  const third = readFileSync(join(parts, names[2]!))

  rmSync(join(parts, names[2]!))
  refused('HANRIG_PART_MISSING')
  const bad = Buffer.from(third)
  bad[100]! ^= 1
  writeFileSync(join(parts, names[2]!), bad)
  refused('HANRIG_PART_DAMAGED')
  writeFileSync(join(parts, names[2]!), third)
  split('other.bin', join(dir, 'others'))
  copyFileSync(join(dir, 'others', readdirSync(join(dir, 'others'))[0]!), join(parts, 'stranger'))
  refused('HANRIG_PART_MIXED')
  t.match(
    jsonLines(hanrig('image', 'split', join(dir, 'fw.bin'), '--out', parts, '--json').stdout)[0],
    {
      code: 'HANRIG_PART_MIXED',
    },
  )
  rmSync(join(parts, 'stranger'))
  writeFileSync(join(parts, 'README'), 'a bystander')
  const { exit, stderr } = join1()
  t.equal(exit, 0)
  t.match(stderr, 'ignored: README')
  t.same(readFileSync(out), readFileSync(join(dir, 'fw.bin')))
})

t.test('unwrap takes an OTA file out of a container and cuts what comes after it', async t => {
  const dir = t.testdir({ 'page.ota': '<!DOCTYPE html><title>404</title>' })
  const ota = gbFixture({ size: 2_000 }).u8
  const container = join(dir, 'fw.ota.signed')
  writeFileSync(
    container,
    Buffer.concat([Buffer.from('NGIS'), Buffer.alloc(60), ota, Buffer.alloc(99)]),
  )
  const out = join(dir, 'fw.ota')
  const refused = hanrig('image', 'inspect', container)
  t.equal(refused.exit, 2)
  t.match(refused.stderr, /^error HANRIG_IMAGE_WRAPPED: A ZigBee OTA file begins at octet 64/m)
  t.match(refused.stderr, /hint: Add --unwrap/)
  const { exit, stdout } = hanrig('image', 'unwrap', container, '--out', out)
  t.equal(exit, 0)
  t.equal(stdout, `${out}: 2,000 B from octet 64 on; 64 B before and 99 B after it left out\n`)
  t.equal(Buffer.compare(readFileSync(out), ota), 0)
  const [json] = jsonLines(hanrig('image', 'unwrap', container, '--out', out, '--json').stdout)
  t.match(json, {
    name: 'unwrapped',
    at: 64,
    after: 99,
    format: 'ota',
    kind: 'gb-signed',
    notes: [],
  })
  const [asIs] = jsonLines(hanrig('image', 'inspect', container, '--unwrap', '--json').stdout)
  t.match(asIs, { size: 2_000, notes: [{ code: 'unwrapped', at: 64 }] })
  const scenario = ['name: container', 'generation: smets2', 'images:']
    .concat('  fw: { file: fw.ota.signed, for: esme, unwrap: yes, strict: yes }')
    .concat('devices: { a: { profile: esme } }', 'steps:', '  - distribute: fw', '')
  writeFileSync(join(dir, 'case.yaml'), scenario.join('\n'))
  const run = hanrig('run', join(dir, 'case.yaml'))
  t.equal(run.exit, 0, run.stderr)
  t.match(run.stdout, '2,000 B')
  const none = hanrig('image', 'unwrap', join(dir, 'page.ota'), '--out', join(dir, 'no.ota'))
  t.match(none.stderr, 'HANRIG_IMAGE_NO_OTA_INSIDE')
  t.notOk(readdirSync(dir).includes('no.ota'))
})

t.test('what is no firmware is refused by every command alike', async t => {
  const lfs = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 4096\n`
  const dir = t.testdir({
    'a.ota': lfs,
    'b.bin': lfs,
    'case.yaml': [
      ...['name: pointer', 'generation: smets2', 'images:', '  fw: { file: a.ota, for: esme }'],
      ...['devices:', '  a: { profile: esme }', 'steps:', '  - distribute: fw', ''],
    ].join('\n'),
  })
  const commands = ['a.ota', 'b.bin'].flatMap(name => {
    const path = join(dir, name)
    return [
      ['image', 'inspect', path],
      ['image', 'check', path],
      ['image', 'build', path, '--out', join(dir, 'x.ota'), '--kind', 'gb-unsigned'],
      ['run', '--image', path],
      ['flash', path, '-p', 'virtual:wasm'],
      ['stick', '--image', path],
    ]
  })
  for (const [i, { exit, stderr }] of hanrigAll([
    ...commands,
    ['run', join(dir, 'case.yaml')],
  ]).entries()) {
    t.equal(exit, 2, `${commands[i] ?? 'a scenario'}`)
    t.match(stderr, /^error HANRIG_IMAGE_NOT_FIRMWARE: The file is a Git LFS pointer: /m)
  }
})

t.test('a range takes one area of a file whose records lie far apart', async t => {
  const words = ':020000040030CA\n:020000000102FB\n'
  const path = join(
    t.testdir({ 'pic.hex': `:0400000001020304F2\n${words}:00000001FF\n` }),
    'pic.hex',
  )
  const refused = hanrig('image', 'check', path)
  t.equal(refused.exit, 2)
  t.match(refused.stderr, /a gap 0x00000004\.\.0x002fffff \(3145724 B\)/)
  t.match(refused.stderr, /hint: Take one area with --range/)
  const taken = hanrig('image', 'check', path, '--range', '0..0xffff')
  t.equal(taken.exit, 0)
  t.match(taken.stdout, /^note +Octets outside 0x00000000\.\.0x0000ffff are left out/m)
  for (const wrong of ['5', '9..8', '0..0x100000000', 'a..b', '0..1..2']) {
    t.equal(hanrig('image', 'check', path, '--range', wrong).exit, 2, wrong)
  }
})
