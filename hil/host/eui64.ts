// One device, two spellings: hanrig writes 00-15-8D-00-01-02-03-04, zigbee-herdsman 0x00158d0001020304.

import { eui64Of } from '#emulators/language/units'

const DIGITS = /^(?:0x)?([0-9a-f]{16})$/i

/** An EUI-64 as hanrig writes it, from any usual spelling; undefined when the text is none. */
export function eui64From(text: string): string | undefined {
  const digits = DIGITS.exec(text)?.[1]
  return digits?.toUpperCase().replace(/..(?!$)/g, '$&-') ?? eui64Of(text)
}

/** hanrig's spelling as zigbee-herdsman's. */
export function toIeee(eui64: string): string {
  return `0x${eui64.replaceAll('-', '').toLowerCase()}`
}

/** zigbee-herdsman's spelling as hanrig's. */
export function fromIeee(ieee: string): string {
  return eui64From(ieee) ?? ieee
}
