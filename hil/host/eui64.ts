// One device, two spellings: hanrig writes 00-15-8D-00-01-02-03-04, zigbee-herdsman 0x00158d0001020304.

const DIGITS = /^(?:0x)?([0-9a-f]{16})$/i
const APART = /^[0-9a-f]{2}([-:])(?:[0-9a-f]{2}\1){6}[0-9a-f]{2}$/i

/** An EUI-64 as hanrig writes it, from any usual spelling; undefined when the text is none. */
export function eui64From(text: string): string | undefined {
  const digits = APART.test(text) ? text.replaceAll(/[-:]/g, '') : DIGITS.exec(text)?.[1]
  return digits?.toUpperCase().replace(/..(?!$)/g, '$&-')
}

/** hanrig's spelling as zigbee-herdsman's. */
export function toIeee(eui64: string): string {
  return `0x${eui64.replaceAll('-', '').toLowerCase()}`
}

/** zigbee-herdsman's spelling as hanrig's. */
export function fromIeee(ieee: string): string {
  return eui64From(ieee) ?? ieee
}
