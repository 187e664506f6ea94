// `hanrig han` against the virtual stick, as a user has it: a network formed, devices joined, listed and removed, what
// goes wrong named, and the key shown by nothing.

import { readFileSync, statSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { jsonLines, type Ran } from '../../helpers/hanrig.ts'
import { run } from '../../helpers/hosts/command.ts'
import { Stick } from '../../helpers/hosts/stick.ts'

const EUI64 = /^(?:[0-9A-F]{2}-){7}[0-9A-F]{2}$/

const code = (ran: Ran): string => jsonLines(ran.stdout).at(-1).code

/** A port on which something other than a stick answers, or nothing at all. */
async function impostor(t: Test, accept: (socket: Socket) => void): Promise<string> {
  const server: Server = createServer(socket => accept(socket.on('error', () => {})))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return `tcp:127.0.0.1:${(server.address() as { port: number }).port}`
}

// Most of the time is zigbee-herdsman's own waiting.
t.jobs = 2

t.test('form, join, list, remove', { timeout: 100_000, buffered: true }, async t => {
  const stick = await Stick.start('--devices', '2')
  t.teardown(() => stick.end())
  const data = join(t.testdir({}), 'han')
  const all: Ran[] = []
  const han = async (what: string, ...args: string[]): Promise<Ran> => {
    const port = what === 'list' ? [] : ['--stick', stick.where]
    const ran = await run('--verbose', 'han', what, ...port, '--data', data, ...args)
    all.push(ran)
    return ran
  }

  const formed = await han('form', '--channel', '15', '--json')
  t.equal(formed.exit, 0, formed.stderr)
  const [network] = jsonLines(formed.stdout)
  t.match(network, { name: 'network', start: 'formed', channel: 15, coordinator: EUI64 })
  t.equal((await han('list')).stdout, 'no devices\n')

  const joined = await han('join', '--count', '2', '--json')
  t.equal(joined.exit, 0, joined.stderr)
  const devices = jsonLines(joined.stdout)
  t.equal(devices.length, 2)
  for (const device of devices) {
    t.match(device, {
      name: 'device',
      eui64: EUI64,
      type: 'Router',
      manufacturer: 'hanrig',
      manufacturerCode: 0x121d,
      softwareBuild: '00000001',
      interviewed: true,
      hasOtaClient: true,
    })
  }
  t.match(joined.stderr, /open for 60 s\n/)
  const table = (await han('list')).stdout.split('\n')
  t.equal(table.length, 4)
  t.match(table[0], /^device +short +type +model +manufacturer +version +OTA +last seen$/)
  for (const { eui64 } of devices) t.ok(table.some(row => row.startsWith(`${eui64}  0x`)))

  const [first, second] = devices
  const again = await han('join', '--device', first.eui64)
  t.equal(again.exit, 0)
  t.match(again.stderr, `${first.eui64} is on the network already and answers`)

  t.equal((await han('remove', first.eui64)).stdout, `${first.eui64} left\n`)
  t.match(await stick.event('device-left', 'esme', 1_000), { id: first.eui64 })
  const forgotten = await han('remove', second.eui64, '--force', '--json')
  t.match(jsonLines(forgotten.stdout), [{ name: 'removed', eui64: second.eui64, force: true }])
  t.equal((await han('list')).stdout, 'no devices\n')

  const gone = await han('remove', first.eui64, '--json')
  t.equal(gone.exit, 2)
  t.equal(code(gone), 'HANRIG_DEVICE_UNKNOWN')
  const formedTwice = await han('form', '--json')
  t.equal(formedTwice.exit, 2)
  t.equal(code(formedTwice), 'HANRIG_HAN_EXISTS')
  const nobody = await han(
    'join',
    '--device',
    '00-00-00-00-00-00-00-01',
    '--seconds',
    '1',
    '--json',
  )
  t.equal(nobody.exit, 4)
  t.equal(code(nobody), 'HANRIG_JOIN_TIMEOUT')

  const { networkKey } = JSON.parse(readFileSync(join(data, 'network.json'), 'utf8'))
  t.match(networkKey, /^[0-9a-f]{32}$/)
  t.match(formed.stderr, '"from":"zigbee-herdsman"', 'its log was on')
  const values = [...Buffer.from(networkKey, 'hex')].join(',')
  for (const { stdout, stderr } of all) {
    t.notOk(`${stdout}${stderr}`.includes(networkKey), 'no digit of the key is shown')
    t.notOk(`${stdout}${stderr}`.replaceAll(' ', '').includes(values))
  }
  for (const file of ['network.json', 'backup.json', 'devices.db']) {
    t.equal(statSync(join(data, file)).mode & 0o777, 0o600, file)
  }
})

t.test(
  'a stick that is in use, is none, is not there',
  { timeout: 100_000, buffered: true },
  async t => {
    const form = (stick: string, name: string) =>
      run('han', 'form', '--stick', stick, '--data', join(t.testdirName, name), '--json')
    t.testdir({})
    const busy = await impostor(t, socket => socket.end('in use\r\n'))
    const silent = await impostor(t, () => {})
    const refused = await impostor(t, () => {}).then(where => where.replace(/\d+$/, '1'))
    const cases = [
      [busy, 6, 'HANRIG_PORT_BUSY'],
      [silent, 4, 'HANRIG_STICK_SILENT'],
      [refused, 3, 'HANRIG_PORT_UNREACHABLE'],
      ['/dev/hanrig-none', 2, 'HANRIG_PORT_NOT_FOUND'],
      ['somewhere', 2, 'HANRIG_PORT_ADDRESS'],
    ] as const
    const ended = await Promise.all(cases.map(([stick, , expected]) => form(stick, expected)))
    for (const [i, [stick, exit, expected]] of cases.entries()) {
      t.equal(ended[i]!.exit, exit, stick)
      t.equal(code(ended[i]!), expected, stick)
    }
  },
)
