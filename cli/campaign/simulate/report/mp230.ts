// The sheet for MP230 and its OPSG report: large images by User, schedules, target response times, success at the first try
// and after more (MP242), and who waited for whom.

import type { DeviceType } from '#core/campaign/device-type'
import { waitsOf } from '#core/campaign/waiting'
import type { Played } from '#emulators/campaign/result'
import type { ByBatch } from '#emulators/campaign/tally'
import type { Section, Sheet, SheetColumn } from '../../../drawing/sheet.ts'
import { count, percent } from '../../../output/format.ts'

const text = (key: string, name: string): SheetColumn => ({ key, name })
const amount = (key: string, name: string): SheetColumn => ({ key, name, show: count })
const share = (key: string, name: string): SheetColumn => ({ key, name, show: percent })

const MOST_TRIES = 3

export function mp230Sheet(played: Played): Sheet {
  const { name, plan, simulation, tally } = played
  const large = plan.batches.reduce((sum, each) => sum + (each.large ? each.devices : 0), 0)
  const devices = tally.total('devices')
  const inTime = tally.sumOfBatches('inTime')
  const waits = waitsOf(plan)
  const agreed = plan.outcomes.filter(({ scheduled }) => scheduled).length
  const users = userSection(played)
  return {
    name: 'mp230',
    title: `MP230: ${name}`,
    about: `A plan that was played, seed ${simulation.seed}: what the OPSG is told of large images, and each User of its own. Every figure is of made-up devices.`,
    tiles: [
      ['Large images', count(large), `of ${count(devices)} devices`],
      ['Schedules agreed', count(agreed), `of ${count(plan.outcomes.length)} requests`],
      ['TRT met', devices === 0 ? 'none' : percent(inTime / devices), `${count(inTime)} devices`],
      ['Who waited', count(new Set(waits.map(each => each.supplier)).size), 'Users, for others'],
    ],
    sections: [users, successSection(played), waitSection(played)],
    summary: {
      devices,
      large,
      schedules: agreed,
      inTime,
      waits: waits.length,
      users: users.rows.length,
    },
  }
}

/** Sums over the batches that are wanted. */
function summer(
  { plan, tally }: Played,
  wanted: (batch: Played['plan']['batches'][number]) => boolean,
) {
  const own = plan.batches.flatMap((batch, i) => (wanted(batch) ? [[batch, i] as const] : []))
  return {
    devices: own.reduce((sum, [{ devices }]) => sum + devices, 0),
    large: own.reduce((sum, [{ large, devices }]) => sum + (large ? devices : 0), 0),
    of: (name: ByBatch) => own.reduce((sum, [, i]) => sum + tally.ofBatch(i, name), 0),
  }
}

function userSection(played: Played): Section {
  const { plan } = played
  const { settings, portfolio, outcomes } = plan
  return {
    name: 'user',
    title: 'By User',
    from: `the plan and its simulation; large is more than 750 kB at ${count(settings.kb)} B, for SMETS1; a device is in time when its image is verified within ${settings.trtDays} ${settings.trt} days of its batch`,
    columns: [
      text('user', 'User'),
      amount('large', 'Large images'),
      amount('other', 'Others'),
      amount('schedules', 'Schedules agreed'),
      amount('needed', 'Schedules needed'),
      share('trtMet', 'TRT met'),
      amount('late', 'Late'),
      amount('notReached', 'Not whole in time'),
      amount('longestWait', 'Longest wait, days'),
    ],
    rows: portfolio.suppliers.flatMap((user, supplier) => {
      const sum = summer(played, batch => batch.supplier === supplier)
      if (sum.devices === 0) return []
      const own = outcomes.filter(each => portfolio.requests[each.request]!.supplier === supplier)
      return [
        {
          user,
          large: sum.large,
          other: sum.devices - sum.large,
          schedules: own.filter(({ scheduled }) => scheduled).length,
          needed: own.filter(({ needsServiceDesk }) => needsServiceDesk).length,
          trtMet: sum.of('inTime') / sum.devices,
          late: sum.of('late'),
          notReached: sum.of('expired'),
          longestWait: own.reduce((most, each) => Math.max(most, each.longestWait), 0),
        },
      ]
    }),
    bars: [['trtMet', 'first']],
  }
}

function successSection(played: Played): Section {
  const { portfolio } = played.plan
  const types = (supplier: number) => [
    ...new Set(
      portfolio.requests
        .filter(each => each.supplier === supplier)
        .map((each): DeviceType => each.deviceType ?? 'ESME'),
    ),
  ]
  return {
    name: 'success',
    title: 'Success beside the target response time (MP242)',
    from: 'the first try is simulated; more tries are arithmetic: each succeeds as often at a device that can be reached; the text of MP242 was not found',
    columns: [
      text('who', 'User and type'),
      amount('devices', 'Devices'),
      share('firstTry', 'First try'),
      ...Array.from({ length: MOST_TRIES - 1 }, (_, i) =>
        share(`after${i + 2}`, `After ${i + 2} tries`),
      ),
      share('trtMet', 'TRT met'),
      amount('activationFailed', 'Activation failed'),
    ],
    rows: portfolio.suppliers.flatMap((user, supplier) =>
      types(supplier).flatMap(deviceType => {
        const sum = summer(played, batch => {
          const type = portfolio.requests[batch.request]!.deviceType ?? 'ESME'
          return batch.supplier === supplier && type === deviceType
        })
        if (sum.devices === 0) return []
        const reached = 1 - sum.of('unreached') / sum.devices
        const firstTry = sum.of('updated') / sum.devices
        const success = reached === 0 ? 0 : firstTry / reached
        const after = (tries: number) => reached * (1 - (1 - success) ** tries)
        return [
          {
            who: `${user}, ${deviceType}`,
            user,
            deviceType,
            devices: sum.devices,
            firstTry,
            ...Object.fromEntries(
              Array.from({ length: MOST_TRIES - 1 }, (_, i) => [`after${i + 2}`, after(i + 2)]),
            ),
            trtMet: sum.of('inTime') / sum.devices,
            activationFailed: sum.of('notActivated'),
          },
        ]
      }),
    ),
    bars: [
      ['firstTry', 'first'],
      ['trtMet', 'second'],
    ],
  }
}

function waitSection({ plan }: Played): Section {
  const { suppliers } = plan.portfolio
  return {
    name: 'wait',
    title: 'Who waited for whom',
    from: `the plan, ${plan.settings.secondUser === 'next-window' ? 'first come, first served' : 'days shared by the Users that want them'}: days on which a User wanted to send and had no room, and who sent on them`,
    columns: [
      text('pair', 'Who for whom'),
      amount('days', 'Days'),
      amount('images', 'Large images that went'),
    ],
    rows: waitsOf(plan).map(({ supplier, other, days, images }) => ({
      pair: `${suppliers[supplier]} for ${suppliers[other]}`,
      user: suppliers[supplier]!,
      other: suppliers[other]!,
      days,
      images,
    })),
    bars: [['days', 'third']],
  }
}
