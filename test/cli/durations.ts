// Lengths of time on the command line: one way to write them; a bare number is what each option's help says.

import t from 'tap'
import { durationOption } from '#cli/options/options'
import { hanrigAll } from '../helpers/hanrig.ts'

t.test(
  'a unit is understood everywhere; a bare number only where it is one of something',
  async t => {
    const seconds = durationOption({ from: 0, to: 86_400_000, bare: 's' })
    for (const [text, ms] of [
      ['90', 90_000],
      ['1.5', 1_500],
      ['0x10', 16_000],
      ['30s', 30_000],
      ['1 min 30 s', 90_000],
      ['250 ms', 250],
      [' 2 h ', 7_200_000],
    ] as const) {
      t.equal(seconds(text), ms, text)
    }
    const strict = durationOption({ from: 0, to: 86_400_000 })
    t.equal(strict('90s'), 90_000)
    t.throws(() => strict('90'), /must be a duration.*such as 30s/)
    t.throws(() => seconds('soon'), /a bare number is seconds/)
    t.throws(() => seconds('25 h'), /from 0 s to 1 d/)
    t.throws(() => seconds('-1 s'), /must be a duration/)
    t.throws(() => seconds('0.0001'), /must be a duration/, 'no fraction of a millisecond')
    const days = durationOption({ from: 0, to: 365 * 86_400_000, bare: 'd', step: 86_400_000 })
    t.equal(days('5'), 432_000_000)
    t.equal(days('5 d'), 432_000_000)
    t.throws(() => days('36 h'), /such as "5 d"/)
  },
)

/** What a bare number is, by command and option. */
const BARE = {
  'run --activate-in': 'minutes',
  'run --wait': undefined,
  'snapshot --at': undefined,
  'boards --timeout': 'milliseconds',
  'flash --turnaround': 'milliseconds',
  'flash --activation': 'milliseconds',
  'flash --wait': 'seconds',
  'flash --patience': 'seconds',
  'han join --seconds': 'seconds',
  'stick --turnaround': 'milliseconds',
  'stick --retry': 'milliseconds',
  'alerts --window': 'minutes',
  'alerts --windows': 'minutes',
  'alerts --thresholds': 'minutes',
  'alerts --early': 'minutes',
  'campaign plan --trt': 'days',
  'campaign plan --lifetime': 'days',
  'campaign plan --lead': 'days',
  'campaign simulate --horizon': 'days',
} as const

t.test('help says how a length of time is written, and what a bare number is', async t => {
  const entries = Object.entries(BARE).map(([said, bare]) => {
    const words = said.split(' ')
    return { command: words.slice(0, -1), option: words.at(-1)!, bare }
  })
  const helps = hanrigAll(entries.map(({ command }) => [...command, '--help']))
  for (const [i, { command, option, bare }] of entries.entries()) {
    const help = helps[i]!.stdout.replaceAll(/\n {4,}/g, ' ')
    const line = help.split('\n').find(each => each.includes(`${option} <duration`)) ?? ''
    const name = `${command.join(' ')} ${option}`
    t.match(line, /e\.g\. /, name)
    if (bare === undefined) t.notMatch(line, /bare number/, name)
    else t.match(line, new RegExp(`bare numbers? (is|are) ${bare}`), name)
  }
})

t.test('a bare number and the same with its unit do the same', async t => {
  const plan = ['campaign', 'plan', '--json']
  const alerts = ['alerts', '--devices', '50', '--days', '1', '--json']
  const ran = hanrigAll([
    [...plan, '--trt', '4', '--lead', '2', '--horizon', '300'],
    [...plan, '--trt', '4d', '--lead', '2 d', '--horizon', '300 d'],
    [...alerts, '--window', '20', '--windows', '20,60'],
    [...alerts, '--window', '20 min', '--windows', '20 min,1 h'],
  ])
  for (const { exit } of ran) t.equal(exit, 0)
  t.equal(ran[0]!.stdout, ran[1]!.stdout)
  t.equal(ran[2]!.stdout, ran[3]!.stdout)
})
