// Leases on boards with real processes: one holder at a time, whoever is killed wherever it stands.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { holderOf, Lease, takeLease } from '#hil/pool/lease'
import { describeOwner, isGone, SILENT_FOR, thisOwner } from '#hil/pool/owner'

const RACER = fileURLToPath(new URL('../../helpers/lease-racer.ts', import.meta.url))

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
  t.match(other, { pid: process.pid, what: 'testing', board: 'bench', host: hostname() })
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

t.test('a file that a crash of the machine left empty or torn is nobody’s', async t => {
  const file = leaseIn(t.testdir({}))
  for (const text of ['', '{"token":"x","pi']) {
    writeFileSync(file, text)
    taken(file).release()
  }
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
  const mine = new Lease(file, away)
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
