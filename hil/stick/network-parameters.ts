// The parameters of a ZigBee network as a stick keeps them, whatever its protocol.

export interface NetworkParameters {
  readonly panId: number
  /** Lowest octet first. */
  readonly extendedPanId: Uint8Array
  readonly channel: number
  readonly key: Uint8Array
}

/** What zigbee-herdsman and Zigbee2MQTT have in their configuration unless told otherwise. */
export const USUAL_NETWORK: NetworkParameters = {
  panId: 0x1a62,
  extendedPanId: new Uint8Array(8).fill(0xdd),
  channel: 11,
  key: Uint8Array.of(1, 3, 5, 7, 9, 11, 13, 15, 0, 2, 4, 6, 8, 10, 12, 13),
}
