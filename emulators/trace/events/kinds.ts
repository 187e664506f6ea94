// Kinds of fields that events have, each defined once, and how an event is declared: in the words of zod, which the
// published schema and the types are made from.

import { z } from 'zod'

/** Largest value of an unsigned number of 32 and of 16 bits. */
export const U32 = 0xffff_ffff
export const U16 = 0xffff

const WORD = z.int().min(0).max(U32).meta({ id: 'word' })
const ZCL_STATUS = z.int().min(0).max(255).meta({ id: 'status' })
const EUI64 = z
  .string()
  .regex(/^([0-9A-F]{2}-){7}[0-9A-F]{2}$/)
  .meta({ id: 'eui64' })
const SHA256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ id: 'sha256' })
const SHA256_OR_NONE = z
  .string()
  .regex(/^([0-9a-f]{64})?$/)
  .meta({ id: 'sha256-or-none' })
const INSTANT = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z$/)
  .meta({ id: 'instant' })

export const text = (says: string) => z.string().describe(says)
export const flag = (says: string) => z.boolean().describe(says)
/** Present, as true, or left out. */
export const mark = (says: string) => z.literal(true).describe(says)

export const whole = (says: string, min = 0, max = Number.MAX_SAFE_INTEGER) =>
  z.int().min(min).max(max).describe(says)
/** Whole milliseconds, from 0. */
export const ms = (says: string) => whole(says)
/** Milliseconds of virtual time, from 0; a medium's times need not be whole. */
export const virtualMs = (says: string) => z.number().min(0).describe(says)
/** Octets of what holds one at least. */
export const octets = (says: string) => whole(says, 1)
/** Octets held from the beginning. */
export const offset = (says = 'Octets held from the beginning.') => whole(says)

/** An EUI-64 in upper case with hyphens. */
export const eui64 = (says: string) => EUI64.describe(says)
export const fileVersion = (says = 'File version.') => WORD.describe(says)
/** In small hexadecimal digits. */
export const sha256 = (says: string) => SHA256.describe(says)
/** Empty for none. */
export const sha256OrNone = (says: string) => SHA256_OR_NONE.describe(says)
/** UTC with milliseconds, as Date writes it. */
export const instant = (says: string) => INSTANT.describe(says)
export const zclStatus = () => ZCL_STATUS.describe('ZCL status.')
export const networkAddress = () => whole('Network address.', 0, U16)
export const imageType = () => whole('Image type of its header.', 0, U16)

/** An event: a sentence of what it says, and its fields beside t, source and name. */
export const event = <F extends z.ZodRawShape>(says: string, fields: F) =>
  z.strictObject(fields).describe(says)

/** An event whose fields are those of one of several cases. */
export const cases = <C extends readonly [z.ZodObject, z.ZodObject, ...z.ZodObject[]]>(
  says: string,
  options: C,
) => z.union(options).describe(says)
