// What each kind of work says of its progress; when and how that is drawn is tested with the status line.

import t from 'tap'
import { StreamProgress } from '#cli/alerts/source'
import { SimulationProgress } from '#cli/campaign/simulate/simulation-progress'
import { AirProgress } from '#cli/flash/air-progress'
import { CableProgress } from '#cli/flash/cable-progress'
import { RunProgress } from '#cli/run/run-progress'
import { DownloadProgress } from '#cli/stick/download-progress'
import { DOWNLOADING, IDLE } from '#core/ota/client'
import { SharedCount } from '#emulators/campaign/shared-count'
import { simulationOf, tasksOf } from '#emulators/campaign/simulation'
import type { Flash } from '#hil/flash/flash'
import type { UpdateEvent } from '#hil/host/update'
import { plan } from '../helpers/portfolio.ts'
import { CALM } from '../helpers/simulated.ts'
import { statusLine } from '../helpers/status-line.ts'

const WIDE = { columns: 200 }

t.test('a run: octets, block, rate, time left, retries', async t => {
  const { screen, clock, line } = statusLine(WIDE)
  const progress = new RunProgress(20_000, line)
  const at = { t: 0, source: 'esme' }
  progress.heed({ ...at, name: 'ota-offered', fileVersion: 2, size: 20_000, resumedAt: 0 })
  clock.now += 2_000
  progress.heed({ ...at, name: 'ota-retry', offset: 0 })
  progress.heed({
    ...at,
    name: 'ota-progress',
    size: 20_000,
    offset: 5_000,
    blocks: 100,
    retries: 1,
  })
  clock.now += 200
  progress.heed({ ...at, name: 'ota-retry', offset: 5_000 })
  t.same(screen.seen, ['5 kB of 20 kB, block 100, 2.27 kB/s, 6.6 s left, 2 retries'])
  progress.end()
  t.same(screen.seen, [''])
})

t.test('a simulation: devices, blocks, rate, time left', async t => {
  const { screen, clock, line } = statusLine(WIDE)
  const simulation = simulationOf(plan([{ devices: 2_000 }]), CALM, 1, 'totals')
  const progress = new SimulationProgress(line)
  const count = new SharedCount(new SharedArrayBuffer(SharedCount.octets(1)))
  progress.begin(simulation, tasksOf(simulation), count)
  count.show(0, 'totals', 500, 9_000_000)
  clock.now += 1_500
  progress.tick()
  t.same(screen.seen, ['500 of 2,000 devices, 9,000,000 blocks, 6 M blocks/s, 4.5 s left'])
  progress.end()
  t.same(screen.seen, [''])
})

t.test('a stream: octets where they are known, events, rates, time left', async t => {
  const { screen, clock, line } = statusLine(WIDE)
  let waited = 0
  const files = new StreamProgress(4_000_000, async () => void waited++, line)
  clock.now += 2_000
  await files.heed({ events: 10_000, octets: 1_000_000, done: 0 })
  t.same(screen.seen, ['1 MB of 4 MB, 10,000 events, 5,000 events/s, 500 kB/s, 6 s left'])
  files.end()
  const pipe = new StreamProgress(undefined, async () => void waited++, line)
  clock.now += 2_000
  await pipe.heed({ events: 10_000, octets: 1_000_000, done: 0 })
  t.same(screen.seen, ['1 MB, 10,000 events, 5,000 events/s, 500 kB/s'])
  pipe.end()
  const made = new StreamProgress(undefined, async () => void waited++, line)
  clock.now += 2_000
  await made.heed({ events: 10_000, octets: 0, done: 0.25 })
  t.same(screen.seen, ['10,000 events, 5,000 events/s, 6 s left'])
  made.end()
  t.equal(waited, 3, 'whoever writes is waited for each time')
})

t.test('boards on a cable: a line each, from beginning to end', async t => {
  const { screen, clock, line } = statusLine(WIDE)
  const counts = { size: 20_000, doneOctets: 0, doneBlocks: 0, blocks: 10, sent: 0, resent: 0 }
  const flash = (address: string, over: object) =>
    ({ address, phase: 'sending', counts: { ...counts, retries: 0 }, ...over }) as unknown as Flash
  const a = flash('tcp://a:1', {})
  const b = flash('tcp://bench:2', { phase: 'waiting', waitsFor: { message: 'It is away.' } })
  const progress = new CableProgress([a, b], false, line, () => clock.now)
  progress.tick()
  clock.now += 2_000
  Object.assign(a.counts, { doneOctets: 5_000, doneBlocks: 2, sent: 3, resent: 1 })
  progress.tick()
  t.same(screen.seen, [
    'tcp://a:1      sending     5 kB of 20 kB, block 2 of 10, 2.5 kB/s, 6 s left, 1 retries',
    'tcp://bench:2  waiting     It is away.',
  ])
  progress.stop()
  t.same(screen.seen, [''])
})

t.test('over the air: phase, octets, block, rate, time left', async t => {
  const { screen, clock, line } = statusLine(WIDE)
  const progress = new AirProgress(['00-11', '00-22'], 20_000, false, line, () => clock.now)
  const count = { octets: 0, blocks: 0, retries: 0, resumedAt: 0 }
  progress.heed('00-11', { name: 'progress', count } as UpdateEvent)
  clock.now += 2_000
  const later = { ...count, octets: 5_000, blocks: 100, retries: 2 }
  progress.heed('00-11', { name: 'progress', count: later } as UpdateEvent)
  t.same(screen.seen, [
    '00-11  sending     5 kB of 20 kB, block 100, 2.5 kB/s, 6 s left, 2 retries',
    '1 waiting',
  ])
  progress.ended('00-11')
  clock.now += 1_000
  progress.heed('00-22', { name: 'progress', count } as UpdateEvent)
  t.same(screen.seen, ['00-22  sending     0 B of 20 kB, block 0, 0 retries'])
  progress.end()
  t.same(screen.seen, [''])
})

t.test('behind a stick: what the devices have together; idle ones count for nothing', async t => {
  const { screen, clock, line } = statusLine(WIDE)
  const idle = { state: IDLE, offset: 9, size: 9, blocks: 9, retries: 9 } as const
  let clients: object[] = [idle]
  const progress = new DownloadProgress(() => clients as never, line)
  const look = (offset: number) => {
    clients = [idle, { state: DOWNLOADING, offset, size: 20_000, blocks: 7, retries: 1 }]
    progress.look()
  }
  progress.look()
  clock.now += 60_000
  look(1_000)
  t.equal(screen.written, '', 'it has only begun')
  clock.now += 2_000
  look(5_000)
  t.same(screen.seen, ['5 kB of 20 kB, block 7, 2 kB/s, 7.5 s left, 1 retries'])
  clients = [idle]
  progress.look()
  t.same(screen.seen, [''], 'nobody downloads')
  progress.end()
})
