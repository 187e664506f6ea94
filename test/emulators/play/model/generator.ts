// Random scenarios say only what the language can say, say all of it sooner or later, and never what nobody can check.

import t from 'tap'
import { DRAWN_CLIENT_WRONGS, SERVER_WRONGS } from '#emulators/link/wrong'
import { PROFILES } from '#emulators/profile/profiles'
import { randomScenario } from '#emulators/scenario/random'
import { readScenario } from '#emulators/scenario/read/read'
import type { Scenario, Wrong } from '#emulators/scenario/schema/schema'
import { isMild } from '../../../helpers/model/liveness-model.ts'
import { said } from '../../../helpers/model/said.ts'

const MANY = Array.from({ length: 600 }, (_, i) => randomScenario(i + 1))

/** Without what is undefined; Infinity becomes a word. */
function plain(value: unknown): unknown {
  const word = (_: string, each: unknown) => (each === Number.POSITIVE_INFINITY ? 'always' : each)
  return JSON.parse(JSON.stringify(value, word))
}

function wrongsOf({ hub, devices }: Scenario): readonly Wrong[] {
  return [hub.wrong, ...Object.values(devices).map(({ wrong }) => wrong)].flat()
}

t.test('written as a scenario file and read again, each is the same', async t => {
  for (const scenario of MANY.slice(0, 60)) {
    const read = readScenario(said(scenario), scenario.name)
    const { steps, expect, ...rest } = scenario
    const { steps: readSteps, expect: readExpect, ...readRest } = read
    const unplaced = (each: object) => ({ ...each, line: 0 })
    t.strictSame(plain(readRest), plain(rest), scenario.name)
    t.strictSame(plain(readSteps.map(unplaced)), plain(steps))
    t.strictSame(plain(readExpect.map(unplaced)), plain(expect))
  }
})

t.test('every profile, every wrong, every kind of step and every fault is drawn', async t => {
  const devices = MANY.flatMap(each => Object.values(each.devices))
  const links = MANY.flatMap(each => Object.values(each.links))
  const steps = MANY.flatMap(each => each.steps)
  const wrongs = new Set(MANY.flatMap(wrongsOf).map(({ what }) => what))
  t.strictSame(new Set(devices.map(({ profile }) => profile)).size, PROFILES.length)
  t.strictSame(
    [...wrongs].toSorted(),
    [...DRAWN_CLIENT_WRONGS, ...SERVER_WRONGS, 'restart'].toSorted(),
  )
  t.equal(new Set(steps.map(({ kind }) => kind)).size, 12)
  for (const seen of [
    links.some(({ bursts }) => bursts),
    links.some(({ deaf }) => deaf),
    links.some(({ loss }) => loss > 0.25),
    devices.some(({ values }) => values.pageSize > 0),
    devices.some(({ values }) => values.maxDataSize === 1),
    devices.some(({ values }) => values.maxDataSize > 240),
    MANY.some(({ hub }) => hub.values.serveWhileReceiving === 1),
    MANY.some(({ generation }) => generation === 'smets1'),
    MANY.some(({ trust }) => trust === 'none'),
  ]) {
    t.ok(seen)
  }
  const mild = MANY.filter(isMild).length
  t.ok(mild > 200 && mild < 400, `${mild} mild ones`)
})

t.test('octets of other offsets are sold only where a signature finds them out', async t => {
  for (const scenario of MANY) {
    if (!wrongsOf(scenario).some(({ what }) => what === 'other-offsets')) continue
    t.equal(scenario.trust, 'test', scenario.name)
    t.notOk(Object.values(scenario.images).some(image => ['ppmid', 'ihd'].includes(image.for)))
  }
})
