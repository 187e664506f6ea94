// Every constant of an emulated box is a field here: unit, range, default, source. `inferred` marks a value for
// which no public source was found; it is a choice, to be changed in a profile. Code reads values, never literals.

import { AD1_THRESHOLD } from '#core/power/supply-monitor'
import { SUPPRESSION_WINDOW } from '#core/power/suppression'

/** A number of an emulated box or of a link. */
export interface Field {
  /** What it is, for people. */
  readonly about: string
  /** Unit of its numbers; 'yes/no' is 1 or 0. */
  readonly unit:
    | 'B'
    | 'ms'
    | 'bit/s'
    | 'blocks'
    | 'tries'
    | 'yes/no'
    | 'word'
    | 'percent'
    | 'images'
    | 'devices'
    | 'share'
    | 'a year'
  /** Least value. */
  readonly min: number
  /** Greatest value. */
  readonly max: number
  /** Value unless a profile or a scenario says otherwise. */
  readonly value: number
  /** Where it comes from. */
  readonly source: string
  /** True when no public source was found. */
  readonly inferred?: true
}

const MINUTE = 60_000
const DAY = 86_400_000
const NO_SOURCE = 'no public source found; chosen'

/** What any box does with firmware for itself. */
const FIRMWARE_FIELDS = {
  hardwareVersion: {
    about: 'version in the high octet, revision in the low one',
    unit: 'word',
    min: 0,
    max: 0xffff,
    value: 0x1111,
    source: 'GB sample images: minimum hardware version 0x1111',
  },
  verifyTime: {
    about: 'how long an image is looked at before it is said whether it is right',
    unit: 'ms',
    min: 0,
    max: 3_600_000,
    value: 5_000,
    source: NO_SOURCE,
    inferred: true,
  },
  activationShortest: {
    about: 'shortest time that an activation takes',
    unit: 'ms',
    min: 0,
    max: DAY,
    value: MINUTE,
    source: NO_SOURCE,
    inferred: true,
  },
  activationLongest: {
    about: 'longest time that an activation takes',
    unit: 'ms',
    min: 0,
    max: DAY,
    value: MINUTE,
    source: NO_SOURCE,
    inferred: true,
  },
  activationFails: {
    about: 'whether activations fail, and the old version goes on',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 0,
    source: 'GBCS CS06: response code 3 is activation failure; the old version goes on',
  },
} as const satisfies Record<string, Field>

/** An OTA client: a meter or another HAN device. */
export const DEVICE_FIELDS = {
  ...FIRMWARE_FIELDS,
  maxDataSize: {
    about: 'octets asked for in one block request',
    unit: 'B',
    min: 1,
    max: 255,
    value: 50,
    source:
      'zigbee-herdsman asks for 50 B every 250 ms, 200 B/s; devices seen with 40, 50 and 64; for GB none published',
    inferred: true,
  },
  blockPeriod: {
    about: 'least time from one block request to the next',
    unit: 'ms',
    min: 0,
    max: 600_000,
    value: 250,
    source:
      'zigbee-herdsman’s default, with 50 B 200 B/s; in public 47 B/s was measured and up to 700 B/s argued; for GB none published',
    inferred: true,
  },
  answerTimeout: {
    about: 'time after which an unanswered request is sent again',
    unit: 'ms',
    min: 1,
    max: 3_600_000,
    value: 2_000,
    source: NO_SOURCE,
    inferred: true,
  },
  maxTries: {
    about: 'requests sent for one answer before the download stops',
    unit: 'tries',
    min: 1,
    max: 10_000,
    value: 20,
    source: NO_SOURCE,
    inferred: true,
  },
  retryAfter: {
    about: 'time after which a stopped download is taken up again',
    unit: 'ms',
    min: 1,
    max: 30 * DAY,
    value: 15 * MINUTE,
    source: 'how long a device waits before it takes a stopped download up again: no source found',
    inferred: true,
  },
  slotSize: {
    about: 'room for a pending image; a larger one is refused',
    unit: 'B',
    min: 1,
    max: 16 * 1024 * 1024,
    value: 16 * 1024 * 1024,
    source: 'one active and one pending image per meter (AS302P manual); the size is chosen',
    inferred: true,
  },
  cutsHubSupply: {
    about: 'whether the hub has no supply while the device activates',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 0,
    source: 'MP102A: ESME made after 29 November 2020 must not cause the alert',
  },
  pageSize: {
    about: 'octets asked for in one image page request; 0 asks block by block',
    unit: 'B',
    min: 0,
    max: 0xffff,
    value: 0,
    source: 'octets of an image page request, 0 for none: whether GB allows pages was not found',
    inferred: true,
  },
  responseSpacing: {
    about: 'time wanted between the blocks of a page',
    unit: 'ms',
    min: 0,
    max: 0xffff,
    value: 50,
    source: NO_SOURCE,
    inferred: true,
  },
  clipsPages: {
    about: 'whether a page request ends with the image; 0 asks for the whole page even there',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 1,
    source: 'zigbee-herdsman up to 11.1.1 sends empty blocks without end when a page does not',
  },
  turnaround: {
    about:
      'time from a frame of a ZigBee host to the device’s answer; in the HAN latency covers it',
    unit: 'ms',
    min: 0,
    max: 60_000,
    value: 5,
    source:
      'measured: zigbee-herdsman up to 10.9.5 loses most answers at 0 ms, 1 in 2,000 at 5 ms; 0 is safe with 11.1.1',
  },
  announcesBlockPeriod: {
    about: 'whether block requests say how often they come',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 0,
    source: 'ZCL: optional field of an image block request',
  },
  insistsOnSize: {
    about: 'whether a block that is shorter than was asked for is thrown away, but the last one',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 0,
    source: 'ZCL: a server may send less; clients are known that take nothing but what they asked',
  },
  trustsOwnClock: {
    about:
      'whether an upgrade time is read against the device’s own clock, which counts from the start of the run, and not against the server’s current time',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 0,
    source: 'ZCL 11.13.9: without a clock only the difference of both times means anything',
  },
  basicHardware: {
    about:
      'hardware version in the basic cluster; 256 for the upper octet of hardwareVersion, as it should be',
    unit: 'word',
    min: 0,
    max: 256,
    value: 256,
    source: 'ZCL 3.2: an octet of its own; devices are known in which it is unlike the query’s',
  },
  queryInterval: {
    about: 'time from one question for a new image to the next; 0 never asks by itself',
    unit: 'ms',
    min: 0,
    max: 365 * DAY,
    value: DAY,
    source: 'ZCL: a device asks at least once a day; 0 for never',
  },
  wakeInterval: {
    about: 'time from one wake to the next; 0 never sleeps',
    unit: 'ms',
    min: 0,
    max: 30 * DAY,
    value: 0,
    source: 'a GSME wakes every 30 minutes; 0 is always awake',
  },
  awakeTime: {
    about: 'how long a wake lasts at most while there is work',
    unit: 'ms',
    min: 1,
    max: DAY,
    value: MINUTE,
    source: 'how long a sleepy device with work to do stays awake: not found',
    inferred: true,
  },
  listenTime: {
    about: 'how long a wake lasts when there is nothing to do',
    unit: 'ms',
    min: 1,
    max: DAY,
    value: 2_000,
    source: 'how long a sleepy device without work listens after it woke: not found',
    inferred: true,
  },
  bootTime: {
    about: 'time from power to the first question',
    unit: 'ms',
    min: 0,
    max: DAY,
    value: 2_000,
    source: NO_SOURCE,
    inferred: true,
  },
  checkpointEvery: {
    about: 'octets after which the progress of a download is made durable',
    unit: 'B',
    min: 1,
    max: 16 * 1024 * 1024,
    value: 4_096,
    source: 'a common flash page: what was received since the last one is asked for again',
    inferred: true,
  },
  sendsAlerts: {
    about: 'whether alerts go to the Supplier',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 1,
    source: 'an IHD has no way to the DCC (SECMP0007 left it out)',
  },
  sendsReceipts: {
    about: 'whether it reports that an image verified or not, as 8F72 or 8F1C (FDRA)',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 0,
    source:
      'FDRA is said of ESME, GSME and hub (GBCS 0x00CE, 0x00CF); whether an HCALCS or a PPMID has one: not found',
    inferred: true,
  },
  mainsPowered: {
    about: 'whether it lives on the home’s mains, and not on a battery',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 1,
    source:
      'a GSME has a battery; a PPMID may have one (GBCS v0.8.1 release note); the others: chosen',
    inferred: true,
  },
  reportsOutages: {
    about: 'whether the return of its mains is reported to the Network Operator, as 8F35 or 8F36',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 0,
    source: 'an ESME does (message ECS80); no other device',
  },
  clockSkew: {
    about: 'how far the device’s clock is ahead; behind when negative',
    unit: 'ms',
    min: -DAY,
    max: DAY,
    value: 0,
    source: 'MP102B allows for a meter clock wrong by a few minutes',
  },
  messageTimeout: {
    about: 'time after which an unacknowledged message is sent again',
    unit: 'ms',
    min: 1,
    max: DAY,
    value: 10_000,
    source: NO_SOURCE,
    inferred: true,
  },
} as const satisfies Record<string, Field>

/** The Communications Hub: OTA server and supply monitor; its firmware is its own. */
export const HUB_FIELDS = {
  ...FIRMWARE_FIELDS,
  serverMaxDataSize: {
    about: 'most octets in one block response',
    unit: 'B',
    min: 1,
    max: 255,
    value: 255,
    source: 'the client states what it can take; no GB limit found',
    inferred: true,
  },
  minBlockPeriod: {
    about: 'least time that a client must leave between block requests',
    unit: 'ms',
    min: 0,
    max: 0xffff,
    value: 0,
    source: NO_SOURCE,
    inferred: true,
  },
  notifyPeriod: {
    about: 'time after which a device that did not ask is told of its image again',
    unit: 'ms',
    min: 1,
    max: DAY,
    value: 60_000,
    source: NO_SOURCE,
    inferred: true,
  },
  pages: {
    about: 'whether image page requests are answered',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 1,
    source: 'whether GB hubs answer page requests: not found',
    inferred: true,
  },
  minPageSpacing: {
    about: 'least time between the blocks of a page',
    unit: 'ms',
    min: 0,
    max: 0xffff,
    value: 10,
    source: NO_SOURCE,
    inferred: true,
  },
  slots: {
    about: 'most images stored',
    unit: 'images',
    min: 1,
    max: 64,
    value: 8,
    source:
      'how many images a hub stores: not found; one for each device type, and this many in all',
    inferred: true,
  },
  serveWhileReceiving: {
    about: 'whether an image is offered while it is still arriving',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 0,
    source: 'whether a hub offers an image that is still on its way to it: not found',
    inferred: true,
  },
  updatesPpmidAndHcalcs: {
    about: 'whether images for a PPMID or an HCALCS are taken',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 1,
    source: 'SECMP0007: needs hub firmware of the June 2022 release or later',
  },
  listenTime: {
    about: 'how long a sleepy device is taken to be awake after it was heard',
    unit: 'ms',
    min: 1,
    max: DAY,
    value: 5_000,
    source: 'how long a hub takes a sleepy device to be awake after it was heard: not found',
    inferred: true,
  },
  messageRetention: {
    about: 'how long a command is kept for a device that sleeps',
    unit: 'ms',
    min: 1,
    max: 365 * DAY,
    value: 7 * DAY,
    source: 'how long a hub keeps messages for a device that sleeps: not found',
    inferred: true,
  },
  queryJitter: {
    about: 'query jitter in an Image Notify',
    unit: 'percent',
    min: 1,
    max: 100,
    value: 100,
    source: 'ZCL: 1..100',
  },
  retention: {
    about: 'how long an image that nobody takes is kept',
    unit: 'ms',
    min: 1,
    max: 365 * DAY,
    value: 7 * DAY,
    source: 'how long a hub keeps an image that nobody takes: not found; as long as SRV 11.1 lives',
    inferred: true,
  },
  ad1Threshold: {
    about: 'outage after which AD1 is raised',
    unit: 'ms',
    min: 0,
    max: DAY,
    value: AD1_THRESHOLD,
    source: 'MP102B Modification Report: more than three minutes',
  },
  alertJitter: {
    about: 'random addition to the time after which AD1 is raised, at most',
    unit: 'ms',
    min: 0,
    max: DAY,
    value: 0,
    source:
      'none in any source for GB; a US module of the FlexNet family waits 0 to 152 s more (SmartPoint manual)',
    inferred: true,
  },
  ad1Strict: {
    about: 'whether the outage must be longer than the threshold, rather than as long',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 1,
    source: 'MP102B "more than"; DCC performance text "not restored within" would be 0',
  },
  rebootTime: {
    about: 'time from supply to work',
    unit: 'ms',
    min: 0,
    max: DAY,
    value: 30_000,
    source: NO_SOURCE,
    inferred: true,
  },
} as const satisfies Record<string, Field>

/** The DCC side: DCO store, block transfer over the WAN, DSP. */
export const SERVICE_FIELDS = {
  wanBlockSize: {
    about: 'octets in a network block',
    unit: 'B',
    min: 1,
    max: 65_536,
    value: 1_024,
    source: 'SMETS1 block size is in no public source',
    inferred: true,
  },
  windowSize: {
    about: 'octets sent before the receiver is asked what it holds',
    unit: 'B',
    min: 1,
    max: 16 * 1024 * 1024,
    value: 65_536,
    source: NO_SOURCE,
    inferred: true,
  },
  windowBlocks: {
    about: 'blocks sent before the receiver is asked what it holds',
    unit: 'blocks',
    min: 1,
    max: 1_000,
    value: 512,
    source: NO_SOURCE,
    inferred: true,
  },
  batch: {
    about: 'blocks that the DCO makes durable at a time',
    unit: 'blocks',
    min: 1,
    max: 65_536,
    value: 64,
    source: 'measured: one fdatasync for 64 blocks is an order faster than one each',
    inferred: true,
  },
  answerTimeout: {
    about: 'time after which an unanswered question is asked again',
    unit: 'ms',
    min: 1,
    max: DAY,
    value: 10_000,
    source: NO_SOURCE,
    inferred: true,
  },
  maxTries: {
    about: 'questions asked before a transfer fails; messages are tried ten times as often',
    unit: 'tries',
    min: 1,
    max: 1_000_000,
    value: 100,
    source: NO_SOURCE,
    inferred: true,
  },
  suppressionWindow: {
    about: 'time after a recorded activation in which an AD1 is suppressed',
    unit: 'ms',
    min: 0,
    max: DAY,
    value: SUPPRESSION_WINDOW,
    source: 'MP102B Modification Report: 30 minutes',
  },
  suppressionEndIncluded: {
    about: 'whether an AD1 at the very end of the window is suppressed',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 1,
    source: 'MP102B does not say whether exactly 30 minutes is inside',
    inferred: true,
  },
  suppressionEarly: {
    about: 'time before the recorded activation in which an AD1 is suppressed too',
    unit: 'ms',
    min: 0,
    max: DAY,
    value: 0,
    source: 'MP102B speaks of alerts after the recorded time only',
    inferred: true,
  },
  suppressionLastWins: {
    about:
      'whether a later activation replaces the record of an ESME; else any of them can explain an AD1',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 1,
    source: 'MP102B does not speak of two activations',
    inferred: true,
  },
  suppressionUsedUp: {
    about: 'whether the AD1 that a record explains uses it up',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 0,
    source: 'MP102B does not say what ends a record',
    inferred: true,
  },
  suppressionCancelStarted: {
    about: 'whether a cancellation deletes a record whose time has come already',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 1,
    source: 'MP102B does not speak of cancellations',
    inferred: true,
  },
  suppressionKeepUnlisted: {
    about: 'whether the record of an ESME that leaves the list is kept to its end',
    unit: 'yes/no',
    min: 0,
    max: 1,
    value: 0,
    source: 'MP102B does not speak of lists that are replaced while an activation is tracked',
    inferred: true,
  },
} as const satisfies Record<string, Field>

/** A medium. Times and rates are typical ones; the faults are set by the scenario. */
export const WAN_FIELDS = {
  latency: {
    about: 'time from sending to arrival',
    unit: 'ms',
    min: 0,
    max: 600_000,
    value: 150,
    source: NO_SOURCE,
    inferred: true,
  },
  jitter: {
    about: 'random addition to the latency, at most',
    unit: 'ms',
    min: 0,
    max: 600_000,
    value: 100,
    source: NO_SOURCE,
    inferred: true,
  },
  bitRate: {
    about: 'speed of the medium',
    unit: 'bit/s',
    min: 1,
    max: 1_000_000_000,
    value: 64_000,
    source: 'order of a 2G data session; no figure published',
    inferred: true,
  },
  overhead: {
    about: 'octets of the headers around each frame',
    unit: 'B',
    min: 0,
    max: 1_024,
    value: 28,
    source: 'IPv4 20, UDP 8: what carries a block on the WAN is in no public source',
    inferred: true,
  },
} as const satisfies Record<string, Field>

export const HAN_FIELDS = {
  latency: {
    about: 'time from sending to arrival',
    unit: 'ms',
    min: 0,
    max: 600_000,
    value: 8,
    source: NO_SOURCE,
    inferred: true,
  },
  jitter: {
    about: 'random addition to the latency, at most',
    unit: 'ms',
    min: 0,
    max: 600_000,
    value: 12,
    source: NO_SOURCE,
    inferred: true,
  },
  bitRate: {
    about: 'speed of the medium',
    unit: 'bit/s',
    min: 1,
    max: 1_000_000_000,
    value: 250_000,
    source: 'IEEE 802.15.4 at 2.4 GHz',
  },
  overhead: {
    about: 'octets of the headers around each frame',
    unit: 'B',
    min: 0,
    max: 1_024,
    value: 33,
    source:
      'frame layouts with short addresses, no security: IEEE 802.15.4 PHY 6, MAC 9, FCS 2; ZigBee NWK 8, APS 8',
  },
} as const satisfies Record<string, Field>

/** The numbers of a table of fields. */
export type Values<T extends Record<string, Field>> = { readonly [K in keyof T]: number }

/** The default of every field. */
export function defaults<T extends Record<string, Field>>(fields: T): Values<T> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, field.value]),
  ) as Values<T>
}
