// An image to a board over the link that a run has open: the talk by which `hanrig flash` sends and reads back, without
// the activation. One call is one attempt; the board knows how far it is, so the next one goes on from there.

import type { Bytes } from '#core/bytes/bytes'
import { HanrigError } from '#core/errors/errors'
import { readHeader } from '#core/image/header'
import { DEFAULT_BAUD_RATE } from '../open/open.ts'
import { AgentTalk } from '../protocol/agent.ts'
import { converse } from '../protocol/converse.ts'
import type { Errand } from '../protocol/errand.ts'
import type { Counts, Talk } from '../protocol/talk.ts'
import type { BoardLink } from './board-link.ts'

export interface Image {
  readonly file: Bytes
  readonly sha256: Uint8Array
  readonly fileVersion: number
}

/**
 * Sends what the board does not have of an image, and has it verified there.
 * @param counts outlive an attempt.
 * @param progress called when the board has begun, and whenever it may have taken more.
 * @throws HanrigError PORT_* and BOARD_*.
 */
export async function deliver(
  link: BoardLink,
  image: Image,
  counts: Counts,
  progress: () => void,
  signal: AbortSignal,
): Promise<void> {
  const options = { baudRate: DEFAULT_BAUD_RATE, firstRequest: link.reserve() }
  const talk = new AgentTalk(errandOf(image), counts, options, performance.now())
  await converse(link.openPort, watched(talk, progress), { signal })
}

function errandOf({ file, sha256, fileVersion }: Image): Errand {
  return {
    image: file,
    sha256,
    fileVersion,
    ...limitsOf(file),
    // Whether its device may go back is the device's to say, and what it asked for it activates.
    allowDowngrade: true,
    force: true,
    blockSize: undefined,
    activate: false,
    activationMs: 0,
    keepSupply: true,
  }
}

/** What an image says of the boards that it is for; nothing for one without an OTA header. */
function limitsOf(file: Bytes): Pick<Errand, 'hardware' | 'manufacturerCode' | 'imageType'> {
  try {
    const { manufacturerCode, imageType, minHardware: min, maxHardware: max } = readHeader(file, [])
    const hardware = min !== undefined && max !== undefined ? { min, max } : undefined
    return { hardware, manufacturerCode, imageType }
  } catch (error) {
    if (!(error instanceof HanrigError)) throw error
    return { hardware: undefined, manufacturerCode: undefined, imageType: undefined }
  }
}

/** The talk, with somebody who looks at its counts after each word of the board. */
function watched(talk: AgentTalk, progress: () => void): Talk {
  return {
    get deadline() {
      return talk.deadline
    },
    get over() {
      return talk.over
    },
    get failure() {
      return talk.failure
    },
    heard: talk.heard,
    receive(chunk, now) {
      talk.receive(chunk, now)
      if (talk.counts.blocks > 0) progress()
    },
    tick: now => talk.tick(now),
    transmit: (out, now) => talk.transmit(out, now),
    interrupt: () => talk.interrupt(),
  }
}
