// The language of a message that somebody writes by hand (YAML), said once: from this declaration come the types and the
// validation. A message is named by its use case and direction; what follows from these is not written.

import { z } from 'zod'
import { formed } from '../language/names.ts'
import { eui64, instant, version, whole, yesNo } from '../language/quantities.ts'
import { must } from '../language/wording.ts'

const U64 = (1n << 64n) - 1n
const A_COUNTER = 'a whole number from 0 to 2^64 - 1, as a text where it is above 2^53'

/** A u64: a number as far as it is exact, or decimal digits as a text. */
const counter = () =>
  z.unknown().transform((value, context): bigint => {
    const isExact = Number.isSafeInteger(value) && (value as number) >= 0
    const isText = typeof value === 'string' && /^\d{1,20}$/.test(value)
    const found = isExact || isText ? BigInt(value as number | string) : -1n
    if (found >= 0n && found <= U64) return found
    context.issues.push({
      code: 'custom',
      input: value,
      message: must(A_COUNTER).error({ input: value }),
    })
    return z.NEVER
  })

const octets = (n: number) =>
  formed(new RegExp(`^(?:[0-9A-Fa-f]{2}){${n}}$`), `${n} octets in hexadecimal, in quotes`)
const someOctets = () => formed(/^(?:[0-9A-Fa-f]{2}){0,32768}$/, 'octets in hexadecimal, in quotes')

const time = () => instant(Date.UTC(2000, 0, 1), Date.UTC(9999, 11, 31, 23, 59, 59))
const oneOf = <T extends string>(...words: [T, ...T[]]) => z.enum(words)

/** What every message has. */
const header = {
  from: eui64(),
  to: eui64(),
  counter: counter(),
  /** DLMS date-time of the header. */
  dateTime: time().optional(),
  /** Whom the ACB speaks for. */
  for: z
    .strictObject(
      { party: eui64(), counter: counter(), originatorCounter: counter().optional() },
      must('a map'),
    )
    .optional(),
  /** One that was made elsewhere takes the place of the one that would be made. */
  signature: octets(64).optional(),
}

const outcome = { code: whole(0, 3), version: version() }
const read = { version: version().optional(), result: whole(0, 255).prefault(0) }
const kind = <T extends string, S extends z.ZodRawShape>(message: T, shape: S) =>
  z.strictObject({ message: z.literal(message), ...header, ...shape })

export const messageSchema = z.discriminatedUnion('message', [
  kind('cs06-command', {
    hash: octets(32),
    /** None: at once. */
    at: z.union([time(), z.literal('cancel')]).optional(),
    stage: oneOf('command', 'pre-command', 'signed-pre-command').prefault('command'),
  }),
  kind('cs06-response', {
    accepted: yesNo().optional(),
    code: outcome.code.optional(),
    version: version().optional(),
  }),
  kind('cs06-alert', { at: time(), command: counter(), ...outcome }),
  kind('cs08-command', {}),
  kind('cs08-response', { code: whole(0, 1).prefault(0), version: version() }),
  kind('ecs52-command', {}),
  kind('ecs52-response', read),
  kind('gcs38-command', {}),
  kind('gcs38-response', read),
  kind('ccs06-command', {}),
  kind('ccs08-alert', { time: time(), device: eui64(), ...outcome }),
  kind('cs09-alert', { time: time(), code: whole(0, 1), version: version() }),
  kind('fdra-dlms-alert', { alert: oneOf('8F72', '8F1C'), time: time(), hash: octets(32) }),
  kind('fdra-zigbee-alert', { alert: oneOf('8F72', '8F1C'), time: time(), hash: octets(32) }),
  kind('ecs80-alert', {
    alert: oneOf('8F35', '8F36', '8F37', '8F38', '8F39', '8F3A', '8F3B', '8F3C'),
    time: time(),
    interruption: time(),
    restoration: time(),
  }),
  kind('other', {
    messageCode: whole(0, 0xffff),
    direction: oneOf('command', 'response', 'alert'),
    content: someOctets(),
    sign: yesNo().prefault('no'),
    mac: yesNo().prefault('no'),
  }),
])

export type WrittenMessage = z.output<typeof messageSchema>
