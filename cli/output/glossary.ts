// Abbreviations of the SEC and DUIS, expanded once where they were used: names as the sources print them.

/** In the order in which they are told. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\b11\.1\b/, 'SRV 11.1 Update Firmware'],
  [/\b11\.2\b/, 'SRV 11.2 Read Firmware Version'],
  [/\b11\.3\b/, 'SRV 11.3 Activate Firmware'],
  [/\b11\.4\b/, 'SRV 11.4 Update PPMID Firmware'],
  [/\bDCO\b/, 'DCO Dual Control Organisation'],
  [/\bS1SP\b/, 'S1SP SMETS1 Service Provider'],
  [/\bDSP\b/, 'DSP Data Service Provider'],
  [/\bACB\b/, 'ACB Access Control Broker'],
  [/\bFDRA\b/, 'FDRA Firmware Distribution Receipt Alert'],
  [/\bCHF\b/, 'CHF Communications Hub Function'],
  [/\bGUID list\b/, 'GUID list: the DSP’s list of devices known to cut the hub’s supply (MP102B)'],
  [/\bTRT\b/, 'TRT Target Response Time'],
  [/\bAD1\b/, 'AD1 Power Outage Alert'],
]

/** What the abbreviations of a text stand for, '' where there are none. */
export function expansions(text: string): string {
  return WORDS.flatMap(([used, words]) => (used.test(text) ? [words] : [])).join('; ')
}
