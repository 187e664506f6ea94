// TI's commands one by one, without a host: what is answered, what follows, and what is refused.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { NO_CONFIRM, USUAL_NETWORK } from '#hil/stick/front'
import { ZNP_COMMANDS } from '#hil/stick/znp/znp'
import { ROOT } from '../../helpers/hanrig.ts'
import { asdus, ZnpHost } from '../../helpers/znp-host.ts'

const hexOf = (n: number): string => n.toString(16).padStart(2, '0')

t.test('who the stick is', async t => {
  const host = new ZnpHost()
  t.same(host.ask('2101'), ['61017906'], 'ping: capabilities')
  t.same(host.ask('2102'), ['610202010207' + '01' + '46d93401'], 'version 2.7.1, revision 20240710')
  t.same(host.ask('2104'), ['61040102030405060708'], 'EUI-64')
  t.same(host.ask('2700'), ['670000' + '0102030405060708' + '0000' + '07' + '00' + '00'])
  t.match(host.ask('2550')[0], /^65500000/, 'no network yet')
})

t.test(
  'every command is answered by its own number, or, cut short, by an error; and has a name',
  async t => {
    for (const [subsystem, commands] of ZNP_COMMANDS) {
      const names = new Set(commands.map(({ name }) => name))
      t.equal(names.size, commands.length)
      t.equal(new Set(commands.map(({ number }) => number)).size, commands.length)
      for (const { number, name } of commands) {
        const command = hexOf(0x20 | subsystem) + hexOf(number)
        const host = new ZnpHost().begin()
        const [whole] = host.ask(command + '00'.repeat(40))
        const answers = [hexOf(0x60 | subsystem) + hexOf(number), `6000`]
        t.equal(whole?.slice(0, 4), answers[0], name)
        const [bare] = host.ask(command)
        t.ok(answers.includes(bare?.slice(0, 4) ?? ''), `${name} without data`)
      }
    }
  },
)

t.test('what is not there gets TI’s own error, and is told', async t => {
  const host = new ZnpHost()
  t.same(host.ask('21f0'), ['60000221f0'], 'no such command')
  t.same(host.ask('2601 00'), ['6000012601'], 'no such subsystem')
  t.same(host.ask('2401 0000'), ['6000042401'], 'too few octets')
  t.same(host.ask('4199'), [], 'what wants no answer gets none')
  t.same(
    host.events.flatMap(event => (event.name === 'host-unknown' ? [event.command] : [])),
    ['21f0', '2601', '2401'],
  )
})

t.test('non-volatile items', async t => {
  const host = new ZnpHost()
  t.same(host.ask('2113 6000'), ['61130000'], 'absent: no length')
  t.same(host.ask('211c 6000 0000'), ['611c0a00'], 'absent: cannot be read')
  t.same(host.ask('211d 6000 0000 0100 55'), ['611d0a'], 'nor written')
  t.same(host.ask('2107 6000 0100 01 aa'), ['610709'], 'made')
  t.same(host.ask('2107 6000 0100 01 bb'), ['610700'], 'there already')
  t.same(host.ask('211c 6000 0000'), ['611c0001aa'])
  t.same(host.ask('211d 6000 0000 0100 55'), ['611d00'])
  t.same(host.ask('2108 6000 00'), ['61080001' + '55'])
  t.same(host.ask('2109 6000 00 01 66'), ['610900'])
  t.same(host.ask('211d 6000 0000 0200 5555'), ['611d0c'], 'longer than it is')
  t.same(host.ask('2112 6000 0200'), ['61120c'], 'another length')
  t.same(host.ask('2112 6000 0100'), ['611200'])
  t.same(host.ask('2112 6000 0100'), ['611209'], 'gone')
  t.same(host.ask('2113 8200'), ['61131800'], 'aligned structures')
  t.same(host.ask('2132 01 0100 0000'), ['613200000000'], 'no table of addresses before a network')
  t.same(host.ask('2132 01 0400 0000'), ['613214000000'], 'one of link keys')
  t.same(host.ask('2132 01 0400 6400'), ['613200000000'], 'of a hundred')
  t.same(host.ask('2130 01 0900 0000 04000000'), ['613009'])
  t.same(host.ask('2134 01 0900 0000 0100 02 abcd'), ['613400'])
  t.same(host.ask('2133 01 0900 0000 0100 02'), ['61330002abcd'])
  t.same(host.ask('2132 01 0900 0000'), ['613204000000'])
  t.same(host.ask('2131 01 0900 0000'), ['613100'])
})

t.test('a fresh stick has what a real one has, and makes again what is missing', async t => {
  const host = new ZnpHost()
  const length = (id: string): string => host.ask(`2113 ${id}`)[0]!.slice(4)
  // ZDO_DIRECT_CB, LOGICAL_TYPE, STARTUP_OPTION, broadcast delivery, concentrator, route expiry, child age.
  for (const id of ['8f00', '8700', '0300', '3000', '3200', '3300', '3600', '3800', '3e00']) {
    t.equal(length(id), '0100', id)
  }
  for (const id of ['3a00', '3b00']) t.equal(length(id), '1100', 'a sequence number and a key')
  t.equal(length('0101'), '1000', 'a seed of link keys')
  t.equal(length('2100'), '0000', 'no network')
  t.equal(length('4c00'), '0000', 'and no link keys of one')
  t.equal(host.ask('2749 00')[0]!.length, 4 + 2 * 36, 'structures are aligned')
  t.match(host.ask('211c 5500 0000'), ['611c000100'], 'on no network')

  host.ask('2112 0100 0800')
  t.equal(length('0100'), '0000', 'deleted')
  host.ask('4100 01')
  host.wait(5)
  t.same(host.ask('211c 0100 0000'), ['611c00080102030405060708'], 'its own address again')

  host.ask('2f0504')
  t.same(host.ask('2132 01 0100 6300'), ['61320c000000'], 'a table of addresses')
  t.match(host.ask('2133 01 0700 0000 0000 0c')[0], /^6133000c00000000(?!0000)/, 'a frame counter')
  t.match(host.ask('211c 5500 0000'), ['611c000101'])
  host.ask('211d 8700 0000 0100 02')
  host.ask('211d 0300 0000 0100 01')
  host.ask('4100 01')
  host.wait(5)
  t.same(host.ask('211c 8700 0000'), ['611c000100'], 'configured anew')
  t.equal(length('2100'), '7400', 'in the same network')
})

t.test(
  'a network is formed as the items say, kept over a reset, and dropped when that is asked',
  async t => {
    const host = new ZnpHost()
    const write = (id: string, octets: string): void => {
      const length = hexOf(octets.length / 2)
      host.ask(`2107 ${id} ${length}00 ${length} ${octets}`)
      host.ask(`211d ${id} 0000 ${length}00 ${octets}`)
    }
    write('8300', '621a')
    write('2d00', '8877665544332211')
    write('6200', '000102030405060708090a0b0c0d0e0f')
    t.same(host.ask('2f08 01 00800000'), ['6f0800'], 'channel 15')
    t.same(host.ask('2f0504'), ['6f0500', '45c009', '4f80000200'])
    t.same(host.ask('2550'), [`6550000009621a00008877665544332211${'00'.repeat(8)}0f`])
    t.same(host.ask('211c 3a00 0000'), ['611c0011' + '00' + '000102030405060708090a0b0c0d0e0f'])
    t.same(host.ask('2113 2100'), ['61137400'], 'the network’s own item is 116 octets long')
    t.same(
      host.ask('2401 3412 01 01 0000 07 00 1e 01 00'),
      ['640102'],
      'no endpoint of that number yet',
    )

    t.same(host.ask('4100 01'), [])
    t.same(host.wait(5), ['4180010201020701'], 'reset')
    t.match(host.ask('2700')[0], /0000070000$/, 'not started')
    t.same(host.ask('2540 0000'), ['654000', '45c009'], 'goes on')
    t.match(
      host.events.filter(({ name }) => name === 'network-formed'),
      [
        { panId: 0x1a62, channel: 15, resumed: false },
        { panId: 0x1a62, resumed: true },
      ],
    )

    t.same(host.ask('2f0504'), ['6f0500', '45c009', '4f80080200'], 'no other one is formed')
    host.ask('211d 0300 0000 0100 02')
    host.ask('4100 00')
    host.wait(5)
    t.same(host.ask('2113 2100'), ['61130000'], 'the network is gone')
    t.same(host.ask('2113 6200'), ['61131000'], 'what the host wrote is not')
    t.same(host.ask('211c 0300 0000'), ['611c000100'], 'it is done once')
    t.same(host.ask('2540 0000'), ['654001', '45c009'], 'another one')
  },
)

t.test('a network that was there before any host', async t => {
  const host = new ZnpHost({ settings: { formed: USUAL_NETWORK } })
  t.same(host.ask('2540 0000'), ['654000', '45c009'])
  t.match(host.events, [{ name: 'network-formed', panId: 0x1a62, channel: 11, resumed: true }])
})

t.test('joining, announcing, leaving, coming back', async t => {
  const host = new ZnpHost({ devices: 2 })
  host.ask('2f0504')
  t.same(host.ask('2536 0f fcff 3c 01'), ['653600', '45b6000000', '45cb3c'])
  const joined = host.wait(2_000)
  const ieee = 'a090785634' + '12db00'
  const [one] = host.home.nodes
  t.match(joined[0], new RegExp(`^45ca${host.address()}${ieee}0000$`))
  t.match(joined[1], new RegExp(`^45c1${host.address()}${host.address()}${ieee}8e$`))
  t.equal(joined.length, 4, 'two devices, two frames each')
  const known = host.address()
  t.same(host.ask(`2534 ${known} ${ieee} 80`), ['653400'])
  const again = host.wait(2_000)
  t.match(again[0], new RegExp(`^45b4${known}00$`))
  t.match(again[1], new RegExp(`^45c9${known}${ieee}000001$`), 'it says that it comes back')
  t.match(again[2], new RegExp(`^45c1${known}`))
  host.ask(`2534 ${known} ${ieee} 00`)
  t.match(host.wait(2_000)[1], new RegExp(`^45c9${known}${ieee}000000$`))
  t.notOk(one!.isJoined)
  t.same(host.ask('2536 0f fcff 00 01').slice(0, 1), ['653600'], 'closed')
  t.same(host.wait(60_000), [], 'nobody joins')
  host.ask('2536 0f fcff 05 01')
  t.match(host.wait(2_000)[0], /^45ca/, 'until it is open again')
})

t.test('questions about nodes, and about the stick itself', async t => {
  const host = new ZnpHost().begin()
  const a = host.address()
  const ieee = 'a09078563412db00'
  const zdo = (hex: string): string | undefined => [...host.ask(hex).slice(1), ...host.wait(20)][0]
  t.equal(zdo(`2502 ${a} ${a}`), `4582${a}00${a}01408e1d12528000002c800000`, 'node descriptor')
  t.equal(zdo(`2505 ${a} ${a}`), `4585${a}00${a}0101`, 'active endpoints')
  t.equal(zdo(`2504 ${a} ${a} 01`), `4584${a}00${a}0c010901010500010000011900`, 'simple descriptor')
  t.equal(zdo(`2504 ${a} ${a} 09`), `4584${a}83${a}00`, 'no such endpoint')
  t.equal(zdo(`2502 ${a} 3412`), `4582${a}813412`, 'not about me')
  t.equal(zdo(`2500 ${ieee} 00 00`), `458000${ieee}${a}0000`, 'its address')
  t.equal(zdo(`2501 ${a} 00 00`), `458100${ieee}${a}0000`, 'its EUI-64')
  const binding = `${ieee} 01 1900 03 0102030405060708 01`
  t.equal(zdo(`2521 ${a} ${binding}`), `45a1${a}00`, 'bound')
  t.equal(zdo(`2533 ${a} 00`), `45b3${a}00010001${binding.replaceAll(' ', '')}`, 'and listed')
  t.equal(zdo(`2522 ${a} ${binding}`), `45a2${a}00`, 'unbound')
  t.equal(zdo(`2522 ${a} ${binding}`), `45a2${a}88`, 'no such binding')
  const group = `${ieee} 01 1900 01 3412 000000000000 00`
  t.equal(zdo(`2521 ${a} ${group}`), `45a1${a}00`)
  t.equal(zdo(`2533 ${a} 00`), `45b3${a}00010001${ieee}011900013412`, 'a group has two octets')
  t.equal(zdo(`2531 ${a} 00`), `45b1${a}00000000`)
  t.equal(zdo('2505 0000 0000'), '45850000' + '00' + '0000' + '0101', 'the host’s own endpoint')
  t.same(
    host.ask('2402 02 0000000000000000 00 0000 00 0500 2a 00 1e 0300 070000'),
    ['640200', '448000002a', '45850000' + '00' + '0000' + '0101'],
    'asked as data, too',
  )
  t.equal(zdo('2500 0102030405060708 00 00'), '458000' + '0102030405060708' + '0000' + '0000')
  t.equal(zdo('2502 7777 7777'), undefined, 'nobody answers for nobody')
  t.same(host.ask('253e ffff'), ['653e00'])
  host.ask(`2505 ${a} ${a}`)
  t.match(host.wait(20)[1], new RegExp(`^45ff${a}0005800.`), 'the frame itself, too')
  t.match(
    host.ask('2402 02 0000000000000000 00 0000 00 0500 2b 00 1e 0300 080000').at(-1),
    /^45ff0000000580000800000000000101$/,
    'of the stick, too',
  )
})

t.test('what a cluster is asked in general', async t => {
  const host = new ZnpHost().begin()
  const one = (cluster: string, asdu: string) => asdus(host.data(cluster, asdu))
  t.same(one('0000', '10 21 00 0500'), ['1821010500004204' + '65736d65'], 'model')
  t.same(
    one('0000', '10 22 00 0700 9900'),
    ['182201' + '0700003001' + '990086'],
    'one that is not there',
  )
  t.same(one('0000', '14 3412 23 00 0500'), ['1c341223010500' + '86'], 'of a maker')
  t.same(one('0000', '10 24 02 0600 42 01 61 1000 42 01 61'), ['182404' + '880600' + '861000'])
  t.same(one('0000', '10 24 02 0600 99 01'), ['182404' + '8d0600'], 'of an unknown type')
  t.same(one('0000', '10 25 05 0600 42 01 61'), [], 'silently')
  t.same(one('0000', '10 26 06 00 0000 20 0100 3c00 01 00 9900 20 0100 3c00 01'), [
    '182607' + '8c000000' + '86009900',
  ])
  t.same(one('0000', '10 27 08 00 0000'), ['182709' + '8b000000'])
  t.same(one('0000', '10 28 0c 0400 02'), ['18280d' + '00' + '040042' + '050042'])
  t.same(one('0000', '10 29 17'), ['18290b' + '1782'], 'an unknown command of the library')
  t.same(one('0000', '01 2a 00'), ['182a0b' + '0081'], 'a command of the cluster')
  t.same(one('0600', '01 2b 02'), ['182b0b' + '0281'], 'a cluster that it has not')
  t.same(one('0000', '18 2c 01 0500 00'), [], 'an answer is not answered')
  t.same(one('0000', '10'), [], 'nor is half a frame')
  t.same(one('1900', '10 2d 00 0200'), ['182d01' + '020086'], 'the OTA attributes are the client’s')
  t.same(one('1900', '18 2e 00 0200 0600 0800'), [
    '102e01' + '02000023' + '01000000' + '06000030' + '00' + '08000021' + '0000',
  ])
})

t.test('what becomes of data', async t => {
  const host = new ZnpHost({ devices: 2, settings: { confirms: new Map([[3, 0xe1]]) } }).begin()
  const read = '10 01 00 0000'
  t.same(host.data('0000', read).slice(0, 2), ['640100', '4480000107'], 'sent')
  t.same(host.ask('2401 7777 01 01 0000 08 00 1e 01 00'), ['640100', '4480cd0108'], 'nobody there')
  t.same(host.data('0000', read), ['640100', '4480e10107'], 'as the script says')
  host.home.nodes[0]!.device.power(false)
  t.same(host.data('0000', read, 5), ['640100'])
  t.same(host.wait(20), ['4480e90107'], 'nobody acknowledged')
  const ieee = 'a09078563412db00'
  t.same(host.ask(`2402 03 ${ieee} 01 0000 01 0000 09 00 1e 0500 1001000000`).slice(0, 1), [
    '640200',
  ])
  t.same(host.ask('2402 02 fdff000000000000 f2 0000 01 2100 0a 00 1e 0100 00'), [
    '640200',
    '4480000' + '10a',
  ])
  t.same(host.ask('2402 01 3412000000000000 ff 0000 01 0000 0b 00 1e 0100 00'), [
    '640200',
    '44800001' + '0b',
  ])
  t.same(
    host.ask(`2403 ${host.address(1)} 01 01 0000 0d 00 1e 01 3412 05 1001000000`),
    ['640300', '448000010d'],
    'by a route',
  )
  t.same(host.ask('2546 1234 00 03'), ['654600'])
  t.same(host.ask('2404 01'), ['640400'])
  t.same(host.ask('2404 01'), ['640401'])
})

t.test('a confirm that never comes: the frame was sent all the same', async t => {
  const confirms = new Map([[1, NO_CONFIRM]])
  const host = new ZnpHost({ settings: { confirms } }).begin()
  const said = host.data('0000', '10 01 00 0000')
  t.notOk(said.some(frame => frame.startsWith('4480')))
  t.match(asdus(said), [/^180101/])
  t.match(host.events.at(-1), { name: 'confirm-withheld', number: 1 })
  t.match(host.data('0000', '10 02 00 0000')[1], /^448000/)
})

t.test('a sleepy device: awake when it joins, then only when it wakes', async t => {
  const values = { wakeInterval: 60_000, listenTime: 2_000, awakeTime: 10_000 }
  const host = new ZnpHost({ values })
  host.ask('2f0504')
  host.ask('2400 01 0401 0500 00 00 00 00')
  host.ask('2536 0f fcff ff 01')
  const joined = host.wait(1_100)
  t.match(joined[0], /^45ca/)
  t.ok(
    joined.some(frame => /^45c1.*80$/.test(frame)),
    'it announces itself as one that sleeps',
  )
  t.match(asdus(joined).join(), /^01..01/, 'and asks for an image')
  const a = host.address()
  t.equal(asdus(host.data('0000', '10 01 00 0700'))[0]?.slice(-2), '03', 'on a battery')
  t.match(host.ask(`2502 ${a} ${a}`).concat(host.wait(20)).at(-1), /^4582....00....0240801d12/)
  host.wait(20_000)
  t.same(host.data('0000', '10 01 00 0700', 5_000), ['640100'], 'asleep: nothing is known yet')
  t.same(host.wait(3_000), ['4480f00107'], 'it has not fetched it')
})

t.test('SPEC lists every command', async t => {
  const spec = readFileSync(join(ROOT, 'docs/SPEC.md'), 'utf8')
  for (const commands of ZNP_COMMANDS.values()) {
    for (const { number, name } of commands)
      t.ok(spec.includes(`\`${hexOf(number)}\` ${name}`), name)
  }
})
