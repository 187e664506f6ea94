// Values that no scenario can have: for their type, form or range. Every refusal is checked with its line, its column and
// the word that it proposes.

import { test } from 'tap'
import { PROFILES } from '#emulators/profile/profiles'
import { refuses, small } from '../../helpers/scenario-texts.ts'

const RESERVED = '"supplier", "dco", "dsp", "hub", "run", "wan", "csp", "han"'

test('values are refused for their type, form and range, in the unit of the field', async t => {
  const duration = 'a duration with its unit, such as 250 ms or 1 h 30 min'
  const size = 'a size such as 750 kB, 64 KiB or a whole number of octets'
  await refuses(t, [
    [small('seed: -1'), '4:7: seed must be a whole number from 0 to 0xffffffff, not -1.'],
    [small('seed: 1.5'), '4:7: seed must be a whole number from 0 to 0xffffffff, not 1.5.'],
    [small('seed: .nan'), '4:7: seed must be a whole number from 0 to 0xffffffff, not NaN.'],
    [small('seed: "1"'), '4:7: seed must be a whole number from 0 to 0xffffffff, not "1".'],
    [small('seed:'), '4:6: seed must be a whole number from 0 to 0xffffffff, not nothing.'],
    [small('until: 5'), `4:8: until must be ${duration}, not 5.`],
    [small('until: 0'), `4:8: until must be ${duration}, not 0.`],
    [
      small('until: 0 s'),
      '4:8: until must be a duration from 1 ms to 3650 d in whole milliseconds, not "0 s".',
    ],
    [small('until: 5 mins'), `4:8: until must be ${duration}, not "5 mins".`],
    [small('until: { a: 1 }'), `4:8: until must be ${duration}, not a map.`],
    [
      small('start: 2026-02-30T00:00:00Z'),
      '4:8: start must be a time that the calendar has, from 2000 to 2136, not "2026-02-30T00:00:00Z".',
    ],
    [
      small('start: 1999-12-31T00:00:00Z'),
      '4:8: start must be a time that the calendar has, from 2000 to 2136, not "1999-12-31T00:00:00Z".',
    ],
    [
      small('start: 2026-01-05'),
      '4:8: start must be a time in UTC such as 2026-01-05T09:00:00Z, not "2026-01-05".',
    ],
    [
      small('generation: smets3'),
      '4:13: generation must be one of smets1, smets2, not "smets3"; did you mean "smets1"?',
    ],
    [small('trust: tset'), '4:8: trust must be test, none or the path of a PEM file, not "tset".'],
    [
      small('hub: { id: 00-DB }'),
      '4:12: hub.id must be an EUI-64 such as 00-DB-12-34-56-78-90-A0, not "00-DB".',
    ],
    [
      small('hub: { version: 0x100000000 }'),
      '4:17: hub.version must be a whole number from 0 to 0xffffffff, not 4294967296.',
    ],
    [
      small('hub: { with: { ad1Strict: 1 } }'),
      '4:27: hub.with.ad1Strict must be yes or no, not 1.',
    ],
    [
      small('hub: { with: { retention: 7 } }'),
      `4:27: hub.with.retention must be ${duration}, not 7.`,
    ],
    [
      small('hub: { with: { retention: 400 d } }'),
      '4:27: hub.with.retention must be a duration from 1 ms to 365 d in whole milliseconds, not "400 d".',
    ],
    [
      small('hub: { with: { minBlockPeriod: 70 s } }'),
      '4:32: hub.with.minBlockPeriod must be a duration from 0 s to 1 min 5 s 535 ms in whole milliseconds, not "70 s".',
    ],
    [
      small('hub: { with: { minBlockPeriod: 0.5 ms } }'),
      '4:32: hub.with.minBlockPeriod must be a duration from 0 s to 1 min 5 s 535 ms in whole milliseconds, not "0.5 ms".',
    ],
    [
      small('hub: { with: { queryJitter: 101 } }'),
      '4:29: hub.with.queryJitter must be a whole number from 1 to 100, not 101.',
    ],
    [
      small('hub: { with: { serverMaxDataSize: 256 } }'),
      '4:35: hub.with.serverMaxDataSize must be a size from 1 B to 255 B in whole octets, not 256.',
    ],
    [
      small('hub: { with: { serverMaxDataSize: 1 kB } }'),
      '4:35: hub.with.serverMaxDataSize must be a size from 1 B to 255 B in whole octets, not "1 kB".',
    ],
    [
      small('hub: { with: { serverMaxDataSize: 1 KB } }'),
      `4:35: hub.with.serverMaxDataSize must be ${size}, not "1 KB".`,
    ],
    [
      small('links: { han: { loss: 5 } }'),
      '4:23: links.han.loss must be a probability: 0 to 1, or 0 % to 100 %, not 5.',
    ],
    [
      small('links: { han: { loss: 101 % } }'),
      '4:23: links.han.loss must be a probability: 0 to 1, or 0 % to 100 %, not "101 %".',
    ],
    [
      small('links: { han: { deaf: { every: 1 s, for: 2 s } } }'),
      '4:42: links.han.deaf.for must not be longer than "every".',
    ],
    [
      small('links: { hann: {} }'),
      '4:10: links.hann must be a link: wan, csp or han, then .up, .down or the name of a device, not "hann".',
    ],
    [small('links: [han]'), '4:8: links must be a map of what links do by name, not a list of 1.'],
    [
      small('hub: { wrong: [{ what: restart, every: 5 s, for: 5 s }] }'),
      '4:50: hub.wrong[0].for must be shorter than "every", or the box is never up.',
    ],
    [
      small('hub: { wrong: [{ what: ask-zero }] }'),
      '4:24: hub.wrong[0].what must be one of lies-on-size, other-offsets, dies-midway, restart, not "ask-zero".',
    ],
    [
      small('hub: { wrong: [{}] }'),
      '4:16: hub.wrong[0].what is missing: it must be one of lies-on-size, other-offsets, dies-midway, restart.',
    ],
    [
      small('hub: { wrong: [{ what: other-offsets, times: 0 }] }'),
      '4:46: hub.wrong[0].times must be a whole number from 1 to 0xffffffff, not 0.',
    ],
  ])
})

test('images and devices are refused for their names, numbers and kinds', async t => {
  const image = (text: string) =>
    `name: x\ndevices: { e: { profile: esme } }\nimages: { ${text} }\n`
  const name = (reserved: string) =>
    `must be a name other than ${reserved}, of at most 32 small letters, digits and hyphens with a letter first`
  await refuses(t, [
    ['name: x\n', '1:1: devices is missing: it must be a map of devices by name.'],
    ['name: x\ndevices: {}\n', '2:10: devices must hold 1 to 15 devices.'],
    [
      `name: x\ndevices:\n${Array.from({ length: 16 }, (_, i) => `  e${i}: { profile: esme }\n`).join('')}`,
      '3:3: devices must hold 1 to 15 devices.',
    ],
    [
      'name: x\ndevices: { hub: { profile: esme } }\n',
      `2:12: devices.hub ${name(RESERVED)}, not "hub".`,
    ],
    [
      'name: x\ndevices: { e: { profile: esme-slo } }\n',
      `2:26: devices.e.profile must be one of ${PROFILES.map(p => p.name).join(', ')}, not "esme-slo"; did you mean "esme-slow"?`,
    ],
    [
      'name: x\ndevices: { e: {} }\n',
      `2:15: devices.e.profile is missing: it must be one of ${PROFILES.map(p => p.name).join(', ')}.`,
    ],
    [
      image('nothing: { size: 3 kB, for: esme }'),
      `3:11: images.nothing ${name('"nothing"')}, not "nothing".`,
    ],
    [image('Big: { size: 3 kB, for: esme }'), `3:11: images.Big ${name('"nothing"')}, not "Big".`],
    [
      image('a: { size: 126, for: esme }'),
      '3:22: images.a.size must be a size from 127 B to 16 MiB in whole octets, not 126.',
    ],
    [
      image('a: { size: 17 MiB, for: esme }'),
      '3:22: images.a.size must be a size from 127 B to 16 MiB in whole octets, not "17 MiB".',
    ],
    [
      image('a: { size: 3 kB, for: emse }'),
      '3:33: images.a.for must be one of esme, gsme, hcalcs, ppmid, ihd, hub, not "emse"; did you mean "esme"?',
    ],
    [
      image('a: { size: 3 kB }'),
      '3:14: images.a.for is missing: it must be one of esme, gsme, hcalcs, ppmid, ihd, hub.',
    ],
    [
      image('a: { size: 3 kB, for: esme, hardware: [2, 1] }'),
      '3:49: images.a.hardware must name the lower version first.',
    ],
    [
      image('a: { size: 3 kB, for: esme, hardware: [2] }'),
      '3:49: images.a.hardware must be two hardware versions, such as [0x1111, 0x1211], not a list of 1.',
    ],
    [
      image('a: { size: 3 kB, file: x, for: esme }'),
      '3:28: images.a can have only one of size, file.',
    ],
    [
      image('a: { sise: 3 kB, for: esme }'),
      '3:16: images.a has no key "sise"; did you mean "size"?',
    ],
    [image('a: { for: esme }'), '3:14: images.a must have one of size, file.'],
    [image('a: 5'), '3:14: images.a must be a map, not 5.'],
    [image('a: { file: x.ota, for: esme, size2: 1 }'), '3:40: images.a has no key "size2".'],
  ])
})
