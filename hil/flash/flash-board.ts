// One board flashed in one call, for whoever uses hanrig as a library. What it takes is loaded when it is called.

import type { FlashOptions } from './flash.ts'
import type { FlashImage } from './image.ts'
import type { Protocol } from './loaders.ts'

/** How a board is flashed; everything may be left out. */
export interface FlashBoardOptions {
  /** What the board speaks. By default 'auto': it is asked. */
  readonly protocol?: Protocol | undefined
  /** Bits a second of a device or an RFC 2217 port. By default 115,200. */
  readonly baudRate?: number | undefined
  /** RTS/CTS flow control of a device. By default false. */
  readonly rtscts?: boolean | undefined
  /** Octets of a block to the board agent, 256..8,192 in steps of 256. By default as the board's buffers suit. */
  readonly blockSize?: number | undefined
  /** False leaves the verified image for a later activation. By default true. */
  readonly activate?: boolean | undefined
  /** How long the board agent is to take over its activation, ms. By default 0. */
  readonly activationMs?: number | undefined
  /** False has the board cut its hub's supply while it activates. By default true. */
  readonly keepSupply?: boolean | undefined
  /** True lets a version below the running one through. By default false. */
  readonly allowDowngrade?: boolean | undefined
  /** True sends an image that runs already. By default false. */
  readonly force?: boolean | undefined
  /** How long a port that went away, or a board that fell silent, is waited for, ms. By default a minute. */
  readonly wait?: number | undefined
  /** Told four times a second how far it is, and once more at the end. */
  readonly onProgress?: ((progress: FlashProgress) => void) | undefined
  /** Ends it: HanrigError INTERRUPTED. The next call goes on where this one was. */
  readonly signal?: AbortSignal | undefined
}

/** How far a flash is. */
export interface FlashProgress {
  /** What is being done, in a word: 'opening', 'sending', 'verifying', and whatever else the protocol has. */
  readonly phase: string
  /** Octets that the board says it has, of `size`. */
  readonly done: number
  /** Octets of what is sent. */
  readonly size: number
}

/** What became of a board. */
export interface FlashedBoard {
  /** What was spoken. */
  readonly protocol: Protocol
  /** File version that ran before, u32; undefined where the protocol does not tell. */
  readonly versionBefore: number | undefined
  /** True when the board ran the image already and nothing was sent. */
  readonly already: boolean
  /** True when the board read the image back and its SHA-256 was right; false where the protocol cannot tell. */
  readonly verified: boolean
  /** True when the board says that the image runs; false where the protocol cannot tell, or nothing was activated. */
  readonly running: boolean
  /** Blocks that the board had already before this call sent any. */
  readonly heldBefore: number
  /** Times that it went on after the port or the board was away. */
  readonly resumptions: number
  /** Blocks that were sent more than once. */
  readonly resent: number
  /** Milliseconds of talking with the board. */
  readonly transferMs: number
}

const WAIT = 60_000
const TELL_EVERY = 250

/**
 * Flashes one board: opens its port, finds out what it speaks, sends the image, has it verified and activated.
 *
 * @param address a device ('/dev/ttyUSB0', 'COM3'), 'tcp://host:port', 'rfc2217://host:port' or 'virtual:wasm'.
 * @param image what flashImage made of an opened file.
 * @throws HanrigError PORT_* of the port; BOARD_* of the board, of these BOARD_MISMATCH, BOARD_SLOT and BOARD_DOWNGRADE
 *   before anything is sent; TRANSFER_FAILED, TRANSFER_CANCELLED or END_UNANSWERED; INTERRUPTED.
 * @example
 * const file = openImage(new Bytes(readFileSync('firmware.ota')))
 * const { running, versionBefore } = await flashBoard('/dev/ttyUSB0', flashImage(file, { name: 'firmware.ota' }))
 */
export async function flashBoard(
  address: string,
  image: FlashImage,
  options: FlashBoardOptions = {},
): Promise<FlashedBoard> {
  const { Flash } = await import('./flash.ts')
  const { onProgress, signal = new AbortController().signal } = options
  const flash = new Flash(address, flashOptions(image, options))
  const tell = (): void => {
    const { doneOctets: done, size } = flash.counts
    onProgress?.({ phase: flash.phase, done, size })
  }
  const timer = onProgress && setInterval(tell, TELL_EVERY)
  try {
    await flash.run(signal)
  } finally {
    clearInterval(timer)
  }
  tell()
  if (flash.failure) throw flash.failure
  const { protocol, versionBefore, already, verified, running, resumptions, transferMs } = flash
  const { heldBefore, resent } = flash.counts
  const did = { protocol, versionBefore, already, verified, running, resumptions, transferMs }
  return { ...did, heldBefore, resent }
}

function flashOptions(image: FlashImage, options: FlashBoardOptions): FlashOptions {
  const { protocol = 'auto', activate = true, activationMs = 0, keepSupply = true } = options
  const { allowDowngrade = false, force = false, wait = WAIT } = options
  const { baudRate, rtscts, blockSize } = options
  const line = { protocol, baudRate, rtscts, blockSize, wait }
  return { image, ...line, activate, activationMs, keepSupply, allowDowngrade, force }
}
