// ZigBee UTC: whole seconds since 2000-01-01T00:00:00Z, u32, as OTA frames carry it
// (source: ZCL UTCTime; 0xFFFFFFFF is "invalid", which the OTA cluster uses for "wait").

/** Unix seconds of 2000-01-01T00:00:00Z. */
export const ZIGBEE_EPOCH = 946_684_800

/** ZigBee UTC of a Unix time in milliseconds; times before 2000 give 0. */
export function zigbeeUtc(unixMs: number): number {
  return Math.max(0, Math.floor(unixMs / 1000) - ZIGBEE_EPOCH) >>> 0
}

/** Unix milliseconds of a ZigBee UTC. */
export function unixMs(utc: number): number {
  return (utc + ZIGBEE_EPOCH) * 1000
}
