// Leases on boards and directories with real processes: one holder at a time, whoever is killed wherever it stands.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { holderOf, Lease, takeLease } from '#emulators/storage/lease'
import { describeOwner, isGone, SILENT_FOR, thisOwner } from '#emulators/storage/owner'

const RACER = fileURLToPath(new URL('../../helpers/lease-racer.ts', import.meta.url))

const DIRECTORY_RACER = fileURLToPath(new URL('../../helpers/directory-racer.ts', import.meta.url))

const leaseIn = (directory: string) => join(directory, 'board')
const taken = (file: string): Lease => {
  const lease = takeLease(file, 'bench', 'testing')
  if (!(lease instanceof Lease)) throw new Error(describeOwner(lease))
  return lease
}

t.test('a lease is held until it is given back, and says by whom', async t => {
  const directory = t.testdir({})
  const file = leaseIn(directory)
  t.equal(holderOf(file), undefined)
  const lease = taken(file)
  t.equal(lease.isHeld, true)
  const other = takeLease(file, 'bench', 'another test')
  t.match(other, { pid: process.pid, what: 'testing', of: 'bench', host: hostname() })
  t.match(describeOwner(lease.owner), /^process \d+ \(testing\), since \d{4}-.*Z$/)
  lease.release()
  lease.release()
  t.equal(lease.isHeld, false)
  t.same(readdirSync(directory), [], 'nothing is left behind')
  taken(file).release()
})

t.test('what a process that has died held is free, and is taken over once', async t => {
  const directory = t.testdir({})
  const file = leaseIn(directory)
  const dead = { ...thisOwner('bench', 'died'), pid: 2 ** 22 + 1 }
  writeFileSync(file, JSON.stringify(dead))
  t.equal(holderOf(file), undefined)
  const lease = taken(file)
  t.match(takeLease(file, 'bench', 'late'), { token: lease.owner.token })
  lease.release()

  // It died while it took the place of another that had died.
  writeFileSync(file, JSON.stringify(dead))
  const successor = { ...thisOwner('bench', 'died too'), pid: 2 ** 22 + 2 }
  writeFileSync(`${file}.${dead.token}.next`, JSON.stringify(successor))
  writeFileSync(`${file}.${successor.token}.tmp`, JSON.stringify(successor))
  taken(file).release()
  t.same(readdirSync(directory), [], 'and what they left is cleared away')

  // Somebody alive is just about to take its place.
  writeFileSync(file, JSON.stringify(dead))
  writeFileSync(`${file}.${dead.token}.next`, JSON.stringify(thisOwner('bench', 'next')))
  t.match(takeLease(file, 'bench', 'too late'), { what: 'next' })
})

t.test(
  'whoever may not replace what a dead one left holds it by the name that succeeds',
  async t => {
    const file = leaseIn(t.testdir({}))
    const dead = { ...thisOwner('bench', 'died'), pid: 2 ** 22 + 1 }
    const also = { ...thisOwner('bench', 'died too'), pid: 2 ** 22 + 2 }
    writeFileSync(file, JSON.stringify(dead))
    writeFileSync(`${file}.${dead.token}.next`, JSON.stringify(also))
    t.equal(holderOf(file), undefined)
    writeFileSync(`${file}.${also.token}.next`, JSON.stringify(thisOwner('bench', 'last')))
    t.match(holderOf(file), { what: 'last' })
    const held = `${file}.${also.token}.next`
    const lease = new Lease(file, held, holderOf(file)!)
    t.equal(lease.isHeld, true)
    writeFileSync(`${file}.${lease.owner.token}.next`, JSON.stringify(thisOwner('bench', 'away')))
    t.equal(lease.isHeld, false, 'somebody took it for dead')
    rmSync(`${file}.${lease.owner.token}.next`)
    lease.release()
    t.equal(holderOf(file), undefined)
    t.notOk(existsSync(held))
  },
)

t.test('a file that a crash of the machine left empty or torn is nobody’s', async t => {
  const file = leaseIn(t.testdir({}))
  for (const text of ['', '{"token":"x","pi', '\0'.repeat(300)]) {
    writeFileSync(file, text)
    taken(file).release()
  }
})

t.test('what is no lease is refused by name, and at once', async t => {
  const directory = t.testdir({ directory: {} })
  const good = thisOwner('bench', 'testing')
  const values = [null, [], [good], 1.5, -1, 'text', true, {}, { ...good, token: '../../x' }]
  const odd = [{ pid: 0 }, { pid: -1 }, { pid: '1' }, { since: 1e300 }, { host: 1 }, { what: null }]
  const texts = [...values, ...odd.map(each => ({ ...good, ...each }))].map(each => {
    return JSON.stringify(each)
  })
  const binary = Buffer.from(Array.from({ length: 1_000 }, (_, i) => (i * 7 + 127) & 255))
  const files: [string, string | Uint8Array][] = [
    ...texts.map((text, i): [string, string] => [`${i}`, text]),
    ['long', JSON.stringify({ ...good, what: 'x'.repeat(2_000) })],
    ['binary', binary],
    ['huge', ' '.repeat(200_000)],
  ]
  for (const [name, content] of files) writeFileSync(join(directory, name), content)
  execFileSync('mkfifo', [join(directory, 'pipe')])
  symlinkSync('/dev/zero', join(directory, 'link'))
  for (const name of [...files.map(([name]) => name), 'pipe', 'link', 'directory']) {
    const file = join(directory, name)
    const refusal = { code: 'HANRIG_LEASE_DAMAGED', kind: 'unusable' }
    t.throws(() => holderOf(file), refusal, name)
    t.throws(() => takeLease(file, 'bench', 'testing'), refusal, name)
  }
  const ring = leaseIn(directory)
  const dead = JSON.stringify({ ...good, pid: 2 ** 22 + 1 })
  for (const file of [ring, `${ring}.${good.token}.next`]) writeFileSync(file, dead)
  t.throws(() => takeLease(ring, 'bench', 'testing'), { code: 'HANRIG_LEASE_DAMAGED' }, 'a ring')
  t.notOk(readdirSync(directory).some(name => name.endsWith('.tmp')))
})

t.test('a number alone is a process of hanrig 0.3.0, unless it began later', async t => {
  const file = leaseIn(t.testdir({}))
  writeFileSync(file, String(process.pid))
  t.match(holderOf(file), { pid: process.pid })
  t.equal(describeOwner(holderOf(file)!), `process ${process.pid}`)
  const past = new Date(Date.now() - 7 * 86_400_000)
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  writeFileSync(file, String(child.pid))
  t.match(holderOf(file), { pid: child.pid })
  utimesSync(file, past, past)
  t.equal(holderOf(file), undefined, 'its number was another’s a week ago')
  child.kill()
  await once(child, 'exit')
})

t.test('what another user wrote cannot command a terminal', async t => {
  const owner = { ...thisOwner('bench', '\x1b]0;x\x07 a\nb'), host: 'else\x1b[2J' }
  t.match(describeOwner(owner), / on else\?\[2J \(\?\]0;x\? a\?b\)/)
})

t.test('who is gone is told by the process where it can be seen, else by its silence', async t => {
  const here = thisOwner('bench', 'testing')
  t.equal(isGone(here, 10 * SILENT_FOR), false, 'a suspended process does not beat')
  t.equal(isGone({ ...here, pid: 2 ** 22 + 1 }, 0), true)
  t.equal(isGone({ ...here, started: '1' }, 0), true, 'its number is used again')
  t.equal(isGone({ ...here, boot: 'another' }, 0), true)
  t.equal(isGone({ ...here, started: '' }, SILENT_FOR), false)
  t.equal(isGone({ ...here, started: '' }, SILENT_FOR + 1), true)
  for (const place of [{ host: 'elsewhere' }, { space: 'pid:[1]' }]) {
    const there = { ...here, ...place, pid: 2 ** 22 + 1, boot: 'another' }
    t.equal(isGone(there, SILENT_FOR), false)
    t.equal(isGone(there, SILENT_FOR + 1), true)
  }
  t.match(describeOwner({ ...here, host: 'elsewhere' }), /^process \d+ on elsewhere /)
})

t.test('a silent holder on another host is succeeded, and notices', async t => {
  const file = leaseIn(t.testdir({}))
  const away = { ...thisOwner('bench', 'away'), host: 'elsewhere' }
  writeFileSync(file, JSON.stringify(away))
  t.match(takeLease(file, 'bench', 'here'), { what: 'away' })
  const past = new Date(Date.now() - SILENT_FOR - 1_000)
  utimesSync(file, past, past)
  const lease = taken(file)
  const mine = new Lease(file, file, away)
  t.equal(mine.isHeld, false)
  mine.release()
  t.equal(lease.isHeld, true, 'what is not its own it does not give back')
  lease.release()
})

t.test('processes race for the same boards and are killed: never two hold one', async t => {
  const directory = t.testdir({ marks: {}, leases: {} })
  const TURNS = 60
  const heard: string[] = []
  const race = (): ChildProcess => {
    const args = [RACER, join(directory, 'leases'), join(directory, 'marks'), String(TURNS)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    child.stdout!.on('data', chunk => heard.push(String(chunk)))
    return child
  }
  const survivors = [race(), race()]
  const ends = survivors.map(child => once(child, 'exit'))
  // Others come beside them and die in the middle of it, somewhere within their turns.
  const die = async (): Promise<void> => {
    const victim = race()
    await once(victim.stdout!, 'data')
    await sleep(Math.random() * 20)
    victim.kill('SIGKILL')
  }
  await Promise.all(Array.from({ length: 4 }, die))
  const codes = await Promise.all(ends)
  const lines = heard.join('').trim().split('\n')
  const doubles = lines.filter(line => line.startsWith('both'))
  t.same(doubles, [])
  t.same(
    codes.map(([code]) => code),
    [0, 0],
    'the others have all their turns',
  )
  t.ok(lines.length >= 2 * TURNS + 4, `${lines.length} turns`)
})

/** Any two users; where only one may be had, that one. */
const USERS = process.getuid?.() === 0 ? ['65534', '65533'] : ['', '']

for (const [of, users] of [
  ['one user', ['', '', '', '']],
  ['several users, in a sticky directory', [...USERS, ...USERS]],
] as const) {
  t.test(`four processes of ${of} race for what a dead one left: never two get it`, async t => {
    const ROUNDS = 1_000
    const EVERY = 4
    const directory = t.testdir({})
    const dead = { ...thisOwner('', 'died'), pid: 2 ** 22 + 1 }
    for (let round = 0; round < ROUNDS; round++) {
      const store = join(directory, String(round))
      mkdirSync(store)
      chmodSync(store, 0o1777)
      const token = `dead-${round}`
      const left = [join(store, 'lock')]
      // Half of them died while they took the place of another.
      if (round % 2 === 1) left.push(join(store, `lock.${token}-0.next`))
      for (const [i, file] of left.entries()) {
        writeFileSync(file, JSON.stringify({ ...dead, token: `${token}-${i}` }))
        if (users[0] !== '') chownSync(file, Number(users[round % 2]), 0)
      }
    }
    const begin = Date.now() + 2_000
    const rounds = [ROUNDS, begin, EVERY].map(String)
    const racers = users.map(user =>
      spawn(process.execPath, [DIRECTORY_RACER, directory, ...rounds, user], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    )
    const heard = await Promise.all(
      racers.map(async racer => {
        let said = ''
        for await (const chunk of racer.stdout!) {
          said += String(chunk)
          if (said.endsWith('done\n')) break
        }
        return said.split('\n').filter(line => /^\d+$/.test(line))
      }),
    )
    const ends = racers.map(racer => once(racer, 'exit'))
    for (const racer of racers) racer.stdin!.end()
    t.same(
      (await Promise.all(ends)).map(([code]) => code),
      [0, 0, 0, 0],
    )
    const holders = new Map<string, number>()
    for (const round of heard.flat()) holders.set(round, (holders.get(round) ?? 0) + 1)
    t.equal(holders.size, ROUNDS, 'somebody got each')
    t.same(
      [...holders].filter(([, count]) => count !== 1),
      [],
      'and nobody else',
    )
    const unlucky = heard.filter(rounds => rounds.length === 0).length
    t.comment(`rounds won: ${heard.map(rounds => rounds.length).join(', ')}`)
    t.ok(unlucky < 3, 'it was a race')
  })
}
