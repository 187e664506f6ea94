// Expectations of a scenario: what must have come true at its end.

import { z } from 'zod'
import { CLIENT_STATES } from '#core/ota/client'
import { keyed } from '../../language/kinds.ts'
import { boxName, imageName, text } from '../../language/names.ts'
import { duration, U32, unlimited, version, whole, yesNo } from '../../language/quantities.ts'
import { must } from '../../language/wording.ts'
import { ALERT_CODES } from '../../service/messages.ts'
import { event } from './events.ts'

const SERVICES = ['11.1', '11.3', '11.4'] as const

const window = () => ({
  after: duration().prefault(0).describe('Earliest virtual time that counts.'),
  within: unlimited(duration()).describe(
    'Latest virtual time that counts. Default: the end of the run.',
  ),
})

const count = z
  .union(
    [
      whole(0, U32).transform(value => ({ min: value, max: value })),
      z
        .strictObject({
          min: whole(0, U32).prefault(0).describe('At least so many times.'),
          max: unlimited(whole(0, U32)).describe('At most so many times. Default: no limit.'),
        })
        .refine(({ min, max }) => min <= max, {
          path: ['max'],
          error: 'must not be below "min"',
        }),
    ],
    must('a whole number, or a map with min and max'),
  )
  .prefault({ min: 1 })
  .describe('How many times it happens. Default: at least once.')

const alert = z
  .strictObject({
    alert: z.enum(ALERT_CODES).describe('Code of an alert that is raised.'),
    from: boxName().optional().describe('Who raises it: a device or hub. Default: whoever.'),
    count,
    ...window(),
    suppressed: yesNo()
      .optional()
      .describe('AD1 only: whether the DCC keeps it from the network operator (MP102B).'),
    detail: whole(0, U32).optional().describe('The code inside the alert. Default: whichever.'),
  })
  .refine(({ alert, suppressed }) => suppressed === undefined || alert === 'AD1', {
    path: ['suppressed'],
    error: 'can be said of AD1 only',
  })
  .transform(rest => ({ kind: 'alert' as const, ...rest }))

const device = z
  .strictObject({
    device: boxName().describe('A device, or hub, as it is at the end.'),
    runs: z
      .union([version(), imageName()], must('the name of an image or a version'))
      .optional()
      .describe('What runs: an image, or a file version.'),
    holds: imageName().optional().describe('Which image it holds ready, or nothing.'),
    state: z.enum(CLIENT_STATES).optional().describe('State of its OTA client.'),
    sha256: text(64)
      .min(1, must('the name of an image or 64 hexadecimal digits'))
      .optional()
      .describe('The last whole file that it rebuilt: that of an image, or 64 hexadecimal digits.'),
  })
  .refine(
    ({ runs, holds, state, sha256 }) =>
      [runs, holds, state, sha256].some(value => value !== undefined),
    'must say what is expected: runs, holds, state or sha256',
  )
  .transform(rest => ({ kind: 'device' as const, ...rest }))

const traced = z
  .strictObject({ ...event(), count, ...window() })
  .transform(rest => ({ kind: 'event' as const, ...rest }))

const response = z
  .strictObject({
    response: z
      .literal([...SERVICES, 11.1, 11.3, 11.4])
      .transform(value => String(value) as (typeof SERVICES)[number])
      .describe('Service request whose Response comes.'),
    device: boxName().optional().describe('The device that it is about. Default: whichever.'),
    code: whole(0, U32).optional().describe('Its response code. Default: whichever.'),
    count,
    ...window(),
  })
  .transform(({ response: service, ...rest }) => ({ kind: 'response' as const, service, ...rest }))

const ends = z
  .strictObject({
    ends: z
      .strictObject({ within: duration(1).describe('Virtual time by which all is at rest.') })
      .describe('When the run comes to rest.'),
  })
  .transform(({ ends }) => ({ kind: 'ends' as const, ...ends }))

/** The kinds of expectations. */
export const expectations = keyed([alert, device, traced, response, ends])
