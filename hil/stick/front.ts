// What every serial protocol of a stick has in common: octets in, octets out, whoever carries them, and the network.

export interface StickFront {
  /** Name of the protocol. */
  readonly protocol: string
  /** Counts since the host came. */
  readonly frames: number
  readonly malformed: number
  readonly noise: number
  /** Where the protocol's octets go; set by whoever carries them. */
  send: (octets: Uint8Array) => void
  /** Takes `length` octets of the host. */
  receive(src: Uint8Array, at: number, length: number): void
  /** Another host has the stick. */
  opened(): void
  /** Sends what is written and not yet gone. */
  flush(): void
}

/** What a stick has before any host comes, whatever its protocol. */
export interface StickSettings {
  /** EUI-64 of the stick, lowest octet first. */
  readonly ieee: Uint8Array
  /** A network that is there already. */
  readonly formed?: NetworkParameters | undefined
  readonly confirms?: ConfirmScript | undefined
}

/**
 * Confirms that do not say what happened: the n-th data request of the host, from 1, and the status that it gets while its
 * frame is lost; or NO_CONFIRM for none, while its frame is sent.
 */
export type ConfirmScript = ReadonlyMap<number, number>
export const NO_CONFIRM = -1

/** The parameters of a ZigBee network as a stick keeps them. */
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
