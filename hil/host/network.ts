// What a coordinator must not forget: its network, in a directory for one process at a time. The network key is made
// once, is readable by its owner only and is never shown. Beside it lie zigbee-herdsman's device list and backup.

import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { HanrigError } from '#core/errors/errors'
import { makeDirectories } from '#emulators/storage/directory'
import { readInput } from '#emulators/storage/input'
import { Lease, takeLease } from '#emulators/storage/lease'
import { describeOwner, type Owner } from '#emulators/storage/owner'
import { reasonOf } from '#emulators/storage/reason'
import { hanrigError } from '../errors/errors.ts'

/** Channels of IEEE 802.15.4 in the 2.4 GHz band. */
export const FIRST_CHANNEL = 11
export const LAST_CHANNEL = 26

const OWNER_ONLY_FILE = 0o600
const OWNER_ONLY_DIRECTORY = 0o700
const KEY_OCTETS = 16
/** A network takes some 150 octets. */
const MOST = { most: 65_536, code: 'HANRIG_FILE_TOO_LARGE' } as const
const EXTENDED_PAN_OCTETS = 8

export interface Network {
  readonly panId: number
  /** 8 octets, hex. */
  readonly extendedPanId: string
  readonly channel: number
  /** 16 octets, hex. Never shown. */
  readonly networkKey: string
}

/** Fills octets at random. */
export type RandomOctets = (length: number) => Uint8Array

export class NetworkDirectory {
  readonly path: string
  readonly #lease: Lease

  /** @throws HanrigError HAN_DATA_UNUSABLE, HAN_DATA_IN_USE or LEASE_DAMAGED. */
  constructor(path: string) {
    this.path = path
    try {
      // A directory that was there keeps its mode: it may be shared on purpose. Every file is for its owner only.
      makeDirectories(path, OWNER_ONLY_DIRECTORY)
      const lease = takeLease(join(path, 'lock'), path, 'running a network')
      if (!(lease instanceof Lease)) throw inUse(path, lease)
      this.#lease = lease
    } catch (error) {
      throw error instanceof HanrigError ? error : unusable(path, error)
    }
  }

  file(name: 'network.json' | 'devices.db' | 'devices.db.backup' | 'backup.json'): string {
    return join(this.path, name)
  }

  get hasNetwork(): boolean {
    return existsSync(this.file('network.json'))
  }

  /** @throws HanrigError HAN_NONE or HAN_DATA_DAMAGED. */
  read(): Network {
    if (!this.hasNetwork) {
      throw hanrigError('HANRIG_HAN_NONE', `There is no network in ${this.path}.`)
    }
    const path = this.file('network.json')
    try {
      return checked(JSON.parse(Buffer.from(readInput(path, MOST)).toString('utf8')))
    } catch (error) {
      // Not the parser's own words: they quote the text, and the text holds the key.
      const why = error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message
      throw hanrigError('HANRIG_HAN_DATA_DAMAGED', `${path} is of no use: ${why}.`)
    }
  }

  /**
   * Makes a network's parameters and keeps them, durably and before any stick learns of them.
   * @throws HanrigError HAN_EXISTS or HAN_DATA_UNUSABLE.
   */
  make(channel: number, random: RandomOctets): Network {
    // Without a device list no stick ever ran what is kept: an earlier attempt to form it failed.
    if (this.hasNetwork && existsSync(this.file('devices.db'))) {
      throw hanrigError('HANRIG_HAN_EXISTS', `There is a network in ${this.path} already.`)
    }
    const [high = 0, low = 0] = random(2)
    const network: Network = {
      // 0x0000 and 0xFFFF name no network.
      panId: 1 + (((high << 8) | low) % 0xfffe),
      extendedPanId: Buffer.from(random(EXTENDED_PAN_OCTETS)).toString('hex'),
      channel,
      networkKey: Buffer.from(random(KEY_OCTETS)).toString('hex'),
    }
    const path = this.file('network.json')
    const temporary = `${path}.tmp`
    try {
      const fd = openSync(temporary, 'w', OWNER_ONLY_FILE)
      try {
        chmodSync(temporary, OWNER_ONLY_FILE)
        writeFileSync(fd, `${JSON.stringify(network, null, 1)}\n`)
        fsyncSync(fd)
      } finally {
        closeSync(fd)
      }
      renameSync(temporary, path)
    } catch (error) {
      throw unusable(this.path, error)
    }
    return network
  }

  close(): void {
    this.#lease.release()
  }
}

/** The network that a value read from the file is; anything else is refused. */
function checked(read: unknown): Network {
  if (typeof read !== 'object' || read === null) throw new Error('it is no map')
  const { panId, extendedPanId, channel, networkKey } = read as Record<string, unknown>
  if (!isWhole(panId, 1, 0xfffe)) throw new Error('panId must be 1 to 65534')
  if (!isWhole(channel, FIRST_CHANNEL, LAST_CHANNEL)) throw new Error('channel must be 11 to 26')
  if (!isHex(extendedPanId, EXTENDED_PAN_OCTETS)) {
    throw new Error('extendedPanId must be 16 hex digits')
  }
  if (!isHex(networkKey, KEY_OCTETS)) throw new Error('networkKey must be 32 hex digits')
  return { panId, extendedPanId, channel, networkKey }
}

const isWhole = (value: unknown, from: number, to: number): value is number =>
  Number.isInteger(value) && Number(value) >= from && Number(value) <= to

const isHex = (value: unknown, octets: number): value is string =>
  typeof value === 'string' && value.length === 2 * octets && /^[0-9a-f]*$/i.test(value)

function inUse(path: string, holder: Owner): HanrigError {
  const sentence = `The directory ${path} is in use by ${describeOwner(holder)}.`
  return hanrigError('HANRIG_HAN_DATA_IN_USE', sentence)
}

function unusable(path: string, error: unknown): HanrigError {
  return hanrigError('HANRIG_HAN_DATA_UNUSABLE', `${path}: ${reasonOf(error)}.`)
}
