// The parameters of a ZigBee network as a stick keeps them, whatever its protocol.

export interface NetworkParameters {
  readonly panId: number
  /** Lowest octet first. */
  readonly extendedPanId: Uint8Array
  readonly channel: number
  readonly key: Uint8Array
}
