// `hanrig gbcs` and `hanrig trust` as others script against them.

import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ESME, messageOf, SUPPLIER, TEXTS } from '../helpers/gbcs-parties.ts'
import { hanrig, hanrigAll, jsonLines } from '../helpers/hanrig.ts'
import { toHex } from '../helpers/octets.ts'

const COMMAND = toHex(messageOf(TEXTS['CS06 later']!))

t.test('decode shows a message as a tree, with what is known of its protection', async t => {
  const [unknown, known, upper] = hanrigAll([
    ['gbcs', 'decode', COMMAND],
    ['gbcs', 'decode', COMMAND, '--trust', 'test'],
    ['gbcs', 'decode', COMMAND.toUpperCase().replace(/../g, '$& ')],
  ]) as [ReturnType<typeof hanrig>, ReturnType<typeof hanrig>, ReturnType<typeof hanrig>]
  t.equal(unknown.exit, 0)
  t.match(unknown.stdout, 'CS06 Activate Firmware, command (0x0012), 182 octets')
  t.match(unknown.stdout, /├─ originator {11}90-B3-D5-1F-30-01-00-00/)
  t.match(unknown.stdout, /executionDateTime 2026-01-05T12:00:00Z/)
  t.match(unknown.stdout, /├─ signature {12}not checked, no key known: [0-9a-f]{128}/)
  t.match(unknown.stdout, /└─ MAC {18}not checked, no key known: [0-9a-f]{24}/)
  t.match(known.stdout, /signature {12}right: /)
  t.match(known.stdout, /MAC {18}right: /)
  t.equal(upper.stdout, unknown.stdout, 'digits may be of either case, and apart')
})

t.test('decode --json names the use case, known or not, and whatever the verdicts', async t => {
  const other = `{ message: other, from: ${SUPPLIER}, to: ${ESME}, messageCode: 0x0BAD, direction: command, content: "", mac: yes }`
  const wrong = `${COMMAND.slice(0, -1)}${COMMAND.endsWith('0') ? '1' : '0'}`
  const preCommand = toHex(messageOf(TEXTS['CS06 later']!.replace(' }', ', stage: pre-command }')))
  const ran = hanrigAll([
    ['gbcs', 'decode', COMMAND, '--json', '--trust', 'test'],
    ['gbcs', 'decode', toHex(messageOf(other)), '--json'],
    ['gbcs', 'decode', wrong, '--json', '--trust', 'test'],
    ['gbcs', 'decode', preCommand, '--json'],
  ])
  const [cs06, unknown, forged, pre] = ran.map(({ exit, stdout }) => {
    t.equal(exit, 0)
    return jsonLines(stdout)[0]
  })
  t.match(cs06, {
    ...{ name: 'gbcs', useCase: 'CS06', direction: 'command', counter: '1000', octets: 182 },
    verdicts: { signature: 'right', mac: 'right' },
  })
  t.match(unknown, { useCase: null, messageCode: '0x0bad', content: {}, contentOctets: '' })
  t.match(unknown.verdicts, { signature: 'none', mac: 'no key known' })
  t.match(forged.verdicts, { signature: 'right', mac: 'wrong' })
  t.match(pre, { preCommand: true, verdicts: { signature: 'none', mac: 'none' } })
})

t.test('decode takes files: octets, hexadecimal, base64', async t => {
  const octets = Buffer.from(COMMAND, 'hex')
  const dir = t.testdir({
    'm.hex': `${COMMAND.replace(/.{64}/g, '$&\n')}\n`,
    'm.b64': octets.toString('base64'),
  })
  writeFileSync(join(dir, 'm.bin'), octets)
  const all = hanrigAll(['hex', 'b64', 'bin'].map(ext => ['gbcs', 'decode', join(dir, `m.${ext}`)]))
  for (const { exit, stdout } of all) {
    t.equal(exit, 0)
    t.equal(stdout, all[0]!.stdout)
  }
})

t.test('what is no message ends with 2, its misfit and place named', async t => {
  const cases: [string, RegExp][] = [
    [`${COMMAND}00`, /Octet 182: Octets follow its end\. \(trailing\)/],
    [COMMAND.slice(0, -2), /\(truncated\)/],
    [`dc${COMMAND.slice(2)}`, /Octet 0: .*\(no-message\)/],
    [COMMAND.replace('1100000000df', '3100000000df'), /Octet 9: .*\(security-control\)/],
    [COMMAND.replace('020203e8', '020103e8'), /\(integer-form\)|\(content-tag\)|\(body-counter\)/],
    [COMMAND.slice(1), /363 hexadecimal digits/],
    ['/nowhere/at/all', /does not exist/],
  ]
  const all = hanrigAll(cases.map(([given]) => ['gbcs', 'decode', given, '--json']))
  for (const [i, { exit, stdout, stderr }] of all.entries()) {
    t.equal(exit, 2, cases[i]![0])
    t.match(stderr, cases[i]![1])
    t.match(jsonLines(stdout)[0], { name: 'error', exit: 2 })
  }
  t.match(jsonLines(all[0]!.stdout)[0], { code: 'HANRIG_GBCS_MALFORMED' })
})

t.test('encode makes from YAML what decode reads', async t => {
  const dir = t.testdir({
    'm.yaml': `message: cs06-command\nfrom: ${SUPPLIER}\nto: ${ESME}\ncounter: 1767614400000\nhash: ${'ab'.repeat(32)}\n`,
    'bad.yaml': 'message: cs06-command\ncounter: x\n',
  })
  const out = join(dir, 'm.bin')
  const file = join(dir, 'm.yaml')
  const [plain, binary, json, bad] = hanrigAll([
    ['gbcs', 'encode', file],
    ['gbcs', 'encode', file, '--out', out],
    ['gbcs', 'encode', file, '--json'],
    ['gbcs', 'encode', join(dir, 'bad.yaml')],
  ])
  t.equal(plain!.exit, 0)
  t.match(plain!.stdout, /^dd00000000000081a01100000000df09010000019b/, 'a counter of Unix ms')
  t.equal(`${readFileSync(out).toString('hex')}\n`, plain!.stdout)
  t.match(binary!.stdout, 'm.bin: 169 B')
  t.match(jsonLines(json!.stdout)[0], {
    ...{ useCase: 'CS06', verdicts: { signature: 'right', mac: 'right' } },
    hex: plain!.stdout.trim(),
  })
  t.equal(bad!.exit, 2)
  t.match(bad!.stderr, 'HANRIG_GBCS_TEXT_INVALID')
  t.match(bad!.stderr, /bad\.yaml:2:10: counter must be a whole number/)
})

t.test('trust create writes a hierarchy that decode and list can use', async t => {
  const dir = t.testdir({})
  const trust = join(dir, 'trust')
  const [created, again, listed, decoded] = ['create', 'create', 'list', 'decode'].map(word =>
    word === 'decode'
      ? hanrig('gbcs', 'decode', COMMAND, '--json', '--trust', trust)
      : hanrig('trust', word, trust, '--json'),
  )
  t.equal(created!.exit, 0)
  t.match(jsonLines(created!.stdout)[0], { name: 'trust', certificates: 36 })
  t.equal(again!.exit, 2, 'nothing is overwritten')
  t.match(again!.stderr, 'is not empty')
  const names = readdirSync(trust)
  t.equal(names.length, 72)
  t.ok(names.includes('90b3d51f30010000-ds.pem') && names.includes('00db1234567890a0-ka.key'))
  const certificates = jsonLines(listed!.stdout)
  t.equal(certificates.length, 36)
  t.ok(certificates.every(each => each.hasPrivateKey && each.hasChain))
  t.match(
    certificates.find(({ file }) => file === '90b3d51f30010000-xml.pem'),
    { usage: 'xml', id: SUPPLIER, role: 135, who: 'XML signing' },
  )
  t.match(jsonLines(decoded!.stdout)[0].verdicts, { signature: 'right', mac: 'right' })
  const root = new X509Certificate(readFileSync(join(trust, 'ca-root.pem')))
  t.match(root.subject, 'trusted by nobody')
})

t.test('trust create for one’s own devices, another seed and another time', async t => {
  const dir = t.testdir({})
  const created = (name: string, ...more: string[]) => {
    const trust = join(dir, name)
    t.equal(hanrig('trust', 'create', trust, ...more).exit, 0)
    return (file: string) => readFileSync(join(trust, file), 'utf8')
  }
  const plain = created('a')
  const same = created('b')
  const own = created(
    'c',
    '--device',
    '00-11-22-33-44-55-66-77',
    '--seed',
    'x',
    '--from',
    '2031-05-01',
  )
  const supplier = '90b3d51f30010000-ds.pem'
  t.equal(same(supplier), plain(supplier))
  t.not(own(supplier), plain(supplier))
  t.match(new X509Certificate(own(supplier)).validFrom, /May\s+1 00:00:00 2031/)
  t.match(own('0011223344556677-ka.key'), 'PRIVATE KEY')
  const { stdout } = hanrig('trust', 'list', join(dir, 'c'))
  t.match(stdout, /0011223344556677-ka\.pem +ka +00-11-22-33-44-55-66-77 +device/)
})

t.test('a directory of trust that is none is refused', async t => {
  const dir = t.testdir({ empty: {}, odd: { 'x.pem': 'no certificate' } })
  const cases: [string[], RegExp][] = [
    [['trust', 'list', join(dir, 'empty')], /HANRIG_CERTIFICATE_UNUSABLE: .*holds no certificate/],
    [['trust', 'list', join(dir, 'odd')], /HANRIG_CERTIFICATE_UNUSABLE: x\.pem: /],
    [['trust', 'list', join(dir, 'none')], /HANRIG_FILE_NOT_FOUND/],
    [['trust', 'create', join(dir, 'new'), '--from', '2026-02-30'], /must be a day/],
    [['trust', 'create', join(dir, 'new'), '--device', '1'], /must be an EUI-64/],
    [['gbcs', 'decode', COMMAND, '--trust', join(dir, 'none')], /HANRIG_FILE_NOT_FOUND/],
  ]
  const all = hanrigAll(cases.map(([words]) => words))
  for (const [i, { exit, stderr }] of all.entries()) {
    t.equal(exit, 2)
    t.match(stderr, cases[i]![1])
  }
})

t.test('a key that encode needs and the directory has not is named', async t => {
  const dir = t.testdir({
    'm.yaml': `message: cs06-command\nfrom: 00-11-22-33-44-55-66-77\nto: ${ESME}\ncounter: 1\nhash: ${'ab'.repeat(32)}\n`,
  })
  t.equal(hanrig('trust', 'create', join(dir, 'trust')).exit, 0)
  const { exit, stderr } = hanrig(
    'gbcs',
    'encode',
    join(dir, 'm.yaml'),
    '--trust',
    join(dir, 'trust'),
  )
  t.equal(exit, 2)
  t.match(stderr, /HANRIG_KEY_UNKNOWN: .*00-11-22-33-44-55-66-77/)
  t.match(stderr, 'hanrig trust list DIR')
})
