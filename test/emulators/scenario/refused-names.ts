// Steps, expectations and names that mean nothing: of no kind or of two, or naming what the scenario does not have. Every
// refusal is checked with its line, its column and the word that it proposes.

import { test } from 'tap'
import { refuses, small } from '../../helpers/scenario-texts.ts'

test('a step and an expectation are of one kind each', async t => {
  const step = (text: string) => small(`steps:\n  - ${text}`)
  const expect = (text: string) => small(`expect:\n  - ${text}`)
  const kinds =
    'distribute, wait, activate, cancel, cut-power, cut-mains, unplug, plug, pull, query, discard, rot, relist'
  const duration = 'a duration with its unit, such as 250 ms or 1 h 30 min'
  await refuses(t, [
    [
      step('{ distribut: meter }'),
      '5:7: steps[0] has no key "distribut"; did you mean "distribute"?',
    ],
    [
      step('{ distribute: meter, activate: meter }'),
      '5:26: steps[0] can have only one of distribute, activate.',
    ],
    [step('{}'), `5:5: steps[0] must have one of ${kinds}.`],
    [step('{ for: 5 s }'), `5:5: steps[0] must have one of ${kinds}.`],
    [step('distribute'), '5:5: steps[0] must be a map, not "distribute".'],
    [step('{ distribute: [meter] }'), '5:19: steps[0].distribute must be a text, not a list of 1.'],
    [step('{ distribute: meter, on: [esme] }'), '5:26: steps[0] has no key "on".'],
    [
      step('{ distribute: meter, to: esme }'),
      '5:30: steps[0].to must be a list of names, such as [esme], not "esme".',
    ],
    [
      step('{ distribute: meter, to: [] }'),
      '5:30: steps[0].to must be a list with a name in it, not an empty list.',
    ],
    [step('{ activate: meter, in: 7 }'), `5:28: steps[0].in must be ${duration}, not 7.`],
    [step('{ activate: meter, wait: 5 s }'), '5:30: steps[0].wait must be yes or no, not "5 s".'],
    [
      step('{ activate: meter, wait: yes, hash: 5 }'),
      '5:41: steps[0].hash must be one of right, wrong, not 5.',
    ],
    [
      step('{ wait: 5 s, distribute: meter }'),
      '5:18: steps[0] can have only one of wait, distribute.',
    ],
    [step('{ cut-power: [esme] }'), `5:5: steps[0].for is missing: it must be ${duration}.`],
    [
      step('{ wait: 5 }'),
      `5:13: steps[0].wait must be ${duration}, or a map with an event, not 5.`,
    ],
    [step('{ wait: {} }'), '5:13: steps[0].wait.event is missing.'],
    [
      step('{ wait: { event: bootd, sourze: hub } }'),
      '5:22: steps[0].wait.event cannot be "bootd"; did you mean "booted"?',
      '5:29: steps[0].wait has no key "sourze"; did you mean "source"?',
    ],
    [
      step('{ cut-power: [esme], at: 4000 d, for: 4000 d }'),
      '5:30: steps[0].at must be a duration from 0 s to 3650 d in whole milliseconds, not "4000 d".',
      '5:43: steps[0].for must be a duration from 1 ms to 3650 d in whole milliseconds, not "4000 d".',
    ],
    [
      step('{ wait: 4000 d }'),
      '5:13: steps[0].wait must be a duration from 0 s to 3650 d in whole milliseconds, not "4000 d".',
    ],
    [
      step('{ wait: { event: bootd } }'),
      '5:22: steps[0].wait.event cannot be "bootd"; did you mean "booted"?',
    ],
    [
      step('{ wait: { event: booted, where: { a: [] } } }'),
      '5:42: steps[0].wait.where.a must be a text, a number, true or false, not an empty list.',
    ],
    [
      expect('{ alert: AD2 }'),
      '5:14: expect[0].alert must be one of AD1, 8F72, 8F1C, 8F66, 8F67, 8F1B, 8F89, 8F8A, 8F8B, not "AD2"; did you mean "AD1"?',
    ],
    [
      expect('{ alert: 8F72, suppressed: yes }'),
      '5:32: expect[0].suppressed can be said of AD1 only.',
    ],
    [
      expect('{ alert: 8F72, count: -1 }'),
      '5:27: expect[0].count must be a whole number, or a map with min and max, not -1.',
    ],
    [
      expect('{ alert: 8F72, count: { min: 2, max: 1 } }'),
      '5:42: expect[0].count.max must not be below "min".',
    ],
    [
      expect('{ device: esme }'),
      '5:5: expect[0] must say what is expected: runs, holds, state or sha256.',
    ],
    [
      expect('{ device: esme, state: helt }'),
      '5:28: expect[0].state must be one of idle, querying, downloading, waiting, verifying, ending, rejecting, held, countdown, requerying, not "helt"; did you mean "held"?',
    ],
    [
      expect('{ response: 11.2 }'),
      '5:17: expect[0].response must be one of 11.1, 11.3, 11.4, not 11.2.',
    ],
    [
      expect('{ response: 11.1, event: booted }'),
      '5:23: expect[0] can have only one of response, event.',
    ],
    [
      expect('{ device: esme, runs: -1 }'),
      '5:27: expect[0].runs must be a whole number from 0 to 0xffffffff, not -1.',
    ],
    [expect('{ ends: 3 d }'), '5:13: expect[0].ends must be a map, not "3 d".'],
  ])
})

test('names are refused that nothing in the scenario has', async t => {
  const step = (text: string) => small(`steps:\n  - ${text}`)
  const expect = (text: string) => small(`expect:\n  - ${text}`)
  const id = '00-DB-12-34-56-78-90-A0'
  await refuses(t, [
    [
      step('{ distribute: metr }'),
      '5:19: steps[0].distribute: "metr" is not an image of this scenario; did you mean "meter"?',
    ],
    [
      step('{ distribute: meter, to: [emse] }'),
      '5:31: steps[0].to[0]: "emse" is not a device or hub of this scenario; did you mean "esme"?',
    ],
    [step('{ distribute: meter, to: [esme, esme] }'), '5:37: steps[0].to[1] names "esme" again.'],
    [
      step('{ distribute: meter, to: [hub], via: han }'),
      '5:42: steps[0].via cannot be han for the hub: only devices are served in the home.',
    ],
    [
      step('{ activate: constructor }'),
      '5:17: steps[0].activate: "constructor" is not an image of this scenario.',
    ],
    [
      step('{ discard: other }'),
      '5:16: steps[0].discard: "other" is not an image of this scenario.',
    ],
    [
      step('{ cut-power: [esme, gsme], for: 1 s }'),
      '5:25: steps[0].cut-power[1]: "gsme" is not a device or hub of this scenario; did you mean "esme"?',
    ],
    [
      step('{ rot: [hubb] }'),
      '5:13: steps[0].rot[0]: "hubb" is not a device or hub of this scenario; did you mean "hub"?',
    ],
    [
      step('{ unplug: [hub] }'),
      '5:16: steps[0].unplug[0]: "hub" is not a device of this scenario.',
    ],
    [
      step('{ relist: [hub] }'),
      '5:16: steps[0].relist[0]: "hub" is not a device of this scenario.',
    ],
    [
      step('{ wait: 1 s, at: 13 d }'),
      '5:22: steps[0].at is after the end of the run: see "until".',
    ],
    [
      step('{ wait: { event: booted, source: emse } }'),
      '5:38: steps[0].wait.source: "emse" is not a box or link of this scenario; did you mean "esme"?',
    ],
    [
      small('links: { han.emse.up: {} }'),
      '4:10: links.han.emse.up: "emse" is not a device of this scenario; did you mean "esme"?',
    ],
    [
      expect('{ alert: AD1, from: hab }'),
      '5:25: expect[0].from: "hab" is not a device or hub of this scenario; did you mean "hub"?',
    ],
    [
      expect('{ alert: AD1, after: 2 s, within: 1 s }'),
      '5:39: expect[0].within is before "after".',
    ],
    [
      expect('{ device: x, runs: y, holds: nothin, sha256: abc }'),
      '5:15: expect[0].device: "x" is not a device or hub of this scenario.',
      '5:24: expect[0].runs: "y" is not an image of this scenario.',
      '5:34: expect[0].holds: "nothin" is not an image of this scenario; did you mean "nothing"?',
      '5:50: expect[0].sha256: "abc" is not an image of this scenario.',
    ],
    [
      expect('{ event: booted, source: han.esme.upp }'),
      '5:30: expect[0].source: "han.esme.upp" is not a box or link of this scenario; did you mean "han.esme.up"?',
    ],
    [
      expect('{ response: 11.1, device: esm }'),
      '5:31: expect[0].device: "esm" is not a device or hub of this scenario; did you mean "esme"?',
    ],
    [
      'name: x\nimages: { g: { size: 3 kB, for: gsme } }\ndevices: { e: { profile: esme } }\nsteps: [{ activate: g }]\n',
      '4:21: steps[0].activate is for gsme, and no device is one: name the devices with "on".',
    ],
    [
      `name: x\nhub: { id: ${id} }\ndevices: { e: { profile: esme, id: ${id.toLowerCase()} } }\n`,
      '3:36: devices.e.id is already the id of hub.',
    ],
    [
      `name: x\ndevices: { e: &e { profile: esme, id: ${id} }, f: *e }\n`,
      '2:66: devices.f.id is already the id of e.',
    ],
    [
      'name: x\ndevices: { e: { profile: esme, with: { activationShortest: 1 h } } }\n',
      '2:38: devices.e.with makes activationShortest longer than activationLongest.',
    ],
  ])
})
