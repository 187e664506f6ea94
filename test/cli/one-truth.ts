// One rule, one time, one supply: what two commands, or two parts, say of the same thing is the same.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hanrig, jsonLines } from '../helpers/hanrig.ts'

/** Each says how long 300 kB take in the HAN at this loss, seconds. */
function downloads(path: string, loss: string) {
  const [check] = jsonLines(hanrig('image', 'check', path, '--json', '--loss', loss).stdout)
  const medium = check.media.find(({ name }: { name: string }) => name === 'HAN 50')
  const portfolio = path.replace('fw.bin', 'one.csv')
  const simulated = jsonLines(
    hanrig('campaign', 'simulate', portfolio, '--json', '--loss', loss).stdout,
  ).at(-1)
  const run = jsonLines(hanrig('run', '--image', path, '--json', '--loss', loss).stdout)
  const at = (name: string) => run.find(each => each.name === name).t
  return {
    check: medium.withLoss / 1000,
    airTime: medium.airTime / 1000,
    simulate: simulated.downloadSeconds.median,
    run: (at('ota-whole') - at('ota-offered')) / 1000,
  }
}

t.test('one download time: check, simulate and run agree within 5 %', async t => {
  const dir = t.testdir({ 'one.csv': 'supplier,devices,image\nA,400,300 kB\n' })
  const path = join(dir, 'fw.bin')
  writeFileSync(path, new Uint8Array(300_000))
  for (const loss of ['0', '2%', '5%']) {
    const { check, simulate, run, airTime } = downloads(path, loss)
    for (const [name, seconds] of Object.entries({ simulate, run })) {
      t.ok(Math.abs(seconds - check) < 0.05 * check, `${name} ${seconds} s, check ${check} s`)
    }
    t.equal(airTime, 1_500, '6,000 blocks, four a second, without loss')
    if (loss === '0') t.equal(check, airTime)
  }
})

t.test(
  'a sleeper’s time too: 250 kB at 200 B/s, a minute awake in thirty, are ten hours',
  async t => {
    const dir = t.testdir({
      'gas.yaml': `name: Gas
images: { gas: { size: 250 kB, for: gsme, version: 2 } }
devices: { gsme: { profile: gsme } }
steps: [{ distribute: gas }]
`,
    })
    const path = join(dir, 'fw.bin')
    writeFileSync(path, new Uint8Array(250_000))
    const [check] = jsonLines(hanrig('image', 'check', path, '--json', '--loss', '0').stdout)
    t.equal(check.sleepy.airTime / 3_600_000, 1_250 / 3_600 / (1 / 30))
    const run = jsonLines(hanrig('run', join(dir, 'gas.yaml'), '--json').stdout)
    const at = (name: string) => run.find(each => each.name === name).t
    const took = at('ota-whole') - at('ota-offered')
    t.ok(Math.abs(took - check.sleepy.airTime) < 0.05 * check.sleepy.airTime, `${took} ms`)
  },
)
